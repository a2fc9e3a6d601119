/* The code of the slide's link on stage: in the corner, large, or at the end of the show. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const INVITATION = "Open this view on your phone";

  let code = null; /* of the slide that is shown, or why it has none */
  let size = ""; /* "", "corner" or "large": as the presenter left it, on every slide */
  let before = ""; /* the same before the end of the show */

  const place = () => document.getElementById("stage-code");
  const box = () => document.getElementById("stage-box");

  mirodash.hasCode = (slide) => Boolean(slide && slide.code && slide.code.path);
  mirodash.codeInWords = () => (!size || !code ? "" : code.cannot || code.said);

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function picture({ size: units, path, said }) {
    const svg = document.createElementNS(SVG, "svg");
    const dark = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", `0 0 ${units} ${units}`);
    svg.setAttribute("shape-rendering", "crispEdges");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", said);
    dark.setAttribute("d", path);
    svg.append(dark);
    return svg;
  }

  function show() {
    const isShown = Boolean(size && code);
    const kind = isShown && code.cannot ? "cannot" : size;
    if (box()) box().classList.toggle("coded", isShown && kind === "corner");
    if (!place()) return;
    place().hidden = !isShown;
    place().className = isShown ? kind : "";
    const parts = {
      cannot: () => [element("p", code.cannot)],
      corner: () => [picture(code)],
      large: () => [element("h3", INVITATION), picture(code), element("p", code.address)],
    };
    place().replaceChildren(...(isShown ? parts[kind]() : []));
  }

  mirodash.writeCode = function writeCode(given) {
    code = given || null;
    show();
  };

  function set(to) {
    size = to;
    show();
  }

  /* The next of corner, large and off; of a sentence on why there is none, on and off. */
  mirodash.turnCode = function turnCode() {
    const sizes = code && code.cannot ? ["", "corner"] : ["", "corner", "large"];
    set(sizes[(sizes.indexOf(size) + 1) % sizes.length]);
  };

  /* False where there is no code to show. */
  mirodash.showCodeAtEnd = function showCodeAtEnd() {
    if (!code || !code.path) return false;
    before = size;
    set("large");
    return true;
  };

  mirodash.endCode = () => set(before);
  mirodash.hideCode = () => set("");
})(window.dash_clientside.mirodash);
