/* Words, facts and tables are written as text, by panel, and what is gone is gone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const MARKUP = "<img src=x onerror=alert(1)>";

function panel(key, kind = "panel pictured") {
  const menu = el("button", { id: `panel-${key}-menu` });
  const twins = el("details", { class: "twin-disclosure" }, el("div", { id: `panel-${key}-tables` }));
  const parts = ["head", "body"].map((part) => el("div", { id: `panel-${key}-${part}` }));
  return el("section", { id: `panel-${key}`, class: kind }, ...parts, menu, twins);
}

function open(options = {}) {
  const cards = el("div", { class: "cards" }, panel("survival-0"), panel("survival-1"), panel("survival-2"));
  const around = ["page-estimand", "page-banner", "page-footer", "shell-status", "words"].map((id) => el("div", { id }));
  const folded = el("details", { id: "behind" }, el("summary"), panel("searched"));
  return openPage(["query", "steps", "words"], { ...options, body: [cards, panel("flow", "panel"), folded, ...around] });
}

const WORDS = { title: "T", subtitle: "S", facts: [], sentence: "", cannot: "" };
const tell = (page, told) => page.write(page.at("words"), "words", JSON.stringify({ panels: {}, ...told }));
const FACT = { label: "Hazard ratio", value: "0.68", detail: "95 % CI", kind: "fact", word: "", behind: "" };

test("a panel has its title, subtitle, facts and sentence as they were told", () => {
  const page = open();
  tell(page, { panels: { flow: { ...WORDS, title: MARKUP, facts: [FACT, { ...FACT, label: MARKUP, value: MARKUP, detail: "" }], sentence: "One." } } });
  const place = page.at("panel-flow");
  assert.deepEqual(place.querySelectorAll("h2").map((one) => one.textContent), [MARKUP]);
  assert.deepEqual(place.querySelectorAll("dt").map((one) => one.textContent), ["Hazard ratio", MARKUP]);
  assert.deepEqual(place.querySelectorAll("dd").map((one) => one.textContent), ["0.68 95 % CI", MARKUP]);
  assert.equal(place.querySelector(".sentence").textContent, "One.");
  assert.deepEqual([place.querySelectorAll("img").length, place.querySelector(".subtitle").textContent], [0, "S"]);
});

test("what is shown already stays in its place, and only what it says changes", () => {
  const page = open();
  tell(page, { panels: { flow: { ...WORDS, title: "A", facts: [FACT, { ...FACT, label: "Deaths", value: "63" }], sentence: "One." } } });
  const place = page.at("panel-flow");
  const before = place.querySelectorAll("*");
  tell(page, { panels: { flow: { ...WORDS, title: "B", facts: [{ ...FACT, value: "0.7" }, { ...FACT, label: "Deaths", value: "60", kind: "lead" }], sentence: "Two." } } });
  const after = place.querySelectorAll("*");
  assert.ok(before.length > 10 && before.length === after.length && before.every((one, k) => one === after[k]));
  assert.deepEqual(["h2", "dd", ".sentence"].map((name) => place.querySelector(name).textContent), ["B", "0.7 95 % CI", "Two."]);
  assert.equal(place.querySelector(".lead").textContent, "Deaths60 95 % CI");
  tell(page, { panels: { flow: { ...WORDS, title: "B", facts: [{ ...FACT, detail: "" }] } } });
  assert.deepEqual(place.querySelectorAll("dd").map((one) => one.textContent), ["0.68"]);
  assert.equal(place.querySelector(".sentence"), null);
});

test("what cannot be said is said in place of the sentence, and is taken back", () => {
  const page = open();
  tell(page, { panels: { flow: { ...WORDS, sentence: "One.", cannot: "Nobody is left." } } });
  const place = page.at("panel-flow");
  assert.equal(place.querySelector(".cannot-say").textContent, "Nobody is left.");
  assert.deepEqual([place.querySelector(".sentence"), place.classList.contains("cannot")], [null, true]);
  tell(page, { panels: { flow: WORDS } });
  assert.deepEqual([place.querySelector(".cannot-say"), place.classList.contains("cannot")], [null, false]);
});

test("the numbers of a panel that folds are behind the first of them on a phone, and open elsewhere", () => {
  for (const isNarrow of [true, false]) {
    const page = open({ isNarrow });
    const place = page.at("panel-flow");
    place.dataset.folds = "numbers";
    tell(page, { panels: { flow: { ...WORDS, facts: [{ ...FACT, value: "" }, FACT], sentence: "One." }, searched: { ...WORDS, facts: [FACT] } } });
    const fold = place.querySelector(".fold");
    assert.deepEqual([fold.open, fold.querySelector("summary").textContent], [!isNarrow, "Hazard ratio: 0.68"]);
    assert.deepEqual([fold.querySelectorAll("dt").length, fold.querySelector(".sentence").textContent], [2, "One."]);
    assert.equal(page.at("panel-searched").querySelector(".fold"), null);
    tell(page, { panels: { flow: { ...WORDS, facts: [{ ...FACT, value: "" }] } } });
    assert.equal(place.querySelector("summary").textContent, "Hazard ratio: 95 % CI");
    place.querySelector(".fold").open = true;
    tell(page, { panels: { flow: { ...WORDS, facts: [{ ...FACT, value: "0.70" }] } } });
    assert.deepEqual([place.querySelector(".fold").open, place.querySelector("summary").textContent], [true, "Hazard ratio: 0.70"]);
    page.fire("afterprint");
    assert.equal(place.querySelector(".fold").open, !isNarrow);
    page.fire("beforeprint");
    assert.equal(place.querySelector(".fold").open, true);
    tell(page, { panels: { flow: { ...WORDS, facts: [FACT], cannot: "No participant is left." } } });
    assert.equal(place.querySelector(".fold"), null);
  }
});

test("a panel without words is absent, and the others count", () => {
  const page = open();
  tell(page, { panels: { "survival-2": null, "survival-1": WORDS, "survival-0": WORDS, nothing: WORDS } });
  assert.deepEqual([page.at("panel-survival-2").classList.contains("absent"), page.root.querySelector(".cards").dataset.shown], [true, "2"]);
  page.mirodash.showGroups(1);
  assert.equal(page.root.querySelector(".cards").dataset.shown, "3");
  page.mirodash.showGroups(0);
  assert.equal(page.root.querySelector(".cards").dataset.shown, "1");
});

test("the question and the caution stand above", () => {
  const page = open();
  tell(page, { page: { estimand: [{ text: "IL-2 versus", strong: true }, { text: MARKUP, strong: false }], banner: "Exploratory" } });
  assert.deepEqual(page.at("page-estimand").children.map((one) => [one.textContent, one.className]), [["IL-2 versus", "phrase strong"], [MARKUP, "phrase"]]);
  assert.equal(page.at("page-banner").textContent, "Exploratory");
});

test("a step that is not wanted any more is not written", () => {
  const page = open();
  page.at("panel-searched").classList.add("stepped");
  page.at("panel-searched").dataset.key = "searched";
  page.at("panel-searched").append(el("div", { class: "steps" }, el("span", { class: "steps-said" }), el("progress"), el("button", { class: "stop-steps" })));
  page.at("behind").open = true;
  page.mirodash.startSteps("threshold=2");
  const told = (query) => ({ panels: { searched: { ...WORDS, title: query } }, twins: { searched: [] }, steps: { key: "searched", query, at: page.last("panel-searched-step").data.at, done: 1, of: 3 } });
  tell(page, told("threshold=1"));
  page.runOut();
  assert.equal(page.at("panel-searched").querySelector("h2"), null);
  tell(page, told("threshold=2"));
  assert.equal(page.at("panel-searched").querySelector("h2").textContent, "threshold=2");
  page.runOut();
  assert.equal(page.last("panel-searched-step").data.step, 2);
});

/* A finding that takes two steps, of which both are done for this query. */
function openFinished(query) {
  const finding = panel("finding", "finding stepped");
  finding.append(el("div", { class: "steps" }, el("span", { class: "steps-said" }), el("progress"), el("button", { class: "stop-steps" })));
  finding.dataset.key = "finding";
  const page = openPage(["query", "steps", "words"], { body: [finding, el("div", { id: "panel-finding-words" }), panel("flow"), el("div", { id: "words" })] });
  page.mirodash.startSteps(query);
  const { at } = page.last("panel-finding-step").data;
  const told = { panels: { finding: { ...WORDS, title: "searched" } }, twins: {}, steps: { key: "finding", query, at, done: 2, of: 2 } };
  page.write(page.at("panel-finding-words"), "words", JSON.stringify(told));
  page.titles = () => ["finding", "flow"].map((key) => page.at(`panel-${key}`).querySelector("h2")?.textContent);
  return page;
}

test("a threshold that was moved away and back has the finding of its search again", () => {
  const page = openFinished("threshold=1");
  const packed = (query) => page.mirodash.showView({ query, panels: { finding: { ...WORDS, title: `at hand, ${query}` } } });
  packed("threshold=2");
  assert.equal(page.titles()[0], "at hand, threshold=2");
  packed("threshold=1");
  assert.equal(page.titles()[0], "searched");
});

test("what the server said last is shown again when it is asked again, though a pack showed something else", () => {
  const page = openFinished("threshold=1");
  const full = [];
  page.mirodash.unsketchPanel = (key) => full.push(key);
  tell(page, { query: "threshold=1", panels: { flow: { ...WORDS, title: "1" }, finding: WORDS } });
  page.mirodash.showView({ query: "threshold=2", panels: { flow: { ...WORDS, title: "2" }, finding: WORDS } });
  page.mirodash.showAgain("threshold=3");
  assert.deepEqual([page.titles(), full], [["T", "2"], []]);
  page.mirodash.showAgain("threshold=1");
  assert.deepEqual([page.titles(), full], [["searched", "1"], ["flow", "finding"]]);
});

test("tables have their captions and headings, and a menu offers what there is", () => {
  const page = open();
  const table = { caption: MARKUP, header: ["Arm", "n"], rows: [["IL-2", "110"], [MARKUP, "4"]] };
  page.mirodash.showTables({ twins: { flow: [table], "survival-0": [] }, said: "90 deaths of 220", footer: ["n = 220", "SYNTHETIC"] });
  const twin = page.at("panel-flow-tables");
  assert.equal(twin.querySelector("caption").textContent, MARKUP);
  assert.deepEqual(twin.querySelectorAll("th").map((one) => [one.textContent, one.getAttribute("scope")]), [["Arm", "col"], ["n", "col"], ["IL-2", "row"], [MARKUP, "row"]]);
  assert.deepEqual(twin.querySelectorAll("td").map((one) => one.textContent), ["110", "4"]);
  assert.deepEqual([page.at("panel-flow-menu").dataset.gives, page.at("panel-survival-0-menu").dataset.gives], ["table", "picture"]);
  assert.deepEqual([page.at("panel-survival-0-tables").parentElement.hidden, page.at("shell-status").textContent], [true, "90 deaths of 220"]);
  assert.deepEqual(page.at("page-footer").children.map((one) => one.textContent), ["n = 220", "SYNTHETIC"]);
  page.mirodash.showTables({ twins: { flow: [] }, said: "" });
  assert.equal(page.at("panel-flow-menu").hidden, true);
});

test("a quiet word opens what lies behind it", () => {
  const page = open();
  tell(page, { panels: { flow: { ...WORDS, facts: [{ ...FACT, word: "after the search", behind: "searched" }] } } });
  page.fire("click", page.at("panel-flow").querySelector(".quiet-button"));
  assert.ok(page.at("behind").open);
  assert.ok(page.at("behind").querySelector("summary").isFocused);
});
