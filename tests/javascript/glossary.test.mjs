/* The introduction comes once, and terms explain themselves. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

const TERMS = JSON.stringify([[["hazard ratio"], "How many times."], [["median"], "Half."]]);

function open(kept = {}) {
  const intro = el("section", { id: "introduction" });
  intro.hidden = true;
  const body = [intro, el("button", { id: "introduction-close" }), el("button", { id: "shell-help" }),
    el("div", { id: "definition", "data-terms": TERMS })];
  return { page: openPage(["glossary"], { body, kept }), intro };
}

test("a new reader is introduced until the introduction is closed, and may ask for it again", () => {
  const { page, intro } = open();
  page.mirodash.welcome();
  assert.equal(intro.hidden, false);
  page.fire("click", page.at("introduction-close"));
  assert.equal(intro.hidden, true);
  assert.equal(page.store.getItem("mirodash-introduced"), "1");
  page.mirodash.welcome();
  assert.equal(intro.hidden, true);
  page.fire("click", page.at("shell-help"));
  assert.equal(intro.hidden, false);
});

test("who has been here is not introduced, but may press the question mark", () => {
  const { page, intro } = open({ "mirodash-introduced": "1" });
  page.mirodash.welcome();
  assert.equal(intro.hidden, true);
  page.fire("keydown", page.root, { key: "?" });
  assert.equal(intro.hidden, false);
});

test("a label that the glossary knows explains itself, another one stays text", () => {
  const { page } = open();
  const button = page.mirodash.termOf("Hazard ratio, pNFH > 3,700 pg/mL");
  assert.equal(button.textContent, "Hazard ratio, pNFH > 3,700 pg/mL");
  assert.equal(button.dataset.definition, "How many times.");
  assert.equal(page.mirodash.termOf("Country"), "Country");
});
