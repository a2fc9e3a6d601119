/* Declaring thresholds: what is taken for one, what is missing, and whether they still hold. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

function open() {
  const parts = ["said", "withdraw", "problem", "value", "document", "date", "declare"];
  const page = openPage(["query", "declaration"], { body: parts.map((part) => el("i", { id: `rail-declared-${part}` })) });
  page.mirodash.declare = (declared) => (page.declared = declared);
  page.part = (name) => page.at(`rail-declared-${name}`);
  page.fill = (value, place, day) => {
    Object.entries({ value, document: place, date: day }).forEach(([part, text]) => (page.part(part).value = text));
    page.declared = null;
    page.fire("click", page.part("declare"));
    return page.declared && page.declared.filter(([key]) => key === "prespecified").map(([, text]) => text);
  };
  return page;
}

test("thresholds are numbers with or without thousands, in order, each once", () => {
  const page = open();
  const read = (text) => page.fill(text, "SAP", "2017-04-12");
  assert.deepEqual(["3,700", "750 3700", "3,700; 750", "750, 3,700", "2 2 1", "1.5"].map(read),
    [["3700"], ["750", "3700"], ["750", "3700"], ["750", "3700"], ["1", "2"], ["1.5"]]);
  assert.deepEqual(["low", "", "1 2 3 4", "Infinity"].map(read), [null, null, null, null]);
});

test("what is missing is said, each thing, and nothing is declared", () => {
  const page = open();
  page.fill("low", "", "");
  const said = page.part("problem").textContent;
  for (const part of ["Give the threshold as a number", "Name the document", "Give the day"]) assert.ok(said.includes(part));
  assert.equal(page.declared, null);
  page.fill("1", "x".repeat(201), "12/04/2017");
  assert.equal(page.part("problem").textContent, "Name it in at most 200 characters. Give the day of that document.");
  page.fill("1", " SAP <b>2</b> ", "2017-04-12");
  assert.equal(page.part("problem").textContent, "");
  assert.deepEqual(page.declared, [["prespecified", "1"], ["prespecified-in", "SAP <b>2</b>"], ["prespecified-on", "2017-04-12"]]);
});

test("what is declared is said, and whether the threshold still stands there", () => {
  const page = open();
  const declared = [["prespecified", "3700"], ["prespecified-in", "SAP 2.1"], ["prespecified-on", "2017-04-12"]];
  page.mirodash.sayDeclared(declared, [3700], { unit: "pg/mL" });
  assert.equal(page.part("said").textContent, "Declared: 3,700 pg/mL in SAP 2.1, 2017-04-12.");
  page.mirodash.sayDeclared(declared, [2009], { unit: "pg/mL" });
  assert.match(page.part("said").textContent, /The current threshold differs from the declared one\.$/);
  assert.equal(page.part("withdraw").hidden, false);
  const above = [...declared, ["prespecified-equal-above", "1"]];
  page.mirodash.sayDeclared(above, [3700], { unit: "pg/mL" }, true);
  assert.match(page.part("said").textContent, /2017-04-12\. Equal values are above\.$/);
  page.mirodash.sayDeclared(above, [3700], { unit: "pg/mL" }, false);
  assert.match(page.part("said").textContent, /The current threshold differs from the declared one\.$/);
  page.mirodash.sayDeclared([], [2009], { unit: "pg/mL" });
  assert.deepEqual([page.part("said").textContent, page.part("withdraw").hidden], ["", true]);
  page.fire("click", page.part("withdraw"));
  assert.deepEqual(page.declared, []);
});
