/* Packs: what the server would say and draw at every stop of a threshold, kept from before it is moved there.
   They come in blocks of neighbouring stops, one request at a time, those nearest to the threshold first. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PATIENCE_MS = 60000;
  const packs = new Map(); /* by the id of the element at which their blocks arrive */

  /* A pack whose blocks are asked for by writing the store `wanted`, and arrive at the element `place`;
     `came` is called for every answer. */
  mirodash.makePack = function makePack({ place, wanted, came }) {
    let base = ""; /* of which view, and which of its thresholds moves: what else would make another pack */
    let stopsAt = new Map(); /* threshold: what is said and drawn there */
    let isRefused = false; /* of very many participants there is no pack */
    let asking = null; /* what was asked for and has not come yet */
    let asked = 0;

    function land(at) {
      if (!asking || asking.at !== at) return null;
      window.clearTimeout(asking.lost);
      const landed = asking;
      asking = null;
      return landed;
    }

    function take({ at, of, block }) {
      const landed = land(at);
      if (landed && landed.base === base) {
        isRefused = !of;
        if (of) for (const stop of block.stops) stopsAt.set(stop.at, { ...stop, looks: block.looks });
      }
      came();
    }

    const pack = {
      open(of) {
        if (of === base) return;
        base = of;
        stopsAt = new Map();
        isRefused = false;
      },
      at: (threshold) => stopsAt.get(threshold),
      isAsking: () => Boolean(asking),
      /* The stop next to a threshold that is not here yet. */
      missingNear(threshold, stops) {
        const here = stops.filter((stop) => stop < threshold).length;
        const byDistance = stops.map((stop, k) => [Math.abs(k - here), stop]).sort((a, b) => a[0] - b[0]);
        const found = byDistance.find(([, stop]) => !stopsAt.has(stop));
        return found && found[1];
      },
      ask(question, near) {
        if (asking || isRefused || near === undefined || !document.getElementById(place)) return;
        asked += 1;
        asking = { at: asked, base, lost: window.setTimeout(land, PATIENCE_MS, asked) };
        window.dash_clientside.set_props(wanted, { data: { ...question, near, at: asked } });
      },
      take,
    };
    packs.set(place, pack);
    return pack;
  };

  new MutationObserver(function arrive(changes) {
    for (const { target } of changes) {
      const pack = packs.get(target.id);
      if (pack && target.dataset.pack) pack.take(JSON.parse(target.dataset.pack));
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-pack"], subtree: true });
})(window.dash_clientside.mirodash);
