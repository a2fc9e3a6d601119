/* What is a step back, where links lead, and what another trial or biomarker takes along. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { el, openPage } from "./page.mjs";

function open(address = "/", ...more) {
  const links = ["/", "/thresholds"].map((href) => el("a", { class: "page-link", href }));
  const page = openPage(["query", "address"], { address, body: [...links, ...more] });
  page.left = 0;
  page.mirodash.leaveView = () => (page.left += 1);
  page.links = links;
  return page;
}

const kinds = (page) => page.steps.map(([kind]) => kind);

test("a choice is a step back, a drag one for all its pixels, a run of keys one until a pause", () => {
  const page = open();
  const { mirodash } = page;
  mirodash.showAddress("unit=months", "");
  mirodash.showAddress("unit=weeks", "");
  assert.deepEqual(kinds(page), ["push", "push"]);
  page.fire("pointerdown");
  for (const k of [1, 2, 3]) mirodash.showAddress(`threshold=${k}`, "slider-1");
  page.fire("pointerdown");
  mirodash.showAddress("threshold=4", "slider-1");
  assert.deepEqual(kinds(page).slice(2), ["push", "replace", "replace", "push"]);
  page.fire("keydown");
  mirodash.showAddress("threshold=5", "slider-1");
  mirodash.showAddress("threshold=6", "slider-1");
  page.now += 2_000;
  mirodash.showAddress("threshold=7", "slider-1");
  mirodash.showAddress("threshold=8", "slider-2");
  assert.deepEqual(kinds(page).slice(6), ["push", "replace", "push", "push"]);
  assert.equal(page.address, "/?threshold=8");
});

test("an address that is shown already is no step", () => {
  const page = open("/thresholds?unit=months");
  page.mirodash.showAddress("unit=months", "");
  assert.deepEqual(page.steps, []);
});

test("the links to the other pages carry the view, and say which page is this one", () => {
  const page = open("/thresholds?unit=months");
  page.mirodash.showAddress("threshold=1", "");
  assert.deepEqual(page.links.map((link) => link.getAttribute("href")), ["/?threshold=1", "/thresholds?threshold=1"]);
  assert.deepEqual(page.links.map((link) => link.getAttribute("aria-current")), [null, "page"]);
});

test("a file that is being mapped is no view, so no link carries it", () => {
  const page = open("/data?draft=own-x");
  assert.deepEqual(page.mirodash.readAddress(), { pathname: "/data", search: "?draft=own-x" });
  assert.deepEqual(page.links.map((link) => link.getAttribute("href")), ["/", "/thresholds"]);
});

test("going back opens what the address says; a fragment of the same view opens nothing", () => {
  const page = open("/?threshold=1");
  page.window.history.replaceState(null, "", "/?threshold=1#main");
  page.fire("popstate", page.window);
  assert.equal(page.last("address-visit"), undefined);
  page.window.history.replaceState(null, "", "/?threshold=2");
  page.fire("popstate", page.window);
  assert.deepEqual([page.last("address-visit"), page.left], [{ data: page.now }, 1]);
});

test("a link to another view opens without loading the program again, unless asked for a new tab", () => {
  const link = el("a", { class: "view-link", href: "/?keep.sex=F" });
  const page = open("/subgroups", link);
  const changed = page.fire("click", link, { button: 0, ctrlKey: true });
  assert.equal(changed.defaultPrevented, undefined);
  assert.equal(page.address, "/subgroups");
  assert.ok(page.fire("click", link, { button: 0 }).defaultPrevented);
  assert.deepEqual([page.address, page.left], ["/?keep.sex=F", 1]);
  page.fire("click", link, { button: 0 });
  assert.equal(page.left, 1);
});

function opened(address, { trial = "", reset = 0, causes = [], entries = [], usual = {} }) {
  const page = open(address);
  Object.assign(page.dash.callback_context, { triggered: causes.map((prop_id) => ({ prop_id })) });
  page.dash.callback_context.inputs_list = [[], entries];
  const view = { defaults: { opened: { biomarker: "csf_pnfh", endpoint: "death", ...usual } } };
  const told = page.mirodash.openTrial(trial, [], reset, "mirocals", view);
  return told === page.dash.no_update ? null : page.address;
}

test("another trial begins with its own view, and the first one has no name", () => {
  const causes = ["header-trial.value"];
  assert.equal(opened("/thresholds?threshold=1", { trial: "gbsg2", causes }), "/thresholds?trial=gbsg2");
  assert.equal(opened("/?trial=gbsg2&threshold=1", { trial: "mirocals", causes }), "/");
  assert.equal(opened("/?trial=gbsg2", { trial: "gbsg2", causes }), null);
});

test("a reset keeps the trial, also when a new page is told of in the same go", () => {
  const causes = ["header-trial.value", "rail-reset.n_clicks"];
  assert.equal(opened("/?trial=gbsg2&unit=months", { trial: "gbsg2", reset: 1, causes }), "/?trial=gbsg2");
});

test("another biomarker drops thresholds and what was declared of them, another endpoint the horizon", () => {
  const causes = ['{"control":"open","key":"biomarker"}.value'];
  const entries = [{ id: { control: "open", key: "biomarker" }, value: "tregs" }];
  const address = "/?threshold=1&prespecified=1&prespecified-in=SAP&prespecified-on=2017-04-12&keep.sex=F";
  assert.equal(opened(address, { causes, entries }), "/?biomarker=tregs&keep.sex=F");
  const other = [{ id: { control: "open", key: "endpoint" }, value: "relapse" }];
  assert.equal(opened("/?horizon=9&unit=weeks&threshold=1", { causes, entries: other }), "/?endpoint=relapse&threshold=1");
  const usual = [{ id: { control: "open", key: "biomarker" }, value: "csf_pnfh" }];
  assert.equal(opened("/?biomarker=tregs&threshold=1", { causes, entries: usual }), "/");
  assert.equal(opened("/?biomarker=tregs", { causes: ["selection-view.data"], entries: usual }), null);
});

test("an address that a page that just came does not fit is mended, and the page is not left", () => {
  const page = open("/?site=UK-01&biomarker=nonsense");
  const ids = ["rail-reset.n_clicks", '{"control":"open","key":"biomarker"}.value', "header-trial.value"];
  const entries = [{ id: { control: "open", key: "biomarker" }, value: "csf_pnfh" }];
  page.dash.callback_context = { triggered: ids.map((prop_id) => ({ prop_id })), inputs_list: [{}, entries, {}] };
  page.mirodash.openTrial("mirocals", [], undefined, "mirocals", { defaults: { opened: { biomarker: "csf_pnfh" } } });
  assert.deepEqual([page.address, page.left], ["/?site=UK-01", 0]);
});

test("a page stays where that of another address is not asked for, or does not come", () => {
  for (const isAsked of [false, true]) {
    const page = open();
    let stays = 0;
    page.mirodash.stayInView = () => (stays += 1);
    page.mirodash.openAddress("/thresholds");
    assert.deepEqual([page.left, stays], [1, 0]);
    if (isAsked) page.mirodash.readAddress();
    page.runOut();
    assert.equal(stays, isAsked ? 0 : 1);
    page.runOut();
    assert.equal(stays, 1);
  }
});

test("a link is copied, or it is said how to", async () => {
  const page = open("/?unit=months");
  assert.equal(await page.mirodash.copyLink(0), page.dash.no_update);
  assert.equal(await page.mirodash.copyLink(1), "Link copied");
  assert.deepEqual(page.copied, ["http://mirodash.test/?unit=months"]);
  page.runOut();
  assert.deepEqual(page.last("header-copy-said"), { children: "" });
  page.navigator.clipboard.writeText = async () => { throw new Error("refused"); };
  assert.match(await page.mirodash.copyLink(1), /Copy the address bar/);
});
