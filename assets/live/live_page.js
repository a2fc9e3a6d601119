/* The live page: a view in one file. What it says and draws at every stop of its threshold is in it, packed; this
   unpacks it and follows the slider. Nothing is asked of any server. */

(function (mirodash) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
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

  function drawInto(svg, sketch, looks) {
    const frame = looks[sketch.frame];
    const area = mirodash.areaOf(frame, svg.parentElement.clientWidth);
    svg.setAttribute("width", area.left + area.width + frame.margin.r);
    svg.setAttribute("height", frame.height);
    const [clip, behind, inside, over] = svg.children;
    for (const [name, value] of Object.entries({ x: area.left, y: area.top - OVER, width: area.width + OVER, height: area.height + OVER })) clip.firstElementChild.setAttribute(name, value);
    mirodash.putElements(behind, mirodash.axesOf(frame, area));
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

  const DARK = "(prefers-color-scheme: dark)";

  function start(data) {
    const view = document.getElementById("view");
    const { still, sliders, axis } = data;
    const isMovable = sliders[0].stops.length > 1;
    const opening = sliders.map(({ here }) => here);
    const ends = sliders.map(({ stops, here }) => stops[here].at);
    let slot = 0; /* which threshold moves; the others are where the view has them */
    let here = opening[0];
    let looks = data.looks;

    const finding = element("section", "", { class: "finding" });
    const estimand = element("div", "", { class: "estimand-line" });
    const keys = Object.keys({ ...still.panels, ...sliders[0].stops[here].panels });
    const panels = Object.fromEntries(["effect", "differing", ...keys.filter((key) => CARDS.test(key)).sort(), "flow"].map((key) => [key, panel(key)]));
    for (const one of Object.values(panels)) one.twin.addEventListener("toggle", () => one.tables.replaceChildren(...one.rows.map(tableOf)));
    const cards = element("div", "", { class: "cards" }, ...Object.keys(panels).filter((key) => CARDS.test(key)).map((key) => panels[key].place));
    const controls = sliders.map((_, k) => {
      const id = k ? `threshold-${k + 1}` : "threshold";
      const which = sliders.length > 1 ? `Threshold ${k + 1}` : "Threshold";
      const input = element("input", "", { type: "range", id, min: 0, max: 1000, step: 1 });
      const output = element("output", "", { for: id });
      const row = element("div", "", { class: "slider" }, element("label", axis ? `${which} of ${axis.name}` : "", { for: id }), input, output);
      return { input, output, row };
    });
    const note = sliders.length > 1 ? [element("p", "One threshold moves at a time; the others are where the view has them.", { class: "note" })] : [];
    const control = element("div", "", { class: "control" }, ...controls.map(({ row }) => row), ...note);
    control.hidden = !isMovable;
    const lines = sliders.map(() => element("div", "", { class: "line" }, element("span")));
    panels.effect.plot.append(...lines);
    view.replaceChildren(finding, estimand, control, element("div", "", { class: "first" }, panels.effect.place, panels.differing.place), cards, panels.flow.place);

    const thresholds = () => ends.map((at, k) => (k === slot ? sliders[slot].stops[here].at : at));

    function placeLines({ area }) {
      thresholds().forEach((at, k) => {
        lines[k].hidden = at === null;
        if (at === null) return;
        lines[k].style.left = `${area.left + area.width * mirodash.shareAlong(at, axis)}px`;
        lines[k].firstElementChild.textContent = mirodash.inWords(at);
      });
    }

    function placeThumbs() {
      thresholds().forEach((at, k) => {
        const { input, output } = controls[k];
        input.value = 1000 * mirodash.shareAlong(at, axis);
        output.textContent = `${mirodash.inWords(at)} ${axis.unit}`.trim();
        input.setAttribute("aria-valuetext", output.textContent);
      });
    }

    function draw() {
      const stop = sliders[slot].stops[here];
      const { title, subtitle } = stop.panels.finding || { title: "", subtitle: "" };
      finding.replaceChildren(element("h1", title), element("p", subtitle), ...(stop.panels.finding ? [factsOf(stop.panels.finding)] : []));
      estimand.replaceChildren(...stop.page.estimand.flatMap(({ text, strong }) => [element(strong ? "b" : "span", text), " "]), element("strong", stop.page.banner, { class: "banner" }));
      // all places first: a picture is as wide as what is beside it leaves
      for (const [key, one] of Object.entries(panels)) one.place.hidden = !(key in still.panels ? still : stop).panels[key];
      for (const [key, one] of Object.entries(panels)) {
        const from = key in still.panels ? still : stop;
        const drawn = show(one, from.panels[key], from.tables[key], from.sketches[key], looks);
        if (key === "effect" && drawn) placeLines(drawn);
      }
      if (isMovable) placeThumbs();
    }

    /* light or dark as the reader's machine is set; on paper light */
    function paint(isDark) {
      document.documentElement.dataset.mantineColorScheme = isDark ? "dark" : "light";
      looks = isDark ? mirodash.recoloured(data.looks, data.dark) : data.looks;
      draw();
    }

    let isWanted = false;
    function moveTo(k, place) {
      if (place === undefined || (k === slot && place === here)) return;
      slot = k;
      here = place;
      if (isWanted) return;
      isWanted = true;
      window.requestAnimationFrame(() => {
        isWanted = false;
        draw();
      });
    }

    const places = sliders.map(({ stops }) => stops.map(({ at }) => at));
    const near = (k, share) => mirodash.stopNear(share, places[k], axis);
    controls.forEach(({ input }, k) => {
      input.addEventListener("input", () => moveTo(k, near(k, Number(input.value) / 1000)));
      input.addEventListener("keydown", (event) => {
        const from = k === slot ? here : opening[k];
        const place = mirodash.placeAfter(event.key, from, places[k].length);
        if (place === undefined) return;
        event.preventDefault();
        moveTo(k, place);
      });
    });

    /* the lines on the curve can be taken, too: the one that is nearest */
    panels.effect.plot.addEventListener("pointerdown", (press) => {
      if (!isMovable) return;
      const { l, r } = looks[still.sketches.effect.frame].margin;
      const frame = panels.effect.plot.getBoundingClientRect();
      const shareOf = ({ clientX }) => Math.min(Math.max((clientX - frame.left - l) / (frame.width - l - r), 0), 1);
      const far = thresholds().map((at) => Math.abs(mirodash.shareAlong(at, axis) - shareOf(press)));
      const taken = far.indexOf(Math.min(...far));
      const pull = (move) => moveTo(taken, near(taken, shareOf(move)));
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
    const dark = window.matchMedia(DARK);
    dark.addEventListener("change", () => paint(dark.matches));
    window.addEventListener("beforeprint", () => paint(false));
    window.addEventListener("afterprint", () => paint(dark.matches));
    window.addEventListener("resize", draw);
    paint(dark.matches);
  }

  unpacked("pack").then(start, () => {
    document.getElementById("view").textContent = "This browser is too old to unpack the page: open it in a newer one.";
  });
})(window.dash_clientside.mirodash);
