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

function open() {
  const cards = el("div", { class: "cards" }, panel("survival-0"), panel("survival-1"), panel("survival-2"));
  const around = ["page-estimand", "page-banner", "page-footer", "shell-status", "words"].map((id) => el("div", { id }));
  const folded = el("details", { id: "behind" }, el("summary"), panel("searched"));
  return openPage(["query", "steps", "words"], { body: [cards, panel("flow", "panel"), folded, ...around] });
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

test("what cannot be said is said in place of the sentence, and is taken back", () => {
  const page = open();
  tell(page, { panels: { flow: { ...WORDS, sentence: "One.", cannot: "Nobody is left." } } });
  const place = page.at("panel-flow");
  assert.equal(place.querySelector(".cannot-say").textContent, "Nobody is left.");
  assert.deepEqual([place.querySelector(".sentence"), place.classList.contains("cannot")], [null, true]);
  tell(page, { panels: { flow: WORDS } });
  assert.deepEqual([place.querySelector(".cannot-say"), place.classList.contains("cannot")], [null, false]);
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
  page.at("panel-searched").append(el("div", { class: "steps" }, el("progress"), el("button", { class: "stop-steps" })));
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
