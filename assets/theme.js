/* Light or dark: the reader's choice, kept in this browser; until then the system's. Behind it, in the same text,
   is what pictures of survival show: see figure_options.js. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  mirodash.chooseTheme = function chooseTheme(clicks, stored) {
    const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const [kept, ...options] = typeof stored === "string" ? stored.split(" ") : [];
    const current = kept === "dark" || kept === "light" ? kept : system;
    const chosen = clicks ? (current === "dark" ? "light" : "dark") : current;
    document.documentElement.style.colorScheme = chosen;
    const look = [chosen, ...options].join(" ");
    if (mirodash.showFigureOptions) mirodash.showFigureOptions(look);
    return [look, chosen];
  };
})(window.dash_clientside.mirodash);
