/* While a threshold is dragged on stage, title, facts and curves follow in the browser: the server has sent what
   the slide says and draws at every stop. Where a stop has not come yet, its slide is asked for as before. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const KEY = "stage"; /* of the picture on stage, among those that can be sketched over */

  let near = null; /* what the slider stands at: which view, its thresholds, which of them moves, its stops */
  let isEager = false; /* the presenter's hand is at the slider: all stops are wanted */
  let next = null; /* what the next frame shows */
  let isScrubbed = false; /* what is on stage is a sketch */

  const pack = mirodash.makePack({ place: "stage-pack", wanted: "stage-pack-wanted", came: () => isEager && want() });
  const theme = () => document.documentElement.style.colorScheme || "";

  function open({ query, picture, thresholds, slot }) {
    const others = thresholds.filter((_, k) => k !== slot);
    pack.open([picture, mirodash.withoutThresholds(query), others.join(" "), theme()].join("\n"));
  }

  function ask({ query, picture, thresholds, slot }, stop) {
    pack.ask({ query, moved: thresholds[slot], place: picture }, stop);
  }

  function want() {
    if (!near || pack.isAsking()) return;
    open(near);
    const threshold = near.thresholds[near.slot];
    const nearest = pack.missingNear(threshold, near.stops);
    if (isEager || !pack.at(threshold)) ask(near, nearest);
  }

  /* Where the slider stands once a slide is written; null without one. */
  mirodash.wantStagePack = function wantStagePack(place) {
    if (near && place && near.query === place.query && near.picture === place.picture) return;
    near = place;
    isEager = false;
    next = null;
    want();
  };

  for (const comes of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(comes, function approach({ target }) {
      if (isEager || !near || !target.closest || !target.closest("#stage-slider")) return;
      isEager = true;
      want();
    }, { passive: true });
  }

  function draw() {
    if (!next) return;
    const stop = next;
    next = null;
    mirodash.writeSlideWords(stop);
    mirodash.sketchOver(KEY, stop.sketch, stop.looks);
    window.dispatchEvent(new CustomEvent("mirodash-stage-scrubbed"));
  }

  /* Show a slide in the next frame from what is packed; false where the server has to be asked. */
  mirodash.scrubStage = function scrubStage(place) {
    near = place;
    open(place);
    const stop = pack.at(place.thresholds[place.slot]);
    isEager = true;
    if (!stop || !stop.sketch || !mirodash.canSketch(KEY)) {
      if (!stop) ask(place, place.thresholds[place.slot]);
      return false;
    }
    if (!next) window.requestAnimationFrame(draw);
    next = stop;
    isScrubbed = true;
    return true;
  };

  /* A slide is written whole: its picture takes the sketch's place. */
  mirodash.endStageScrub = function endStageScrub() {
    next = null;
    isScrubbed = false;
  };

  mirodash.isStageScrubbed = () => isScrubbed;
})(window.dash_clientside.mirodash);
