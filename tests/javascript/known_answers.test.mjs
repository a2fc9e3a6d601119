/* Answers that the server marks are kept, and taken where it says that they are the same. */

import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { openPage } from "./page.mjs";

const OURS = "/_dash-update-component?endId=x";
const marked = (text, etag = '"1"') => new Response(text, { status: 200, headers: { ETag: etag } });
const same = () => new Response(null, { status: 304 });

function open({ kept = new Map(), isRefused = false, ...given } = {}) {
  const [replies, sent] = [[], []];
  const fetch = async (address, options) => {
    sent.push([address, new Headers(options?.headers).get("If-None-Match")]);
    return replies.shift();
  };
  const cache = {
    match: async (place) => kept.get(place)?.clone(),
    put: async (place, answer) => void kept.set(place, answer),
    keys: async () => [...kept.keys()],
    delete: async (place) => kept.delete(place),
  };
  const caches = { open: async () => (isRefused ? Promise.reject(new Error("refused")) : cache) };
  const page = openPage(["known_answers"], { fetch, caches, crypto: webcrypto, ...given });
  page.ask = async (reply, body = "{}", address = OURS) => {
    replies.push(reply);
    const answer = await page.window.fetch(address, { method: "POST", body });
    await new Promise((rest) => setTimeout(rest, 5));
    return answer;
  };
  return Object.assign(page, { sent, kept });
}

test("an answer that is known is not sent again, and is the one that was kept", async () => {
  const first = open();
  assert.equal(await (await first.ask(marked("numbers"))).text(), "numbers");
  const next = open({ kept: first.kept });
  const answer = await next.ask(same());
  assert.deepEqual([answer.status, await answer.text()], [200, "numbers"]);
  assert.deepEqual(next.sent, [[OURS, '"1"']]);
});

test("an answer that has changed takes the place of what was kept", async () => {
  const page = open();
  await page.ask(marked("before"));
  assert.equal(await (await page.ask(marked("after", '"2"'))).text(), "after");
  assert.equal(await (await page.ask(same())).text(), "after");
  assert.deepEqual(page.sent.map(([, etag]) => etag), [null, '"1"', '"2"']);
});

test("another question is asked for whole, and what the server does not mark is not kept", async () => {
  const page = open();
  await page.ask(marked("numbers"));
  await page.ask(new Response("others"), "{2}");
  await page.ask(new Response("others"), "{2}");
  await page.ask(new Response("file"), "{}", "/assets/words.js");
  assert.deepEqual([page.sent.map(([, etag]) => etag), page.kept.size], [[null, null, null, null], 1]);
});

test("what the reader does is asked for whole, and the oldest answers make room", async () => {
  const page = open();
  for (let k = 0; k < 45; k += 1) await page.ask(marked("numbers"), `{${k}}`);
  assert.equal(page.kept.size, 40);
  page.fire("keydown", page.window);
  await page.ask(marked("numbers"), "{44}");
  assert.equal(page.sent.at(-1)[1], null);
});

test("where a browser refuses to keep, everything is asked for whole", async () => {
  for (const options of [{ isRefused: true }, { caches: undefined }]) {
    const page = open(options);
    await page.ask(marked("numbers"));
    assert.equal(await (await page.ask(marked("numbers"))).text(), "numbers");
    assert.deepEqual(page.sent.map(([, etag]) => etag), [null, null]);
  }
});
