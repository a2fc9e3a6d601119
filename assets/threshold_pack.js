/* While a threshold is dragged, words and curves follow in the browser: the server has sent what it would
   answer at every stop. Where a stop has not come yet, the server is asked as before. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PATIENCE_MS = 60000;
  const QUIET_MS = 300;
  const PLACE = "pack";

  let base = ""; /* of which view, and which of its thresholds moves: what else would make another pack */
  let stopsAt = new Map(); /* threshold: what is said and drawn there */
  let isRefused = false; /* of very many participants there is no pack */
  let asking = null; /* what was asked for and has not come yet */
  let asked = 0;
  let isEager = false; /* the reader's hand is near a threshold: all stops are wanted, not only those around it */
  let shown = ""; /* the query that is on screen by a pack, and not by the server yet */
  let next = null; /* what the next frame shows */
  let isFrameWanted = false;

  const theme = () => document.documentElement.style.colorScheme || "";

  function baseOf({ query, thresholds, slot }) {
    const others = thresholds.filter((_, k) => k !== slot - 1);
    return [mirodash.withoutThresholds(query), [...others].sort((a, b) => a - b).join(" "), theme()].join("\n");
  }

  function open(view) {
    const wanted = baseOf(view);
    if (wanted === base) return;
    base = wanted;
    stopsAt = new Map();
    isRefused = false;
  }

  /* asking */

  function missingNear(threshold, stops) {
    const here = stops.filter((stop) => stop < threshold).length;
    const byDistance = stops.map((stop, k) => [Math.abs(k - here), stop]).sort((a, b) => a[0] - b[0]);
    const found = byDistance.find(([, stop]) => !stopsAt.has(stop));
    return found && found[1];
  }

  function land(at) {
    if (!asking || asking.at !== at) return null;
    window.clearTimeout(asking.lost);
    const landed = asking;
    asking = null;
    return landed;
  }

  function ask(view, near) {
    if (asking || isRefused || near === undefined || !document.getElementById(PLACE)) return;
    asked += 1;
    asking = { at: asked, base, view, lost: window.setTimeout(land, PATIENCE_MS, asked) };
    const moved = view.thresholds[view.slot - 1];
    window.dash_clientside.set_props("pack-wanted", { data: { query: view.query, moved, near, at: asked } });
  }

  function take({ at, of, block }) {
    const landed = land(at);
    if (!landed || landed.base !== base) return again();
    isRefused = !of;
    if (isRefused) return undefined;
    for (const stop of block.stops) stopsAt.set(stop.at, { ...stop, looks: block.looks });
    return again();
  }

  function again() {
    if (isEager) mirodash.wantPack();
  }

  /* Ask for the stops around a threshold; for all others, too, once the reader's hand comes near. */
  mirodash.wantPack = function wantPack(slot) {
    const view = mirodash.movedView(slot);
    if (!view || asking) return;
    open(view);
    const threshold = view.thresholds[view.slot - 1];
    if (isEager) ask(view, missingNear(threshold, view.stops));
    else if (!stopsAt.has(threshold)) ask(view, mirodash.nearestStop(mirodash.positionOf(threshold, view.axis), view.stops, view.axis));
  };

  /* Once what takes long has been answered: the search is part of what is packed. */
  mirodash.wantPackLater = function wantPackLater() {
    window.setTimeout(() => {
      if (document.querySelector(".finding[aria-busy=true]")) mirodash.wantPackLater();
      else mirodash.wantPack();
    }, QUIET_MS);
  };

  new MutationObserver(function arrive(changes) {
    for (const { target } of changes) {
      if (target.id === PLACE && target.dataset.pack) take(JSON.parse(target.dataset.pack));
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-pack"], subtree: true });

  for (const comes of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(comes, function approach({ target }) {
      const place = target.closest && (target.closest(".threshold") || target.closest(".handle"));
      if (!place) return;
      const slot = Number(place.dataset.slot || place.id.slice(-1));
      isEager = true;
      mirodash.wantPack(slot);
    }, { passive: true });
  }

  /* showing */

  function draw() {
    isFrameWanted = false;
    if (!next) return;
    const { query, stop } = next;
    next = null;
    mirodash.showView({ panels: stop.panels, page: stop.page, query });
    for (const [key, sketch] of Object.entries(stop.sketches)) mirodash.sketchOver(key, sketch, stop.looks);
    window.dispatchEvent(new CustomEvent("mirodash-scrubbed", { detail: { query } }));
  }

  /* Show a view in the next frame from what is packed; false where the server has to be asked. */
  mirodash.scrub = function scrub(view) {
    open(view);
    const stop = stopsAt.get(view.thresholds[view.slot - 1]);
    if (!stop || !Object.entries(stop.sketches).every(([key, sketch]) => sketch && mirodash.canSketch(key))) {
      isEager = true;
      ask(view, view.thresholds[view.slot - 1]);
      return false;
    }
    next = { query: view.query, stop };
    shown = view.query;
    if (!isFrameWanted) {
      isFrameWanted = true;
      window.requestAnimationFrame(draw);
    }
    return true;
  };

  /* The server is asked for what is on screen: its answer takes the sketch's place. */
  mirodash.endScrub = function endScrub() {
    if (next) draw();
    shown = "";
  };

  /* An answer to what was asked before the reader went on is not shown over what is there. */
  mirodash.isOvertaken = function isOvertaken(query) {
    return Boolean(shown) && query !== shown;
  };

  mirodash.pictureDrawn = function pictureDrawn(graph) {
    if (!shown) mirodash.unsketch(graph);
  };
})(window.dash_clientside.mirodash);
