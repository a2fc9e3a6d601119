/* The forest as a drawing: names, intervals on one axis, and hazard ratios. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const ROW = 15;
  const TEXT = 10.5;
  const HEAD = 47; /* which way is better, then two lines of headings, the second with the scale */
  const WIDE = 600; /* from here there is room for who is in a group, and for the difference in survival */
  const INK = "#16181d";
  const QUIET = "#5a6270";
  const LINE = "#b9bfc8";
  const ACCENT = "#4a3f9f";
  const FEW = 8;
  const BETWEEN = 16;
  const NARROWEST = 300;

  const drawn = (...given) => mirodash.drawn(...given);
  const paragraph = (...given) => mirodash.paragraph(...given).element;

  /* Where columns begin, by how much width there is. */
  function columnsOf(width) {
    const at = (share) => width * share;
    if (width < WIDE) return { plot: at(0.4), plotWide: at(0.28), ratio: at(0.69) };
    const people = { treated: at(0.27), control: at(0.355) };
    return { ...people, plot: at(0.44), plotWide: at(0.19), ratio: at(0.64), difference: at(0.82) };
  }

  function scaleOf({ ticks }, { plot, plotWide }) {
    const [low, high] = [Math.log(ticks[0]), Math.log(ticks[ticks.length - 1])];
    const at = (ratio) => plot + 6 + ((plotWide - 12) * (Math.log(ratio) - low)) / (high - low);
    const within = (ratio) => Math.min(Math.max(at(ratio), plot + 6), plot + plotWide - 6);
    return { at, within, holds: (ratio) => Math.abs(at(ratio) - within(ratio)) < 1e-9 };
  }

  function line(x1, x2, y1, y2, stroke, width, dash) {
    return drawn("line", { x1, x2, y1, y2, stroke, "stroke-width": width, ...(dash ? { "stroke-dasharray": dash } : {}) });
  }

  function shape(d, fill, stroke) {
    return drawn("path", { d, fill, ...(stroke ? { stroke, "stroke-width": 1.3 } : {}) });
  }

  function diamond(left, middle, right, y, half) {
    return `M${left} ${y} L${middle} ${y - half} L${right} ${y} L${middle} ${y + half} Z`;
  }

  function interval({ ratio, low, high, weight, shrunken, shrunkenEnds }, y, scale, colour) {
    const [from, to] = [scale.within(low), scale.within(high)];
    const made = [line(from, to, y, y, colour, 1.2)];
    if (!scale.holds(low)) made.push(shape(`M${from} ${y - 3} l-5 3 l5 3 Z`, colour));
    if (!scale.holds(high)) made.push(shape(`M${to} ${y - 3} l5 3 l-5 3 Z`, colour));
    const side = 3 + 6 * Math.sqrt(weight);
    if (scale.holds(ratio)) {
      made.push(drawn("rect", { x: scale.at(ratio) - side / 2, y: y - side / 2, width: side, height: side, fill: colour }));
    }
    if (shrunkenEnds) made.push(line(...shrunkenEnds.map(scale.within), y + 4.5, y + 4.5, ACCENT, 0.8));
    if (shrunken !== null && scale.holds(shrunken)) {
      const x = scale.at(shrunken);
      made.push(shape(diamond(x - 3, x, x + 3, y + 4.5, 3), "#ffffff", ACCENT));
    }
    return made;
  }

  function everybody({ ratio, low, high }, y, scale) {
    return [shape(diamond(scale.within(low), scale.within(ratio), scale.within(high), y, 5), ACCENT)];
  }

  /* Where a name stands; one that is longer goes on in a second line. */
  function nameOf({ heading, isOverall }, columns) {
    const width = (columns.treated || columns.plot) - (heading ? 0 : 12);
    return { x: heading || isOverall ? 0 : 8, width, size: TEXT, weight: heading || isOverall ? 700 : 400, most: 2 };
  }

  function heightOf(entry, columns) {
    const { height } = mirodash.paragraph(entry.heading || entry.row.label, nameOf(entry, columns));
    return height > 1.5 * ROW ? 2 * ROW : ROW;
  }

  function rowDrawn(row, y, columns, scale, { isOverall, width }) {
    const middle = y + ROW / 2;
    const text = { y: y + 1, size: TEXT, most: 1, fill: row.uncertain ? QUIET : INK, weight: isOverall ? 700 : 400 };
    const made = [paragraph(row.label, { ...text, ...nameOf({ isOverall }, columns) })];
    if (columns.treated !== undefined) {
      made.push(paragraph(row.treated, { ...text, x: columns.treated, width: 70 }));
      made.push(paragraph(row.control, { ...text, x: columns.control, width: 70 }));
      made.push(paragraph(row.difference, { ...text, x: columns.difference, width: width - columns.difference }));
    }
    const last = columns.difference ? columns.difference - 6 : width;
    made.push(paragraph(row.ratio, { ...text, x: columns.ratio, width: last - columns.ratio }));
    const colour = row.uncertain ? QUIET : INK;
    if (row.plot) made.push(...(isOverall ? everybody(row.plot, middle, scale) : interval(row.plot, middle, scale, colour)));
    return made;
  }

  function headDrawn(forest, columns, scale, width) {
    const style = { y: 14, size: TEXT, fill: QUIET, most: 2 };
    const of = (key) => forest.columns.find((column) => column.key === key);
    const named = (key) => [of(key).name, of(key).unit].filter(Boolean).join(", ");
    const middle = scale.at(1);
    const made = [
      paragraph(`← ${forest.axis.left}`, { ...style, x: middle - 4, y: 0, width: 150, anchor: "end", most: 1 }),
      paragraph(`${forest.axis.right} →`, { ...style, x: middle + 4, y: 0, width: 150, most: 1 }),
      paragraph(named("ratio"), { ...style, x: columns.ratio, width: (columns.difference || width) - columns.ratio - 6 }),
    ];
    if (columns.treated !== undefined) {
      made.push(paragraph(named("treated"), { ...style, x: columns.treated, width: columns.control - columns.treated - 4 }));
      made.push(paragraph(named("control"), { ...style, x: columns.control, width: columns.plot - columns.control - 4 }));
      made.push(paragraph(named("difference"), { ...style, x: columns.difference, width: width - columns.difference }));
    }
    forest.axis.ticks.forEach((tick) => {
      made.push(paragraph(String(tick), { ...style, x: scale.at(tick), y: 28, width: 40, anchor: "middle" }));
      made.push(line(scale.at(tick), scale.at(tick), HEAD - 4, HEAD, LINE, 1));
    });
    return made;
  }

  function guides(forest, scale, bottom) {
    const made = [line(scale.at(1), scale.at(1), HEAD, bottom, QUIET, 1)];
    const { plot } = forest.overall;
    if (plot && scale.holds(plot.ratio)) made.push(line(scale.at(plot.ratio), scale.at(plot.ratio), HEAD, bottom, ACCENT, 1, "4 3"));
    return made;
  }

  const entriesOf = (forest) => [
    { row: forest.overall, isOverall: true },
    ...forest.groups.flatMap(({ label, rows }) => [{ heading: label }, ...rows.map((row) => ({ row }))]),
  ];

  function heightsOf(entries, columns) {
    return HEAD + entries.reduce((sum, entry) => sum + heightOf(entry, columns), 0) + 4;
  }

  function block(forest, entries, width) {
    const columns = columnsOf(width);
    const scale = scaleOf(forest.axis, columns);
    const height = heightsOf(entries, columns);
    const made = drawn("g", {}, ...headDrawn(forest, columns, scale, width), ...guides(forest, scale, height));
    let y = HEAD;
    entries.forEach((entry) => {
      const { row, heading, isOverall } = entry;
      if (row) made.append(...rowDrawn(row, y, columns, scale, { isOverall, width }));
      else made.append(paragraph(heading, { ...nameOf(entry, columns), y: y + 1, fill: INK }));
      y += heightOf(entry, columns);
    });
    return { element: made, height };
  }

  /* One under the other, with what the marks mean. */
  mirodash.forestDrawn = function forestDrawn(forest, width) {
    const { element, height } = block(forest, entriesOf(forest), width);
    const key = mirodash.paragraph(forest.key, { y: height + 2, width, size: TEXT, fill: QUIET });
    element.append(key.element);
    return { element, height: height + key.height + 4 };
  };

  /* In so many parts of about one length; a factor's groups stay together if they are few. */
  function parted(entries, parts) {
    const each = Math.ceil(entries.length / parts);
    const made = [];
    let rest = entries;
    while (made.length < parts - 1 && rest.length > each) {
      let end = each;
      while (end > each - FEW && !rest[end].heading) end -= 1;
      if (!rest[end].heading) end = each;
      made.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    return [...made, rest];
  }

  function laidOut(entries, parts, width, room) {
    const chunks = parted(entries, parts);
    const most = Math.max(...chunks.map((chunk) => chunk.length));
    const scale = Math.min(room / (HEAD + (most + 2) * ROW), 1.4);
    return { chunks, scale, wide: width / scale / chunks.length - BETWEEN };
  }

  /* Side by side in as many columns as make it largest. */
  mirodash.forestFitted = function forestFitted(forest, width, room) {
    const rows = room - 20;
    const choices = [1, 2, 3].map((parts) => laidOut(entriesOf(forest), parts, width, rows));
    const usable = choices.filter(({ wide, chunks }) => chunks.length === 1 || wide >= NARROWEST);
    const best = usable.reduce((one, other) => (other.scale > one.scale ? other : one));
    const made = drawn("g", {});
    best.chunks.forEach((chunk, k) => {
      const { element, height } = block(forest, chunk, best.wide);
      const scale = Math.min(best.scale, rows / height);
      element.setAttribute("transform", `translate(${k * (best.wide + BETWEEN) * best.scale} 0) scale(${scale})`);
      made.append(element);
    });
    made.append(paragraph(forest.key, { y: room - 14, width, size: 9.6, fill: QUIET, most: 1 }));
    return { element: drawn("g", {}, made), height: room };
  };
})(window.dash_clientside.mirodash);
