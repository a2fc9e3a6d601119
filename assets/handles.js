/* The thresholds as handles on the pictures along the biomarker, and the sliders' keys: both move a threshold
   as the sliders do. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PAGE_OF_STOPS = 10;
  const THRESHOLD = /^rail-threshold-(\d)$/;
  let axis = { ends: [0, 1], log: false, bend: null, breaks: [null, null] };

  const position = (threshold) => mirodash.positionOf(threshold, axis);

  function ends() {
    return axis.ends.map(position);
  }

  /* Called for every move of a threshold: no picture is drawn again for it. */
  mirodash.moveHandles = function moveHandles(thresholds) {
    const [low, high] = ends();
    // a list that stays as it is: that of a class is looked for anew after each change of one
    for (const handle of document.querySelectorAll(".handle")) {
      const slot = Number(handle.dataset.slot);
      const used = slot <= thresholds.length;
      handle.classList.toggle("absent", !used);
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
    if (mirodash.showFigureOptions) mirodash.showFigureOptions();
    axis = { ends: view.ends, log: view.log, bend: view.bend, breaks: view.breaks };
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

  /* Where a press would bring the threshold is shown before it is pressed, so that none comes as a surprise. */

  let ghost = null;

  function hideGhost() {
    if (ghost) ghost.remove();
  }

  document.addEventListener("pointermove", function preview(event) {
    const { target, pointerType, buttons } = event;
    const plot = pointerType === "mouse" && !buttons && target.closest && !target.closest(".handle") && target.closest(".plot");
    const layer = plot && plot.querySelector(".handles");
    const stop = layer ? stopUnder(event, layer) : undefined;
    if (stop === undefined || stop === null) return hideGhost();
    if (!ghost) {
      ghost = document.createElement("div");
      ghost.className = "handle-ghost";
      ghost.append(document.createElement("span"));
    }
    const [low, high] = ends();
    ghost.style.left = `${(100 * (position(stop) - low)) / (high - low)}%`;
    ghost.firstElementChild.textContent = `move to ${mirodash.inWords(stop)}`;
    if (ghost.parentElement !== layer) layer.append(ghost);
    return undefined;
  }, { passive: true });

  document.addEventListener("pointerleave", hideGhost);
  document.addEventListener("pointerdown", hideGhost, true);

  /* Dragging: a handle on the curve, or a slider. The slider of the component library would tell Dash of every
     pixel, and Dash would ask every component of the page; here a move costs what it shows. */

  function pull(event, held, slot, stopAt) {
    event.preventDefault();
    event.stopPropagation();
    held.setPointerCapture(event.pointerId);

    function drag(move) {
      const stop = stopAt(move);
      if (stop !== undefined) mirodash.moveTo(slot, stop);
    }
    function drop() {
      held.removeEventListener("pointermove", drag);
      held.removeEventListener("pointerup", drop);
      held.removeEventListener("pointercancel", drop);
    }
    held.addEventListener("pointermove", drag);
    held.addEventListener("pointerup", drop);
    held.addEventListener("pointercancel", drop);
    return drag;
  }

  document.addEventListener("pointerdown", function grab(event) {
    const handle = event.target.closest && event.target.closest(".handle");
    if (!handle || event.button) return;
    const layer = handle.parentElement;
    pull(event, handle, Number(handle.dataset.slot), (move) => stopUnder(move, layer));
  });

  const trackOf = ({ target }) => {
    const slider = target.closest && target.closest(".threshold .mantine-Slider-root");
    return slider && slider.querySelector(".mantine-Slider-track");
  };

  document.addEventListener("pointerdown", function grabSlider(event) {
    const track = trackOf(event);
    if (!track || event.button) return;
    const thumb = track.querySelector("[role=slider]");
    const slot = slotOf(track.closest(".threshold"), THRESHOLD);
    const [frame, { left, width }] = [track.getBoundingClientRect(), thumb.getBoundingClientRect()];
    /* held anywhere, a thumb does not jump */
    const away = thumb.contains(event.target) ? event.clientX - left - width / 2 : 0;
    const [low, high] = ends();
    const share = (move) => Math.min(Math.max((move.clientX - away - frame.left) / frame.width, 0), 1);
    const drag = pull(event, thumb, slot, (move) => mirodash.stopAt(low + share(move) * (high - low)));
    thumb.focus({ preventScroll: true });
    if (!thumb.contains(event.target)) drag(event);
  });

  for (const begins of ["mousedown", "touchstart"]) {
    document.addEventListener(begins, (event) => trackOf(event) && event.stopPropagation(), { capture: true, passive: true });
  }

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
      const slot = slotOf(slider, THRESHOLD);
      const by = STEPS[event.key];
      if (!slot || by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      mirodash.stepBy(slot, by);
    },
    true
  );
})(window.dash_clientside.mirodash);
