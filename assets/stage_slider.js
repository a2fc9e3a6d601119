/* The thresholds of the slide on stage: each a thumb that carries its value, on the biomarker's own axis. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };

  const APART_PX = 4;
  const APART_ROUNDS = 8;

  let axis = null; /* what the slide says of its biomarker, or null */
  let thresholds = [];

  const place = () => document.getElementById("stage-slider");
  const thumbs = () => [...place().querySelectorAll("[role=slider]")];
  const share = (value) => {
    const [low, high] = axis.ends.map((end) => mirodash.positionOf(end, axis));
    return (mirodash.positionOf(value, axis) - low) / (high - low);
  };

  function inWords(threshold) {
    const stop = axis.stops.indexOf(threshold);
    return stop < 0 ? axis.at[axis.thresholds.indexOf(threshold)] || mirodash.inWords(threshold) : axis.texts[stop];
  }

  function putThumb(thumb, k) {
    thumb.style.left = `${100 * share(thresholds[k])}%`;
    thumb.textContent = inWords(thresholds[k]);
    thumb.setAttribute("aria-valuenow", thresholds[k]);
    thumb.setAttribute("aria-valuetext", `${inWords(thresholds[k])} ${axis.unit}`.trim());
  }

  /* Thumbs that would cover each other's values stand a little apart, each as near its place as it can. */
  function standApart() {
    const across = place().querySelector(".stage-track").offsetWidth;
    const wide = thumbs().map((thumb) => thumb.offsetWidth);
    const centres = thresholds.map((threshold) => across * share(threshold));
    for (let round = 0; round < APART_ROUNDS; round += 1) {
      for (let k = 1; k < centres.length; k += 1) {
        const missing = Math.max(0, (wide[k - 1] + wide[k]) / 2 + APART_PX - (centres[k] - centres[k - 1]));
        centres[k - 1] -= missing / 2;
        centres[k] += missing / 2;
      }
    }
    thumbs().forEach((thumb, k) => thumb.style.setProperty("--apart", `${centres[k] - across * share(thresholds[k])}px`));
  }

  function makeThumb(k) {
    const thumb = document.createElement("div");
    thumb.className = "stage-thumb";
    thumb.tabIndex = 0;
    thumb.dataset.slot = k;
    thumb.setAttribute("role", "slider");
    thumb.setAttribute("aria-keyshortcuts", "Shift+ArrowLeft Shift+ArrowRight");
    thumb.title = "Drag, or Shift with an arrow key";
    thumb.setAttribute("aria-label", `Threshold ${thresholds.length > 1 ? `${k + 1} ` : ""}of ${axis.name}`);
    thumb.setAttribute("aria-valuemin", axis.stops[0]);
    thumb.setAttribute("aria-valuemax", axis.stops[axis.stops.length - 1]);
    return thumb;
  }

  /* A thumb that is held stays the same element, or the drag would end. */
  mirodash.placeStageSlider = function placeStageSlider(slider, at) {
    const again = slider && axis && slider.name === axis.name && thumbs().length === at.length;
    axis = slider;
    thresholds = slider ? [...at] : [];
    place().hidden = !slider;
    if (!slider) return place().replaceChildren();
    if (!again) {
      const name = document.createElement("span");
      const track = document.createElement("div");
      name.className = "stage-marker";
      name.textContent = axis.name;
      track.className = "stage-track";
      track.append(...thresholds.map((_, k) => makeThumb(k)));
      place().replaceChildren(name, track);
    }
    thumbs().forEach(putThumb);
    return standApart();
  };

  /* Thresholds never meet: a group with nobody in it would take a picture away. */
  function moveTo(k, stop) {
    const kept = mirodash.stopBetween(stop, k, thresholds, axis.stops);
    if (kept === thresholds[k]) return;
    thresholds[k] = kept;
    putThumb(thumbs()[k], k);
    standApart();
    mirodash.stageMoved(thresholds, k);
  }

  const frameOfTrack = () => place().querySelector(".stage-track").getBoundingClientRect();

  function stopUnder(x) {
    const frame = frameOfTrack();
    const [low, high] = axis.ends.map((end) => mirodash.positionOf(end, axis));
    const across = Math.min(Math.max((x - frame.left) / frame.width, 0), 1);
    return mirodash.nearestStop(low + across * (high - low), axis.stops, axis);
  }

  function nearest(event) {
    const distances = thumbs().map((thumb) => {
      const { left, width } = thumb.getBoundingClientRect();
      return Math.abs(left + width / 2 - event.clientX);
    });
    return distances.indexOf(Math.min(...distances));
  }

  document.addEventListener("pointerdown", function grab(event) {
    const track = event.target.closest && event.target.closest(".stage-track");
    if (!track || event.button || !axis) return;
    const held = event.target.closest(".stage-thumb");
    const k = held ? Number(held.dataset.slot) : nearest(event);
    const thumb = thumbs()[k];
    event.preventDefault();
    thumb.setPointerCapture(event.pointerId);
    const frame = frameOfTrack();
    const away = held ? event.clientX - frame.left - frame.width * share(thresholds[k]) : 0; /* held anywhere, it does not jump */
    const drag = (move) => axis && moveTo(k, stopUnder(move.clientX - away));
    function drop() {
      thumb.removeEventListener("pointermove", drag);
      thumb.removeEventListener("pointerup", drop);
      thumb.removeEventListener("pointercancel", drop);
    }
    thumb.addEventListener("pointermove", drag);
    thumb.addEventListener("pointerup", drop);
    thumb.addEventListener("pointercancel", drop);
    if (!held) drag(event);
  });

  /* True when the key moved a threshold: with Shift, the one that has the focus, or the first. Without it
     arrows change slides, whatever was touched last. */
  mirodash.keyOnStageSlider = function keyOnStageSlider(event) {
    const by = STEPS[event.key];
    if (!axis || !event.shiftKey || by === undefined || !thresholds.length) return false;
    const thumb = (event.target.closest && event.target.closest(".stage-thumb")) || thumbs()[0];
    const k = Number(thumb.dataset.slot);
    moveTo(k, mirodash.stopAway(thresholds[k], by, axis.stops));
    return true;
  };
})(window.dash_clientside.mirodash);
