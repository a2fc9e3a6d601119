/* A finger drawn across the stage turns to the next slide or the one before; on the slider it moves a threshold. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SWIPE_PX = 50;
  let touched = null;

  document.addEventListener("touchstart", function touch(event) {
    const stage = event.target.closest && event.target.closest("#stage");
    const onSlider = stage && event.target.closest(".stage-track");
    touched = stage && !onSlider && event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });

  document.addEventListener("touchend", function swipe(event) {
    if (!touched || !event.changedTouches.length) return;
    const across = event.changedTouches[0].clientX - touched.clientX;
    const down = event.changedTouches[0].clientY - touched.clientY;
    touched = null;
    if (Math.abs(across) > SWIPE_PX && Math.abs(across) > 2 * Math.abs(down)) mirodash.stageSwiped(across < 0 ? 1 : -1);
  });
})(window.dash_clientside.mirodash);
