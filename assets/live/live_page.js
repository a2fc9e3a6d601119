/* The live page: a view in one file. What it says and draws at every stop of its threshold is in it, packed; this
   unpacks it and follows the slider. Nothing is asked of any server. */

(function (mirodash) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const GRID = 10000;
  const PAGE_OF_STOPS = 10;
  const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: PAGE_OF_STOPS, PageDown: -PAGE_OF_STOPS, Home: -Infinity, End: Infinity };
  const CARDS = /^survival-/;
  const OVER = 3; /* pixels by which a thick line may reach over the frame */
  let pictures = 0;

  async function unpacked(id) {
    const bytes = Uint8Array.from(window.atob(document.getElementById(id).textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  }

  function element(name, text, attributes, ...children) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /* pictures */

  const stroke = (d, colour, width, dash = "none") => ({ tag: "path", attributes: { d, stroke: colour, "stroke-width": width, "stroke-dasharray": dash, fill: "none" }, runs: [] });
  const letters = (x, y, size, fill, anchor, text, turn) => ({ tag: "text", attributes: { x, y, "font-size": size, fill, "text-anchor": anchor, ...(turn ? { transform: `rotate(-90 ${x} ${y})` } : {}) }, runs: [[text, 0]] });

  /* Axes, grid and lines across, behind what a sketch draws. */
  function axesOf(frame, area) {
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
  }

  function areaOf(frame, width) {
    const { l, r, t, b } = frame.margin;
    return { left: l, top: t, width: Math.max(width - l - r, 40), height: frame.height - t - b };
  }

  function drawInto(svg, sketch, looks) {
    const frame = looks[sketch.frame];
    const area = areaOf(frame, svg.parentElement.clientWidth);
    svg.setAttribute("width", area.left + area.width + frame.margin.r);
    svg.setAttribute("height", frame.height);
    const [clip, behind, inside, over] = svg.children;
    for (const [name, value] of Object.entries({ x: area.left, y: area.top - OVER, width: area.width + OVER, height: area.height + OVER })) clip.firstElementChild.setAttribute(name, value);
    mirodash.putElements(behind, axesOf(frame, area));
    const made = mirodash.elementsOf(sketch, looks, area);
    mirodash.putElements(inside, made.filter(({ tag }) => tag === "path"));
    mirodash.putElements(over, made.filter(({ tag }) => tag !== "path"));
    return { frame, area };
  }

  function picture(label) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    const clip = document.createElementNS(SVG, "clipPath");
    clip.append(document.createElementNS(SVG, "rect"));
    clip.id = `frame-${(pictures += 1)}`;
    svg.append(clip, ...[0, 1, 2].map(() => document.createElementNS(SVG, "g")));
    svg.children[2].setAttribute("clip-path", `url(#${clip.id})`);
    return svg;
  }

  /* words */

  function factsOf(words) {
    const lines = words.facts.map(({ label, value, detail, kind }) =>
      element("div", "", { class: kind }, element("dt", label), element("dd", "", {}, element("strong", value), ` ${detail}`)));
    return element("dl", "", { class: "facts" }, ...lines);
  }

  function tableOf({ caption, header, rows }) {
    const cells = (texts, name) => element("tr", "", {}, ...texts.map((text, k) => element(k ? name : "th", text, { scope: name === "th" ? "col" : "row" })));
    return element("table", "", {}, element("caption", caption), cells(header, "th"), ...rows.map((row) => cells(row, "td")));
  }

  function panel(key) {
    const parts = { head: element("div"), plot: element("div", "", { class: "plot" }), body: element("div"), tables: element("div", "", { class: "tables" }) };
    const twin = element("details", "", {}, element("summary", "Table"), parts.tables);
    const place = element("section", "", { class: `panel ${key}` }, parts.head, parts.plot, parts.body, twin);
    return { ...parts, twin, place, svg: null };
  }

  function show(one, words, tables, sketch, looks) {
    if (!words) return null;
    one.head.replaceChildren(element("h2", words.title), element("p", words.subtitle, { class: "subtitle" }));
    one.body.replaceChildren(factsOf(words), element("p", words.cannot || words.sentence, { class: "sentence" }));
    one.twin.hidden = !tables;
    one.rows = tables || [];
    if (one.twin.open) one.tables.replaceChildren(...one.rows.map(tableOf));
    one.plot.hidden = !sketch;
    if (!sketch) return null;
    if (!one.svg) one.plot.append((one.svg = picture(words.title)));
    one.svg.setAttribute("aria-label", `${words.title}. ${words.sentence}`);
    return drawInto(one.svg, sketch, looks);
  }

  /* the page */

  function start(data) {
    const view = document.getElementById("view");
    const { looks, still, stops, axis } = data;
    const isMovable = stops.length > 1;
    let here = data.here;

    const finding = element("section", "", { class: "finding" });
    const estimand = element("div", "", { class: "estimand-line" });
    const panels = Object.fromEntries(["effect", "differing", ...Object.keys({ ...still.panels, ...stops[here].panels }).filter((key) => CARDS.test(key)).sort(), "flow"].map((key) => [key, panel(key)]));
    for (const one of Object.values(panels)) one.twin.addEventListener("toggle", () => one.tables.replaceChildren(...one.rows.map(tableOf)));
    const cards = element("div", "", { class: "cards" }, ...Object.keys(panels).filter((key) => CARDS.test(key)).map((key) => panels[key].place));
    const slider = element("input", "", { type: "range", id: "threshold", min: 0, max: 1000, step: 1 });
    const output = element("output", "", { for: "threshold" });
    const label = element("label", axis ? `Threshold of ${axis.name}` : "", { for: "threshold" });
    const control = element("div", "", { class: "control" }, label, slider, output);
    control.hidden = !isMovable;
    const line = element("div", "", { class: "line" }, element("span"));
    panels.effect.plot.append(line);
    view.replaceChildren(finding, estimand, control, element("div", "", { class: "first" }, panels.effect.place, panels.differing.place), cards, panels.flow.place);

    const ends = axis && axis.ends.map((end) => mirodash.positionOf(end, axis));
    const share = (threshold) => (mirodash.positionOf(threshold, axis) - ends[0]) / (ends[1] - ends[0]);

    function draw() {
      const stop = stops[here];
      const { title, subtitle } = stop.panels.finding || { title: "", subtitle: "" };
      finding.replaceChildren(element("h1", title), element("p", subtitle), ...(stop.panels.finding ? [factsOf(stop.panels.finding)] : []));
      estimand.replaceChildren(...stop.page.estimand.flatMap(({ text, strong }) => [element(strong ? "b" : "span", text), " "]), element("strong", stop.page.banner, { class: "banner" }));
      // all places first: a picture is as wide as what is beside it leaves
      for (const [key, one] of Object.entries(panels)) one.place.hidden = !(key in still.panels ? still : stop).panels[key];
      for (const [key, one] of Object.entries(panels)) {
        const from = key in still.panels ? still : stop;
        const drawn = show(one, from.panels[key], from.tables[key], from.sketches[key], looks);
        if (key !== "effect" || !drawn) continue;
        line.hidden = stop.at === null;
        if (stop.at === null) continue;
        line.style.left = `${drawn.area.left + drawn.area.width * share(stop.at)}px`;
        line.firstElementChild.textContent = mirodash.inWords(stop.at);
      }
      if (!isMovable) return;
      slider.value = 1000 * share(stop.at);
      output.textContent = `${mirodash.inWords(stop.at)} ${axis.unit}`.trim();
      slider.setAttribute("aria-valuetext", output.textContent);
    }

    let isWanted = false;
    function moveTo(place) {
      if (place === here) return;
      here = place;
      if (isWanted) return;
      isWanted = true;
      window.requestAnimationFrame(() => {
        isWanted = false;
        draw();
      });
    }

    const places = stops.map(({ at }) => at);
    const nearest = (of) => places.indexOf(mirodash.nearestStop(ends[0] + of * (ends[1] - ends[0]), places, axis));
    slider.addEventListener("input", () => moveTo(nearest(Number(slider.value) / 1000)));
    slider.addEventListener("keydown", (event) => {
      if (KEYS[event.key] === undefined) return;
      event.preventDefault();
      moveTo(Math.min(Math.max(here + KEYS[event.key], 0), stops.length - 1));
    });

    /* the line on the curve can be taken, too */
    panels.effect.plot.addEventListener("pointerdown", (press) => {
      if (!isMovable) return;
      const { l, r } = looks[still.sketches.effect.frame].margin;
      const pull = ({ clientX }) => {
        const frame = panels.effect.plot.getBoundingClientRect();
        moveTo(nearest(Math.min(Math.max((clientX - frame.left - l) / (frame.width - l - r), 0), 1)));
      };
      const drop = () => {
        window.removeEventListener("pointermove", pull);
        window.removeEventListener("pointerup", drop);
        window.removeEventListener("pointercancel", drop);
      };
      press.preventDefault();
      window.addEventListener("pointermove", pull);
      window.addEventListener("pointerup", drop);
      window.addEventListener("pointercancel", drop);
      pull(press);
    });
    window.addEventListener("resize", draw);
    draw();
  }

  unpacked("pack").then(start, () => {
    document.getElementById("view").textContent = "This browser is too old to unpack the page: open it in a newer one.";
  });
})(window.dash_clientside.mirodash);
