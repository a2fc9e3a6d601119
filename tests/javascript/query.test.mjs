/* The codec of the address, and where thresholds can stand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.mjs";

const { mirodash } = openPage(["query", "address"]);
const POSITIONS = { zeros: [0.0, 0.9097221004490008, 2.5932888932532934], broken: [2.450767132817489, 2.507855871695831, 3.568201724066995, 4.023252459633712, 4.0667923876012955] };
const LOG = { ends: [1, 10_000], log: true };
const LINEAR = { ends: [-10, 10], log: false };
const VIEW = {
  before: [["trial", "gbsg2"]],
  after: [["confidence", "0.9"]],
  defaults: { horizon: 640, thresholds: [3700], equal_above: false, treated: "IL-2", control: "Placebo", unit: "days" },
};

function chosen(changes = {}) {
  const sites = new Map([["FR-01", true], ["FR-02", true], ["UK-01", true]]);
  return {
    ...{ horizon: 640, thresholds: [3700], treated: "IL-2", control: "Placebo", unit: "days", sites, curves: "" },
    equalAbove: false,
    ...{ keep: new Map(), low: new Map(), high: new Map(), strata: [], adjust: [], declared: [] },
    ...changes,
  };
}

const written = (changes, view = { ...VIEW, before: [], after: [] }) => mirodash.queryOf(chosen(changes), view);

test("a number is a finite number and nothing else", () => {
  assert.deepEqual([0, -1.5, 1e300].map(mirodash.isNumber), [true, true, true]);
  assert.ok(![NaN, Infinity, "1", "", null, undefined, [1]].some(mirodash.isNumber));
});

test("numbers are written with thousands and no more than six decimals", () => {
  assert.deepEqual([3700, 62.5, 1234567.12345678, 0].map(mirodash.inWords), ["3,700", "62.5", "1,234,567.123457", "0"]);
});

test("positions are those of the server on an axis with zeros and on a broken one", () => {
  /* as BiomarkerSpan.position of mirodash.disclosure.curve_values gives them */
  const zeros = { ends: [-1, 2729.9], log: false, bend: 5, breaks: [null, null] };
  const near = (found, wanted) => found.forEach((one, k) => assert.ok(Math.abs(one - wanted[k]) < 1e-12, `${one} is not ${wanted[k]}`));
  near([0, 20, 980].map((c) => mirodash.positionOf(c, zeros)), POSITIONS.zeros);
  const broken = { ends: [56, 17220], log: true, bend: null, breaks: [322, 10550] };
  near([62, 322, 3700, 10550, 15000].map((c) => mirodash.positionOf(c, broken)), POSITIONS.broken);
});

test("a position is on the axis of the biomarker and kept on the track", () => {
  assert.deepEqual([0.001, 10, 1e9].map((c) => mirodash.positionOf(c, LOG)), [0, 1, 4]);
  assert.deepEqual([-99, 3, 99].map((c) => mirodash.positionOf(c, LINEAR)), [-10, 3, 10]);
});

test("the nearest stop is nearest on the axis, not in the unit", () => {
  assert.equal(mirodash.nearestStop(Math.log10(40), [10, 100], LOG), 100);
  assert.equal(mirodash.nearestStop(4, [-3, 2, 7], LINEAR), 2);
  assert.equal(mirodash.nearestStop(99, [-3, 2, 7], LINEAR), 7);
});

test("a step goes to the next stop, from a stop and from between two", () => {
  const stops = [1, 2, 4, 8];
  assert.deepEqual([1, -1, 10, -10, Infinity, -Infinity].map((by) => mirodash.stopAway(2, by, stops)), [4, 1, 8, 1, 8, 1]);
  assert.deepEqual([1, -1, 2, -2].map((by) => mirodash.stopAway(3, by, stops)), [4, 2, 8, 1]);
  assert.deepEqual([1, -1].map((by) => mirodash.stopAway(99, by, stops)), [8, 8]);
});

test("a further threshold halves the widest gap, and those that are kept stay", () => {
  const stops = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  assert.deepEqual(mirodash.withCount([], 1, stops), [5]);
  assert.deepEqual(mirodash.withCount([8], 2, stops), [4, 8]);
  assert.deepEqual(mirodash.withCount([2, 4], 3, stops), [2, 4, 7]);
  assert.deepEqual(mirodash.withCount([3, 5, 7], 1, stops), [3]);
  assert.deepEqual(mirodash.withCount([3], 0, stops), []);
  assert.deepEqual(mirodash.withCount([], 2, []), []);
});

test("a view that is the trial's own has no query", () => {
  assert.equal(written({}), "");
});

test("every choice has its key, in the order of the selection", () => {
  const everything = chosen({
    horizon: 365, thresholds: [2000, 750, 750], equalAbove: true, treated: "Placebo", control: "IL-2",
    unit: "months", curves: "adjusted",
    sites: new Map([["FR-01", true], ["UK-01", false]]), keep: new Map([["sex", ["F", "M"]]]),
    low: new Map([["age", 40]]), high: new Map([["age", 70]]), strata: ["country"], adjust: ["age", "sex"],
    declared: [["prespecified", "750"], ["prespecified-in", "SAP 2.1 & more"], ["prespecified-on", "2017-04-12"]],
  });
  assert.equal(
    mirodash.queryOf(everything, VIEW),
    "trial=gbsg2&horizon=365&threshold=750&threshold=2000&equal_above=1&treated=Placebo&control=IL-2&site=FR-01" +
      "&range.age=40..70&keep.sex=F&keep.sex=M&stratum=country&adjust=age&adjust=sex&curves=adjusted" +
      "&prespecified=750&prespecified-in=SAP+2.1+%26+more&prespecified-on=2017-04-12&confidence=0.9&unit=months",
  );
});

test("strata of the dictionary that are switched off are said, and no others", () => {
  const view = { ...VIEW, before: [], after: [], defaults: { ...VIEW.defaults, default_strata: true } };
  assert.equal(written({ defaultStrata: true }, view), "");
  assert.equal(written({ defaultStrata: false }, view), "stratum=");
  assert.equal(written({ defaultStrata: false, strata: ["sex"] }, view), "stratum=sex");
  assert.equal(written({ defaultStrata: false }), "");
});

test("landmarks are said where they are not the usual ones, and none is said as well", () => {
  const view = { ...VIEW, before: [], after: [], defaults: { ...VIEW.defaults, landmarks: [365.25, 730.5] } };
  assert.equal(written({ landmarks: [730.5, 365.25] }, view), "");
  assert.equal(written({ landmarks: [90, 365.25] }, view), "landmark=90&landmark=365.25");
  assert.equal(written({ landmarks: [] }, view), "landmark=");
});

test("no threshold and no site are said, not left out", () => {
  assert.equal(written({ thresholds: [] }), "threshold=");
  assert.equal(written({ sites: new Map([["FR-01", false]]) }), "site=");
});

test("a range may be open at one end, and is none at both", () => {
  const range = (low, high) => written({ low: new Map([["age", low]]), high: new Map([["age", high]]) });
  assert.deepEqual([[40, ""], ["", 70], ["", ""], [NaN, null]].map(([low, high]) => range(low, high)),
    ["range.age=40..", "range.age=..70", "", ""]);
});

test("filters stand by column, whatever their kind, and unknown keys last", () => {
  const query = new URLSearchParams("odd=1&unit=months&keep.sex=M&range.age=1..2&keep.sex=F&site=b&site=a&trial=x");
  assert.equal(mirodash.inOrder(query), "trial=x&site=b&site=a&range.age=1..2&keep.sex=F&keep.sex=M&unit=months&odd=1");
});

test("the same people whatever the thresholds", () => {
  assert.equal(mirodash.withoutThresholds("trial=x&threshold=1&site=a&threshold=2"), "trial=x&site=a");
});
