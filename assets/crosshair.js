/* Pointing at a picture of curves: one line through all of them, a mark on each, and beneath the axis what each
   says there. All pictures of one kind show the same time, so that groups are compared; nothing covers a curve. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const UNDER_AXIS = 20; /* pixels from the axis to what is said under it: the numbers of the axis stay */
  const DECIMALS = { days: 0, weeks: 1, months: 1, years: 2 };
  const LEVEL = /([\d.]+\s*%\sCI)\s/u;
  const OF_TIME = ".cards .panel.pictured:not(.absent)";

  const graphOf = (plot) => plot.querySelector(".js-plotly-plot");
  const kindOf = (graph) => (graph && graph._fullLayout && graph.layout.meta ? graph.layout.meta.crosshair : undefined);

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /* Where along a line a place lies: the corner before it on steps, the nearest point of a smooth line; -1 beyond. */
  mirodash.cornerAt = function cornerAt(xs, at, isStepped) {
    const last = xs.length - 1;
    if (last < 0 || at < xs[0] || at > xs[last]) return -1;
    let k = 0;
    while (k < last && xs[k + 1] <= at) k += 1;
    if (isStepped || k === last) return k;
    return at - xs[k] <= xs[k + 1] - at ? k : k + 1;
  };

  /* What each line with words says at a place: its name, its words, and where its mark stands. */
  function readings(graph, at) {
    return graph.data
      .filter((trace) => trace.customdata || trace.hovertext)
      .map((trace) => {
        const isStepped = trace.line.shape === "hv";
        const k = mirodash.cornerAt(trace.x, at, isStepped);
        const words = (trace.customdata || trace.hovertext)[k];
        return { name: trace.meta || "", colour: trace.line.color, words, y: k < 0 ? null : trace.y[k], x: isStepped ? at : trace.x[k] };
      });
  }

  const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&#123;/g, "{").replace(/&amp;/g, "&");

  function lineOf({ name, colour, words }) {
    const row = element("p", {});
    if (name) {
      const label = element("b", {}, plain(name));
      label.style.color = colour;
      row.append(label, " ");
    }
    row.append(words === undefined ? "not followed so long" : plain(words).split("<br>").join(", ").replace(LEVEL, ""));
    return row;
  }

  function layerOf(plot) {
    let layer = plot.querySelector(":scope > .crosshair");
    if (!layer) {
      layer = element("div", { class: "crosshair", "aria-hidden": "true" }, element("i", {}), element("div", { class: "crosshair-words" }));
      plot.append(layer);
    }
    return layer;
  }

  function hide(plot) {
    const layer = plot.querySelector(":scope > .crosshair");
    if (layer) layer.hidden = true;
  }

  /* The time, and which interval stands in brackets behind each share: once, as it is the same for all. */
  function nameOf(at, kind, found) {
    if (typeof kind !== "string") return "";
    const level = found.map(({ words }) => LEVEL.exec(words || "")).find(Boolean);
    const time = `${kind.replace(/s$/, "")} ${at.toLocaleString("en", { maximumFractionDigits: DECIMALS[kind] ?? 1 })}`;
    return level ? `${time} (${level[1]})` : time;
  }

  function show(plot, at) {
    const graph = graphOf(plot);
    const { xaxis, yaxis, _size } = graph._fullLayout;
    const kind = kindOf(graph);
    const layer = layerOf(plot);
    const found = readings(graph, at);
    if (!found.length) return hide(plot);
    const [line, words] = layer.children;
    const above = graph.offsetTop + _size.t + (1 - yaxis.domain[1]) * _size.h;
    const high = (yaxis.domain[1] - yaxis.domain[0]) * _size.h;
    const across = (x) => _size.l + xaxis.d2p(x);
    layer.hidden = false;
    Object.assign(line.style, { left: `${across(found[0].x ?? at)}px`, top: `${above}px`, height: `${high}px` });
    layer.querySelectorAll("b.crosshair-mark").forEach((mark) => mark.remove());
    found.filter(({ y }) => y !== null).forEach(({ x, y, colour }) => {
      const mark = element("b", { class: "crosshair-mark" });
      Object.assign(mark.style, { left: `${across(x)}px`, top: `${above + yaxis.d2p(y)}px`, background: colour });
      layer.append(mark);
    });
    const title = nameOf(found[0].x ?? at, kind, found);
    words.replaceChildren(...(title ? [element("p", { class: "crosshair-at" }, title)] : []), ...found.map(lineOf));
    words.style.top = `${above + high + UNDER_AXIS}px`;
    return undefined;
  }

  const peers = (plot) => (plot.closest(".cards") ? [...document.querySelectorAll(`${OF_TIME} .plot`)] : [plot]);

  function placeUnder(plot, { clientX }) {
    const graph = graphOf(plot);
    const { xaxis, _size } = graph._fullLayout;
    const left = graph.getBoundingClientRect().left;
    const zoom = graph.getBoundingClientRect().width / graph.offsetWidth || 1;
    const at = xaxis.p2d((clientX - left) / zoom - _size.l);
    const [low, high] = xaxis.range;
    return at < low || at > high ? null : at;
  }

  let shownOn = null;
  let wanted = null;

  function draw() {
    if (!wanted) return;
    const { plot, at } = wanted;
    wanted = null;
    if (at === null) return clear();
    shownOn = plot;
    peers(plot).forEach((one) => kindOf(graphOf(one)) !== undefined && show(one, at));
  }

  function clear() {
    document.querySelectorAll(".plot > .crosshair").forEach((layer) => (layer.hidden = true));
    shownOn = null;
  }

  function follow(event) {
    const plot = event.target.closest && event.target.closest(".plot");
    if (!plot || event.buttons || kindOf(graphOf(plot)) === undefined) {
      if (shownOn) clear();
      return;
    }
    if (!wanted) window.requestAnimationFrame(draw);
    wanted = { plot, at: placeUnder(plot, event) };
  }

  document.addEventListener("pointermove", follow, { passive: true });
  document.addEventListener("pointerup", (event) => event.pointerType === "touch" && follow(event), { passive: true });
  document.addEventListener("pointerleave", clear);
  window.addEventListener("mirodash-scrubbed", clear);
  window.addEventListener("scroll", clear, { passive: true });

  /* By keyboard: arrows go from one event to the next, Escape hides what is shown. */

  function steps(graph) {
    const all = graph.data.filter((trace) => trace.customdata || trace.hovertext).flatMap((trace) => trace.x);
    return [...new Set(all)].sort((a, b) => a - b);
  }

  document.addEventListener("keydown", function walk(event) {
    const plot = event.target.matches && event.target.matches(".plot[tabindex]") ? event.target : null;
    const graph = plot && graphOf(plot);
    if (!graph || kindOf(graph) === undefined) return;
    if (event.key === "Escape") return clear();
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const stops = steps(graph);
    const before = Number(plot.dataset.at ?? -1);
    const k = Math.min(Math.max(before + by, 0), stops.length - 1);
    plot.dataset.at = k;
    peers(plot).forEach((one) => kindOf(graphOf(one)) !== undefined && show(one, stops[k]));
    shownOn = plot;
    const said = [...plot.querySelectorAll(".crosshair-words p")].map((line) => line.textContent).join(". ");
    document.getElementById("shell-status").textContent = said;
  });
})(window.dash_clientside.mirodash);
