/* The Present page: the strip as cards, put in order with keys or the mouse, presented and carried away. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const AT_ONCE = 6; /* as many as the server describes in one answer */
  const told = new Map(); /* what the server said, by view and picture: it says the same again */
  let views = [];
  let isLinked = false;
  let asked = { at: 0, keys: [] };
  let before = null; /* the strip before what can be undone */

  const part = (name) => document.getElementById(`strip-${name}`);
  const cards = () => [...document.querySelectorAll(".strip-card")];
  const keyOf = ({ query, picture }) => JSON.stringify([query, picture]);
  const counted = (number) => `${number} ${number === 1 ? "view" : "views"}`;

  function button(id, word, kind) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", id: `strip-${id}`, className: `plain ${kind || ""}`, textContent: word });
    return made;
  }

  function paragraph(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  }

  function say(text, undo) {
    before = undo || null;
    part("said").textContent = text;
    part("undo").hidden = !undo;
  }

  /* drawing */

  mirodash.showStrip = function showStrip() {
    const found = mirodash.strip.linked();
    const own = mirodash.strip.read();
    isLinked = Boolean(found && found.length) && JSON.stringify(found) !== JSON.stringify(own);
    views = isLinked ? found : own;
    mirodash.onStrip.buildChooser();
    say(""); /* nor can be undone what was done before */
    draw();
    if (found && !found.length) say("The link holds no strip that can be read. This is your own.");
    if (found && !isLinked) mirodash.strip.unlink();
    return { views };
  };

  /* Other tabs and the dialog write the strip, too. */
  mirodash.drawStrip = function drawStrip() {
    if (!part("cards")) return;
    if (!isLinked) views = mirodash.strip.read();
    if (before) say(""); /* undoing would take away what has come since */
    draw();
    window.dash_clientside.set_props("strip-views", { data: { views } });
  };

  function draw() {
    if (!part("cards")) return;
    const held = document.activeElement.closest(".strip-card") ? heldPart() : null;
    part("cards").replaceChildren(...views.map((view, k) => mirodash.stripCard(view, k, views.length - 1, isLinked)));
    cards().forEach((card, k) => mirodash.showCardWords(card, views[k], told.get(keyOf(views[k]))));
    if (held) focusOn(held.place, held.selector);
    drawAround();
    askForWords();
    mirodash.wantThumbnails();
  }

  function heldPart() {
    const { dataset } = document.activeElement;
    const selector = dataset.act ? `[data-act="${dataset.act}"]` : dataset.text ? `[data-text="${dataset.text}"]` : ".open";
    return { place: Number(document.activeElement.closest(".strip-card").dataset.place), selector };
  }

  function focusOn(place, selector) {
    const card = cards()[Math.min(place, views.length - 1)];
    const target = card && card.querySelector(selector);
    if (target) target.focus();
  }

  function drawAround() {
    part("count").textContent = views.length ? counted(views.length) : "";
    for (const name of ["present", "deck", "save", "copy", "clear"]) part(name).disabled = !views.length;
    for (const name of ["open", "starter", "clear"]) part(name).hidden = isLinked;
    mirodash.onStrip.drawLinked();
    drawEmpty();
  }

  function drawEmpty() {
    part("empty").hidden = views.length > 0;
    if (views.length) return part("empty").replaceChildren();
    return part("empty").replaceChildren(
      paragraph("No views are saved yet. “Keep this view” at the top of every page adds the picture that you look at; in this order the pictures become slides."),
      paragraph("Or begin with a ready-made set of slides about the trial that is open."),
      button("starter-empty", "Insert the ready-made set", "leading"));
  }

  /* what the cards say */

  function askForWords() {
    const unknown = views.filter((view) => !told.has(keyOf(view)));
    const distinct = [...new Map(unknown.map((view) => [keyOf(view), view])).entries()].slice(0, AT_ONCE);
    if (!distinct.length) return;
    asked = { at: asked.at + 1, keys: distinct.map(([key]) => key) };
    const wanted = distinct.map(([, { query, picture }]) => ({ query, picture }));
    window.dash_clientside.set_props("strip-wanted", { data: { at: asked.at, views: wanted } });
  }

  mirodash.showTold = function showTold(answer) {
    if (!answer || answer.at !== asked.at || !answer.words.length) return window.dash_clientside.no_update;
    answer.words.forEach((words, k) => told.set(asked.keys[k], words));
    cards().forEach((card, k) => mirodash.showCardWords(card, views[k], told.get(keyOf(views[k]))));
    askForWords();
    return Date.now();
  };

  /* changing */

  function put(changed, text, canUndo) {
    const old = views;
    if (!mirodash.strip.fits(changed)) return say(`The strip holds ${mirodash.strip.MOST_VIEWS} views, or fewer with long notes: nothing was changed.`);
    const stays = mirodash.strip.write(changed);
    views = mirodash.strip.read();
    const warning = stays ? "" : " This browser stores nothing: save the strip as a file before you leave.";
    if (text !== null) say(text + warning, canUndo ? old : null);
    window.dash_clientside.set_props("strip-views", { data: { views } });
    return true;
  }

  function move(from, to, selector) {
    const place = Math.min(Math.max(to, 0), views.length - 1);
    if (place === from) return say(`View ${from + 1} is ${from ? "the last" : "the first"} already.`);
    const changed = [...views];
    changed.splice(place, 0, ...changed.splice(from, 1));
    put(changed, `Moved to place ${place + 1} of ${views.length}.`);
    draw();
    return focusOn(place, selector);
  }

  function remove(place) {
    put(views.filter((_, k) => k !== place), `View ${place + 1} was removed.`, true);
    draw();
    part("undo").focus();
  }

  function clear() {
    put([], `The strip was cleared: ${counted(views.length)} removed.`, true);
    draw();
    part("undo").focus();
  }

  function undo() {
    const restored = before;
    const changedAt = restored.findIndex((view, k) => keyOf(view) !== (views[k] ? keyOf(views[k]) : ""));
    put(restored, "Undone.");
    draw();
    focusOn(Math.max(changedAt, 0), '[data-act="remove"]');
  }

  function add(more, text) {
    if (put([...mirodash.strip.read(), ...more], text, true)) draw();
  }

  /* While it is typed the card stays as it is, or the caret would jump. */
  function type(box) {
    const place = Number(box.closest(".strip-card").dataset.place);
    const name = box.dataset.text;
    const problem = mirodash.strip.problemOf(name, box.value);
    document.getElementById(`${box.id}-problem`).textContent = problem && `${problem} What was here before stays.`;
    box.setAttribute("aria-invalid", String(Boolean(problem)));
    if (problem) return mirodash.fitText(box, box.value);
    if (before) say("");
    const text = name === "title" ? mirodash.oneLine(box.value) : box.value;
    put(views.map((view, k) => (k === place ? { ...view, [name]: text } : view)), null);
    return mirodash.showTexts(cards()[place], views[place], told.get(keyOf(views[place])));
  }

  /* what the reader does */

  const ACTS = {
    "strip-present": () => mirodash.present(0),
    "strip-clear": clear,
    "strip-undo": undo,
  };

  const ON_CARD = {
    present: (place) => mirodash.present(place),
    up: (place) => move(place, place - 1, '[data-act="up"]'),
    down: (place) => move(place, place + 1, '[data-act="down"]'),
    remove,
  };

  document.addEventListener("click", function press({ target }) {
    const act = target.id && Object.hasOwn(ACTS, target.id) ? ACTS[target.id] : null;
    if (act) act();
    const card = target.closest && target.closest(".strip-card");
    if (card && target.dataset.act) ON_CARD[target.dataset.act](Number(card.dataset.place));
  });

  document.addEventListener("input", ({ target }) => target.matches(".strip-card [data-text]") && type(target));
  window.addEventListener("hashchange", function otherLink() {
    if (!part("cards") || !mirodash.strip.linked()) return;
    mirodash.showStrip();
    window.dash_clientside.set_props("strip-views", { data: { views } });
  });

  /* A proposed title needs more lines where the page is narrower. */
  window.addEventListener("resize", function refit() {
    cards().forEach((card, k) => mirodash.showTexts(card, views[k], told.get(keyOf(views[k]))));
  });

  mirodash.onStrip = { acts: ACTS, shown: () => views, isLinked: () => isLinked, draw, put, move, add, say, part, button, paragraph, counted, keyOf, cards };

})(window.dash_clientside.mirodash);
