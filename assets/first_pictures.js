/* Pictures of an upload before it is used: stacked bars, and survival curves of both arms.

   Everything arrives as numbers and words; titles and arms are data, and are written as text. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const element = (...given) => mirodash.element(...given);
  const SVG = "http://www.w3.org/2000/svg";

  function drawn(name, attributes) {
    const shape = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => shape.setAttribute(key, value));
    return shape;
  }

  function canvas(label, shapes) {
    const picture = drawn("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": label });
    picture.append(...shapes);
    return picture;
  }

  function stackedBars(series, heights) {
    const bins = heights[0].length;
    const wide = 100 / bins;
    const below = new Array(bins).fill(0);
    return heights.flatMap((own, order) =>
      own.map((height, k) => {
        const tall = 100 * height;
        below[k] += tall;
        return drawn("rect", { class: `bar-${series[order][0]}`, x: k * wide, y: 100 - below[k], width: wide * 0.9, height: tall });
      })
    );
  }

  function tickAt([place, text]) {
    const tick = element("span", {}, text);
    tick.style.left = `${place}%`;
    return tick;
  }

  function key(names) {
    return element("p", { class: "picture-key" }, ...names.map(([kind, name]) => element("span", {}, element("i", { class: `bar-${kind}` }), name)));
  }

  function bars({ title, series, bars: heights, ends, said }) {
    return [
      element("figcaption", {}, title, said ? element("span", { class: "note" }, ` ${said}`) : ""),
      series.length > 1 ? key(series) : "",
      canvas([title, said].filter(Boolean).join(": "), stackedBars(series, heights)),
      element("p", { class: "picture-ends" }, ...ends.map((end) => element("span", {}, end))),
    ];
  }

  function curves({ title, axis, lines, ticks, said }) {
    if (!lines.length) return [element("figcaption", {}, title), element("p", { class: "note" }, said)];
    const levels = [0, 50, 100].map((level) => drawn("path", { class: "level", d: `M0 ${level}H100` }));
    const steps = lines.map(({ role, path }) => drawn("path", { class: `line-${role}`, d: path }));
    return [
      element("figcaption", {}, title, element("span", { class: "note" }, ` ${axis}`)),
      element("p", { class: "picture-key" }, ...lines.map((line) => element("span", {}, element("i", { class: `line-${line.role}` }), line.said))),
      element(
        "div",
        { class: "picture-plot" },
        element("div", { class: "picture-levels", "aria-hidden": "true" }, element("span", {}, "100 %"), element("span", {}, "50 %"), element("span", {}, "0 %")),
        canvas(`${title}. ${lines.map((line) => line.said).join("; ")}`, [...levels, ...steps])
      ),
      element("p", { class: "picture-ticks", "aria-hidden": "true" }, ...ticks.map(tickAt)),
    ];
  }

  mirodash.showFirstPictures = function showFirstPictures(place, pictures) {
    place.replaceChildren(...pictures.map((picture) => element("figure", { class: `picture-${picture.kind}` }, ...(picture.kind === "bars" ? bars(picture) : curves(picture)).filter(Boolean))));
  };
})(window.dash_clientside.mirodash);
