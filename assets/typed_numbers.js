/* A number that is typed holds once its box is left or Enter is pressed, before whatever the reader does next: the box
   itself tells it some time after the last letter, when a key may have moved a threshold since. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const ALONE = /^rail-(threshold-\d-box|horizon)$/;
  const RANGE = /^\{"control":"range-(low|high)"/;
  const SPINS = ["ArrowUp", "ArrowDown"];
  const GROUPED = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;
  const GROUPED_BY_POINTS = /^[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}$/;
  let typed = null; /* the box whose number was begun and is not told yet */
  let written = null; /* all its letters as they were typed or pasted, of which it drops some; null where not known */

  const isBox = ({ id }) => Boolean(id) && (ALONE.test(id) || RANGE.test(id));

  mirodash.isBeingTyped = (id) => Boolean(typed) && typed.id === id;

  mirodash.forgetTyped = function forgetTyped() {
    typed = null;
  };

  /* With a point before its decimals. Commas part thousands, as in what the page writes, unless that cannot be
     meant: 62,5 and 0,125 and 1.500,5 are what half of Europe writes. */
  function withPoint(text) {
    const plain = text.replace(/[\s'’]/g, "").replace("−", "-");
    if (GROUPED.test(plain)) return plain.replaceAll(",", "");
    if (GROUPED_BY_POINTS.test(plain)) return plain.replaceAll(".", "");
    return plain.lastIndexOf(",") > plain.lastIndexOf(".")
      ? plain.replaceAll(".", "").replace(",", ".")
      : plain.replaceAll(",", "");
  }

  /* A number, nothing where all was taken away, or undefined where what is there is neither. */
  mirodash.numberIn = function numberIn(text) {
    const plain = withPoint(text);
    if (!plain) return "";
    return Number.isFinite(Number(plain)) ? Number(plain) : undefined;
  };

  /* Whether a box holds another number than its reader has written so far: 13 for 1e3, 1.5 for 1,500. */
  mirodash.isReadOtherwise = (id) =>
    mirodash.isBeingTyped(id) && written !== null && mirodash.numberIn(written) !== mirodash.numberIn(typed.value);

  function tell() {
    const box = typed;
    const number = mirodash.numberIn(written === null ? box.value : written);
    typed = written = null;
    const id = RANGE.test(box.id) ? JSON.parse(box.id) : box.id;
    if (number !== undefined) mirodash.obeyTyped(id, number);
    else mirodash.enterBox(box.id); /* which is told again what holds */
  }

  /* What a box is about to take, before it leaves out what it does not expect in a number. Keyboards that compose
     words send the whole word again with each letter: what they write is read from the box. */
  function follow({ inputType, data, dataTransfer, target }) {
    const { selectionStart: from, selectionEnd: to, value } = target;
    const isAll = from === 0 && to === value.length;
    const isAtEnd = from === to && to === value.length;
    const isWhole = inputType === "insertText" || inputType === "insertFromPaste";
    const text = data ?? (dataTransfer ? dataTransfer.getData("text/plain") : "");
    if (isAll) written = isWhole ? text : null;
    else if (isWhole && isAtEnd && written !== null) written += text;
    else written = null;
  }

  document.addEventListener("focusin", function enter({ target }) {
    if (!isBox(target)) return;
    written = null;
    mirodash.enterBox(target.id);
    // what the Tab key has selected is replaced by what is typed, though the box was told something
    const isAll = target.value && target.selectionStart === 0 && target.selectionEnd === target.value.length;
    if (isAll) window.requestAnimationFrame(() => target === document.activeElement && !typed && target.select());
  }, true);

  document.addEventListener("beforeinput", (event) => isBox(event.target) && follow(event), true);

  document.addEventListener("input", function begin({ target }) {
    if (isBox(target)) typed = target;
  }, true);

  document.addEventListener("keydown", function press({ target, key }) {
    if (isBox(target) && SPINS.includes(key)) [typed, written] = [target, null];
    else if (target === typed && key === "Enter") tell();
  }, true);

  document.addEventListener("focusout", function leave({ target }) {
    if (target === typed) tell();
  }, true);
})(window.dash_clientside.mirodash);
