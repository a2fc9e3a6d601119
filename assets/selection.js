/* From controls to the selection. The query goes out first; controls that must follow are moved after it,
   each only when it changed: every property written makes the whole page look whether it is concerned. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SETTLE_MS = 400;
  const SLOTS = [0, 1, 2];
  const CONTROLS = ["count", "presets", "treated", "control", "horizon", "unit", "strata", "adjust", "curves", "equalAbove", "defaultStrata", "landmarks", "upToHorizon", "statistics"];

  /* What the reader chose, as the controls say; and the last value known of every control we may move. */
  let chosen = null;
  let view = null;
  let stops = [];
  const known = new Map();
  let settling = 0;
  let answered = null; // the query that tables and steps were last asked for
  let sliding = "";
  let held = false;
  let unsent = ""; // what is on screen by a threshold pack, and the server was not asked for
  let lastSlot = 1;
  let isToBePut = false; // thresholds have settled, and the sliders were not told

  const slider = (k) => `rail-threshold-${k + 1}-slider`;
  const box = (k) => `rail-threshold-${k + 1}-box`;

  function put(id, property, value) {
    const name = JSON.stringify(id);
    const before = known.get(name);
    const near = typeof value === "number" && typeof before === "number" && Math.abs(value - before) < 1e-12;
    if (near || value === before) return;
    known.set(name, value);
    window.dash_clientside.set_props(id, { [property]: value });
  }

  function learn(id, value) {
    known.set(JSON.stringify(id), value);
  }

  /* thresholds */

  function presetOf(id) {
    return id.key.slice(id.key.indexOf(":") + 1).split(",").map(Number);
  }

  /* Where few participants must not be told apart, a threshold that is typed goes to the nearest stop. */
  function allowed(threshold) {
    if (!view.snaps || !stops.length) return threshold;
    const [low, high] = view.ends;
    return mirodash.nearestStop(mirodash.positionOf(Math.min(Math.max(threshold, low), high), view), stops, view);
  }

  function thresholdsAfter(triggered, boxes, count) {
    if (triggered && triggered.control === "preset") return presetOf(triggered).map(allowed);
    if (triggered === "rail-threshold-count") return mirodash.withCount(chosen.thresholds, Number(count), stops);
    if (!chosen.thresholds.length && triggered === box(0) && mirodash.isNumber(boxes[0])) return [allowed(boxes[0])];
    return chosen.thresholds.map((c, k) =>
      triggered === box(k) && mirodash.isNumber(boxes[k]) ? allowed(boxes[k]) : c,
    );
  }

  /* What follows a threshold at once costs nothing: no component is asked. */
  function followThresholds() {
    mirodash.moveHandles(chosen.thresholds);
    mirodash.sayThresholds(chosen.thresholds, view);
    SLOTS.forEach((k) => {
      const used = k < chosen.thresholds.length;
      document.getElementById(`rail-threshold-${k + 1}`).classList.toggle("absent", !used);
      const input = document.getElementById(box(k));
      if (used && input !== document.activeElement) input.value = mirodash.inWords(chosen.thresholds[k]);
    });
    mirodash.showGroups(new Set(chosen.thresholds).size);
    mirodash.sayDeclared(chosen.declared, chosen.thresholds, view, chosen.equalAbove);
    document.querySelectorAll(".chip[aria-pressed]").forEach((chip) => {
      const offered = presetOf(JSON.parse(chip.id));
      chip.setAttribute("aria-pressed", String(mirodash.same(offered, chosen.thresholds)));
    });
  }

  function putThresholds() {
    chosen.thresholds.forEach((c, k) => {
      put(slider(k), "value", mirodash.positionOf(c, view));
      put(box(k), "value", c);
    });
    put("rail-threshold-count", "value", String(chosen.thresholds.length));
  }

  /* Where a thumb stands and what it is called, until the slider itself is told once the reader pauses. */
  mirodash.sayThresholds = function sayThresholds(thresholds, of) {
    const [low, high] = of.ends.map((end) => mirodash.positionOf(end, of));
    thresholds.forEach((threshold, k) => {
      const thumb = document.querySelector(`#${slider(k)} [role=slider]`);
      if (!thumb) return;
      const position = mirodash.positionOf(threshold, of);
      thumb.style.setProperty("--slider-thumb-offset", `${(100 * (position - low)) / (high - low)}%`);
      thumb.setAttribute("aria-valuenow", position);
      thumb.setAttribute("aria-valuetext", `${mirodash.inWords(threshold)} ${of.unit}`.trim());
    });
  };

  mirodash.stopFrom = function stopFrom(slot, by) {
    if (!chosen || !stops.length) return undefined;
    return mirodash.stopAway(chosen.thresholds[slot - 1], by, stops);
  };

  mirodash.setStops = function setStops(found) {
    stops = found || [];
  };

  /* A view as a threshold pack is asked for: which threshold moves, and where it can stand. */
  mirodash.movedView = function movedView(slot) {
    const moved = slot || lastSlot;
    if (!chosen || !stops.length || moved > chosen.thresholds.length) return null;
    return { query: mirodash.queryOf(chosen, view), thresholds: chosen.thresholds, slot: moved, stops, axis: view };
  };

  function send(query) {
    unsent = "";
    mirodash.endScrub();
    window.dash_clientside.set_props("selection-query", { data: query });
  }

  /* A moved threshold: shown from the pack if it is there, and sent once it is let go or the reader pauses. */
  function isFollowed(query, slot) {
    lastSlot = slot;
    const isPacked = mirodash.scrub(mirodash.movedView(slot));
    if (!isPacked) mirodash.endScrub();
    unsent = isPacked ? query : "";
    return isPacked;
  }

  function sendWhatIsShown() {
    if (unsent) send(unsent);
  }

  function showSlidAddress() {
    if (sliding) mirodash.showAddress(mirodash.queryOf(chosen, view), sliding);
  }

  /* Once the reader pauses: the sliders themselves, the tables, and what screen readers are told.
     The address is written when the pointer or the key is let go, for writing it takes a while. */
  function settle(query, moved) {
    window.clearTimeout(settling);
    sliding = moved || sliding;
    if (!held) showSlidAddress();
    settling = window.setTimeout(() => {
      // what follows takes its time, and the hand may only rest
      if (held && unsent) return settle(query, moved);
      showSlidAddress();
      sliding = "";
      sendWhatIsShown();
      // a slider that is told something under the hand loses the hand's next move
      isToBePut = held;
      if (!held) putThresholds();
      // a slider that is put on its stop says so, and comes here again with the same query
      if (query === answered) return undefined;
      answered = query;
      window.dash_clientside.set_props("selection-settled", { data: query });
      return mirodash.wantPackLater();
    }, SETTLE_MS);
  }

  window.addEventListener("mirodash-unplugged", function askAgain() {
    answered = null;
  });

  /* Who goes elsewhere leaves what was about to settle: it must not be written over the new address. */
  mirodash.leaveView = function leaveView() {
    window.clearTimeout(settling);
    sliding = "";
    unsent = "";
    isToBePut = false;
    mirodash.endScrub();
  };

  mirodash.stopAt = function stopAt(position) {
    return chosen && stops.length ? mirodash.nearestStop(position, stops, view) : undefined;
  };

  /* A key or a handle: the query leaves before the slider is told, which would cost a redraw of its own. */
  mirodash.moveTo = function moveTo(slot, threshold) {
    if (threshold === chosen.thresholds[slot - 1]) return;
    chosen.thresholds = chosen.thresholds.map((c, k) => (k === slot - 1 ? threshold : c));
    const query = mirodash.queryOf(chosen, view);
    if (!isFollowed(query, slot)) send(query);
    window.requestAnimationFrame(followThresholds);
    settle(query, slider(slot - 1));
  };

  /* A click on a picture: the nearest threshold comes; without any, it sets the first. */
  mirodash.bringNearest = function bringNearest(stop) {
    if (!chosen.thresholds.length) return window.dash_clientside.set_props(box(0), { value: stop });
    const far = chosen.thresholds.map((c) => Math.abs(mirodash.positionOf(c, view) - mirodash.positionOf(stop, view)));
    return mirodash.moveTo(far.indexOf(Math.min(...far)) + 1, stop);
  };

  /* A declaration is part of the selection, so that links and exports carry it. */
  mirodash.declare = function declare(declared) {
    const above = declared.length && chosen.equalAbove ? [["prespecified-equal-above", "1"]] : [];
    chosen.declared = [...declared, ...above];
    const query = mirodash.queryOf(chosen, view);
    send(query);
    mirodash.showAddress(query, "");
    settle(query, "");
    mirodash.sayDeclared(chosen.declared, chosen.thresholds, view, chosen.equalAbove);
  };

  /* A slider moved: the quick way, which asks no other control. */
  mirodash.moveThresholds = function moveThresholds(...positions) {
    const unchanged = window.dash_clientside.no_update;
    if (!chosen || !stops.length) return unchanged;
    // what a slider was told comes back here, and may be late: its threshold can have been moved by a key or
    // a handle since, and must not jump back
    const isEcho = positions.map((position, k) => position === known.get(JSON.stringify(slider(k))));
    positions.forEach((position, k) => learn(slider(k), position));
    const before = chosen.thresholds;
    const stands = (c, k) => isEcho[k] || Math.abs(mirodash.positionOf(c, view) - positions[k]) < 1e-9;
    chosen.thresholds = before.map((c, k) => (stands(c, k) ? c : mirodash.nearestStop(positions[k], stops, view)));
    const query = mirodash.queryOf(chosen, view);
    const moved = chosen.thresholds.findIndex((c, k) => c !== before[k]);
    if (moved < 0) {
      settle(query, "");
      return unchanged;
    }
    window.requestAnimationFrame(followThresholds);
    settle(query, slider(moved));
    return isFollowed(query, moved + 1) ? unchanged : query;
  };

  /* participants and the rest */

  function byKey(entries) {
    return new Map(entries.map(({ id, value }) => [id.key, value]));
  }

  /* Ticking a country ticks its sites; a country is ticked when all its sites are. */
  function sitesAfter(triggered, sites, countries) {
    const ticked = new Map([...byKey(sites)].map(([site, on]) => [site, Boolean(on)]));
    if (triggered && triggered.control === "country") {
      const on = Boolean(byKey(countries).get(triggered.key));
      const inside = view.tree[triggered.key] || [];
      // a country that only followed its sites comes back here as if it had been ticked
      const followed = chosen && on === inside.every((site) => chosen.sites.get(site));
      if (!followed) for (const site of inside) ticked.set(site, on);
    }
    return ticked;
  }

  function partlyTicked(country) {
    const ticks = view.tree[country].map((site) => chosen.sites.get(site));
    return ticks.some(Boolean) && !ticks.every(Boolean);
  }

  function putSites() {
    for (const [site, on] of chosen.sites) put({ control: "site", key: site }, "checked", on);
    for (const [country, sites] of Object.entries(view.tree)) {
      const id = { control: "country", key: country };
      put(id, "checked", sites.every((site) => chosen.sites.get(site)));
      const partly = partlyTicked(country);
      if (known.get(country) !== partly) window.dash_clientside.set_props(id, { indeterminate: partly });
      known.set(country, partly);
    }
  }

  /* Two arms are compared, so choosing the other one for a role swaps them. */
  function armsAfter(triggered, treated, control) {
    if (treated !== control) return { treated, control };
    const other = view.arms.find((name) => name !== treated);
    return triggered === "rail-treated" ? { treated, control: other } : { treated: other, control };
  }

  function learnAll(inputs) {
    const [boxes, [count, , treated, control, horizon]] = [inputs.slice(0, 3), inputs.slice(3)];
    for (const input of [...boxes, count, treated, control, horizon]) learn(input.id, input.value);
    for (const entries of inputs.slice(3 + CONTROLS.length)) for (const { id, value } of entries) learn(id, value);
  }

  mirodash.updateSelection = function updateSelection(...given) {
    const unchanged = window.dash_clientside.no_update;
    const [newView, newStops, population] = given.slice(-3);
    const { inputs_list: inputs, triggered_id: triggered } = window.dash_clientside.callback_context;
    const isNew = view !== newView;
    if (isNew) {
      view = newView;
      known.clear();
      answered = null;
      mirodash.leaveView();
      view.thresholds.forEach((c, k) => learn(slider(k), mirodash.positionOf(c, view)));
    }
    stops = newStops || [];
    learnAll(inputs);
    const [count, , treated, control, horizon, unit, strata, adjust, curves, equalAbove, defaultStrata, landmarks, upToHorizon, statistics] = given.slice(3);
    const [sites, countries, keep, low, high] = inputs.slice(3 + CONTROLS.length);
    const before = isNew ? null : mirodash.queryOf(chosen, view);
    // a reader may be quicker than the page, and ask for another number before the first answer is here
    const early = isNew && stops.length > 0 && Number(count) !== view.thresholds.length;
    const opening = early ? mirodash.withCount(view.thresholds, Number(count), stops) : view.thresholds;
    chosen = {
      thresholds: isNew ? opening : thresholdsAfter(triggered, given, count),
      ...armsAfter(triggered, treated, control),
      horizon: mirodash.isNumber(horizon) && horizon > 0 ? horizon : view.defaults.horizon,
      unit,
      strata: strata || [],
      adjust: adjust || [],
      curves: curves === "kaplan-meier" ? "" : curves || "",
      equalAbove: Boolean(equalAbove),
      defaultStrata: Boolean(defaultStrata),
      landmarks: (landmarks || []).map(Number),
      upToHorizon: Boolean(upToHorizon),
      statistics: [...(statistics || [])].sort(),
      declared: isNew ? view.declared : chosen.declared,
      sites: sitesAfter(triggered, sites, countries),
      keep: new Map([...byKey(keep)].map(([key, levels]) => [key, levels || []])),
      low: byKey(low),
      high: byKey(high),
    };
    const query = mirodash.queryOf(chosen, view);
    if (isNew) {
      mirodash.sayDeclared(chosen.declared, chosen.thresholds, view, chosen.equalAbove);
      Object.keys(view.tree).forEach((country) => known.set(country, partlyTicked(country)));
      mirodash.wantPackLater();
      if (!early) return unchanged;
    }
    if (query !== before) {
      send(query);
      mirodash.showAddress(query, "");
      settle(query, "");
    }
    followThresholds();
    putThresholds();
    put("rail-treated", "value", chosen.treated);
    put("rail-control", "value", chosen.control);
    put("rail-horizon", "value", chosen.horizon);
    putSites();
    const people = mirodash.withoutThresholds(query);
    return people === population ? unchanged : people;
  };

  for (const start of ["pointerdown", "keydown"]) {
    window.addEventListener(start, function hold({ type }) {
      held = true;
      if (type === "pointerdown") sendWhatIsShown();
    }, true);
  }

  for (const end of ["pointerup", "pointercancel", "keyup", "blur", "pagehide"]) {
    window.addEventListener(end, function letGo({ type }) {
      held = false;
      showSlidAddress();
      if (type !== "keyup") sendWhatIsShown();
      if (isToBePut) putThresholds();
      isToBePut = false;
    }, true);
  }
})(window.dash_clientside.mirodash);
