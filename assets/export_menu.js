/* The Export menu in the header: opened by mouse, Enter or arrow down, walked with arrows, left with Escape. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const button = () => document.getElementById("export-menu");
  const list = () => document.getElementById("export-list");

  function isOpen() {
    return button() && button().getAttribute("aria-expanded") === "true";
  }

  function open() {
    button().setAttribute("aria-expanded", "true");
    list().hidden = false;
    mirodash.menuItems(list())[0].focus({ preventScroll: true });
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

  document.addEventListener("click", function press(event) {
    const target = event.target.closest ? event.target : document.body;
    if (!target.closest("#export-menu")) return target.closest("#export-list") ? closeToButton() : close();
    return isOpen() ? closeToButton() : open();
  });

  document.addEventListener("keydown", function press(event) {
    if (!button()) return;
    if (isOpen()) mirodash.walkMenu(event, list(), closeToButton);
    else if (event.target === button() && event.key === "ArrowDown") {
      event.preventDefault();
      open();
    }
  });
})(window.dash_clientside.mirodash);
