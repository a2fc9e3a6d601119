/* A panel's picture as a drawing of its own: title, picture, numbers, and under it what it belongs to.
   Lengths are the pixels of the page's pictures; in print one of them is two thirds of a point. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const FAMILY = "Inter, Arial, Helvetica, sans-serif";
  const ON_PAGE = '"Inter Variable", Inter, Arial, Helvetica, sans-serif';
  const INK = "#16181d";
  const QUIET = "#5a6270";
  const LINE = "#b9bfc8";
  const ACCENT = "#4a3f9f";
  const LOUD = { ground: "#fff3c4", ink: "#5c4700" };
  const LEADING = 1.35;
  const LABEL_ROOM = 18; /* over a picture, for the thresholds' labels */
  const LONGEST = 1500;

  const MM_OF_PT = 25.4 / 72;
  const print = (mm, pixels) => ({ mm, pixels, wide: mm / MM_OF_PT / (2 / 3), perMetre: 23622 });

  mirodash.pictureSizes = {
    slide: { mm: 338.667, pixels: 3840, wide: 768, high: 432, perMetre: 11339 },
    "85mm": print(85, 2008),
    "174mm": print(174, 4110),
  };

  function drawn(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  mirodash.drawn = drawn;

  /* What XML cannot hold is shown as what it is: not a letter. */
  mirodash.clean = function clean(text) {
    return String(text).toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  };

  /* text */

  const ruler = document.createElement("canvas").getContext("2d");

  mirodash.widthOf = function widthOf(text, { size, weight = 400 }) {
    ruler.font = `${weight} ${size}px ${ON_PAGE}`;
    return ruler.measureText(text).width;
  };

  function broken(word, width, style) {
    const parts = [""];
    for (const letter of word) {
      if (mirodash.widthOf(parts[parts.length - 1] + letter, style) > width) parts.push("");
      parts[parts.length - 1] += letter;
    }
    return parts;
  }

  /* Lines break between parts if they can, else between words, else between letters. */
  const BREAKS = [/(?<= ·) /, /[ \t\r\n]+/];

  function linesOf(text, width, style, breaks = BREAKS) {
    if (!breaks.length) return broken(text, width, style);
    const [first, ...finer] = breaks;
    const lines = [""];
    for (const piece of text.split(first).filter(Boolean)) {
      const joined = `${lines[lines.length - 1]} ${piece}`.trim();
      if (mirodash.widthOf(joined, style) <= width) lines[lines.length - 1] = joined;
      else lines.push(...linesOf(piece, width, style, finer));
    }
    return lines.filter(Boolean);
  }

  function cut(lines, most) {
    if (lines.length <= most) return lines;
    return [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, -1)}…`];
  }

  /* Text in lines of at most this width, with how high it is. */
  mirodash.paragraph = function paragraph(text, { x = 0, y = 0, width, most = 12, fill = INK, ...style }) {
    const { size, weight = 400, anchor = "start" } = style;
    const lines = cut(linesOf(mirodash.clean(text).slice(0, LONGEST), width, style), most);
    const made = drawn("text", { "font-size": size, "font-weight": weight, fill, "text-anchor": anchor });
    lines.forEach((line, k) => {
      const part = drawn("tspan", { x, y: y + size + k * size * LEADING });
      part.textContent = line;
      made.append(part);
    });
    return { element: made, height: lines.length * size * LEADING };
  };

  /* the picture */

  function withThresholds(layout, thresholds, high) {
    if (!thresholds.length) return layout;
    const inner = high - layout.margin.t - layout.margin.b - LABEL_ROOM;
    const y1 = 1 + LABEL_ROOM / inner;
    const line = { color: ACCENT, width: 2 };
    const lines = thresholds.map(({ at }) => ({ type: "line", xref: "paper", yref: "paper", x0: at, x1: at, y0: 0, y1, line }));
    const labels = thresholds.map(({ at, label }) => ({
      ...{ xref: "paper", yref: "paper", x: at, y: y1, xanchor: "center", yanchor: "bottom", showarrow: false, text: label },
      ...{ bgcolor: ACCENT, borderpad: 2, font: { color: "#ffffff", size: 11 } },
    }));
    return {
      ...layout,
      margin: { ...layout.margin, t: layout.margin.t + LABEL_ROOM },
      shapes: [...(layout.shapes || []), ...lines],
      annotations: [...(layout.annotations || []), ...labels],
    };
  }

  /* Lines of a text that stand so many letters' heights below the first: not every program that opens a
     drawing can tell where that is, so it is said in the drawing's own lengths. */
  function withPlacedLines(plot) {
    plot.querySelectorAll("text tspan.line[dy]").forEach((line) => {
      const size = parseFloat(line.closest("text").style.fontSize);
      const below = parseFloat(line.getAttribute("dy")) * (line.getAttribute("dy").endsWith("em") ? size : 1);
      line.setAttribute("y", Number(line.getAttribute("y")) + below);
      line.removeAttribute("dy");
    });
    return plot;
  }

  /* Plotly draws it anew, out of sight, at the size it is asked for. */
  mirodash.plotted = async function plotted({ figure, thresholds = [], height, cannot }, width, room) {
    if (!figure) return mirodash.paragraph(cannot || "", { width, size: 12 });
    const own = height + (thresholds.length ? LABEL_ROOM : 0);
    const scale = room ? Math.min(1, room / own) : 1;
    const high = room ? Math.max(own, room) : own;
    const layout = withThresholds({ ...figure.layout, autosize: false, paper_bgcolor: "#ffffff" }, thresholds, high);
    const options = { format: "svg", width: Math.round(width / scale), height: Math.round(high), imageDataOnly: true };
    const text = await window.Plotly.toImage({ data: figure.data, layout, config: { staticPlot: true } }, options);
    const safe = mirodash.clean(text).replace(/"?Inter Variable"?, *Inter, *system-ui, *sans-serif/g, FAMILY);
    const { documentElement } = new DOMParser().parseFromString(safe, "image/svg+xml");
    const plot = withPlacedLines(document.importNode(documentElement, true));
    const size = { x: 0, y: 0, width, height: options.height * scale };
    const box = { ...size, viewBox: `0 0 ${options.width} ${options.height}`, preserveAspectRatio: "xMinYMin meet" };
    for (const [key, value] of Object.entries(box)) plot.setAttribute(key, value);
    return { element: drawn("g", {}, plot), height: size.height };
  };

  /* one under the other */

  function stack(width) {
    const group = drawn("g", {});
    let y = 0;
    return {
      group,
      get height() {
        return y;
      },
      put({ element, height }, gap = 0) {
        element.setAttribute("transform", `translate(0 ${y})`);
        group.append(element);
        y += height + gap;
      },
      say(text, options, gap = 0) {
        if (text) this.put(mirodash.paragraph(text, { width, ...options }), gap);
      },
      rule(gap) {
        this.put({ element: drawn("line", { x2: width, stroke: LINE, "stroke-width": 0.75 }), height: gap });
      },
    };
  }

  function synthetic(width, size) {
    const ground = drawn("rect", { width, height: size * 1.7, fill: LOUD.ground });
    const style = { x: 6, y: size * 0.22, width, size, weight: 700, fill: LOUD.ink };
    const words = mirodash.paragraph("SYNTHETIC DATA – these participants do not exist", style);
    return { element: drawn("g", {}, ground, words.element), height: size * 1.7 };
  }

  /* Label on the left, number on the right, its interval beside it if there is room. */
  function factLine({ label, value, detail }, width, size) {
    const x = width * 0.38;
    const name = mirodash.paragraph(label, { width: x - 8, size, fill: QUIET });
    const number = mirodash.paragraph(value || "", { x, width: width - x, size, weight: 700 });
    const reach = value ? mirodash.widthOf(value, { size, weight: 700 }) + 6 : 0;
    const isBeside = reach + mirodash.widthOf(detail || "", { size }) <= width - x;
    const place = isBeside ? { x: x + reach } : { x, y: number.height };
    const rest = mirodash.paragraph(detail || "", { ...place, width: width - x, size });
    const told = isBeside ? Math.max(number.height, rest.height) : number.height + rest.height;
    return { element: drawn("g", {}, name.element, number.element, rest.element), height: Math.max(name.height, told) + 2 };
  }

  /* A fingerprint that would be broken over two lines is cut to the letters that the line above it has; whole it
     is in the drawing's description. */
  function sourceIn(source, width, size) {
    const fits = mirodash.widthOf(source || "", { size }) <= width;
    return fits ? source : source.replace(/(sha256:[0-9a-f]{8})[0-9a-f]+/, "$1…");
  }

  function foot(told, width, size) {
    const made = stack(width);
    made.rule(3);
    made.say(told.footer, { size, fill: QUIET }, 1);
    made.say(sourceIn(told.source, width, size), { size, fill: QUIET });
    return { element: made.group, height: made.height };
  }

  async function forPrint(told, { wide, titled = true, told: isTold = true }) {
    const margin = 2;
    const width = wide - 2 * margin;
    const page = stack(width);
    if (told.synthetic) page.put(synthetic(width, 10.5), 5);
    if (titled) {
      page.say(told.title, { size: 13.5, weight: 700, most: 4 }, 1);
      page.say(told.subtitle, { size: 11, fill: QUIET, most: 4 }, 5);
    }
    page.put(told.forest ? mirodash.forestDrawn(told.forest, width) : await mirodash.plotted(told, width), 6);
    if (isTold) {
      (told.facts || []).forEach((fact) => page.put(factLine(fact, width, 11.5)));
      if (!(told.facts || []).length) page.say(told.sentence, { size: 11.5 }, 2);
      page.put({ element: drawn("g", {}), height: 5 });
      page.put(foot(told, width, 10.5));
    }
    page.group.setAttribute("transform", `translate(${margin} ${margin})`);
    return { content: [page.group], high: Math.ceil(page.height + 2 * margin) };
  }

  function factsOfSlide(told, width) {
    const made = stack(width);
    (told.facts || []).forEach(({ label, value, detail }) => {
      made.say(label, { size: 12, fill: QUIET });
      made.say(value, { size: 18, weight: 700 });
      made.say(detail, { size: 12, fill: QUIET }, 8);
    });
    if (!made.height) made.say(told.sentence, { size: 14.5, most: 20 });
    return { element: made.group, height: made.height };
  }

  /* Shrunk where it would not fit. */
  function fitted({ element, height }, { x, y, width, room }) {
    const scale = Math.min(1, room / height || 1);
    return drawn("g", { transform: `translate(${x} ${y}) scale(${scale})` }, element, drawn("rect", { width, height: 0 }));
  }

  async function forSlide(told, { wide, high }) {
    const margin = 26;
    const width = wide - 2 * margin;
    const head = stack(width);
    if (told.synthetic) head.put(synthetic(width, 12), 6);
    head.say(told.title, { size: 22, weight: 700, most: 2 }, 1);
    head.say(told.subtitle, { size: 13, fill: QUIET, most: 2 }, 6);
    const end = foot(told, width, 9.6);
    const top = 16 + head.height;
    const room = high - 12 - end.height - 8 - top;
    const beside = told.forest ? 0 : 232;
    const left = width - beside - (beside ? 20 : 0);
    const plot = told.forest ? mirodash.forestFitted(told.forest, left, room) : await mirodash.plotted(told, left, room);
    head.group.setAttribute("transform", `translate(${margin} 16)`);
    plot.element.setAttribute("transform", `translate(${margin} ${top})`);
    end.element.setAttribute("transform", `translate(${margin} ${high - 12 - end.height})`);
    const content = [head.group, plot.element, end.element];
    if (beside) content.push(fitted(factsOfSlide(told, beside), { x: wide - margin - beside, y: top, width: beside, room }));
    return { content, high };
  }

  /* The drawing in its final size, one of those with a name or of other measures, as an element that stands alone. */
  mirodash.pictureOf = async function pictureOf(told, sizeOrName) {
    await document.fonts.load(`12px ${ON_PAGE}`);
    const size = mirodash.pictureSizes[sizeOrName] || sizeOrName;
    const { content, high } = await (size.high ? forSlide(told, size) : forPrint(told, size));
    const millimetres = (size.mm * high) / size.wide;
    const title = drawn("title", {});
    title.textContent = mirodash.clean(told.title);
    const description = drawn("desc", {});
    description.textContent = mirodash.clean([told.sentence, told.footer, told.source].filter(Boolean).join("\n"));
    const frame = { width: `${size.mm}mm`, height: `${millimetres.toFixed(3)}mm`, viewBox: `0 0 ${size.wide} ${high}` };
    const ground = drawn("rect", { width: size.wide, height: high, fill: "#ffffff" });
    const style = { "font-family": size.family || FAMILY, role: "img" };
    if (size.family) content.forEach((part) => part.querySelectorAll("[style*=font-family]").forEach((text) => (text.style.fontFamily = size.family)));
    return { svg: drawn("svg", { ...frame, ...style }, title, description, ground, ...content), size, high };
  };
})(window.dash_clientside.mirodash);
