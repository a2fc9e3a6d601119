/* From controls to the selection: a threshold goes where the reader last put it, by whatever hand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const STOPS = [100, 500, 980, 2000, 9000];
const SLIDER = "rail-threshold-1-slider";

function open(thresholds = [2000]) {
  const rows = [1, 2, 3].map((k) => el("div", { id: `rail-threshold-${k}` }, el("input", { id: `rail-threshold-${k}-box` })));
  const page = openPage(["query", "address", "words", "threshold_pack", "selection"], { body: rows });
  Object.assign(page.mirodash, { moveHandles: () => {}, sayDeclared: () => {} });
  const view = {
    ends: [10, 10_000], log: true, thresholds, before: [], after: [], declared: [], tree: { UK: ["UK-01", "UK-02"] },
    arms: ["IL-2", "Placebo"], unit: "pg/mL", snaps: false,
    defaults: { horizon: 640, thresholds: [3700], equal_above: false, treated: "IL-2", control: "Placebo", unit: "days" },
  };
  page.position = (threshold) => Math.log10(threshold);
  page.controls = { count: String(thresholds.length), treated: "IL-2", control: "Placebo", horizon: 640, unit: "days", ticked: [true, true] };
  page.tell = (triggered, changes = {}) => {
    const now = Object.assign(page.controls, changes);
    const boxes = [0, 1, 2].map((k) => ({ id: `rail-threshold-${k + 1}-box`, value: thresholds[k] }));
    const single = ["count", "presets", "treated", "control", "horizon", "unit", "strata", "adjust", "curves", "equalAbove", "defaultStrata", "landmarks", "upToHorizon", "statistics"]
      .map((name) => ({ id: `rail-${name}`, value: now[name] }));
    const sites = ["UK-01", "UK-02"].map((key, k) => ({ id: { control: "site", key }, value: now.ticked[k] }));
    const countries = [{ id: { control: "country", key: "UK" }, value: now.country ?? true }];
    page.dash.callback_context = { triggered_id: triggered, inputs_list: [...boxes, ...single, sites, countries, [], [], []] };
    const given = [...boxes, ...single].map(({ value }) => value);
    return page.mirodash.updateSelection(...given, sites, countries, [], [], [], view, STOPS, "");
  };
  page.query = () => page.last("selection-query")?.data;
  page.tell("selection-view");
  return page;
}

test("a slider, a key or a handle moves its threshold to a stop", () => {
  const page = open();
  assert.equal(page.mirodash.moveThresholds(page.position(900)), "threshold=980");
  page.mirodash.moveTo(1, 9000);
  assert.equal(page.query(), "threshold=9000");
  assert.equal(page.mirodash.stopFrom(1, -1), 2000);
});

test("what the slider is told comes back, and moves nothing that was moved since", () => {
  const page = open();
  page.mirodash.moveTo(1, 980);
  page.runOut();
  assert.deepEqual(page.last(SLIDER), { value: page.position(980) });
  page.mirodash.moveTo(1, 9000);
  assert.equal(page.mirodash.moveThresholds(page.position(980)), page.dash.no_update);
  assert.equal(page.query(), "threshold=9000");
  page.runOut();
  assert.deepEqual([page.last(SLIDER), page.address], [{ value: page.position(9000) }, "/?threshold=9000"]);
});

test("one slider moves its own threshold, though the other was just moved by its handle", () => {
  const page = open([500, 2000]);
  page.mirodash.moveTo(1, 980);
  assert.equal(page.mirodash.moveThresholds(page.position(500), page.position(9000)), "threshold=980&threshold=9000");
});

test("the address is written when the pointer is let go, and the rest once the reader pauses", () => {
  const page = open();
  page.fire("pointerdown", page.window);
  page.mirodash.moveTo(1, 980);
  assert.equal(page.address, "/");
  page.fire("pointerup", page.window);
  assert.equal(page.address, "/?threshold=980");
  assert.equal(page.last("selection-settled"), undefined);
  page.runOut();
  assert.deepEqual(page.last("selection-settled"), { data: "threshold=980" });
});

test("who goes elsewhere takes nothing along that was about to settle", () => {
  const page = open();
  page.fire("pointerdown", page.window);
  page.mirodash.moveTo(1, 980);
  page.mirodash.leaveView();
  page.fire("pointerup", page.window);
  page.runOut();
  assert.deepEqual([page.address, page.last("selection-settled")], ["/", undefined]);
});

test("a click brings the nearest threshold, or sets the first", () => {
  const page = open([500, 2000]);
  page.mirodash.bringNearest(9000);
  assert.equal(page.query(), "threshold=500&threshold=9000");
  const none = open([]);
  none.mirodash.bringNearest(9000);
  assert.deepEqual(none.last("rail-threshold-1-box"), { value: 9000 });
});

test("choosing the other arm for a role swaps them, and a horizon that is none is the trial's", () => {
  const page = open();
  page.tell("rail-treated", { treated: "Placebo" });
  assert.equal(page.query(), "threshold=2000&treated=Placebo&control=IL-2");
  assert.deepEqual(page.last("rail-control"), { value: "IL-2" });
  page.tell("rail-horizon", { control: "IL-2", horizon: "" });
  assert.deepEqual(page.last("rail-horizon"), { value: 640 });
});

test("equal values go above where the switch says so, and a declaration remembers it", () => {
  const page = open();
  page.tell("rail-equal-above", { equalAbove: true });
  assert.equal(page.query(), "threshold=2000&equal_above=1");
  page.mirodash.declare([["prespecified", "2000"]]);
  assert.equal(page.query(), "threshold=2000&equal_above=1&prespecified=2000&prespecified-equal-above=1");
  page.tell("rail-equal-above", { equalAbove: false });
  assert.equal(page.query(), "threshold=2000&prespecified=2000&prespecified-equal-above=1");
});

test("a country ticks its sites, and is partly ticked with some of them", () => {
  const page = open();
  page.tell({ control: "site", key: "UK-02" }, { ticked: [true, false] });
  assert.equal(page.query(), "threshold=2000&site=UK-01");
  const country = page.asked.filter(([id]) => id.control === "country").map(([, props]) => props);
  assert.deepEqual(country, [{ checked: false }, { indeterminate: true }]);
  page.tell({ control: "country", key: "UK" }, { country: false });
  assert.equal(page.query(), "threshold=2000&site=UK-01", "it only followed its sites");
  page.tell({ control: "country", key: "UK" }, { country: true });
  assert.equal(page.query(), "threshold=2000");
});

test("what a pack shows is sent once it is let go, or once the reader pauses", () => {
  const page = open();
  page.mirodash.scrub = () => true;
  page.fire("keydown", page.root);
  page.mirodash.moveTo(1, 980);
  assert.equal(page.mirodash.moveThresholds(page.position(500)), page.dash.no_update);
  page.runOut();
  assert.deepEqual([page.query(), page.last("selection-settled")], [undefined, undefined], "the hand only rests");
  page.fire("keyup", page.root);
  page.runOut();
  assert.deepEqual([page.query(), page.last("selection-settled").data], ["threshold=500", "threshold=500"]);
  page.fire("pointerdown", page.root);
  page.mirodash.moveTo(1, 980);
  page.fire("pointerup", page.root);
  assert.equal(page.query(), "threshold=980", "the full picture does not wait for the reader to pause");
});

test("a slider is told where its threshold stands once it is let go, not under the hand", () => {
  const page = open();
  page.fire("pointerdown", page.root);
  page.mirodash.moveThresholds(page.position(900));
  page.runOut();
  assert.deepEqual([page.last(SLIDER), page.last("selection-settled").data], [undefined, "threshold=980"]);
  page.fire("pointerup", page.root);
  assert.deepEqual(page.last(SLIDER), { value: page.position(980) });
});

test("who leaves takes along what a pack shows no more than anything else", () => {
  const page = open();
  page.mirodash.scrub = () => true;
  page.mirodash.moveTo(1, 980);
  page.mirodash.leaveView();
  page.runOut();
  page.fire("pointerup", page.root);
  assert.equal(page.query(), undefined);
});
