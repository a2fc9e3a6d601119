/* Looks at a trial: what counts as another one, and whatever stands in the browser's store. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage, Store } from "./page.mjs";

const KEY = "mirodash-looks";

function open({ address = "/", ...more } = {}) {
  return openPage(["looks"], { address, body: [el("p", { id: "looks-said" }), el("i", { "data-first-trial": "mirocals" })], ...more });
}

const said = (page) => page.at("looks-said").textContent;

test("every different view of a trial is one look, and units are none", () => {
  const page = open();
  for (const query of ["", "threshold=1", "threshold=1&unit=months", "confidence=0.9&threshold=1", "curves=adjusted"]) {
    page.mirodash.countLook(query);
  }
  assert.match(said(page), /^Views examined in this browser: 2 reset$/);
  page.mirodash.countLook("prespecified=1&prespecified-in=SAP&prespecified-on=2017-04-12&threshold=1");
  assert.match(said(page), /^Views examined in this browser: 2\b/);
  page.mirodash.countLook("keep.sex=F");
  assert.match(said(page), /^Views examined in this browser: 3\b/);
  assert.deepEqual(page.last("looks-seen"), { data: { mirocals: ["", "threshold=1", "keep.sex=F"], pages: { mirocals: ["/"] } } });
});

test("looks outlive the page, by trial", () => {
  const first = open();
  first.mirodash.countLook("threshold=1");
  const later = open({ store: first.store, address: "/thresholds" });
  later.mirodash.countLook("threshold=2");
  assert.match(said(later), /^Views examined in this browser: 2\b/);
  assert.deepEqual(later.last("looks-seen").data.pages, { mirocals: ["/", "/thresholds"] });
  later.mirodash.countLook("trial=gbsg2");
  assert.match(said(later), /^Views examined in this browser: 1\b/);
  assert.deepEqual(Object.keys(later.last("looks-seen").data), ["pages", "gbsg2"]);
});

test("a reset counts this trial from here, no other, and keeps how many there were", () => {
  const page = open();
  for (const query of ["trial=gbsg2", "threshold=1", "threshold=2"]) page.mirodash.countLook(query);
  page.fire("click", page.root.querySelector(".reset-looks"));
  assert.match(said(page), /^Views examined in this browser: 1\b/);
  const kept = JSON.parse(page.store.getItem(KEY));
  assert.deepEqual([Object.keys(kept.gbsg2), Object.keys(kept.mirocals)], [["trial=gbsg2"], [""]]);
  assert.match(said(page), /1 \(2 before the reset\)/);
  assert.deepEqual(page.last("looks-seen").data.before, { mirocals: 2 });
  assert.ok(page.root.querySelector(".reset-looks").isFocused);
});

test("what is no table of ours counts for nothing, and no name reaches a prototype", () => {
  for (const kept of ["[]", "nothing", "null", '"x"', '{"mirocals": 5}', '{"pages": {"mirocals": 5}}', '{"pages": []}', '{"__proto__": {"odd": 1}}']) {
    const page = open({ kept: { [KEY]: kept } });
    page.mirodash.countLook("threshold=1");
    assert.match(said(page), /^Views examined in this browser: 1\b/, kept);
    page.mirodash.countLook("threshold=2");
    assert.match(said(page), /^Views examined in this browser: 2\b/, kept);
  }
  const page = open();
  page.mirodash.countLook("trial=__proto__");
  assert.match(said(page), /^Views examined in this browser: 1\b/);
  assert.deepEqual([Object.keys(Object.prototype), {}.odd], [[], undefined]);
});

test("a browser that stores nothing counts within the page", () => {
  const store = new Store();
  store.isFull = true;
  const page = open({ store });
  for (const query of ["", "threshold=1", "threshold=2"]) page.mirodash.countLook(query);
  assert.match(said(page), /^Views examined in this browser: 3\b/);
  page.fire("click", page.root.querySelector(".reset-looks"));
  assert.match(said(page), /^Views examined in this browser: 1\b/);
});

test("a thousand looks are kept, and only as many sent as one request can hold", () => {
  const long = "site=FR-01&".repeat(30);
  const kept = Object.fromEntries(Array.from({ length: 6_000 }, (_, k) => [`${long}threshold=${k}`, 1]));
  const page = open({ kept: { [KEY]: JSON.stringify({ mirocals: kept }) } });
  page.mirodash.countLook("");
  assert.match(said(page), /^Views examined in this browser: 1000 or more/);
  assert.equal(Object.keys(JSON.parse(page.store.getItem(KEY)).mirocals).length, 1_000);
  const sent = page.last("looks-seen").data.mirocals;
  assert.ok(sent.length > 500 && sent.join("").length <= 300_000);
});
