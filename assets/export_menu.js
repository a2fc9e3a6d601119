/* The Export menu in the header: opened by mouse, Enter or arrow down, walked with arrows, left with Escape. */

(function () {
  "use strict";

  const button = () => document.getElementById("export-menu");
  const list = () => document.getElementById("export-list");

  function isOpen() {
    return button() && button().getAttribute("aria-expanded") === "true";
  }

  function open() {
    button().setAttribute("aria-expanded", "true");
    list().hidden = false;
    list().querySelector("[role=menuitem]").focus({ preventScroll: true });
  }

  function close() {
    if (!isOpen()) return;
    button().setAttribute("aria-expanded", "false");
    list().hidden = true;
  }

  function closeToButton() {
    close();
    button().focus({ preventScroll: true });
  }

  function walk(event) {
    const all = [...list().querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    if (event.key === "Tab") return closeToButton(); /* and on from there, as from the button */
    if (event.key === "Escape") closeToButton();
    else if (event.key in goals) all[(goals[event.key] + all.length) % all.length].focus();
    else return undefined;
    return event.preventDefault();
  }

  document.addEventListener("click", function press(event) {
    const target = event.target.closest ? event.target : document.body;
    if (!target.closest("#export-menu")) return target.closest("#export-list") ? closeToButton() : close();
    return isOpen() ? closeToButton() : open();
  });

  document.addEventListener("keydown", function press(event) {
    if (!button()) return;
    if (isOpen()) walk(event);
    else if (event.target === button() && event.key === "ArrowDown") {
      event.preventDefault();
      open();
    }
  });
})();
