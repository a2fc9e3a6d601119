/* Putting the strip in order with the mouse: a card goes where the line is shown. Keys have buttons. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const { cards, move } = mirodash.onStrip;
  let dragged = -1;

  function placeUnder(event) {
    const card = event.target.closest && event.target.closest(".strip-card");
    if (dragged < 0 || !card) return null;
    const box = card.getBoundingClientRect();
    return { card, isAfter: event.clientY > box.top + box.height / 2 };
  }

  function mark(under) {
    for (const card of cards()) card.classList.remove("drop-before", "drop-after");
    if (under) under.card.classList.add(under.isAfter ? "drop-after" : "drop-before");
  }

  document.addEventListener("dragstart", function take(event) {
    if (!event.target.classList || !event.target.classList.contains("grip")) return;
    const card = event.target.closest(".strip-card");
    dragged = Number(card.dataset.place);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", `View ${dragged + 1}`);
    event.dataTransfer.setDragImage(card, 0, 0);
  });

  document.addEventListener("dragover", function over(event) {
    const under = placeUnder(event);
    mark(under);
    if (under) event.preventDefault();
  });

  document.addEventListener("drop", function drop(event) {
    const under = placeUnder(event);
    if (!under) return;
    event.preventDefault();
    const at = Number(under.card.dataset.place) + (under.isAfter ? 1 : 0);
    const to = at > dragged ? at - 1 : at;
    if (to !== dragged) move(dragged, to, '[data-act="up"]');
  });

  document.addEventListener("dragend", function end() {
    dragged = -1;
    mark(null);
  });
})(window.dash_clientside.mirodash);
