/* Dash loads the whole of plotly.js, under an address that never changes: in its place it gets the part that the
   page names, which is a third as large and kept for good. */

(function () {
  "use strict";

  const named = document.querySelector('meta[name="charts-library"]');
  if (!named) return;
  Object.defineProperty(window, "_dashPlotlyJSURL", { configurable: true, get: () => named.content, set: () => {} });
})();
