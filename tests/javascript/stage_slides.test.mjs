/* The slides of the stage: asked for one at a time, the newest wish first, kept, and never waited for without end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const view = (k) => ({ query: `threshold=${k}`, picture: "effect", title: "" });

function open() {
  const page = openPage(["stage_slides"], { body: [el("div", { id: "stage-answer" })] });
  page.came = [];
  page.mirodash.slideCame = ({ query }, slide) => page.came.push([query, slide.cannot || slide.title]);
  page.answer = (ticket, more = { title: "A finding" }) => page.write(page.at("stage-answer"), "slide", JSON.stringify({ ticket, ...more }));
  page.wants = () => page.last("stage-asked")?.data;
  return page;
}

test("one is asked for at a time, and the next when it came", () => {
  const page = open();
  page.mirodash.wantSlides([view(1), view(2)]);
  assert.deepEqual([page.asked.length, page.wants()], [1, { ticket: 1, ...view(1) }]);
  page.answer(1);
  assert.deepEqual([page.wants().query, page.came], ["threshold=2", [["threshold=1", "A finding"]]]);
  page.answer(2);
  assert.deepEqual([page.asked.length, page.mirodash.slideOf(view(2)).title], [2, "A finding"]);
  page.mirodash.wantSlides([view(1), view(2)]);
  assert.equal(page.asked.length, 2);
});

test("the newest wish comes before what was wanted earlier", () => {
  const page = open();
  page.mirodash.wantSlides([view(1), view(2), view(3)]);
  page.mirodash.wantSlides([view(9)]);
  page.answer(1);
  assert.equal(page.wants().query, "threshold=9");
  page.answer(2);
  assert.equal(page.asked.length, 2);
});

test("an answer to another question is not taken", () => {
  const page = open();
  page.mirodash.wantSlides([view(1)]);
  page.answer(7);
  assert.deepEqual([page.came, page.mirodash.slideOf(view(1))], [[], undefined]);
});

test("patience ends, the others are asked for, and what was lost is asked for again", () => {
  const page = open();
  page.mirodash.wantSlides([view(1), view(2)]);
  page.runOut();
  assert.deepEqual(page.came, [["threshold=1", "The program did not answer. The other slides are not affected."]]);
  page.answer(1);
  assert.equal(page.came.length, 1);
  page.answer(2);
  page.mirodash.forgetLost();
  page.mirodash.wantSlides([view(1), view(2)]);
  assert.deepEqual([page.asked.length, page.wants().query], [3, "threshold=1"]);
});

test("a program that is gone is not waited for", () => {
  const page = open();
  page.fire("mirodash-unplugged", page.window);
  page.mirodash.wantSlides([view(1)]);
  page.fire("mirodash-unplugged", page.window);
  assert.match(page.came[0][1], /did not answer/);
});

test("eighty slides are kept, the oldest goes", () => {
  const page = open();
  const views = Array.from({ length: 81 }, (_, k) => view(k));
  page.mirodash.wantSlides(views);
  for (let ticket = 1; ticket <= 81; ticket += 1) page.answer(ticket);
  assert.deepEqual([views[0], views[1], views[80]].map((one) => Boolean(page.mirodash.slideOf(one))), [false, true, true]);
  page.mirodash.forgetSlides();
  assert.equal(page.mirodash.slideOf(views[80]), undefined);
});
