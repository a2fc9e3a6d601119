/* While a threshold is dragged, words and curves follow in the browser: the server has sent what it would
   answer at every stop. Where a stop has not come yet, the server is asked as before. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const QUIET_MS = 300;
  const IDLE_MS = 2000;
  const PLACE = "pack";

  let isEager = false; /* the reader's hand is near a threshold: all stops are wanted, not only those around it */
  let isTouched = false; /* the reader has moved, scrolled or typed here: until then nobody can drag anything */
  let isOwed = false; /* what was wanted before that */
  let shown = ""; /* the query that is on screen by a pack, and not by the server yet */
  let next = null; /* what the next frame shows */
  let isFrameWanted = false;

  const pack = mirodash.makePack({ place: PLACE, wanted: "pack-wanted", came: () => isEager && mirodash.wantPack() });
  const theme = () => document.documentElement.dataset.look || document.documentElement.style.colorScheme || "";
  const pageName = () => ((document.getElementById(PLACE) || {}).dataset || {}).page || "";

  function open({ query, thresholds, slot }) {
    const others = thresholds.filter((_, k) => k !== slot - 1);
    pack.open([pageName(), mirodash.withoutThresholds(query), [...others].sort((a, b) => a - b).join(" "), theme()].join("\n"));
  }

  function ask({ query, thresholds, slot }, near) {
    pack.ask({ query, moved: thresholds[slot - 1], place: pageName() }, near);
  }

  /* Ask for the stops around a threshold; for all others, too, once the reader's hand comes near. */
  mirodash.wantPack = function wantPack(slot) {
    const view = mirodash.movedView(slot);
    if (!view || pack.isAsking()) return;
    open(view);
    const threshold = view.thresholds[view.slot - 1];
    if (isEager) ask(view, pack.missingNear(threshold, view.stops));
    else if (!pack.at(threshold)) ask(view, mirodash.nearestStop(mirodash.positionOf(threshold, view.axis), view.stops, view.axis));
  };

  const isFinding = () => Boolean(document.querySelector(".finding[aria-busy=true]"));
  const whenIdle = (work) => (window.requestIdleCallback ? window.requestIdleCallback(work, { timeout: IDLE_MS }) : work());

  /* Once what takes long has been answered: the search is part of what is packed, and nothing that may be
     needed goes before what the reader waits for. */
  mirodash.wantPackLater = function wantPackLater(slot) {
    window.setTimeout(() => {
      if (isFinding()) mirodash.wantPackLater(slot);
      else if (isTouched) whenIdle(() => mirodash.wantPack(slot));
      else isOwed = true;
    }, QUIET_MS);
  };

  for (const comes of ["pointermove", "pointerdown", "keydown", "touchstart", "wheel"]) {
    window.addEventListener(comes, function touch() {
      isTouched = true;
      if (isOwed) mirodash.wantPackLater();
      isOwed = false;
    }, { passive: true });
  }

  for (const comes of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(comes, function approach({ target }) {
      const place = target.closest && (target.closest(".threshold") || target.closest(".handle"));
      if (!place) return;
      const slot = Number(place.dataset.slot || place.id.slice(-1));
      isEager = true;
      isTouched = true;
      if (isFinding()) mirodash.wantPackLater(slot);
      else mirodash.wantPack(slot);
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
    const stop = pack.at(view.thresholds[view.slot - 1]);
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

  mirodash.isScrubbed = () => Boolean(shown);
})(window.dash_clientside.mirodash);
