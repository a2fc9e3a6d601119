/* The forest: a table written from data, as text, with a picture of the interval in every row. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const EDGE = 4; /* per cent of the picture left free on either side, where arrows stand */
  const ESTIMATE = "42%"; /* how far down in a row each stands, so that neither hides the other */
  const SHRUNKEN = "80%";
  const BY_FACTOR = "group";
  const HIGHEST_FIRST = new Set(["treated", "control", "weight", "difference"]);

  let forest = null;
  let tests = null; /* of interaction, by factor; null until they are asked for */
  let sorted = { key: BY_FACTOR, descending: false };
  let sortedPlace = null; /* the page whose order it is */

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  function drawn(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /* pictures */

  function share(ratio) {
    const { ticks } = forest.axis;
    const [low, high] = [Math.log(ticks[0]), Math.log(ticks[ticks.length - 1])];
    return EDGE + ((100 - 2 * EDGE) * (Math.log(ratio) - low)) / (high - low);
  }

  const isOnAxis = (at) => at >= EDGE - 1e-9 && at <= 100 - EDGE + 1e-9;
  const within = (at) => Math.min(Math.max(at, EDGE), 100 - EDGE);

  function guide(kind, place) {
    return drawn("line", { class: kind, x1: `${place}%`, x2: `${place}%`, y1: "0", y2: "100%" });
  }

  function at(place, height, ...shapes) {
    return drawn("svg", { x: `${place}%`, y: height, overflow: "visible" }, ...shapes);
  }

  function guides() {
    const lines = [guide("forest-null", share(1))];
    const { plot } = forest.overall;
    if (plot && isOnAxis(share(plot.ratio))) lines.push(guide("forest-overall", share(plot.ratio)));
    return lines;
  }

  /* Where an interval leaves the axis an arrow says that it goes on. */
  function arrows(low, high) {
    const left = "M0 -4 L-6 0 L0 4 Z";
    const right = "M0 -4 L6 0 L0 4 Z";
    const made = [];
    if (low < EDGE) made.push(at(EDGE, ESTIMATE, drawn("path", { class: "forest-arrow", d: left })));
    if (high > 100 - EDGE) made.push(at(100 - EDGE, ESTIMATE, drawn("path", { class: "forest-arrow", d: right })));
    return made;
  }

  function estimate({ ratio, low, high, weight, shrunken, shrunkenEnds }) {
    const ends = [share(low), share(high)];
    const [from, to] = ends.map((end) => `${within(end)}%`);
    const interval = drawn("line", { class: "forest-interval", x1: from, x2: to, y1: ESTIMATE, y2: ESTIMATE });
    const made = [interval, ...arrows(...ends)];
    if (isOnAxis(share(ratio))) {
      const side = 4 + 10 * Math.sqrt(weight);
      const box = { x: -side / 2, y: -side / 2, width: side, height: side };
      made.push(at(share(ratio), ESTIMATE, drawn("rect", { class: "forest-square", ...box })));
    }
    if (shrunkenEnds) {
      const [x1, x2] = shrunkenEnds.map((end) => `${within(share(end))}%`);
      made.push(drawn("line", { class: "forest-shrunken", x1, x2, y1: SHRUNKEN, y2: SHRUNKEN }));
    }
    if (shrunken !== null && isOnAxis(share(shrunken))) {
      const shape = drawn("path", { class: "forest-diamond", d: "M0 -4 L4 0 L0 4 L-4 0 Z" });
      made.push(at(share(shrunken), SHRUNKEN, shape));
    }
    return made;
  }

  /* Everybody: a diamond as wide as the interval. */
  function overallDiamond({ ratio, low, high }) {
    const [from, to] = [within(share(low)), within(share(high))];
    const middle = (100 * (within(share(ratio)) - from)) / (to - from || 1);
    const shape = drawn("polygon", { class: "forest-everybody", points: `0,5 ${middle},0 100,5 ${middle},10` });
    const box = { x: `${from}%`, y: "calc(50% - 7px)", width: `${to - from}%`, height: 14 };
    return drawn("svg", { ...box, viewBox: "0 0 100 10", preserveAspectRatio: "none" }, shape);
  }

  function picture(shapes, kind) {
    const made = element(kind || "td", undefined, { class: "forest-picture" });
    made.append(drawn("svg", { class: "forest-plot", "aria-hidden": "true" }, ...guides(), ...shapes));
    return made;
  }

  function axis() {
    const { ticks, left, right } = forest.axis;
    const marks = ticks.flatMap((tick) => {
      const place = `${share(tick)}%`;
      const label = drawn("text", { class: "forest-tick", x: place, y: 12, "text-anchor": "middle" });
      label.textContent = String(tick);
      return [drawn("line", { class: "forest-mark", x1: place, x2: place, y1: 16, y2: 20 }), label];
    });
    const made = element("div", undefined, { class: "forest-axis" });
    const ways = element("div", undefined, { class: "forest-ways" });
    ways.append(element("span", `←\u00a0${left}`), element("span", `${right}\u00a0→`));
    made.append(ways, drawn("svg", { class: "forest-scale", "aria-hidden": "true" }, ...marks));
    return made;
  }

  /* rows */

  function named(row, isAlone) {
    const full = isAlone && row.factor ? `${row.factor}: ${row.label}` : row.label;
    const name = full.replace(/([≤>]) /g, "$1\u00a0"); /* a sign alone at the end of a line says nothing */
    const cell = element("th", undefined, { scope: "row" });
    cell.append(row.href ? element("a", name, { href: row.href, class: "view-link", title: "Show these participants on Explore" }) : element("span", name));
    return cell;
  }

  function tableRow(row, { isAlone, isOverall }) {
    const made = element("tr", undefined, { class: isOverall ? "forest-all" : row.uncertain ? "forest-few" : "" });
    const shapes = row.plot ? (isOverall ? [overallDiamond(row.plot)] : estimate(row.plot)) : [];
    made.append(named(row, isAlone), element("td", row.treated), element("td", row.control), picture(shapes));
    if (row.why) made.append(element("td", `${row.ratio}: ${row.why}`, { colspan: 2, class: "forest-why" }));
    else made.append(element("td", row.ratio), element("td", row.shrunken, { class: "forest-quiet forest-wider" }));
    const quiet = row.sort.difference === null ? "forest-quiet " : "";
    made.append(element("td", row.difference, { class: `${quiet}forest-wider` }));
    return made;
  }

  function factorHeading({ label, note }) {
    const made = element("tr", undefined, { class: "forest-factor" });
    const cell = element("th", undefined, { scope: "rowgroup", colspan: 3 });
    cell.append(element("span", label));
    if (note) cell.append(" ", element("small", note));
    made.append(cell, picture([]), testedCell(label));
    return made;
  }

  /* The test of a factor stands in its own row, once it is asked for. */
  function testedCell(label) {
    const test = tests && tests.factors.find((one) => one.label === label);
    const cell = element("td", undefined, { colspan: 3, class: "forest-test" });
    if (!test) return cell;
    if (test.p) cell.append(element("span", test.p), " ");
    cell.append(element("small", test.adjusted || test.why));
    return cell;
  }

  function body(rows) {
    const made = element("tbody");
    made.append(...rows);
    return made;
  }

  function inOrder(rows, { key, descending }) {
    const way = descending ? -1 : 1;
    const there = rows.filter((row) => row.sort[key] !== null);
    const gone = rows.filter((row) => row.sort[key] === null);
    return [...there.sort((one, other) => way * (one.sort[key] - other.sort[key])), ...gone];
  }

  function bodies() {
    const all = body([tableRow(forest.overall, { isOverall: true })]);
    if (sorted.key === BY_FACTOR) {
      const groups = forest.groups.map((group) =>
        body([factorHeading(group), ...group.rows.map((row) => tableRow(row, {}))])
      );
      return [all, ...groups];
    }
    const rows = inOrder(forest.groups.flatMap((group) => group.rows), sorted);
    return [all, body(rows.map((row) => tableRow(row, { isAlone: true })))];
  }

  /* sorting */

  /* The order is in the address behind the view, where the server does not look: #sort=ratio.descending */
  function orderInAddress() {
    const found = /^#sort=(\w+)\.(ascending|descending)$/.exec(window.location.hash);
    return found && { key: found[1], descending: found[2] === "descending" };
  }

  function putOrderInAddress({ key, descending }) {
    const order = key === BY_FACTOR ? "" : `#sort=${key}.${descending ? "descending" : "ascending"}`;
    window.history.replaceState(null, "", window.location.pathname + window.location.search + order);
  }

  /* A page that opens has the order of its address; later it stays as the reader has it. */
  function readOrder(place) {
    const order = orderInAddress();
    const isOffered = order && forest.columns.some(({ key }) => key === order.key);
    if (isOffered) sorted = order;
    else if (place !== sortedPlace) sorted = { key: BY_FACTOR, descending: false };
    sortedPlace = place;
    saySorted();
  }

  function saySorted() {
    const { name } = forest.columns.find(({ key }) => key === sorted.key) || {};
    const told = `sorted by ${name}, ${sorted.descending ? "highest" : "lowest"} first`;
    document.getElementById("forest-sorted").textContent = sorted.key === BY_FACTOR ? "" : told;
  }

  function sortState(key) {
    if (key !== sorted.key) return "none";
    if (key === BY_FACTOR) return "other";
    return sorted.descending ? "descending" : "ascending";
  }

  function saySorting() {
    document.querySelectorAll("#forest-table th[data-key]").forEach((cell) => {
      cell.setAttribute("aria-sort", sortState(cell.dataset.key));
    });
  }

  function sortBy({ key }) {
    if (key === BY_FACTOR) sorted = { key, descending: false };
    else sorted = { key, descending: sorted.key === key ? !sorted.descending : HIGHEST_FIRST.has(key) };
    const table = document.querySelector("#forest-table table");
    table.querySelectorAll("tbody").forEach((part) => part.remove());
    table.tHead.after(...bodies());
    sayTable(table);
    saySorting();
    saySorted();
    if (key === BY_FACTOR) document.getElementById("forest-sorted").textContent = "by factor";
    putOrderInAddress(sorted);
  }

  function heading(column) {
    const cell = element("th", undefined, { scope: "col", "data-key": column.key });
    const button = element("button", undefined, { type: "button", class: "forest-sort" });
    button.append(element("span", column.name), element("small", column.unit));
    button.addEventListener("click", () => sortBy(column));
    cell.append(button);
    if (column.key === "weight") {
      cell.classList.add("forest-picture");
      cell.append(axis());
    }
    return cell;
  }

  function tableOf() {
    const made = element("table", undefined, { class: "forest-rows" });
    const [head, foot] = [element("thead"), element("tfoot")];
    const [top, bottom] = [element("tr"), element("tr")];
    top.append(...forest.columns.map(heading));
    const scale = element("td", undefined, { class: "forest-picture" });
    scale.append(axis());
    bottom.append(element("td", undefined, { colspan: 3 }), scale, element("td", undefined, { colspan: 3 }));
    head.append(top);
    foot.append(bottom);
    made.append(element("caption", forest.title, { class: "for-screen-readers" }), head, ...bodies(), foot);
    return made;
  }

  /* On a phone its rows are laid out one under the other; that it is a table is said all the same. */
  const ROLES = [["thead, tbody, tfoot", "rowgroup"], ["tr", "row"], ["thead th", "columnheader"], ["tbody th", "rowheader"], ["td", "cell"]];

  function sayTable(table) {
    table.setAttribute("role", "table");
    for (const [parts, role] of ROLES) table.querySelectorAll(parts).forEach((part) => part.setAttribute("role", role));
    return table;
  }

  /* words */

  function fact({ label, value, detail }) {
    const made = element("div", undefined, { class: "fact" });
    const told = element("dd");
    told.append(element("strong", value), " ", element("span", detail));
    made.append(element("dt", label), told);
    return made;
  }

  function plainTable({ caption, header, rows }) {
    const made = element("table", undefined, { class: "twin" });
    const [head, cells, top] = [element("thead"), element("tbody"), element("tr")];
    top.append(...header.map((text) => element("th", text, { scope: "col" })));
    head.append(top);
    rows.forEach((texts) => {
      const row = element("tr");
      row.append(...texts.map((text, k) => (k ? element("td", text) : element("th", text, { scope: "row" }))));
      cells.append(row);
    });
    made.append(element("caption", caption), head, cells);
    return made;
  }

  function folded(table) {
    const made = element("details", undefined, { class: "twin-disclosure" });
    made.append(element("summary", table.caption), plainTable(table));
    return made;
  }

  function showForest(place) {
    if (!place.dataset.forest) return;
    forest = JSON.parse(place.dataset.forest);
    const head = document.getElementById("forest-head");
    head.replaceChildren(element("h2", forest.title), element("p", forest.subtitle, { class: "subtitle" }));
    const facts = element("dl", undefined, { class: "facts" });
    facts.append(...forest.facts.map(fact));
    document
      .getElementById("forest-said")
      .replaceChildren(element("p", forest.sentence, { class: "sentence" }), ...(forest.facts.length ? [facts] : []));
    document.getElementById("forest-key").textContent = forest.key;
    readOrder(place);
    showTable();
    document
      .getElementById("forest-notes")
      .replaceChildren(...forest.notes.map((note) => element("p", note)), ...forest.tables.map(folded));
  }

  /* The table is written anew; who stood on one of its buttons still does. */
  function showTable() {
    const region = document.getElementById("forest-table");
    const held = document.activeElement.closest("#forest-table th[data-key]");
    region.replaceChildren(sayTable(tableOf()));
    region.style.minHeight = "";
    saySorting();
    if (held) region.querySelector(`th[data-key="${held.dataset.key}"] button`).focus({ preventScroll: true });
    fit();
  }

  /* The head of the table stays in sight below the line that stays above it, unless the table scrolls sideways. */
  function fit() {
    const region = document.getElementById("forest-table");
    if (!region || !region.firstElementChild) return;
    region.classList.toggle("forest-wide", region.firstElementChild.offsetWidth > region.clientWidth);
    const above = document.querySelector(".estimand-line");
    const isFixed = above && window.getComputedStyle(above).position === "sticky";
    const header = isFixed ? parseFloat(window.getComputedStyle(above).top) : 0;
    region.style.setProperty("--forest-top", `${isFixed ? header + above.offsetHeight : 0}px`);
  }

  function showTests(place) {
    const button = document.getElementById("forest-show-tests");
    tests = place.dataset.interactions ? JSON.parse(place.dataset.interactions) : null;
    button.setAttribute("aria-expanded", String(Boolean(tests)));
    button.textContent = tests ? "Hide P for interaction" : "Show P for interaction";
    if (forest) showTable();
    if (!tests) return place.replaceChildren();
    const { title, subtitle, sentence, tables } = tests;
    return place.replaceChildren(
      element("h3", title),
      element("p", subtitle, { class: "subtitle" }),
      element("p", sentence, { class: "sentence" }),
      ...tables.map(folded)
    );
  }

  new MutationObserver(function seeForest(changes) {
    new Set(changes.map((change) => change.target)).forEach((place) => {
      if (place.id === "forest-place") showForest(place);
      if (place.id === "forest-tests") showTests(place);
    });
  }).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-forest", "data-interactions"],
    subtree: true,
  });

  window.addEventListener("resize", fit);
})(window.dash_clientside.mirodash);
