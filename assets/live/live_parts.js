/* The live page's pure parts: what its pictures are made of, in which colours, and where a key leads. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const GRID = 10000;
  const PAGE_OF_STOPS = 10;
  const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: PAGE_OF_STOPS, PageDown: -PAGE_OF_STOPS, Home: -Infinity, End: Infinity };
  const NARROWEST = 40;

  const stroke = (d, colour, width, dash = "none") => ({ tag: "path", attributes: { d, stroke: colour, "stroke-width": width, "stroke-dasharray": dash, fill: "none" }, runs: [] });
  const letters = (x, y, size, fill, anchor, text, turn) => ({ tag: "text", attributes: { x, y, "font-size": size, fill, "text-anchor": anchor, ...(turn ? { transform: `rotate(-90 ${x} ${y})` } : {}) }, runs: [[text, 0]] });

  /* Axes, grid and lines across, behind what a sketch draws. */
  mirodash.axesOf = function axesOf(frame, area) {
    const { x, y } = frame.axes;
    const bottom = area.top + area.height * (1 - y.domain[0]);
    const top = area.top + area.height * (1 - y.domain[1]);
    const across = (at) => area.left + (area.width * at) / GRID;
    const up = (at) => bottom - ((bottom - top) * at) / GRID;
    const right = area.left + area.width;
    const made = [];
    y.ticks.forEach((at, k) => {
      if (y.grid) made.push(stroke(`M${area.left} ${up(at)}H${right}`, y.grid, 1));
      made.push(letters(area.left - 6, up(at) + 4, y.size, y.colour, "end", y.texts[k]));
    });
    if (y.title) made.push(letters(area.left - 40, (bottom + top) / 2, y.title_size, y.colour, "middle", y.title, true));
    if (x.line) made.push(stroke(`M${area.left} ${bottom}H${right}`, x.line, 1));
    x.ticks.forEach((at, k) => {
      made.push(stroke(`M${across(at)} ${bottom}v4`, x.line || y.grid, 1));
      made.push(letters(across(at), bottom + 6 + x.size, x.size, x.colour, "middle", x.texts[k]));
    });
    if (x.title) made.push(letters((area.left + right) / 2, bottom + 12 + x.size + x.title_size, x.title_size, x.colour, "middle", x.title));
    for (const line of frame.across) {
      const [x0, x1] = line.x.map(across);
      const [y0, y1] = line.y.map(up);
      made.push(stroke(`M${x0} ${y0}L${x1} ${y1}`, line.colour, line.width, mirodash.dashesOf(line.dash, line.width)));
    }
    return made;
  };

  mirodash.areaOf = function areaOf(frame, width) {
    const { l, r, t, b } = frame.margin;
    return { left: l, top: t, width: Math.max(width - l - r, NARROWEST), height: frame.height - t - b };
  };

  /* The same with other colours: `pairs` says of each what it becomes; whatever is no colour stays. */
  mirodash.recoloured = function recoloured(thing, pairs) {
    if (typeof thing === "string") return Object.hasOwn(pairs, thing) ? pairs[thing] : thing;
    if (Array.isArray(thing)) return thing.map((one) => recoloured(one, pairs));
    if (thing === null || typeof thing !== "object") return thing;
    return Object.fromEntries(Object.entries(thing).map(([key, value]) => [key, recoloured(value, pairs)]));
  };

  /* The place that a key leads to from one of so many; undefined for a key that leads nowhere. */
  mirodash.placeAfter = function placeAfter(key, here, many) {
    return STEPS[key] === undefined ? undefined : Math.min(Math.max(here + STEPS[key], 0), many - 1);
  };

  /* How far along an axis a threshold lies, from 0 to 1, and the stop that is nearest to such a share. */
  mirodash.shareAlong = function shareAlong(threshold, axis) {
    const [low, high] = axis.ends.map((end) => mirodash.positionOf(end, axis));
    return (mirodash.positionOf(threshold, axis) - low) / (high - low);
  };

  mirodash.stopNear = function stopNear(share, stops, axis) {
    const [low, high] = axis.ends.map((end) => mirodash.positionOf(end, axis));
    return stops.indexOf(mirodash.nearestStop(low + share * (high - low), stops, axis));
  };
})(window.dash_clientside.mirodash);
