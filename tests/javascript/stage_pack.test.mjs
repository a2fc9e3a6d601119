/* A threshold that is dragged on stage is followed from the pack where it is there, and by asking where it is not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const STOPS = [100, 500, 980, 2000, 9000];

function open({ sketched = true } = {}) {
  const slider = el("div", { id: "stage-slider" });
  const page = openPage(["query", "pack_blocks", "stage_pack"], { body: [el("div", { id: "stage-pack" }), slider] });
  page.drawn = [];
  Object.assign(page.mirodash, {
    writeSlideWords: ({ title }) => page.drawn.push(title),
    sketchOver: (key, sketch, looks) => page.drawn.push([key, sketch, looks]),
    canSketch: () => sketched,
  });
  page.place = (threshold, more = {}) => ({ query: `trial=mirocals&threshold=${threshold}`, picture: "effect", thresholds: [threshold], slot: 0, stops: STOPS, ...more });
  page.wanted = () => page.asked.filter(([id]) => id === "stage-pack-wanted").map(([, { data }]) => data);
  page.send = (stops, sketch = "curves") => {
    const made = stops.map((at) => ({ at, title: `at ${at}`, sketch: sketch && `${sketch} ${at}` }));
    page.write(page.at("stage-pack"), "pack", JSON.stringify({ at: page.wanted().at(-1).at, first: 0, of: STOPS.length, block: { looks: ["look"], stops: made } }));
  };
  return page;
}

test("the stops around the threshold are asked for once a slide is there", () => {
  const page = open();
  page.mirodash.wantStagePack({ ...page.place(990), query: "trial=mirocals" });
  assert.deepEqual(page.wanted(), [{ query: "trial=mirocals", moved: 990, place: "effect", near: 2000, at: 1 }]);
  page.send([980, 2000]);
  assert.equal(page.wanted().length, 1, "the rest comes when a hand is at the slider");
});

test("a packed slide is shown in one frame however often it moved, and nothing is asked", () => {
  const page = open();
  page.mirodash.wantStagePack({ ...page.place(990), query: "trial=mirocals" });
  page.send(STOPS);
  page.frames = [];
  assert.deepEqual([page.mirodash.scrubStage(page.place(980)), page.mirodash.scrubStage(page.place(500))], [true, true]);
  assert.equal(page.frames.length, 1);
  page.frames.pop()();
  assert.deepEqual(page.drawn, ["at 500", ["stage", "curves 500", ["look"]]]);
  assert.equal(page.wanted().length, 1);
  assert.ok(page.mirodash.isStageScrubbed());
  page.mirodash.endStageScrub();
  assert.ok(!page.mirodash.isStageScrubbed());
});

test("a stop that has not come is left to the server, and all others are wanted from then on", () => {
  const page = open();
  page.mirodash.wantStagePack({ ...page.place(990), query: "trial=mirocals" });
  page.send([980, 2000]);
  assert.equal(page.mirodash.scrubStage(page.place(100)), false);
  assert.equal(page.wanted().at(-1).near, 100);
  page.send([100, 500]);
  assert.equal(page.wanted().at(-1).near, 9000);
  assert.equal(page.mirodash.scrubStage(page.place(500)), true);
});

test("another picture, and another threshold that moves, have packs of their own", () => {
  const page = open();
  page.mirodash.wantStagePack(page.place(990));
  page.send(STOPS);
  assert.equal(page.mirodash.scrubStage(page.place(500, { picture: "search" })), false);
  page.send(STOPS);
  assert.equal(page.mirodash.scrubStage(page.place(500, { picture: "search" })), true);
  assert.equal(page.mirodash.scrubStage(page.place(500, { picture: "search", thresholds: [500, 9000] })), false);
});

test("a picture that has no sketch, or was never drawn, is the server's", () => {
  const bare = open();
  bare.mirodash.wantStagePack(bare.place(990));
  bare.send(STOPS, "");
  assert.equal(bare.mirodash.scrubStage(bare.place(500)), false);
  const undrawn = open({ sketched: false });
  undrawn.mirodash.wantStagePack(undrawn.place(990));
  undrawn.send(STOPS);
  assert.equal(undrawn.mirodash.scrubStage(undrawn.place(500)), false);
});
