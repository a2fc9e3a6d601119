/* Small pictures on the cards of the strip: the slides themselves, asked for one after the other while nothing else
   is wanted. What is here when the stage opens is shown there at once. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const WIDE = 184;
  const MOST = 24; /* pictures of so many cards; a longer strip is read by its titles */
  const drawn = new WeakMap(); /* by slide: its picture, drawn once */

  function pictureOf(slide) {
    if (!drawn.has(slide)) drawn.set(slide, make(slide));
    return drawn.get(slide);
  }

  async function make({ figure }) {
    const { width, height } = figure.layout;
    const options = { format: "svg", width, height, imageDataOnly: true };
    const text = await window.Plotly.toImage({ data: figure.data, layout: figure.layout, config: { staticPlot: true } }, options);
    const { documentElement } = new DOMParser().parseFromString(mirodash.clean(text), "image/svg+xml");
    const svg = document.importNode(documentElement, true);
    const size = { width: WIDE, height: Math.round((WIDE * height) / width), viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" };
    for (const [key, value] of Object.entries(size)) svg.setAttribute(key, value);
    return svg;
  }

  async function place(card, slide) {
    const place = card.querySelector(".card-thumb");
    if (!place || !slide || !slide.figure || !window.Plotly) return;
    const picture = await pictureOf(slide);
    if (place.isConnected && !place.firstElementChild) place.append(picture.cloneNode(true));
  }

  /* Show what is here, and ask for what is not; the stage asks for its own first. */
  mirodash.wantThumbnails = function wantThumbnails() {
    if (!mirodash.onStrip || mirodash.isOnStage()) return;
    const views = mirodash.onStrip.shown().slice(0, MOST);
    mirodash.onStrip.cards().forEach((card, k) => views[k] && place(card, mirodash.slideOf(views[k])));
    mirodash.wantSlides(views);
  };

  mirodash.thumbnailCame = function thumbnailCame(view, slide) {
    const { shown, cards, keyOf } = mirodash.onStrip;
    shown().forEach((one, k) => keyOf(one) === keyOf(view) && one.title === view.title && place(cards()[k], slide));
  };
})(window.dash_clientside.mirodash);
