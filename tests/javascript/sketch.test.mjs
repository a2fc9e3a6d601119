/* Sketches: places on a grid become paths and letters, in the frame of the picture that they lie over. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const AREA = { left: 50, top: 10, width: 200, height: 100 };
const LOOKS = [
  { axes: { x: { domain: [0, 1] }, y: { domain: [0.4, 1] }, y2: { domain: [0, 0.3] } } },
  { kind: "steps", width: 2, colour: "blue", dash: "dash", opacity: 1 },
  { kind: "area", fill: "pink", width: 0, colour: "", dash: "solid" },
  { kind: "ticks", colour: "blue", size: 10, width: 1, opacity: 0.5 },
  { kind: "letters", on: "y2", size: 10, colour: ["black", "grey"] },
  { lines: [[["IL-2", 1]], [["87 %", 0]]], on: ["paper", "y"], shift: [5, 0], anchor: ["left", "middle"], size: 10, colour: "blue", ground: "" },
];
const SKETCH = {
  frame: 0,
  traces: [[1, [0, 5000, 5000], [10000, -5000, 0]], [2, [0, 5000, 0], [0, 0, 5000]], [3, [2500], [10000]], [4, [0, 10000], [5000, 0], ["46", "<10"]]],
  notes: [[5, 10000, 10000]],
};

const { mirodash } = openPage(["query", "sketch"]);

test("differences are added up, and a gap stays a gap", () => {
  assert.deepEqual(mirodash.placesOf([3, 4, null, -2, 0]), [3, 7, null, 5, 5]);
});

test("a line goes from place to place, steps along and then up or down, an area closes", () => {
  const [x, y] = [[1, 2, null, 3, 4], [5, 6, null, 7, 8]];
  assert.equal(mirodash.pathOf(x, y, { kind: "line" }), "M1 5L2 6M3 7L4 8");
  assert.equal(mirodash.pathOf(x, y, { kind: "steps" }), "M1 5H2V6M3 7H4V8");
  assert.equal(mirodash.pathOf(x, y, { kind: "area" }), "M1 5L2 6ZM3 7L4 8Z");
  assert.equal(mirodash.pathOf([1], [5], { kind: "ticks", size: 10 }), "M1 -2v14");
});

test("dashes grow with the line, and are those of the chart library", () => {
  assert.deepEqual(["solid", "dash", "dot"].map((dash) => mirodash.dashesOf(dash, 5)), ["none", "15 15", "5 5"]);
  assert.equal(mirodash.dashesOf("dash", 1), "9 9");
});

test("places are those of the axis, from its left and from below, and letters stand on theirs", () => {
  const made = mirodash.elementsOf(SKETCH, LOOKS, AREA);
  assert.deepEqual(made.map(({ tag }) => tag), ["path", "path", "path", "text", "text", "text", "text"]);
  const [steps, area, ticks, one, two, name, share] = made;
  assert.deepEqual([steps.attributes.d, steps.attributes["stroke-dasharray"], steps.attributes.fill], ["M50 10H150V40H250V40", "9 9", "none"]);
  assert.deepEqual([area.attributes.d, area.attributes.fill, area.attributes.stroke], ["M50 70L150 70L150 40Z", "pink", "none"]);
  assert.deepEqual([ticks.attributes.d, ticks.attributes.opacity], ["M100 3v14", 0.5]);
  assert.deepEqual([one.attributes.x, one.attributes.y, one.attributes.fill, one.runs], [50, 98.5, "black", [["46", 0]]]);
  assert.deepEqual([two.attributes.x, two.attributes.fill, two.runs], [250, "grey", [["<10", 0]]]);
  assert.deepEqual([name.attributes.x, name.attributes.y, name.runs], [256, 7, [["IL-2", 1]]]);
  assert.deepEqual([share.attributes.y, share.attributes["text-anchor"]], [20, "start"]);
});

test("a block of lines hangs from its top or stands on its foot", () => {
  const first = (anchor) => {
    const looks = [...LOOKS.slice(0, 5), { ...LOOKS[5], anchor: ["right", anchor] }];
    return mirodash.elementsOf({ ...SKETCH, traces: [] }, looks, AREA).map(({ attributes }) => [attributes.x, attributes.y, attributes["text-anchor"]]);
  };
  assert.deepEqual(first("top"), [[254, 20, "end"], [254, 33, "end"]]);
  assert.deepEqual(first("bottom"), [[254, -6, "end"], [254, 7, "end"]]);
});

test("elements that are there are changed, others made, and none is left over", () => {
  const group = el("g");
  mirodash.putElements(group, mirodash.elementsOf(SKETCH, LOOKS, AREA));
  const before = group.children;
  const moved = { ...SKETCH, traces: [[1, [0, 10000], [0, 0]], ...SKETCH.traces.slice(1, 3), [4, [0], [0], ["45"]]] };
  mirodash.putElements(group, mirodash.elementsOf(moved, LOOKS, AREA));
  assert.equal(group.children[0], before[0]);
  assert.equal(before[0].getAttribute("d"), "M50 70H250V70");
  assert.deepEqual(group.children.map((one) => one.textContent), ["", "", "", "45", "IL-2", "87 %"]);
  assert.equal(group.children[4].firstElementChild.getAttribute("font-weight"), "700");
  mirodash.putElements(group, mirodash.elementsOf({ ...moved, traces: [], notes: [] }, LOOKS, AREA));
  assert.equal(group.children.length, 0);
});

test("a sketch is put where the axes of the drawn picture are, by its own margins and size", () => {
  const drawing = el("svg", { class: "main-svg", width: "499.6", height: "378" });
  const plot = el("div", { class: "js-plotly-plot" }, drawing);
  const page = openPage(["sketch"], { body: [el("div", { id: "panel-survival-1-figure" }, plot)] });
  assert.ok(!page.mirodash.canSketch("survival-1"), "without margins nothing is known");
  plot.layout = { margin: { l: 66, r: 57, t: 8, b: 4 } };
  assert.ok(page.mirodash.canSketch("survival-1"));
  assert.ok(!page.mirodash.canSketch("survival-2"), "there is no such picture");
});
