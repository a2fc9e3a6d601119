/* Slow panels: one step after the other, stopped and continued, and no answer to what was asked before. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

function panel(key, attributes = {}) {
  const steps = el("div", { class: "steps" }, el("span", { class: "steps-said" }), el("progress"), el("button", { class: "stop-steps" }));
  return el("section", { id: `panel-${key}`, class: "stepped", "data-key": key, ...attributes }, steps);
}

function open(...body) {
  return openPage(["query", "steps"], { body: body.length ? body : [panel("search")] });
}

const busy = (page, key = "search") => page.at(`panel-${key}`).getAttribute("aria-busy");
const button = (page) => page.root.querySelector(".stop-steps");

/* What a panel was last asked for, without the number of the request. */
function step(page, key = "search") {
  const data = page.last(`panel-${key}-step`)?.data;
  return data && { query: data.query, step: data.step };
}

/* The answer to what a panel was last asked for, and the moment after it. */
function answer(page, done, of, key = "search") {
  const { query, at } = page.last(`panel-${key}-step`).data;
  if (page.mirodash.isWanted({ key, query, at })) page.mirodash.stepTaken({ key, done, of });
  page.runOut();
}

test("a view is asked for from its first step to its last", () => {
  const page = open();
  page.mirodash.startSteps("threshold=1");
  assert.deepEqual(step(page), { query: "threshold=1", step: 1 });
  answer(page, 4, 6);
  assert.deepEqual([step(page).step, busy(page), page.mirodash.stepOf("search")], [5, "true", 4]);
  const bar = page.root.querySelector("progress");
  assert.deepEqual([bar.value, bar.max], [4, 6]);
  const before = page.asked.length;
  answer(page, 6, 6);
  assert.deepEqual([page.asked.length, busy(page)], [before, "false"]);
});

test("a view is finished after its last step, and another view is not", () => {
  const page = open();
  page.mirodash.startSteps("threshold=1");
  answer(page, 4, 6);
  assert.equal(page.mirodash.isFinished("search", "threshold=1"), false);
  answer(page, 6, 6);
  assert.equal(page.mirodash.isFinished("search", "threshold=1"), true);
  assert.equal(page.mirodash.isFinished("search", "threshold=2"), false);
});

test("what is stopped asks no more until it is continued", () => {
  const page = open();
  page.mirodash.startSteps("");
  page.fire("click", button(page));
  assert.deepEqual([busy(page), button(page).textContent], ["false", "Continue"]);
  const before = page.asked.length;
  answer(page, 2, 6);
  assert.equal(page.asked.length, before);
  page.fire("click", button(page));
  assert.deepEqual([step(page).step, button(page).textContent], [3, "Stop"]);
});

test("an answer to another view is not wanted", () => {
  const page = open();
  page.mirodash.startSteps("threshold=1");
  page.mirodash.startSteps("threshold=2");
  assert.equal(page.mirodash.isWanted({ key: "search", query: "threshold=1" }), false);
  assert.equal(page.mirodash.isWanted({ key: "search", query: "threshold=2" }), true);
  assert.equal(page.mirodash.isWanted({ key: "nothing", query: "" }), false);
});

test("a panel of the whole population is asked again only when the people change", () => {
  const page = open(panel("search"), panel("best", { "data-follows": "population" }));
  page.mirodash.startSteps("threshold=1&keep.sex=F");
  answer(page, 1, 1);
  answer(page, 1, 1, "best");
  page.asked.length = 0;
  page.mirodash.startSteps("threshold=2&keep.sex=F");
  assert.deepEqual(page.asked.map(([id]) => id), ["panel-search-step"]);
  answer(page, 1, 1);
  page.mirodash.startSteps("threshold=2");
  answer(page, 1, 1);
  assert.deepEqual(step(page, "best"), { query: "", step: 1 });
});

test("what lies folded is computed once somebody opens it", () => {
  const folded = el("details", {}, panel("search"));
  const page = open(folded);
  page.mirodash.startSteps("threshold=1");
  assert.equal(step(page), undefined);
  folded.open = true;
  page.fire("toggle", folded);
  assert.deepEqual(step(page), { query: "threshold=1", step: 1 });
});

test("a program that does not answer stops everything, and the reader goes on", () => {
  const page = open();
  page.mirodash.startSteps("");
  page.fire("mirodash-unplugged", page.window);
  assert.deepEqual([busy(page), button(page).textContent], ["false", "Continue"]);
  page.runOut();
  page.fire("click", button(page));
  assert.deepEqual([page.asked.length, step(page).step], [2, 1]);
});

test("a new page starts its own panel, though the view is the same", () => {
  const page = open();
  page.mirodash.startSteps("");
  answer(page, 3, 6);
  page.root.firstElementChild.replaceChildren(panel("search"));
  assert.equal(page.mirodash.stepOf("search"), 0);
  page.mirodash.startSteps("");
  assert.deepEqual(step(page), { query: "", step: 1 });
});

test("one request at a time for all panels, and who had a turn goes behind the others", () => {
  const page = open(panel("search"), panel("windows"));
  page.mirodash.startSteps("");
  assert.deepEqual(page.asked.map(([id]) => id), ["panel-search-step"]);
  answer(page, 1, 9);
  answer(page, 2, 9);
  answer(page, 1, 9, "windows");
  const turns = page.asked.map(([id]) => id.split("-")[1]);
  assert.deepEqual(turns, ["search", "search", "windows", "search"]);
});
