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
  let areStopsKnown = false;
  const known = new Map();
  const told = new Map(); // by slider: every place it was told, which comes back and may be late
  let settling = 0;
  let answered = null; // the query that tables and steps were last asked for
  let sliding = "";
  let held = false;
  let unsent = ""; // what is on screen by a threshold pack, and the server was not asked for
  let lastSlot = 1;
  let isToBePut = false; // thresholds have settled, and the sliders were not told
  let isLeft = false; // the address is another view's, whose page has not come yet
  const keysToCome = []; // pressed before the page knew what they do

  const slider = (k) => `rail-threshold-${k + 1}-slider`;
  const box = (k) => `rail-threshold-${k + 1}-box`;

  function put(id, property, value) {
    const name = JSON.stringify(id);
    const before = known.get(name);
    const near = typeof value === "number" && typeof before === "number" && Math.abs(value - before) < 1e-12;
    if (near || value === before) return;
    known.set(name, value);
    if (told.has(id)) told.get(id).add(value);
    window.dash_clientside.set_props(id, { [property]: value });
  }

  function learn(id, value) {
    known.set(JSON.stringify(id), value);
  }

  /* the horizon: its box is in the unit in which times are shown, the view in the endpoint's */

  const inEndpointUnits = (unit) => view.unit_days[unit] / view.unit_days[view.endpoint_unit];

  function shownHorizon(horizon, unit) {
    return unit === view.endpoint_unit ? horizon : Number((horizon / inEndpointUnits(unit)).toFixed(2));
  }

  function horizonAfter(causes, typed, unit) {
    const before = chosen.horizon;
    if (!causes.includes("rail-horizon")) return before;
    if (!mirodash.isNumber(typed) || typed <= 0) return view.defaults.horizon;
    /* what is shown rounded and comes back as it was shown has not been changed */
    const known = [before, view.defaults.horizon].find((horizon) => typed === shownHorizon(horizon, unit));
    return known ?? Number((typed * inEndpointUnits(unit)).toFixed(6));
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

  function thresholdsAfter(causes, boxes, count) {
    const preset = causes.find(({ control }) => control === "preset");
    if (preset) return presetOf(preset).map(allowed);
    if (causes.includes("rail-threshold-count")) return mirodash.withCount(chosen.thresholds, Number(count), stops);
    const k = SLOTS.find((slot) => causes.includes(box(slot)));
    return k === undefined || !mirodash.isNumber(boxes[k]) ? chosen.thresholds : withTyped(k, allowed(boxes[k]));
  }

  /* A number that is typed may pass another threshold: the boxes stay in order. While it is being typed it may be the
     beginning of another number, and does not pass. */
  function withTyped(k, threshold) {
    const typed = chosen.thresholds.map((c, slot) => (slot === k ? threshold : c));
    const sorted = [...typed].sort((a, b) => a - b);
    return mirodash.isBeingTyped(box(k)) && !mirodash.same(typed, sorted) ? chosen.thresholds : sorted;
  }

  /* The first of several is numbered as the others are: its box, and its thumb for screen readers. */
  function nameThresholds(number) {
    const name = number > 1 ? "Threshold 1" : "Threshold";
    const label = document.querySelector(`label[for="${box(0)}"]`);
    if (label && label.textContent !== name) label.textContent = name;
    const thumb = document.querySelector(`#${slider(0)} [role=slider]`);
    const said = thumb && thumb.getAttribute("aria-label");
    if (said) thumb.setAttribute("aria-label", said.replace(/^[^:]+/, name));
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
    nameThresholds(chosen.thresholds.length);
    mirodash.showGroups(new Set(chosen.thresholds).size);
    mirodash.sayDeclared(chosen.declared, chosen.thresholds, view, chosen.equalAbove);
    document.querySelectorAll(".chip[aria-pressed]").forEach((chip) => {
      const offered = presetOf(JSON.parse(chip.id));
      chip.setAttribute("aria-pressed", String(mirodash.same(offered, chosen.thresholds)));
    });
  }

  /* A threshold at which nobody is on one side makes no groups: that is said where it is typed. */
  function sayOutside(thresholds) {
    const place = document.getElementById("rail-threshold-note");
    document.documentElement.classList.toggle("no-threshold", !thresholds.length);
    if (!place) return;
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const outside = stops.length ? thresholds.filter((c) => c < first || c > last) : [];
    const told = outside.map((c) => `${mirodash.inWords(c)} parts no groups: thresholds from ${mirodash.inWords(first)} to ${mirodash.inWords(last)} do.`);
    if (place.textContent !== told.join(" ")) place.textContent = told.join(" ");
  }

  /* A box is told its threshold before the reader types: later it would lose what is selected in it. */
  mirodash.enterBox = function enterBox(id) {
    const k = SLOTS.find((slot) => id === box(slot));
    if (chosen && !isLeft && k < chosen.thresholds.length) put(id, "value", chosen.thresholds[k]);
  };

  function putThresholds() {
    chosen.thresholds.forEach((c, k) => {
      put(slider(k), "value", mirodash.positionOf(c, view));
      // what is being typed is not written over
      if (!mirodash.isBeingTyped(box(k))) put(box(k), "value", c);
    });
    put("rail-threshold-count", "value", String(chosen.thresholds.length));
  }

  /* Where a thumb stands and what it is called, until the slider itself is told once the reader pauses. */
  mirodash.sayThresholds = function sayThresholds(thresholds, of) {
    sayOutside(thresholds);
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

  /* A key that comes before the page knows where thresholds can stand is obeyed once it does. */
  mirodash.stepBy = function stepBy(slot, by) {
    if (!chosen || !areStopsKnown || isLeft) return void keysToCome.push([slot, by]);
    if (!stops.length || slot > chosen.thresholds.length) return undefined;
    return mirodash.moveTo(slot, mirodash.stopAway(chosen.thresholds[slot - 1], by, stops));
  };

  function obeyKeysToCome() {
    if (chosen && areStopsKnown && !isLeft) keysToCome.splice(0).forEach(([slot, by]) => mirodash.stepBy(slot, by));
  }

  mirodash.setStops = function setStops(found) {
    stops = found || [];
    areStopsKnown = Boolean(found);
    obeyKeysToCome();
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
    mirodash.showAgain(query);
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
    isLeft = false; // the page to come does not
  });

  /* Who goes elsewhere leaves what was about to settle, and what controls of the page that goes still say: it must
     not be written over the new address. */
  mirodash.leaveView = function leaveView() {
    window.clearTimeout(settling);
    isLeft = true;
    mirodash.forgetTyped();
    if (chosen) keysToCome.length = 0;
    sliding = "";
    unsent = "";
    isToBePut = false;
    mirodash.endScrub();
  };

  mirodash.stopAt = function stopAt(position) {
    return chosen && stops.length ? mirodash.nearestStop(position, stops, view) : undefined;
  };

  mirodash.stayInView = function stayInView() {
    isLeft = false;
    obeyKeysToCome();
  };

  /* A key or a handle: the query leaves before the slider is told, which would cost a redraw of its own. */
  mirodash.moveTo = function moveTo(slot, wanted) {
    if (isLeft) return;
    const threshold = mirodash.stopBetween(wanted, slot - 1, chosen.thresholds, stops);
    if (threshold === chosen.thresholds[slot - 1]) return;
    chosen.thresholds = chosen.thresholds.map((c, k) => (k === slot - 1 ? threshold : c));
    const query = mirodash.queryOf(chosen, view);
    if (!isFollowed(query, slot)) send(query);
    window.requestAnimationFrame(followThresholds);
    settle(query, slider(slot - 1));
  };

  /* A click on a picture: the nearest threshold comes; without any, it sets the first. */
  mirodash.bringNearest = function bringNearest(stop) {
    if (isLeft) return undefined;
    if (!chosen.thresholds.length) {
      const before = mirodash.queryOf(chosen, view);
      chosen.thresholds = [stop];
      return sayChosen(before);
    }
    const far = chosen.thresholds.map((c) => Math.abs(mirodash.positionOf(c, view) - mirodash.positionOf(stop, view)));
    return mirodash.moveTo(far.indexOf(Math.min(...far)) + 1, stop);
  };

  mirodash.thresholdsInView = () => (chosen ? [...chosen.thresholds] : []);

  /* A declaration is part of the selection, so that links and exports carry it. */
  mirodash.declare = function declare(declared) {
    if (isLeft) return;
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
    if (!chosen || !stops.length || isLeft) return unchanged;
    // what a slider was told comes back here, and may be late: its threshold can have been moved by a key or
    // a handle since, and must not jump back
    const echoes = positions.map((position, k) => position === known.get(JSON.stringify(slider(k))) || told.get(slider(k)).has(position));
    positions.forEach((position, k) => learn(slider(k), position));
    const before = chosen.thresholds;
    const stands = (c, k) => echoes[k] || Math.abs(mirodash.positionOf(c, view) - positions[k]) < 1e-9;
    const moves = (c, k) => mirodash.stopBetween(mirodash.nearestStop(positions[k], stops, view), k, before, stops);
    chosen.thresholds = before.map((c, k) => (stands(c, k) ? c : moves(c, k)));
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
  function sitesAfter(causes, sites, countries) {
    const ticked = new Map([...byKey(sites)].map(([site, on]) => [site, Boolean(on)]));
    for (const { key } of causes.filter(({ control }) => control === "country")) {
      const on = Boolean(byKey(countries).get(key));
      const inside = view.tree[key] || [];
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
  function armsAfter(causes, treated, control) {
    if (treated !== control) return { treated, control };
    const other = view.arms.find((name) => name !== treated);
    return causes.includes("rail-treated") ? { treated, control: other } : { treated: other, control };
  }

  function movable(inputs) {
    const [boxes, [count, , treated, control, horizon]] = [inputs.slice(0, 3), inputs.slice(3)];
    return [...boxes, count, treated, control, horizon];
  }

  function learnAll(inputs) {
    for (const input of movable(inputs)) learn(input.id, input.value);
    for (const entries of inputs.slice(3 + CONTROLS.length)) for (const { id, value } of entries) learn(id, value);
  }

  /* What a control was told comes back as if the reader had chosen it, and may be late: a threshold can have
     been moved by a key or a handle since, and must not jump back. Boxes of numbers say it a third of a second
     later, and what is typed into them is known before: assets/typed_numbers.js. */
  function isEcho(cause, inputs) {
    if (cause === "rail-horizon" || SLOTS.some((k) => cause === box(k))) {
      return !mirodash.isBeingTyped(cause) || mirodash.isReadOtherwise(cause);
    }
    const input = movable(inputs).find(({ id }) => id === cause);
    return Boolean(input) && known.get(JSON.stringify(cause)) === input.value;
  }

  /* What the reader did; a slow browser tells of several things at once. */
  function causesOf({ triggered }, inputs) {
    const ids = triggered.map(({ prop_id: name }) => name.slice(0, name.lastIndexOf(".")));
    return ids.map((id) => (id.startsWith("{") ? JSON.parse(id) : id)).filter((id) => !isEcho(id, inputs));
  }

  function sayChosen(before) {
    const query = mirodash.queryOf(chosen, view);
    if (query !== before) {
      send(query);
      mirodash.showAddress(query, "");
      settle(query, "");
    }
    followThresholds();
    putThresholds();
    put("rail-horizon", "value", shownHorizon(chosen.horizon, chosen.unit));
  }

  /* A number that was typed, at once: the box's own word for it comes later, and is known by then. */
  mirodash.obeyTyped = function obeyTyped(id, typed) {
    const k = SLOTS.find((slot) => id === box(slot));
    if (!chosen || isLeft || (k !== undefined && !mirodash.isNumber(typed))) return;
    const before = mirodash.queryOf(chosen, view);
    learn(id, typed);
    window.dash_clientside.set_props(id, { value: typed });
    if (k !== undefined) chosen.thresholds = withTyped(k, allowed(typed));
    else if (id === "rail-horizon") chosen.horizon = horizonAfter([id], typed, chosen.unit);
    else (id.control === "range-low" ? chosen.low : chosen.high).set(id.key, typed);
    sayChosen(before);
  };

  mirodash.updateSelection = function updateSelection(...given) {
    const unchanged = window.dash_clientside.no_update;
    const [newView, newStops, population] = given.slice(-3);
    const { inputs_list: inputs } = window.dash_clientside.callback_context;
    const causes = causesOf(window.dash_clientside.callback_context, inputs);
    const isNew = view !== newView;
    if (!isNew && isLeft) return unchanged;
    if (isNew) {
      view = newView;
      known.clear();
      answered = null;
      const pressed = keysToCome.splice(0);
      mirodash.leaveView();
      isLeft = false;
      keysToCome.push(...pressed);
      SLOTS.forEach((k) => told.set(slider(k), new Set()));
      view.thresholds.forEach((c, k) => learn(slider(k), mirodash.positionOf(c, view)));
    }
    stops = newStops || [];
    areStopsKnown = Boolean(newStops);
    learnAll(inputs);
    const [count, , treated, control, horizon, unit, strata, adjust, curves, equalAbove, defaultStrata, landmarks, upToHorizon, statistics] = given.slice(3);
    const [sites, countries, keep, low, high] = inputs.slice(3 + CONTROLS.length);
    const before = isNew ? null : mirodash.queryOf(chosen, view);
    // a reader may be quicker than the page, and ask for another number before the first answer is here
    const early = isNew && stops.length > 0 && Number(count) !== view.thresholds.length;
    const opening = early ? mirodash.withCount(view.thresholds, Number(count), stops) : view.thresholds;
    chosen = {
      thresholds: isNew ? opening : thresholdsAfter(causes, given, count),
      ...armsAfter(causes, treated, control),
      horizon: isNew ? view.horizon : horizonAfter(causes, horizon, unit),
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
      sites: sitesAfter(causes, sites, countries),
      keep: new Map([...byKey(keep)].map(([key, levels]) => [key, levels || []])),
      low: byKey(low),
      high: byKey(high),
    };
    const query = mirodash.queryOf(chosen, view);
    if (isNew) {
      mirodash.sayDeclared(chosen.declared, chosen.thresholds, view, chosen.equalAbove);
      Object.keys(view.tree).forEach((country) => known.set(country, partlyTicked(country)));
      mirodash.wantPackLater();
      obeyKeysToCome();
      if (!early) return unchanged;
    }
    sayChosen(before);
    put("rail-treated", "value", chosen.treated);
    put("rail-control", "value", chosen.control);
    if (causes.includes("rail-unit")) window.dash_clientside.set_props("rail-horizon", { label: `Horizon, ${unit}` });
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
