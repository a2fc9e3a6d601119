/* Sketches: pictures of lines, areas, ticks and letters, drawn as SVG from places on a grid. What
   mirodash.plot.sketch writes becomes elements; those that are there are changed, not made again. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const GRID = 10000;
  const LEADING = 1.3;
  const MIDDLE = 0.35; /* of a letter's size, from its middle down to its base line */
  const LONGER = 0.7; /* of its size a tick reaches up and down */
  const THINNEST_DASH = 3;
  const NOTE_PAD = 1;

  const rounded = (pixels) => Math.round(pixels * 100) / 100;

  /* Where a place lies in the frame: pixels from the left on one of the axes, and from above on another. */
  function scales(area, axes) {
    const stretch = (name) => (name === "paper" ? [0, 1] : axes[name.replace(" domain", "")].domain || [0, 1]);
    const across = (name) => {
      const [low, high] = stretch(name);
      return (at) => rounded(area.left + area.width * (low + ((high - low) * at) / GRID));
    };
    const up = (name) => {
      const [low, high] = stretch(name);
      return (at) => rounded(area.top + area.height * (1 - low - ((high - low) * at) / GRID));
    };
    return { across, up };
  }

  /* Places from differences; null where a line is broken. */
  mirodash.placesOf = function placesOf(differences) {
    let at = 0;
    return differences.map((by) => (by === null ? null : (at += by)));
  };

  /* What joins the next place to those before, of a line, of steps and of ticks. */
  const STROKES = {
    line: (x, y) => `L${x} ${y}`,
    steps: (x, y) => `H${x}V${y}`,
  };

  mirodash.pathOf = function pathOf(x, y, { kind, size = 0 }) {
    if (kind === "ticks") return x.map((at, k) => `M${at} ${rounded(y[k] - LONGER * size)}v${rounded(2 * LONGER * size)}`).join("");
    const stroke = STROKES[kind] || STROKES.line;
    const end = kind === "area" ? "Z" : "";
    let path = "";
    let open = false;
    x.forEach((at, k) => {
      if (at === null || y[k] === null) {
        path += open ? end : "";
        open = false;
        return;
      }
      path += open ? stroke(at, y[k]) : `M${at} ${y[k]}`;
      open = true;
    });
    return path + (open ? end : "");
  };

  mirodash.dashesOf = function dashesOf(dash, width) {
    if (String(dash).includes("px")) return dash.replaceAll("px", "").replaceAll(",", " ");
    const unit = Math.max(width, THINNEST_DASH);
    return { dot: `${unit} ${unit}`, dash: `${3 * unit} ${3 * unit}` }[dash] || "none";
  };

  function lineOf([, x, y], look, { across, up }) {
    const places = (differences, scale) => mirodash.placesOf(differences).map((at) => (at === null ? null : scale(at)));
    const d = mirodash.pathOf(places(x, across(look.across || "x")), places(y, up("y")), look);
    const fill = look.kind === "area" ? look.fill : "none";
    const stroke = look.width ? look.colour : "none";
    return {
      tag: "path",
      attributes: { d, fill, stroke, "stroke-width": look.width, "stroke-dasharray": mirodash.dashesOf(look.dash, look.width), opacity: look.opacity === undefined ? 1 : look.opacity },
      runs: [],
    };
  }

  const letters = (x, y, size, fill, anchor, runs) => ({ tag: "text", attributes: { x, y: rounded(y), "font-size": size, fill, "text-anchor": anchor }, runs });

  function lettersOf([, x, y, texts], look, { across, up }) {
    const [xs, ys] = [mirodash.placesOf(x), mirodash.placesOf(y)];
    const [wide, high] = [across(look.across || "x"), up(look.on)];
    return texts.map((text, k) => {
      const colour = Array.isArray(look.colour) ? look.colour[k] : look.colour;
      return letters(wide(xs[k]), high(ys[k]) + MIDDLE * look.size, look.size, colour, "middle", [[text, 0]]);
    });
  }

  /* A straight line between two places; where it is so long in pixels, from where it is anchored. */
  function shapeOf([, x0, x1, y0, y1], look, { across, up }) {
    const [wide, high] = [across(look.on[0]), up(look.on[1])];
    const [x, y] = [(at) => (look.pixels[0] ? rounded(wide(look.anchors[0]) + at) : wide(at)), (at) => (look.pixels[1] ? rounded(high(look.anchors[1]) - at) : high(at))];
    return {
      tag: "path",
      attributes: { d: `M${x(x0)} ${y(y0)}L${x(x1)} ${y(y1)}`, fill: "none", stroke: look.colour, "stroke-width": look.width, "stroke-dasharray": mirodash.dashesOf(look.dash, look.width), opacity: 1 },
      runs: [],
    };
  }

  const ANCHORS = { left: "start", center: "middle", right: "end" };
  const PADS = { left: NOTE_PAD, center: 0, right: -NOTE_PAD };

  /* A block of lines: its middle, upper or lower edge lies where the note belongs. */
  function noteOf([, x, y], look, { across, up }) {
    const [horizontal, vertical] = look.anchor;
    const left = across(look.on[0])(x) + look.shift[0] + PADS[horizontal];
    const at = up(look.on[1])(y) - look.shift[1];
    const line = LEADING * look.size;
    const first = { middle: at - (line * (look.lines.length - 1)) / 2, top: at + line / 2, bottom: at - line * (look.lines.length - 0.5) }[vertical];
    return look.lines.map((runs, k) => letters(left, first + k * line + MIDDLE * look.size, look.size, look.colour, ANCHORS[horizontal], runs));
  }

  /* The elements of a sketch, as tag, attributes and runs of letters.

     `area` is where the axes lie, in pixels: left, top, width, height. */
  mirodash.elementsOf = function elementsOf(sketch, looks, area) {
    const to = scales(area, looks[sketch.frame].axes);
    const drawn = sketch.traces.map((trace) => ({ trace, look: looks[trace[0]] }));
    const lines = drawn.filter(({ look }) => look.kind !== "letters").map(({ trace, look }) => lineOf(trace, look, to));
    const counts = drawn.filter(({ look }) => look.kind === "letters").flatMap(({ trace, look }) => lettersOf(trace, look, to));
    const shapes = (sketch.shapes || []).map((shape) => shapeOf(shape, looks[shape[0]], to));
    return [...lines, ...shapes, ...counts, ...sketch.notes.flatMap((note) => noteOf(note, looks[note[0]], to))];
  };

  function setAttributes(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
      const text = String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }

  /* Text stays where it is and only its letters change: a node that is made anew is styled and laid out anew. */
  function setText(element, text) {
    const [letters] = element.childNodes;
    if (element.childNodes.length !== 1 || letters.nodeName !== "#text") element.textContent = text;
    else if (letters.data !== text) letters.data = text;
  }

  function setRuns(element, runs) {
    if (runs.length === 1 && !runs[0][1]) return setText(element, runs[0][0]);
    if (element.children.length !== runs.length || element.childNodes.length !== runs.length) {
      element.replaceChildren(...runs.map(() => document.createElementNS(SVG, "tspan")));
    }
    return runs.forEach(([text, bold], k) => {
      const run = element.children[k];
      if (bold) run.setAttribute("font-weight", "700");
      else run.removeAttribute("font-weight");
      setText(run, text);
    });
  }

  /* Make a group show these elements: each that is there already and of the same kind is changed in place. */
  mirodash.putElements = function putElements(group, elements) {
    elements.forEach(({ tag, attributes, runs }, k) => {
      let element = group.children[k];
      if (!element || element.tagName.toLowerCase() !== tag) {
        const made = document.createElementNS(SVG, tag);
        if (element) element.replaceWith(made);
        else group.append(made);
        element = made;
      }
      setAttributes(element, attributes);
      setRuns(element, runs);
    });
    while (group.children.length > elements.length) group.lastElementChild.remove();
  };

  /* Over a picture of the chart library, whose axes stay: while a threshold is dragged. */

  const STAGE = "stage";
  const graphOf = (key) => document.querySelector(`${key === STAGE ? "#stage-picture" : `#panel-${key}-figure`} .js-plotly-plot`);

  /* Where the axes of a drawn picture are: it is as large as its drawing, and has the margins it asked for. */
  function frameOf(graph) {
    const drawing = graph && graph.querySelector(".main-svg");
    const { l, r, t, b } = (graph && graph.layout && graph.layout.margin) || {};
    const [width, height] = ["width", "height"].map((side) => Math.round(Number(drawing && drawing.getAttribute(side))));
    const frame = { l, t, w: width - l - r, h: height - t - b };
    // without margins of its own, it has those of the library
    return frame.w > 0 && frame.h > 0 ? frame : graph && graph._fullLayout && graph._fullLayout._size;
  }

  mirodash.canSketch = function canSketch(key) {
    return Boolean(frameOf(graphOf(key)));
  };

  const watched = new WeakSet();

  function layerOf(graph, key) {
    const container = graph.querySelector(".svg-container");
    let layer = container.querySelector(":scope > .sketch");
    if (!layer) {
      layer = document.createElementNS(SVG, "svg");
      layer.setAttribute("class", "sketch");
      layer.append(document.createElementNS(SVG, "g"));
      container.append(layer);
    }
    if (!watched.has(graph)) {
      watched.add(graph);
      const isHeld = key === STAGE ? mirodash.isStageScrubbed : mirodash.isScrubbed;
      graph.on("plotly_afterplot", () => isHeld() || mirodash.unsketch(graph));
    }
    return layer;
  }

  mirodash.sketchOver = function sketchOver(key, sketch, looks) {
    const graph = graphOf(key);
    const frame = frameOf(graph);
    if (!frame) return;
    const { l, t, w, h } = frame;
    const layer = layerOf(graph, key);
    mirodash.putElements(layer.firstElementChild, mirodash.elementsOf(sketch, looks, { left: l, top: t, width: w, height: h }));
    graph.classList.add("sketched");
  };

  /* The full picture is there: it is what the sketch showed, with places to point at. */
  mirodash.unsketch = function unsketch(graph) {
    graph.classList.remove("sketched");
  };

  mirodash.unsketchPanel = function unsketchPanel(key) {
    const graph = graphOf(key);
    if (graph) mirodash.unsketch(graph);
  };

  mirodash.unsketchStage = function unsketchStage() {
    mirodash.unsketchPanel(STAGE);
  };
})(window.dash_clientside.mirodash);
