/* A dragged threshold is followed from the pack where it is there, and by asking where it is not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const STOPS = [100, 500, 980, 2000, 9000];

function open({ sketched = true } = {}) {
  const row = el("div", { id: "rail-threshold-1", class: "threshold" });
  const page = openPage(["query", "pack_blocks", "threshold_pack"], { body: [el("div", { id: "pack", "data-page": "explore" }), row] });
  page.drawn = [];
  page.view = { query: "threshold=2000", thresholds: [2000], slot: 1, stops: STOPS, axis: { ends: [10, 10_000], log: true } };
  Object.assign(page.mirodash, {
    movedView: () => page.view,
    showView: (words) => page.drawn.push(["words", words.query, words.panels.differing]),
    sketchOver: (key, sketch, looks) => page.drawn.push([key, sketch, looks]),
    canSketch: () => sketched,
  });
  page.wanted = () => page.asked.filter(([id]) => id === "pack-wanted").map(([, { data }]) => data);
  page.move = (threshold, { others = [], slot = 1 } = {}) => {
    const thresholds = [threshold, ...others];
    page.view = { ...page.view, query: thresholds.map((one) => `threshold=${one}`).join("&"), thresholds, slot };
    return page.mirodash.scrub(page.view);
  };
  page.send = (first, stops, at = page.wanted().at(-1).at) => {
    const made = stops.map((stop) => ({ at: stop, panels: { differing: `at ${stop}` }, page: {}, sketches: { "survival-1": `curves ${stop}` } }));
    page.write(page.at("pack"), "pack", JSON.stringify({ at, first, of: STOPS.length, block: { looks: ["look"], stops: made } }));
  };
  return page;
}

test("the stops around the threshold are asked for once the page is quiet, and not twice", () => {
  const page = open();
  page.fire("pointermove", page.root);
  page.mirodash.wantPackLater();
  assert.deepEqual(page.wanted(), []);
  page.runOut();
  assert.deepEqual(page.wanted(), [{ query: "threshold=2000", moved: 2000, near: 2000, place: "explore", at: 1 }]);
  page.mirodash.wantPack();
  page.send(2, [980, 2000]);
  page.mirodash.wantPack();
  assert.equal(page.wanted().length, 1);
});

test("before the reader has touched the page nothing is asked for, and then what was owed once", () => {
  const page = open();
  page.mirodash.wantPackLater();
  page.runOut();
  assert.deepEqual(page.wanted(), []);
  page.fire("keydown", page.root);
  page.fire("keydown", page.root);
  page.runOut();
  page.runOut();
  assert.deepEqual(page.wanted().map(({ near }) => near), [2000]);
});

test("a hand that comes near while the finding is sought waits for it", () => {
  const page = open();
  const finding = el("section", { class: "finding", "aria-busy": "true" });
  page.root.children[0].append(finding);
  page.fire("pointerover", page.at("rail-threshold-1"));
  page.runOut();
  assert.deepEqual(page.wanted(), []);
  finding.setAttribute("aria-busy", "false");
  page.runOut();
  page.send(3, [2000]);
  assert.equal(page.wanted().length, 2, "all stops are wanted then");
});

test("it waits for the search, which is part of what is packed", () => {
  const page = open();
  page.fire("pointermove", page.root);
  const finding = el("section", { class: "finding", "aria-busy": "true" });
  page.root.children[0].append(finding);
  page.mirodash.wantPackLater();
  page.runOut();
  assert.deepEqual(page.wanted(), []);
  finding.setAttribute("aria-busy", "false");
  page.runOut();
  assert.equal(page.wanted().length, 1);
});

test("a packed stop is shown without asking, in one frame however often it moved", () => {
  const page = open();
  page.mirodash.wantPack();
  page.send(0, STOPS);
  page.frames = [];
  assert.deepEqual([page.move(500), page.move(980)], [true, true]);
  assert.equal(page.frames.length, 1);
  page.frames.pop()();
  assert.deepEqual(page.drawn, [["words", "threshold=980", "at 980"], ["survival-1", "curves 980", ["look"]]]);
  assert.equal(page.wanted().length, 1);
});

test("a stop that has not come is left to the server, and its block is asked for", () => {
  const page = open();
  page.mirodash.wantPack();
  page.send(2, [980, 2000]);
  assert.equal(page.move(100), false);
  assert.deepEqual(page.wanted().at(-1), { query: "threshold=100", moved: 100, near: 100, place: "explore", at: 2 });
  page.send(0, [100, 500]);
  assert.equal(page.wanted().at(-1).near, 9000, "the rest follows, for the reader's hand is at the threshold");
  assert.equal(page.move(500), true);
});

test("a hand that comes near wants all stops, those nearest first", () => {
  const page = open();
  page.fire("pointerover", page.at("rail-threshold-1"));
  page.send(3, [2000]);
  page.send(2, [980]);
  page.send(4, [9000]);
  page.send(0, [100, 500]);
  assert.deepEqual(page.wanted().map(({ near }) => near), [2000, 980, 9000, 500]);
});

test("another view, another threshold that moves, and another theme have packs of their own", () => {
  const page = open();
  page.mirodash.wantPack();
  page.send(0, STOPS);
  assert.equal(page.move(500), true);
  assert.equal(page.move(500, { others: [9000] }), false);
  page.send(0, STOPS, 99);
  assert.equal(page.move(980, { others: [9000] }), false, "an answer to another question is none");
  page.send(0, STOPS);
  assert.equal(page.move(980, { others: [9000] }), true);
  page.root.style.colorScheme = "dark";
  assert.equal(page.move(980, { others: [9000] }), false);
});

test("of what is too large to be packed nothing is asked for again and again", () => {
  const page = open();
  page.fire("pointerover", page.at("rail-threshold-1"));
  page.write(page.at("pack"), "pack", JSON.stringify({ at: 1, of: 0 }));
  assert.equal(page.move(500), false);
  assert.equal(page.wanted().length, 1);
});

test("a picture that was never drawn, or cannot be sketched, is the server's", () => {
  const page = open({ sketched: false });
  page.mirodash.wantPack();
  page.send(0, STOPS);
  assert.equal(page.move(500), false);
});

test("until the server's answer is here, only what is on screen counts", () => {
  const page = open();
  page.mirodash.wantPack();
  page.send(0, STOPS);
  page.move(500);
  assert.deepEqual([page.mirodash.isOvertaken("threshold=2000"), page.mirodash.isOvertaken("threshold=500")], [true, false]);
  assert.ok(page.mirodash.isScrubbed(), "a picture of the server's that comes late does not take the sketch's place");
  page.mirodash.endScrub();
  assert.deepEqual([page.mirodash.isScrubbed(), page.mirodash.isOvertaken("threshold=2000")], [false, false]);
});
