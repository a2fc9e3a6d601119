/* The live page: its colours, where a key leads, and what stands around its curves. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.mjs";

const { mirodash } = openPage(["query", "sketch", "live/live_parts"], { body: [] });
const AXIS = { ends: [10, 1000], log: true };

test("dark colours take the place of light ones, and nothing else changes", () => {
  const looks = [{ kind: "area", fill: "white", width: 2, lines: [[["white", 0]]] }, null, ["white", "red"]];
  const dark = mirodash.recoloured(looks, { white: "black" });
  assert.deepEqual(dark, [{ kind: "area", fill: "black", width: 2, lines: [[["black", 0]]] }, null, ["black", "red"]]);
  assert.equal(looks[0].fill, "white");
  assert.equal(mirodash.recoloured("constructor", {}), "constructor");
});

test("a key leads to a stop that there is, or nowhere", () => {
  const after = (key) => mirodash.placeAfter(key, 5, 12);
  assert.deepEqual(["ArrowRight", "ArrowDown", "PageUp", "PageDown", "Home", "End", "a"].map(after), [6, 4, 11, 0, 0, 11, undefined]);
});

test("places along a logarithmic axis go there and back", () => {
  assert.equal(mirodash.shareAlong(100, AXIS), 0.5);
  const stops = [20, 90, 500];
  assert.deepEqual([0, 0.5, 1].map((share) => mirodash.stopNear(share, stops, AXIS)), [0, 1, 2]);
});

test("a picture is never narrower than its curves can be seen", () => {
  const frame = { height: 300, margin: { l: 50, r: 10, t: 20, b: 30 } };
  assert.deepEqual(mirodash.areaOf(frame, 360), { left: 50, top: 20, width: 300, height: 250 });
  assert.equal(mirodash.areaOf(frame, 60).width, 40);
});

test("axes have their marks where they belong, with a grid, titles and lines across", () => {
  const axis = { domain: [0, 1], ticks: [0, 5000, 10000], texts: ["0", "50", "100"], size: 12, colour: "grey", line: "black", grid: "pale", title: "days", title_size: 13 };
  const frame = { axes: { x: axis, y: axis }, across: [{ x: [0, 10000], y: [5000, 5000], colour: "ink", width: 1, dash: "dot" }] };
  const made = mirodash.axesOf(frame, { left: 50, top: 20, width: 200, height: 100 });
  const texts = made.filter(({ tag }) => tag === "text");
  assert.deepEqual(texts.map(({ runs }) => runs[0][0]), ["0", "50", "100", "days", "0", "50", "100", "days"]);
  assert.deepEqual(texts.slice(4, 7).map(({ attributes }) => attributes.x), [50, 150, 250]);
  assert.deepEqual(made.filter(({ attributes }) => attributes.stroke === "pale").map(({ attributes }) => attributes.d), ["M50 120H250", "M50 70H250", "M50 20H250"]);
  assert.equal(made.at(-1).attributes.d, "M50 70L250 70");
});
