/* The strip of kept views: what may stand in the store or in a link, and what comes out of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage, Store } from "./page.mjs";

const KEY = "mirodash-strip";
const VIEW = { query: "threshold=2000", picture: "survival-1", title: "Überleben 生存", note: "<img src=x onerror=alert(1)>" };
const OTHER = { query: "", picture: "effect", title: "", note: "" };

function open(options = {}) {
  const page = openPage(["strip_store"], { address: "/present", body: [el("a", { class: "page-link", href: "/present" })], ...options });
  page.drawn = 0;
  page.mirodash.drawStrip = () => (page.drawn += 1);
  return page;
}

const strip = (options) => open(options).mirodash.strip;
const coded = (text) => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

test("what is kept is there again, in order, and counted beside the page's name", () => {
  const page = open();
  assert.equal(page.mirodash.strip.write([VIEW, OTHER]), true);
  assert.deepEqual(strip({ store: page.store }).read(), [VIEW, OTHER]);
  assert.equal(page.root.querySelector(".kept-count").textContent, " 2");
  page.mirodash.strip.write([]);
  assert.equal(page.root.querySelector(".kept-count").textContent, "");
});

test("a store that is not ours is an empty strip", () => {
  for (const kept of ["[]", "nothing", "null", '{"views": 5}', '{"views": [5, null, {"picture": 7}]}', '{"__proto__": {"odd": 1}}']) {
    assert.deepEqual(strip({ kept: { [KEY]: kept } }).read(), [], kept);
  }
  assert.deepEqual(Object.keys(Object.prototype), []);
});

test("only views come out, with nothing more in them and nothing too long", () => {
  const { viewsOf } = strip();
  assert.deepEqual(viewsOf({ views: [{ ...VIEW, onclick: "alert(1)" }, { query: "", picture: "effect" }] }), [VIEW, OTHER]);
  const odd = [{ ...VIEW, title: "x".repeat(301) }, { ...VIEW, note: "x".repeat(4_001) }, { ...VIEW, query: "x".repeat(20_001) },
    { ...VIEW, picture: "" }, { ...VIEW, title: ["x"] }, [], "x"];
  assert.deepEqual(viewsOf({ views: odd }), []);
  assert.equal(viewsOf({ views: Array(150).fill(VIEW) }).length, 100);
  assert.equal(viewsOf({ views: [{ ...VIEW, title: "half \ud800" }] })[0].title, "half \ufffd");
});

test("there is room for a hundred views that fit into one request", () => {
  const { fits } = strip();
  assert.deepEqual([100, 101].map((number) => fits(Array(number).fill(OTHER))), [true, false]);
  assert.equal(fits(Array(80).fill({ ...VIEW, note: "x".repeat(4_000) })), false);
});

test("a text that is too long is said with its length", () => {
  const { problemOf } = strip();
  assert.equal(problemOf("title", "x".repeat(300)), "");
  assert.equal(problemOf("title", "x".repeat(10_000)), "This title has 10,000 characters; at most 300 are kept.");
  assert.equal(problemOf("note", "x".repeat(4_001)), "This note has 4,001 characters; at most 4,000 are kept.");
});

test("a link holds the strip in its fragment, in letters that no program changes", () => {
  const link = strip().inLink([VIEW, OTHER]);
  assert.match(link, /^http:\/\/mirodash\.test\/present#strip=[\w-]+$/);
  assert.deepEqual(strip({ address: link }).linked(), [VIEW, OTHER]);
});

test("what is no link of ours holds no views, and an address without a strip none at all", () => {
  const kinds = [{ mirodash: "strip", version: 2, views: [OTHER] }, { mirodash: "other", version: 1, views: [OTHER] }, null, [], { views: [OTHER] }];
  const bad = ["", "%%%", "W10", "bnVsbA", "____", "eyJtaXJvZGFzaCI6InN0cmlwIn0", coded("\xff\xfe"), ...kinds.map((one) => coded(JSON.stringify(one)))];
  for (const text of bad) assert.deepEqual(strip({ address: `/present#strip=${text}` }).linked(), [], text);
  assert.equal(strip().linked(), null);
  assert.equal(strip({ address: "/present#main" }).linked(), null);
  const page = open({ address: "/present?unit=months#strip=W10" });
  page.mirodash.strip.unlink();
  assert.equal(page.address, "/present?unit=months");
});

test("a strip larger than a request is not taken from a link", () => {
  const views = Array(60).fill({ ...OTHER, query: `site=${"x".repeat(9_000)}` });
  const link = strip().inLink(views);
  assert.deepEqual(strip({ address: link }).linked(), []);
});

test("a browser that stores nothing says so, and the strip lives as long as the page", () => {
  const store = new Store();
  store.isFull = true;
  const { write, read } = strip({ store });
  const views = [{ ...VIEW }];
  assert.equal(write(views), false);
  views[0].title = "changed later";
  read()[0].title = "changed outside";
  assert.deepEqual(read(), [VIEW]);
});

test("another tab is followed, and other keys are not", () => {
  const page = open();
  page.store.setItem(KEY, JSON.stringify({ views: [OTHER] }));
  page.fire("storage", page.window, { key: "mirodash-looks" });
  assert.equal(page.drawn, 0);
  page.fire("storage", page.window, { key: KEY });
  assert.deepEqual([page.drawn, page.root.querySelector(".kept-count").textContent], [1, " 1"]);
  page.fire("storage", page.window, { key: null });
  assert.equal(page.drawn, 2);
});
