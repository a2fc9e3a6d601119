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

test("a mouse sees where a press would bring the threshold, and a finger or a drag does not", () => {
  const { page, plot } = open();
  const layer = plot.querySelector(".handles");
  const shown = () => layer.childNodes.filter((node) => node.className === "handle-ghost");
  page.fire("pointermove", plot, at(50, 20, { pointerType: "touch", buttons: 0 }));
  page.fire("pointermove", plot, at(50, 20, { pointerType: "mouse", buttons: 1 }));
  assert.equal(shown().length, 0);
  page.fire("pointermove", plot, at(50, 20, { pointerType: "mouse", buttons: 0 }));
  const [ghost] = shown();
  assert.deepEqual([ghost.style.left, ghost.textContent], ["50%", "move to 5"]);
  page.fire("pointermove", page.root, at(50, 20, { pointerType: "mouse", buttons: 0 }));
  assert.equal(shown().length, 0);
});

function withSlider() {
  const thumb = el("div", { role: "slider" });
  const track = el("div", { class: "mantine-Slider-track" }, thumb);
  const row = el("div", { class: "threshold", id: "rail-threshold-1" }, el("div", { class: "mantine-Slider-root" }, track));
  const page = openPage(["handles"], { body: [row] });
  const moves = [];
  const heard = {};
  track.getBoundingClientRect = () => ({ left: 100, width: 200 });
  thumb.getBoundingClientRect = () => ({ left: 190, width: 20 });
  Object.assign(thumb, {
    setPointerCapture() {}, focus: () => moves.push("focus"), contains: (other) => other === thumb,
    addEventListener: (name, act) => { heard[name] = act; }, removeEventListener: (name) => { delete heard[name]; },
  });
  Object.assign(page.mirodash, {
    positionOf: (value) => value, inWords: String, setStops() {}, sayThresholds() {},
    stopAt: (position) => Math.round(position), moveTo: (slot, stop) => moves.push([slot, stop]),
  });
  page.mirodash.placeHandles({ ends: [0, 10], log: false, thresholds: [] }, []);
  return { page, thumb, track, moves, heard };
}

test("a slider is pulled without the component library, and a thumb that is held off its middle does not jump", () => {
  const { page, thumb, moves, heard } = withSlider();
  page.fire("pointerdown", thumb, at(206, 0, { stopPropagation() {} }));
  assert.deepEqual(moves, ["focus"]);
  heard.pointermove({ clientX: 206 });
  heard.pointermove({ clientX: 246 });
  heard.pointermove({ clientX: 9000 });
  assert.deepEqual(moves.slice(1), [[1, 5], [1, 7], [1, 10]]);
  heard.pointerup();
  assert.deepEqual(Object.keys(heard), []);
});

test("a press on a slider's track brings its thumb there", () => {
  const { page, track, moves } = withSlider();
  page.fire("pointerdown", track, at(160, 0, { stopPropagation() {} }));
  assert.deepEqual(moves, ["focus", [1, 3]]);
});
