/* The thresholds as handles on the pictures along the biomarker, and the sliders' keys: both move a threshold
   as the sliders do. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PAGE_OF_STOPS = 10;
  let axis = { ends: [0, 1], log: false };

  const position = (threshold) => mirodash.positionOf(threshold, axis);

  function ends() {
    return axis.ends.map(position);
  }

  /* Called for every move of a threshold: no picture is drawn again for it. */
  mirodash.moveHandles = function moveHandles(thresholds) {
    const [low, high] = ends();
    for (const handle of document.getElementsByClassName("handle")) {
      const slot = Number(handle.dataset.slot);
      const used = slot <= thresholds.length;
      handle.className = used ? "handle" : "handle absent";
      if (!used) continue;
      handle.style.left = `${(100 * (position(thresholds[slot - 1]) - low)) / (high - low)}%`;
      handle.firstElementChild.textContent = mirodash.inWords(thresholds[slot - 1]);
    }
  };

  let placedFor = null;

  mirodash.placeHandles = function placeHandles(view, stops) {
    mirodash.setStops(stops);
    if (placedFor === view) return window.dash_clientside.no_update;
    placedFor = view;
    foldOnPhone();
    axis = { ends: view.ends, log: view.log };
    mirodash.moveHandles(view.thresholds);
    mirodash.sayThresholds(view.thresholds, view);
    return Date.now();
  };

  /* On a phone the results come before the choices that are rarely made. */
  function foldOnPhone() {
    const more = document.querySelector(".more-controls");
    if (more && window.matchMedia("(max-width: 760px)").matches) more.open = false;
  }

  function slotOf(element, pattern) {
    const found = element && pattern.exec(element.id);
    return found ? Number(found[1]) : 0;
  }

  function stopUnder(event, layer) {
    const frame = layer.getBoundingClientRect();
    const [low, high] = ends();
    const share = Math.min(Math.max((event.clientX - frame.left) / frame.width, 0), 1);
    return mirodash.stopAt(low + share * (high - low));
  }

  /* A press on a picture that is let go where it began brings the nearest threshold there. Clicks are not
     looked at: after a finger has scrolled over a picture the chart library sends one of its own, without a
     place. A browser that takes a press over for scrolling cancels it, so scrolling never changes the view. */

  const SLACK_PX = 8;
  let pressed = null;

  document.addEventListener("pointerdown", function press({ clientX, clientY, button, isPrimary, target }) {
    const plot = target.closest && !target.closest(".handle") && target.closest(".plot");
    pressed = plot && !button && isPrimary !== false ? { clientX, clientY, plot } : null;
  }, true);

  document.addEventListener("pointercancel", function scroll() {
    pressed = null;
  }, true);

  document.addEventListener("pointerup", function bring({ clientX, clientY }) {
    const press = pressed;
    pressed = null;
    if (!press || Math.hypot(clientX - press.clientX, clientY - press.clientY) > SLACK_PX) return;
    const layer = press.plot.querySelector(".handles");
    const stop = layer && stopUnder(press, layer);
    if (stop !== undefined && stop !== null) mirodash.bringNearest(stop);
  }, true);

  /* dragging a handle on the curve */

  document.addEventListener("pointerdown", function grab(event) {
    const handle = event.target.closest && event.target.closest(".handle");
    if (!handle || event.button) return;
    const slot = Number(handle.dataset.slot);
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const layer = handle.parentElement;

    function drag(move) {
      const stop = stopUnder(move, layer);
      if (stop !== undefined) mirodash.moveTo(slot, stop);
    }
    function drop() {
      handle.removeEventListener("pointermove", drag);
      handle.removeEventListener("pointerup", drop);
      handle.removeEventListener("pointercancel", drop);
    }
    handle.addEventListener("pointermove", drag);
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", drop);
  });

  /* keys move a slider to the next value that changes a group, page keys ten of them */

  const STEPS = {
    ArrowRight: 1,
    ArrowUp: 1,
    ArrowLeft: -1,
    ArrowDown: -1,
    PageUp: PAGE_OF_STOPS,
    PageDown: -PAGE_OF_STOPS,
    Home: -Infinity,
    End: Infinity,
  };

  document.addEventListener(
    "keydown",
    function step(event) {
      const slider = event.target.closest && event.target.closest(".threshold");
      const slot = slotOf(slider, /^rail-threshold-(\d)$/);
      const by = STEPS[event.key];
      const stop = slot && by !== undefined ? mirodash.stopFrom(slot, by) : undefined;
      if (stop === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      mirodash.moveTo(slot, stop);
    },
    true
  );
})(window.dash_clientside.mirodash);
