/* From controls to the selection: a threshold goes where the reader last put it, by whatever hand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const STOPS = [100, 500, 980, 2000, 9000];
const SLIDER = "rail-threshold-1-slider";

function open(thresholds = [2000], { isTold = true } = {}) {
  const rows = [1, 2, 3].map((k) => el("div", { id: `rail-threshold-${k}` }, el("label", { for: `rail-threshold-${k}-box` }), el("input", { id: `rail-threshold-${k}-box` })));
  const page = openPage(["query", "address", "words", "pack_blocks", "threshold_pack", "typed_numbers", "selection"], { body: [...rows, el("input", { id: "rail-horizon" })] });
  Object.assign(page.mirodash, { moveHandles: () => {}, sayDeclared: () => {} });
  let view = {
    ends: [10, 10_000], log: true, thresholds, before: [], after: [], declared: [], tree: { UK: ["UK-01", "UK-02"] },
    arms: ["IL-2", "Placebo"], unit: "pg/mL", snaps: false,
    horizon: 640, endpoint_unit: "days", unit_days: { days: 1, weeks: 7, months: 30.4375, years: 365.25 },
    defaults: { horizon: 640, thresholds: [3700], equal_above: false, treated: "IL-2", control: "Placebo", unit: "days" },
  };
  page.position = (threshold) => Math.log10(threshold);
  page.controls = { count: String(thresholds.length), treated: "IL-2", control: "Placebo", horizon: 640, unit: "days", ticked: [true, true] };
  page.tell = (triggered, changes = {}, stops = STOPS) => {
    const now = Object.assign(page.controls, changes);
    const boxes = [0, 1, 2].map((k) => ({ id: `rail-threshold-${k + 1}-box`, value: (k === 0 && now.box) || thresholds[k] }));
    const single = ["count", "presets", "treated", "control", "horizon", "unit", "strata", "adjust", "curves", "equalAbove", "defaultStrata", "landmarks", "upToHorizon", "statistics"]
      .map((name) => ({ id: `rail-${name}`, value: now[name] }));
    const sites = ["UK-01", "UK-02"].map((key, k) => ({ id: { control: "site", key }, value: now.ticked[k] }));
    const countries = [{ id: { control: "country", key: "UK" }, value: now.country ?? true }];
    const causes = [triggered].flat().map((id) => ({ prop_id: `${typeof id === "string" ? id : JSON.stringify(id)}.value` }));
    page.dash.callback_context = { triggered: causes, inputs_list: [...boxes, ...single, sites, countries, [], [], []] };
    const given = [...boxes, ...single].map(({ value }) => value);
    return page.mirodash.updateSelection(...given, sites, countries, [], [], [], view, stops, "");
  };
  /* A box tells what the reader has typed so far. */
  page.rests = (id, changes = {}) => {
    page.fire("input", page.at(id));
    page.tell(id, changes);
  };
  page.comes = () => {
    view = { ...view };
    page.tell("selection-view");
  };
  page.query = () => page.last("selection-query")?.data;
  if (isTold) page.tell("selection-view");
  return page;
}

test("a slider, a key or a handle moves its threshold to a stop", () => {
  const page = open();
  assert.equal(page.mirodash.moveThresholds(page.position(900)), "threshold=980");
  page.mirodash.moveTo(1, 9000);
  assert.equal(page.query(), "threshold=9000");
  page.mirodash.stepBy(1, -1);
  assert.equal(page.query(), "threshold=2000");
});

test("keys pressed before the page knows where thresholds can stand are obeyed once it does", () => {
  const page = open([980], { isTold: false });
  page.mirodash.stepBy(1, 1);
  page.mirodash.stepBy(1, 1);
  assert.equal(page.query(), undefined);
  page.tell("selection-view", {}, null);
  assert.equal(page.query(), undefined);
  page.mirodash.setStops(STOPS);
  assert.equal(page.query(), "threshold=9000");
});

test("a key at a threshold that can stand nowhere does nothing, now or later", () => {
  const page = open([980]);
  page.mirodash.setStops([]);
  page.mirodash.stepBy(1, 1);
  page.mirodash.setStops(STOPS);
  assert.equal(page.query(), undefined);
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

test("what the box is told comes back late, and moves nothing that was moved since", () => {
  const page = open();
  page.mirodash.moveTo(1, 980);
  page.runOut();
  assert.deepEqual(page.last("rail-threshold-1-box"), { value: 980 });
  page.mirodash.moveTo(1, 9000);
  page.tell("rail-threshold-1-box", { box: 980 });
  assert.equal(page.query(), "threshold=9000");
  page.rests("rail-threshold-1-box", { box: 500 });
  assert.equal(page.query(), "threshold=500");
});

test("a slider that was told two places in a row tells the first late, and moves nothing", () => {
  const page = open();
  page.tell({ control: "preset", key: "0:500" });
  page.tell({ control: "preset", key: "1:3700" });
  for (const threshold of [500, 3700]) page.mirodash.moveThresholds(page.position(threshold));
  assert.deepEqual(page.mirodash.thresholdsInView(), [3700]);
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

test("what controls of a page that was left say late is not written over the new address", () => {
  const page = open();
  page.mirodash.leaveView();
  page.rests("rail-horizon", { horizon: 365 });
  page.mirodash.moveTo(1, 980);
  page.mirodash.moveThresholds(page.position(500));
  page.mirodash.bringNearest(500);
  page.mirodash.declare([["prespecified", "2000"]]);
  page.runOut();
  assert.deepEqual([page.address, page.query(), page.mirodash.thresholdsInView()], ["/", undefined, [2000]]);
});

test("controls have their effect again where the page stays", () => {
  const page = open();
  page.mirodash.leaveView();
  page.mirodash.moveTo(1, 980);
  page.mirodash.stayInView();
  page.mirodash.moveTo(1, 9000);
  assert.equal(page.query(), "threshold=9000");
});

test("a key between two pages is obeyed on the page that comes", () => {
  const page = open();
  page.mirodash.stepBy(1, 1);
  page.mirodash.leaveView();
  page.mirodash.stepBy(1, -1);
  assert.equal(page.query(), "threshold=9000");
  page.comes();
  assert.equal(page.query(), "threshold=980");
});

test("where the page to come does not, controls are obeyed again", () => {
  const page = open();
  page.mirodash.leaveView();
  page.fire("mirodash-unplugged", page.window);
  page.rests("rail-horizon", { horizon: 365 });
  assert.equal(page.query(), "horizon=365&threshold=2000");
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
  page.rests("rail-horizon", { control: "IL-2", horizon: "" });
  assert.deepEqual(page.last("rail-horizon"), { value: 640 });
});

test("the horizon is typed in the unit in which times are shown", () => {
  const page = open();
  page.tell("rail-unit", { unit: "months" });
  assert.deepEqual(page.asked.filter(([id]) => id === "rail-horizon").map(([, props]) => props), [{ value: 21.03 }, { label: "Horizon, months" }]);
  assert.equal(page.query(), "threshold=2000&unit=months");
  page.rests("rail-horizon", { horizon: 21.03 });
  assert.equal(page.query(), "threshold=2000&unit=months", "what is shown rounded is no other horizon");
  page.rests("rail-horizon", { horizon: 12 });
  assert.equal(page.query(), "horizon=365.25&threshold=2000&unit=months");
  page.tell("rail-unit", { unit: "days" });
  assert.deepEqual([page.query(), page.asked.at(-2)[1]], ["horizon=365.25&threshold=2000", { value: 365.25 }]);
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

test("whatever is asked of the server that it has just said is shown again at once", () => {
  const page = open();
  const shown = [];
  page.mirodash.showAgain = (query) => shown.push(query);
  page.mirodash.scrub = () => true;
  page.mirodash.moveTo(1, 980);
  page.tell({ control: "preset", key: "0:2000" });
  assert.deepEqual([shown, page.query()], [["threshold=2000"], "threshold=2000"]);
});

test("without thresholds a click sets the first, though it stood there before", () => {
  const page = open([980]);
  page.tell("rail-threshold-count", { count: "0" });
  page.mirodash.bringNearest(980);
  assert.deepEqual([page.query(), page.last("rail-threshold-count")], ["threshold=980", { value: "1" }]);
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

test("thresholds stay in order, however one is moved", () => {
  const page = open([500, 2000]);
  page.mirodash.moveTo(1, 9000);
  assert.deepEqual(page.mirodash.thresholdsInView(), [980, 2000], "a handle stops before the next threshold");
  page.mirodash.moveTo(1, 2000);
  assert.deepEqual(page.mirodash.thresholdsInView(), [980, 2000], "and does not fall together with it");
  page.mirodash.moveThresholds(page.position(980), page.position(100));
  assert.deepEqual(page.mirodash.thresholdsInView(), [980, 2000]);
  page.mirodash.moveTo(2, 9000);
  assert.deepEqual(page.mirodash.thresholdsInView(), [980, 9000]);
});

test("a number that passes another threshold takes its place", () => {
  const given = [500, 2000];
  const page = open(given);
  page.fire("keydown", typeInto(page, 1, "4000"), { key: "Enter" });
  assert.deepEqual(page.mirodash.thresholdsInView(), [2000, 4000]);
  assert.deepEqual([page.last("rail-threshold-1-box"), page.last("rail-threshold-2-box")], [{ value: 2000 }, { value: 4000 }]);
});

test("the first threshold is numbered where there are several", () => {
  const page = open([500]);
  const label = () => page.root.querySelector("label[for='rail-threshold-1-box']").textContent;
  page.mirodash.moveTo(1, 980);
  page.runOut();
  assert.equal(label(), "Threshold");
  page.tell("rail-threshold-count", { count: "2" });
  page.runOut();
  assert.equal(label(), "Threshold 1");
  page.tell("rail-threshold-count", { count: "1" });
  page.runOut();
  assert.equal(label(), "Threshold");
});

/* A box in which the reader has typed, as its element. */
function typeInto(page, k, text) {
  const box = page.at(`rail-threshold-${k}-box`);
  box.value = text;
  page.fire("input", box);
  return box;
}

test("a number holds once its box is left, before the key that follows, and not again when the box tells it", () => {
  const page = open();
  page.fire("focusout", typeInto(page, 1, "500"));
  assert.deepEqual([page.query(), page.address], ["threshold=500", "/?threshold=500"]);
  page.mirodash.stepBy(1, 1);
  page.tell("rail-threshold-1-box", { box: 500 });
  assert.equal(page.query(), "threshold=980");
});

test("a number is read as it is written in half of Europe and in science, and never as another", () => {
  const { numberIn } = open().mirodash;
  const read = { "62,5": 62.5, "1,500": 1500, "1.500,5": 1500.5, "1,500.5": 1500.5, "0,125": 0.125, "0.125": 0.125, "1.234.567": 1234567,
    "1 500": 1500, "1’500": 1500, "1e3": 1000, "−3": -3, ".5": 0.5, "": "" };
  for (const [text, number] of Object.entries(read)) assert.equal(numberIn(text), number, text);
  for (const text of ["abc", "2e", "1,2,3", "1.2.3", "1,500,5"]) assert.equal(numberIn(text), undefined, text);
});

/* Letters at the end of a box, of which it takes only those that it expects in a number. */
function write(page, box, data, kept) {
  box.selectionStart = box.selectionEnd = box.value.length;
  page.fire("beforeinput", box, { inputType: "insertText", data });
  typeInto(page, 1, kept);
}

test("what a box leaves out of a number is read all the same, and it is told nothing before", () => {
  const page = open();
  const box = page.at("rail-threshold-1-box");
  box.value = "";
  write(page, box, "1", "1");
  write(page, box, "e", "1");
  write(page, box, "3", "13");
  page.tell("rail-threshold-1-box", { box: 13 });
  assert.equal(page.query(), undefined);
  page.fire("keydown", box, { key: "Enter" });
  assert.equal(page.query(), "threshold=1000");
  box.value = "";
  write(page, box, "abc", "");
  page.fire("focusout", box);
  assert.equal(page.query(), "threshold=1000");
});

test("an arrow counts on from what the box holds, whatever was written into it before", () => {
  const page = open();
  const box = page.at("rail-threshold-1-box");
  box.value = "";
  write(page, box, "1e3", "13");
  page.fire("keydown", box, { key: "ArrowUp" });
  box.value = "14";
  page.fire("focusout", box);
  assert.equal(page.query(), "threshold=14");
});

test("a keyboard that composes words sends them again, and is read from the box", () => {
  const page = open();
  const box = page.at("rail-threshold-1-box");
  box.value = "";
  for (const [data, kept] of [["5", "5"], ["50", "50"], ["500", "500"]]) {
    box.selectionStart = box.selectionEnd = box.value.length;
    page.fire("beforeinput", box, { inputType: "insertCompositionText", data });
    typeInto(page, 1, kept);
  }
  page.fire("focusout", box);
  assert.equal(page.query(), "threshold=500");
});

test("the same number can be typed again after the threshold was moved", () => {
  const page = open();
  page.fire("keydown", typeInto(page, 1, "1,234.5"), { key: "Enter" });
  page.mirodash.stepBy(1, 1);
  assert.equal(page.query(), "threshold=2000");
  page.fire("keydown", typeInto(page, 1, "1,234.5"), { key: "Enter" });
  assert.equal(page.query(), "threshold=1234.5");
});

test("the beginning of a number neither passes another threshold nor is written over", () => {
  const given = [500, 2000];
  const page = open(given);
  page.mirodash.moveTo(2, 980);
  const box = typeInto(page, 2, "9");
  given[1] = 9; /* the reader rests, and the box tells what is there */
  page.tell("rail-threshold-2-box");
  page.runOut();
  assert.deepEqual([page.mirodash.thresholdsInView(), page.last("rail-threshold-2-box")], [[500, 980], undefined]);
  box.value = "100";
  page.fire("keydown", box, { key: "Enter" });
  assert.deepEqual(page.mirodash.thresholdsInView(), [100, 500], "a whole number may pass");
  assert.deepEqual([page.last("rail-threshold-1-box"), page.last("rail-threshold-2-box")], [{ value: 100 }, { value: 500 }]);
});

test("a box is told its threshold once the reader enters it, before anything is typed", () => {
  const page = open();
  page.mirodash.moveTo(1, 980);
  assert.equal(page.last("rail-threshold-1-box"), undefined);
  page.fire("focusin", page.at("rail-threshold-1-box"));
  assert.deepEqual(page.last("rail-threshold-1-box"), { value: 980 });
  page.fire("focusin", page.at("rail-threshold-2-box"));
  assert.equal(page.last("rail-threshold-2-box"), undefined);
});

test("what is no number changes nothing, and what was begun on a page that was left neither", () => {
  const page = open();
  page.fire("focusout", typeInto(page, 1, "-"));
  page.fire("focusout", typeInto(page, 1, ""));
  const box = typeInto(page, 1, "500");
  page.mirodash.leaveView();
  page.fire("focusout", box);
  assert.equal(page.query(), undefined);
});

test("a horizon and a range hold once their boxes are left", () => {
  const page = open();
  for (const [id, text] of [["rail-horizon", "365"], ['{"control":"range-low","key":"age"}', "40"], ['{"control":"range-high","key":"age"}', "60"]]) {
    const box = el("input", { id });
    box.value = text;
    page.fire("input", box);
    page.fire("focusout", box);
  }
  assert.equal(page.query(), "horizon=365&threshold=2000&range.age=40..60");
  assert.deepEqual(page.asked.filter(([id]) => id.key === "age"), [
    [{ control: "range-low", key: "age" }, { value: 40 }],
    [{ control: "range-high", key: "age" }, { value: 60 }],
  ]);
});

test("a typed number that a box tells after a preset was pressed moves nothing", () => {
  const page = open();
  page.fire("focusout", typeInto(page, 1, "500"));
  const preset = { control: "preset", key: "0:2000" };
  page.tell(["rail-threshold-1-box", preset], { box: 500 });
  assert.equal(page.query(), "threshold=2000", "told together with the number, the preset holds");
  page.tell("rail-threshold-1-box", { box: 500 });
  assert.deepEqual([page.query(), page.last("rail-threshold-1-box")], ["threshold=2000", { value: 2000 }]);
});
