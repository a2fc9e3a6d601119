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

const at = (clientX, clientY, more = {}) => ({ clientX, clientY, button: 0, isPrimary: true, ...more });

test("a press that is let go where it began brings a threshold there", () => {
  const { page, plot, brought } = open();
  page.fire("pointerdown", plot, at(50, 20));
  page.fire("pointerup", page.root, at(52, 21)); /* the chart library lays a cover over the page meanwhile */
  assert.deepEqual(brought, [5]);
});

test("a finger that scrolls moves no threshold, whatever clicks follow", () => {
  const { page, plot, brought } = open();
  page.fire("pointerdown", plot, at(50, 20));
  page.fire("pointercancel", plot);
  page.fire("pointerup", plot, at(50, 20));
  page.fire("click", plot, at(0, 0));
  page.fire("pointerdown", plot, at(50, 20));
  page.fire("pointerup", plot, at(50, 90));
  page.fire("click", plot, at(50, 90));
  assert.deepEqual(brought, []);
});

test("a press elsewhere, on a handle or by a second finger moves no threshold", () => {
  const { page, plot, brought } = open();
  const handle = el("div", { class: "handle" });
  Object.assign(handle, { setPointerCapture() {}, addEventListener() {} });
  plot.append(handle);
  page.fire("pointerup", plot, at(50, 20));
  for (const [target, more] of [[page.root, {}], [handle, {}], [plot, { isPrimary: false }], [plot, { button: 2 }]]) {
    page.fire("pointerdown", target, at(50, 20, more));
    page.fire("pointerup", plot, at(50, 20, more));
  }
  assert.deepEqual(brought, []);
});
