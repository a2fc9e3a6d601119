/* A number that is typed holds once its box is left or Enter is pressed, before whatever the reader does next: the box
   itself tells it some time after the last letter, when a key may have moved a threshold since. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const ALONE = /^rail-(threshold-\d-box|horizon)$/;
  const RANGE = /^\{"control":"range-(low|high)"/;
  const SPINS = ["ArrowUp", "ArrowDown"];
  let typed = null; /* the box whose number was begun and is not told yet */

  const isBox = ({ id }) => Boolean(id) && (ALONE.test(id) || RANGE.test(id));

  mirodash.isBeingTyped = (id) => Boolean(typed) && typed.id === id;

  mirodash.forgetTyped = function forgetTyped() {
    typed = null;
  };

  /* A number, nothing where all was taken away, or undefined where what is there is neither. */
  mirodash.numberIn = function numberIn(text) {
    const plain = text.replaceAll(",", "").trim();
    if (!plain) return "";
    return Number.isFinite(Number(plain)) ? Number(plain) : undefined;
  };

  function tell() {
    const box = typed;
    typed = null;
    const number = mirodash.numberIn(box.value);
    if (number !== undefined) mirodash.obeyTyped(RANGE.test(box.id) ? JSON.parse(box.id) : box.id, number);
  }

  document.addEventListener("focusin", function enter({ target }) {
    if (!isBox(target)) return;
    mirodash.enterBox(target.id);
    // what the Tab key has selected is replaced by what is typed, though the box was told something
    const isAll = target.value && target.selectionStart === 0 && target.selectionEnd === target.value.length;
    if (isAll) window.requestAnimationFrame(() => target === document.activeElement && !typed && target.select());
  }, true);

  document.addEventListener("input", function begin({ target }) {
    if (isBox(target)) typed = target;
  }, true);

  document.addEventListener("keydown", function press({ target, key }) {
    if (isBox(target) && SPINS.includes(key)) typed = target;
    else if (target === typed && key === "Enter") tell();
  }, true);

  document.addEventListener("focusout", function leave({ target }) {
    if (target === typed) tell();
  }, true);
})(window.dash_clientside.mirodash);
