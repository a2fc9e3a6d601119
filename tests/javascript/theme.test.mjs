/* Light or dark: the system's until the reader chooses, then the reader's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./page.mjs";

test("the system decides at first and then the reader, whatever stands in the store", () => {
  for (const [prefersDark, system, other] of [[false, "light", "dark"], [true, "dark", "light"]]) {
    const { mirodash, root } = openPage(["theme"], { prefersDark });
    for (const stored of [null, undefined, "mauve", 7]) assert.deepEqual(mirodash.chooseTheme(null, stored), [system, system]);
    assert.deepEqual(mirodash.chooseTheme(1, system), [other, other]);
    assert.deepEqual(mirodash.chooseTheme(null, other), [other, other]);
    assert.equal(root.style.colorScheme, other);
  }
});
