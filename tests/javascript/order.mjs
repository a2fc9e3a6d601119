/* Read queries from standard input, one a line, and write each as the page's scripts order it. */

import { readFileSync } from "node:fs";
import { openPage } from "./page.mjs";

const { mirodash } = openPage(["query", "address"]);
for (const query of readFileSync(0, "utf-8").split("\n")) console.log(mirodash.inOrder(new URLSearchParams(query)));
