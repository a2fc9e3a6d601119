/* Before a page is printed its pictures are made as wide as paper, and light; after that all is as it was. */

(function () {
  "use strict";

  /* In pixels of paper: A4 upright without its margins, and half of it less the gap. */
  const PAPER = 700;
  const HALF = 338;

  const COLOUR = /rgb\((\d+, \d+, \d+)\)/g;
  let undone = [];

  function change(element, name, value) {
    const before = element.getAttribute(name);
    undone.push(() => (before === null ? element.removeAttribute(name) : element.setAttribute(name, before)));
    element.setAttribute(name, value);
  }

  /* Drawn anew as wide as paper rather than stretched or shrunk: letters stay as large as those around them, and
     the handles, which lie over a picture, stay where its axis says. */
  function fit(plot) {
    const room = plot.closest(".cards") ? HALF : PAPER;
    const picture = plot.querySelector(".js-plotly-plot");
    if (!picture || !plot.offsetWidth) return;
    undone.push(() => window.Plotly.relayout(picture, { width: null, height: null, autosize: true }));
    change(plot, "style", `${plot.getAttribute("style") || ""};width:${room}px`);
    // a large screen may have drawn it taller than its place is on paper
    const height = parseFloat(picture.closest(".dash-graph").style.height);
    window.Plotly.relayout(picture, { width: room, height, autosize: false });
  }

  function lighten(element, colours) {
    const style = element.getAttribute("style");
    const known = element.closest("text") ? colours.letters : colours.lines;
    const light = style.replace(COLOUR, (given, parts) => (known[parts] ? `rgb(${known[parts]})` : given));
    if (light !== style) change(element, "style", light);
  }

  window.addEventListener("beforeprint", function prepare() {
    const foot = document.getElementById("page-footer");
    document.querySelectorAll(".main .plot").forEach(fit);
    const isDark = document.documentElement.dataset.mantineColorScheme === "dark";
    if (!foot || !isDark) return;
    const colours = JSON.parse(foot.dataset.colours);
    document.querySelectorAll(".plot .main-svg [style]").forEach((element) => lighten(element, colours));
  });

  window.addEventListener("afterprint", function restore() {
    undone.reverse().forEach((undo) => undo());
    undone = [];
  });
})();
