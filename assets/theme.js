/* Light or dark: the reader's choice, kept in this browser; until then the system's. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  mirodash.chooseTheme = function chooseTheme(clicks, stored) {
    const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const current = stored === "dark" || stored === "light" ? stored : system;
    const chosen = clicks ? (current === "dark" ? "light" : "dark") : current;
    document.documentElement.style.colorScheme = chosen;
    return [chosen, chosen];
  };
})(window.dash_clientside.mirodash);
