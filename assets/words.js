/* Words, facts and tables, written as text: nothing in the data can become markup. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  function fact({ label, value, detail, kind, word, behind }) {
    const line = element("div", undefined, { class: kind });
    const told = element("dd");
    if (value) told.append(element("strong", value));
    if (detail) told.append(" ", element("span", detail));
    if (word) told.append(" ", element("button", word, { type: "button", class: "quiet-button", "data-behind": behind }));
    const name = element("dt");
    name.append(mirodash.termOf ? mirodash.termOf(label) : label);
    line.append(name, told);
    return line;
  }

  function body({ facts, sentence, cannot }) {
    const parts = cannot ? [element("p", cannot, { class: "cannot-say" })] : [];
    if (facts.length) {
      const list = element("dl", undefined, { class: "facts" });
      list.append(...facts.map(fact));
      parts.push(list);
    }
    if (sentence && !cannot) parts.push(element("p", sentence, { class: "sentence" }));
    return parts;
  }

  const said = new WeakMap(); /* by panel: what it says, so that nothing is written twice */

  function showPanel(key, words) {
    const panel = document.getElementById(`panel-${key}`);
    if (!panel) return;
    const text = JSON.stringify(words);
    if (said.get(panel) === text) return;
    said.set(panel, text);
    panel.classList.toggle("absent", !words);
    panel.classList.toggle("cannot", Boolean(words && words.cannot));
    if (!words) return;
    const head = document.getElementById(`panel-${key}-head`);
    const title = element(panel.dataset.heading || "h2", words.title);
    head.replaceChildren(title, element("p", words.subtitle, { class: "subtitle" }));
    document.getElementById(`panel-${key}-body`).replaceChildren(...body(words));
  }

  /* A group's place is there before its picture: drawn where nothing is shown it would not know its width. */
  mirodash.showGroups = function showGroups(thresholds) {
    const groups = thresholds ? thresholds + 1 : 0;
    document.querySelectorAll(".cards > .panel").forEach((panel, place) => {
      panel.classList.toggle("absent", place > groups);
    });
    countCards();
  };

  function countCards() {
    const cards = document.querySelector(".cards");
    if (cards) cards.dataset.shown = cards.querySelectorAll(":scope > .panel:not(.absent)").length;
  }

  function showPage({ estimand, banner }) {
    const line = document.getElementById("page-estimand");
    line.replaceChildren(
      ...estimand.flatMap(({ text, strong }) => [element("span", text, { class: strong ? "phrase strong" : "phrase" }), " "])
    );
    document.getElementById("page-banner").textContent = banner;
  }

  /* Every callback brings its words as an attribute of an element of its own. */
  function showWords(place) {
    if (!place.dataset.words) return;
    const words = JSON.parse(place.dataset.words);
    if (words.steps && !mirodash.isWanted(words.steps)) return;
    if (words.query !== undefined && mirodash.isOvertaken && mirodash.isOvertaken(words.query)) return;
    showView(words);
  }

  function showView(words) {
    if (words.page) showPage(words.page);
    const isDone = (key) => !words.steps && words.query !== undefined && mirodash.isFinished(key, words.query);
    Object.entries(words.panels).forEach(([key, panel]) => isDone(key) || showPanel(key, panel));
    countCards();
    if (!words.steps) return;
    Object.entries(words.twins).forEach(([key, tables]) => showTwins(key, tables));
    mirodash.stepTaken(words.steps);
  }

  mirodash.showView = showView;

  new MutationObserver(function seeWords(changes) {
    new Set(changes.map((change) => change.target)).forEach(showWords);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-words"], subtree: true });

  function row(cells, rest, scope) {
    const made = element("tr");
    cells.forEach((cell, k) => {
      const name = k ? rest : "th";
      made.append(element(name, cell, name === "th" ? { scope } : {}));
    });
    return made;
  }

  function tableOf({ caption, header, rows }) {
    const table = element("table", undefined, { class: "twin" });
    const head = element("thead");
    const cells = element("tbody");
    head.append(row(header, "th", "col"));
    cells.append(...rows.map((texts) => row(texts, "td", "row")));
    table.append(element("caption", caption), head, cells);
    return table;
  }

  /* A quiet word opens what lies behind it. */
  document.addEventListener("click", function open(event) {
    const panel = event.target.dataset && document.getElementById(`panel-${event.target.dataset.behind}`);
    const disclosure = panel && panel.closest("details");
    if (!disclosure) return;
    disclosure.open = true;
    disclosure.scrollIntoView({ block: "start" });
    disclosure.querySelector("summary").focus();
  });

  /* The menu of a panel that has neither a picture nor a table would be empty. */
  function offer(menu, hasTables) {
    const isPictured = menu.parentElement.classList.contains("pictured");
    menu.dataset.gives = [isPictured && "picture", hasTables && "table"].filter(Boolean).join(" ");
    menu.hidden = !menu.dataset.gives;
  }

  function showTwins(key, tables) {
    const place = document.getElementById(`panel-${key}-tables`);
    if (!place) return;
    place.replaceChildren(...tables.map(tableOf));
    const disclosure = place.closest(".twin-disclosure");
    if (disclosure) disclosure.hidden = !tables.length;
    const menu = document.getElementById(`panel-${key}-menu`);
    if (menu) offer(menu, tables.length > 0);
  }

  mirodash.showTables = function showTables(told) {
    const { twins, said, footer } = told || { twins: {}, said: "" };
    Object.entries(twins).forEach(([key, tables]) => showTwins(key, tables));
    document.getElementById("shell-status").textContent = said;
    const foot = document.getElementById("page-footer");
    if (foot && footer) foot.replaceChildren(...footer.map((line) => element("p", line)));
    return Date.now();
  };
})(window.dash_clientside.mirodash);
