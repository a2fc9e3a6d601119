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

  /* Mantine names the list of an open box, and says nowhere that it is open. */
  const lists = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.getAttribute("role") !== "combobox") continue;
      target.setAttribute("aria-expanded", String(target.hasAttribute("aria-controls")));
    }
  });
  lists.observe(document.documentElement, { attributes: true, attributeFilter: ["aria-controls"], subtree: true });
})(window.dash_clientside.mirodash);
