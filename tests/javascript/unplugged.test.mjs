/* When an answer cannot be had: said once, taken back, and never said of what is not ours. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const OURS = "/_dash-update-component";
const answer = (status, text, type = "text/plain; charset=utf-8") => new Response(text, { status, headers: { "Content-Type": type } });

function open() {
  const replies = [];
  const fetch = async () => {
    const next = replies.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  const page = openPage(["unplugged"], { fetch, body: [el("main", { id: "main" })] });
  page.told = [];
  page.ask = async (reply, address = OURS) => {
    replies.push(reply);
    return page.window.fetch(address).catch((failure) => failure.name);
  };
  page.notices = () => page.asked.filter(([id]) => id === "shell-notice").map(([, { children }]) => children);
  return page;
}

test("a program that does not answer is said once, and taken back when it does", async () => {
  const page = open();
  assert.equal(await page.ask(new TypeError("refused")), "TypeError");
  await page.ask(new TypeError("refused"));
  assert.equal(page.notices().length, 1);
  assert.match(page.notices()[0], /^The program does not answer: was it stopped\?/);
  await page.ask(answer(200, "{}"));
  await page.ask(answer(200, "{}"));
  assert.deepEqual(page.notices().slice(1), [""]);
});

test("what was broken off by the page itself is no failure, nor is what is not ours", async () => {
  const page = open();
  await page.ask(new DOMException("moved on", "AbortError"));
  await page.ask(new TypeError("refused"), "/assets/tokens.css");
  await page.ask(answer(404, "nothing"), "/assets/nothing.js");
  assert.deepEqual(page.notices(), []);
});

test("a place that is out of reach is told in the program's own words, and goes on", async () => {
  const page = open();
  await page.ask(answer(503, "The place does not answer."));
  assert.deepEqual(page.notices(), ["The place does not answer. What is shown was computed before."]);
  await page.ask(answer(200, "{}"));
  assert.deepEqual(page.notices().slice(1), [""]);
});

test("a trial that is gone stays gone as long as its page is open", async () => {
  const page = open();
  await page.ask(answer(404, "It opens only for them."));
  await page.ask(answer(200, "{}"));
  assert.equal(page.notices().length, 1);
  page.root.firstElementChild.replaceChildren(el("main", { id: "main" }));
  await page.ask(answer(200, "{}"));
  await page.ask(new TypeError("refused"));
  assert.match(page.notices()[1], /^The program does not answer/);
});

test("the page of a proxy about a missing program is no sentence of ours", async () => {
  const page = open();
  await page.ask(answer(503, "<html>Bad gateway</html>", "text/html"));
  assert.deepEqual(page.notices(), []);
});
