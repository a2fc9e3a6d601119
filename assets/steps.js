/* Panels that take long: the server is asked for one step after the other, and no more once it is told to stop. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  /* By panel: which view it answers, how many steps are done of how many, and whether the reader stopped it. */
  const runs = new Map();

  const panelOf = (key) => document.getElementById(`panel-${key}`);
  const inSight = (panel) => !panel.closest("details:not([open])");

  /* One request at a time for all panels: for one reader the server computes one after the other anyway. */
  const PATIENCE_MS = 60000;
  const BREATH_MS = 50;
  let flight = null; /* what was asked for and has not come yet */
  let asked = 0;

  const isWaiting = ([, run]) => !run.stopped && run.done < run.of && run.panel.isConnected;

  function ask() {
    if (flight && flight.panel.isConnected) return;
    const next = [...runs].find(isWaiting);
    if (!next) return;
    const [key, run] = next;
    /* who has had a turn goes behind the others */
    runs.delete(key);
    runs.set(key, run);
    asked += 1;
    flight = { at: asked, panel: run.panel, lost: window.setTimeout(land, PATIENCE_MS, asked) };
    window.dash_clientside.set_props(`panel-${key}-step`, { data: { query: run.query, step: run.done + 1, at: asked } });
  }

  function land(at) {
    if (!flight || flight.at !== at) return;
    window.clearTimeout(flight.lost);
    flight = null;
    /* later, when it is known how far the panel has come: what the reader did meanwhile goes first */
    window.setTimeout(ask, BREATH_MS);
  }

  function showProgress(key) {
    const panel = panelOf(key);
    const run = runs.get(key);
    if (!panel || !run) return;
    const place = panel.querySelector(".steps");
    const finished = run.done >= run.of;
    panel.setAttribute("aria-busy", String(!finished && !run.stopped));
    place.classList.toggle("idle", finished || run.of < 2);
    const bar = place.querySelector("progress");
    bar.max = run.of;
    bar.value = run.done;
    const what = key === "finding" ? "searching thresholds" : "computing";
    place.querySelector(".steps-said").textContent = `${run.stopped ? "stopped" : what}, ${Math.round((100 * run.done) / run.of)}\u00a0%`;
    place.querySelector("button").textContent = run.stopped ? "Continue" : "Stop";
  }

  function start(panel, query) {
    const key = panel.dataset.key;
    const followed = panel.dataset.follows === "population" ? mirodash.withoutThresholds(query) : query;
    const before = runs.get(key);
    if (before && before.panel === panel && before.query === followed) return;
    runs.set(key, { panel, query: followed, done: 0, of: 1, stopped: false });
    showProgress(key);
    ask();
  }

  let settled = "";

  mirodash.startSteps = function startSteps(query) {
    settled = query || "";
    document.querySelectorAll(".stepped").forEach((panel) => {
      if (inSight(panel)) start(panel, settled);
    });
    return Date.now();
  };

  /* How far a panel has come; 0 for one that takes no steps. */
  mirodash.stepOf = function stepOf(key) {
    const run = runs.get(key);
    return run && run.panel === panelOf(key) ? run.done : 0;
  };

  /* Whether a panel has taken all its steps for a query: what is known at once would take its words back. */
  mirodash.isFinished = function isFinished(key, query) {
    const run = runs.get(key);
    return Boolean(run) && run.panel === panelOf(key) && run.query === query && run.of > 1 && run.done >= run.of;
  };

  /* An answer to what was asked before the selection moved on is not shown. */
  mirodash.isWanted = function isWanted({ key, query, at }) {
    land(at);
    const run = runs.get(key);
    return Boolean(run) && run.query === query;
  };

  mirodash.stepTaken = function stepTaken({ key, done, of }) {
    const run = runs.get(key);
    Object.assign(run, { done: Math.max(run.done, done), of });
    showProgress(key);
  };

  /* A step that was not answered is not waited for: the reader goes on when answers come again. */
  window.addEventListener("mirodash-unplugged", function stopAll() {
    for (const [key, run] of runs) {
      if (run.done >= run.of) continue;
      run.stopped = true;
      showProgress(key);
    }
    if (flight) land(flight.at);
  });

  /* What lies behind a disclosure is computed once somebody opens it. */
  document.addEventListener(
    "toggle",
    function look(event) {
      if (!event.target.open) return;
      event.target.querySelectorAll(".stepped").forEach((panel) => {
        if (inSight(panel)) start(panel, settled);
      });
    },
    true
  );

  document.addEventListener("click", function stopOrContinue(event) {
    const button = event.target.closest && event.target.closest(".stop-steps");
    const panel = button && button.closest(".stepped");
    const run = panel && runs.get(panel.dataset.key);
    if (!run) return;
    run.stopped = !run.stopped;
    showProgress(panel.dataset.key);
    ask();
  });
})(window.dash_clientside.mirodash);
