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

  function setAttributes(shown, wanted) {
    for (const { name, value } of wanted.attributes) if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
    for (const { name } of [...shown.attributes]) if (!wanted.hasAttribute(name)) shown.removeAttribute(name);
  }

  /* Make an element hold these parts. What is there already stays and only its text changes, so that a threshold that
     moves lays out what differs, and the reader keeps the place of the keyboard. */
  function updateChildren(place, parts) {
    parts.forEach((wanted, k) => {
      const part = typeof wanted === "string" ? document.createTextNode(wanted) : wanted;
      const shown = place.childNodes[k];
      if (!shown) place.append(part);
      else if (shown.nodeName !== part.nodeName) shown.replaceWith(part);
      else if (shown.nodeName === "#text") {
        if (shown.data !== part.data) shown.data = part.data;
      } else {
        setAttributes(shown, part);
        updateChildren(shown, [...part.childNodes]);
      }
    });
    while (place.childNodes.length > parts.length) place.lastChild.remove();
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

  /* On a phone the numbers of some panels are behind their first one; elsewhere they are open, and so on paper. */
  const NARROW = window.matchMedia("(max-width: 760px)");

  function folded(place, words, parts) {
    const first = words.facts.find(({ kind }) => kind.includes("lead")) || words.facts.find(({ value }) => value) || words.facts[0];
    if (words.cannot || !first) return parts;
    const before = place.querySelector(":scope > .fold");
    const fold = element("details", undefined, { class: "fold" });
    fold.open = !NARROW.matches || Boolean(before && before.open);
    fold.append(element("summary", `${first.label}: ${first.value || first.detail}`), ...parts);
    return [fold];
  }

  const unfold = (isOpen) => document.querySelectorAll(".fold").forEach((fold) => (fold.open = isOpen));
  NARROW.addEventListener("change", ({ matches }) => {
    unfold(!matches);
    document.querySelectorAll('.panel[data-folds="wide"]').forEach(reachPicture);
  });

  /* A picture that scrolls sideways where there is little room is scrolled by keys, too. */
  function reachPicture(panel) {
    if (NARROW.matches) panel.querySelector(":scope > .plot").setAttribute("tabindex", "0");
  }

  window.addEventListener("beforeprint", () => unfold(true));
  window.addEventListener("afterprint", () => unfold(!NARROW.matches));

  const said = new WeakMap(); /* by panel: what it says, so that nothing is written twice */

  function showPanel(key, words) {
    const panel = document.getElementById(`panel-${key}`);
    if (!panel) return;
    const text = JSON.stringify(words);
    if (said.get(panel) === text) return;
    said.set(panel, text);
    panel.classList.toggle("absent", !words);
    panel.classList.toggle("cannot", Boolean(words && words.cannot));
    /* of nobody each number is not estimable, for one reason that is said once */
    panel.classList.toggle("empty", Boolean(words && /^0 participants/.test(words.subtitle)));
    if (!words) return;
    const head = document.getElementById(`panel-${key}-head`);
    const title = element(panel.dataset.heading || "h2", words.title);
    updateChildren(head, [title, subtitleOf(words.subtitle)]);
    const place = document.getElementById(`panel-${key}-body`);
    const parts = body(words);
    updateChildren(place, panel.dataset.folds ? folded(place, words, parts) : parts);
    if (panel.dataset.folds === "wide") reachPicture(panel);
    for (const place of document.getElementsByClassName("concluded")) if (place.dataset.says === key) place.textContent = words.subtitle;
    nameMenu(key, words.title);
  }

  /* There is nothing to drag without a threshold, nor on paper. */
  const INVITATION = "Drag the threshold.";

  function subtitleOf(text) {
    const made = element("p", text.replace(INVITATION, "").trimEnd(), { class: "subtitle" });
    if (text.endsWith(INVITATION)) made.append(" ", element("span", INVITATION, { class: "invitation" }));
    return made;
  }

  /* Of several buttons of one kind each says of what it is. */
  function nameMenu(key, title) {
    const menu = document.getElementById(`panel-${key}-menu`);
    if (menu) menu.setAttribute("aria-label", `Export ${title}`);
    const summary = document.querySelector(`#panel-${key} > .twin-disclosure > summary`);
    if (summary && key !== "finding") summary.setAttribute("aria-label", `Table: ${title}`);
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

  /* What sticks below the question has to know how many lines it takes: the rail, by --question. */
  const question = window.ResizeObserver && new window.ResizeObserver(function measure([{ borderBoxSize }]) {
    document.documentElement.style.setProperty("--question", `${borderBoxSize[0].blockSize}px`);
  });

  let asked = null; /* the element that is measured: pages come and go */

  function showPage({ estimand, banner, exchanged }) {
    document.documentElement.classList.toggle("arms-exchanged", Boolean(exchanged));
    const line = document.getElementById("page-estimand");
    if (question && line.parentElement !== asked) question.observe((asked = line.parentElement));
    updateChildren(
      line,
      estimand.flatMap(({ text, strong }) => [element("span", text, { class: strong ? "phrase strong" : "phrase" }), " "])
    );
    updateChildren(document.getElementById("page-banner"), banner ? [banner] : []);
  }

  /* Every callback brings its words as an attribute of an element of its own. */
  function showWords(place) {
    if (!place.dataset.words) return;
    const words = JSON.parse(place.dataset.words);
    if (words.steps && !mirodash.isWanted(words.steps)) return;
    if (words.query !== undefined && mirodash.isOvertaken && mirodash.isOvertaken(words.query)) return;
    showView(words);
  }

  /* What a panel's last step said, of this query; a threshold that was moved may have said something else since. */
  function finishedWords(key, query) {
    const place = document.getElementById(`panel-${key}-words`);
    const told = place && place.dataset.words ? JSON.parse(place.dataset.words) : {};
    return told.steps && told.steps.query === query ? told.panels[key] : undefined;
  }

  function showView(words) {
    if (words.page) showPage(words.page);
    const isDone = (key) => !words.steps && words.query !== undefined && mirodash.isFinished(key, words.query);
    Object.entries(words.panels).forEach(([key, panel]) => {
      if (!isDone(key)) return showPanel(key, panel);
      const finished = finishedWords(key, words.query);
      return finished && showPanel(key, finished);
    });
    countCards();
    if (!words.steps) return;
    Object.entries(words.twins).forEach(([key, tables]) => showTwins(key, tables));
    mirodash.stepTaken(words.steps);
  }

  mirodash.showView = showView;

  /* The server is asked again for what it said last: the same words change no attribute, and what a pack showed in between
     would stay. */
  mirodash.showAgain = function showAgain(query) {
    document.querySelectorAll("[data-words]").forEach((place) => {
      const words = place.dataset.words ? JSON.parse(place.dataset.words) : {};
      if (words.steps || words.query !== query) return;
      showView(words);
      Object.keys(words.panels).forEach((key) => mirodash.unsketchPanel(key));
    });
  };

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

  document.addEventListener("click", function showEveryone({ target }) {
    if (!target.dataset || target.dataset.behind !== "everyone") return;
    const query = new URLSearchParams(window.location.search);
    for (const key of [...query.keys()]) if (/^(site$|keep\.|range\.)/.test(key)) query.delete(key);
    const text = query.toString();
    mirodash.openAddress(window.location.pathname + (text ? `?${text}` : ""));
  });

  /* The menu of a panel that has neither a picture nor a table would be empty. */
  function offer(menu, hasTables) {
    const isPictured = menu.parentElement.classList.contains("pictured");
    const hasNumbers = isPictured && menu.dataset.numbers !== undefined;
    menu.dataset.gives = [isPictured && "picture", hasNumbers && "numbers", hasTables && "table"].filter(Boolean).join(" ");
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
