/* Figure options, figures to measure, and what a crosshair reads: what of them needs no drawing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.mjs";

const { mirodash } = openPage(["figure_options", "figure_file", "crosshair"]);

test("a look is written as it is read, and the usual one is the theme alone", () => {
  for (const text of ["light", "dark no-intervals", "light no-ticks no-rows rising y=40-100"]) {
    assert.equal(mirodash.writeLook(mirodash.readLook(text)), text);
  }
  assert.equal(mirodash.readLook("").scheme, "light");
});

test("an axis that holds nothing, or all, is the usual one", () => {
  const look = mirodash.readLook("dark");
  for (const ends of [[0, 100], [50, 50], [90, 40], [-5, 50], [0, 120]]) assert.equal(mirodash.writeLook({ ...look, ends }), "dark");
});

test("letters of a figure have the points that were asked for, whatever its width", () => {
  for (const [mm, points] of [[75, 8], [183, 7], [85, 10]]) {
    const { wide, pixels } = mirodash.sizeOf({ mm, points, face: "sans" });
    const pointsOfPixel = (mm / 25.4) * 72 / wide;
    assert.ok(Math.abs(11.5 * pointsOfPixel - points) < 1e-9);
    assert.equal(pixels, Math.round((mm / 25.4) * 600));
  }
  assert.match(mirodash.sizeOf({ mm: 75, points: 8, face: "serif" }).family, /Times/);
});

test("a place on steps is told by the corner before it, on a smooth line by the nearest point", () => {
  const xs = [0, 10, 20, 40];
  assert.deepEqual([0, 9.9, 10, 39, 40].map((at) => mirodash.cornerAt(xs, at, true)), [0, 0, 1, 2, 3]);
  assert.deepEqual([0, 9.9, 14, 31, 40].map((at) => mirodash.cornerAt(xs, at, false)), [0, 1, 1, 3, 3]);
  assert.deepEqual([-1, 41].map((at) => mirodash.cornerAt(xs, at, true)), [-1, -1]);
  assert.equal(mirodash.cornerAt([], 1, true), -1);
});
