/* How every menu is walked: arrows, Home and End go round what it offers; Escape and Tab lead back to its button.
   And whether the list of a box with choices is open. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  mirodash.menuItems = (menu) => [...menu.querySelectorAll("[role=menuitem]:not([hidden])")];

  mirodash.walkMenu = function walkMenu(event, menu, closeToButton) {
    const all = mirodash.menuItems(menu);
    const at = all.indexOf(document.activeElement);
    const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
    if (event.key === "Tab") return closeToButton(); /* and on from there, as from the button */
    if (event.key === "Escape") closeToButton();
    else if (event.key in goals) all[(goals[event.key] + all.length) % all.length].focus();
    else return undefined;
    event.stopPropagation();
    return event.preventDefault();
  };

  /* Mantine calls a box with choices a box for text; it names the list while it is open, and says nowhere that it is. */
  function sayWhetherOpen(box) {
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-expanded", String(box.hasAttribute("aria-controls")));
  }
  const isBox = (target) => target.matches("input[aria-haspopup=listbox]");
  document.addEventListener("focusin", ({ target }) => isBox(target) && sayWhetherOpen(target));
  new MutationObserver((changes) => {
    for (const { target } of changes) if (isBox(target)) sayWhetherOpen(target);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["aria-controls"], subtree: true });
})(window.dash_clientside.mirodash);
