/* What moves a threshold on a picture: a press and its click in one place, and no scrolling. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

function open() {
  const layer = el("div", { class: "handles" });
  const plot = el("div", { class: "plot" }, layer);
  const page = openPage(["handles"], { body: [plot] });
  const brought = [];
  layer.getBoundingClientRect = () => ({ left: 0, width: 100 });
  Object.assign(page.mirodash, {
    positionOf: (value) => value, inWords: String, setStops() {}, sayThresholds() {},
    stopAt: (position) => position, bringNearest: (stop) => brought.push(stop),
  });
  page.mirodash.placeHandles({ ends: [0, 10], log: false, thresholds: [] }, []);
  return { page, plot, brought };
}

const at = (clientX, clientY, more = {}) => ({ clientX, clientY, isTrusted: true, ...more });

test("a click brings a threshold to where it was pressed", () => {
  const { page, plot, brought } = open();
  page.fire("pointerdown", plot, at(50, 20));
  page.fire("click", plot, at(52, 21));
  assert.deepEqual(brought, [5.2]);
});

test("a finger that scrolls moves no threshold, whatever clicks follow", () => {
  const { page, plot, brought } = open();
  page.fire("pointerdown", plot, at(50, 20));
  page.fire("pointercancel", plot);
  page.fire("click", plot, at(50, 20));
  page.fire("pointerdown", plot, at(50, 20));
  page.fire("click", plot, at(0, 0));
  page.fire("click", plot, at(50, 20, { isTrusted: false }));
  page.fire("click", plot, at(50, 90));
  assert.deepEqual(brought, []);
});

test("a click without a press, or pressed elsewhere, moves no threshold", () => {
  const { page, plot, brought } = open();
  page.fire("click", plot, at(50, 20));
  page.fire("pointerdown", page.root, at(50, 20));
  page.fire("click", plot, at(50, 20));
  assert.deepEqual(brought, []);
});
