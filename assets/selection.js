/* From controls to the query string that is the whole state of a view.

   Pure string building: the server alone decides what a query means. The order of the keys is the
   order in which mirodash.stratification.selection writes them. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SETTLE_MS = 400;
  const SLOTS = 3;
  let settling = 0;

  function positionOf(threshold, view) {
    const kept = Math.min(Math.max(threshold, view.ends[0]), view.ends[1]);
    return view.log ? Math.log10(kept) : kept;
  }

  /* The thresholds as they stand and the values at which they can: what keys step through. */
  mirodash.stops = [];
  let standingThresholds = [];

  mirodash.stopFrom = function stopFrom(slot, by) {
    const stops = mirodash.stops;
    const stands = standingThresholds[slot - 1];
    const below = stops.filter((stop) => stop < stands).length;
    const exact = stops[below] === stands;
    const next = by > 0 ? below + by - (exact ? 0 : 1) : below + by;
    return stops[Math.min(Math.max(next, 0), stops.length - 1)];
  };

  function nearestStop(position, view) {
    let best = mirodash.stops[0];
    let least = Infinity;
    for (const stop of mirodash.stops) {
      const distance = Math.abs(positionOf(stop, view) - position);
      if (distance < least) {
        least = distance;
        best = stop;
      }
    }
    return best;
  }

  /* A new threshold goes into the widest gap between those that stand, counted in participants. */
  function inWidestGap(thresholds) {
    const stops = mirodash.stops;
    const last = stops.length - 1;
    const places = [-1, ...thresholds.map((c) => stops.filter((stop) => stop <= c).length - 1), last + 1];
    places.sort((a, b) => a - b);
    let at = 0;
    for (let k = 1; k < places.length - 1; k += 1) {
      if (places[k + 1] - places[k] > places[at + 1] - places[at]) at = k;
    }
    const middle = Math.round((places[at] + places[at + 1]) / 2);
    return stops[Math.min(Math.max(middle, 0), last)];
  }

  function withCount(thresholds, wanted) {
    const kept = thresholds.slice(0, wanted);
    while (kept.length < wanted && mirodash.stops.length) kept.push(inWidestGap(kept));
    return kept.sort((a, b) => a - b);
  }

  function isNumber(value) {
    return typeof value === "number" && Number.isFinite(value);
  }

  /* What the thresholds are after whatever was just touched. */
  function newThresholds(triggered, sliders, boxes, count, view) {
    const standing = boxes.slice(0, SLOTS);
    let used = Number(count);
    if (triggered && triggered.control === "preset") {
      return triggered.key.slice(triggered.key.indexOf(":") + 1).split(",").map(Number);
    }
    const match = /^rail-threshold-(\d)-(slider|box)$/.exec(triggered || "");
    if (match && match[2] === "slider") {
      const slot = Number(match[1]) - 1;
      const stands = isNumber(standing[slot]) ? positionOf(standing[slot], view) : NaN;
      if (Math.abs(stands - sliders[slot]) > 1e-9) standing[slot] = nearestStop(sliders[slot], view);
    }
    if (triggered === "rail-threshold-count") {
      const before = document.querySelectorAll(".threshold:not(.absent)").length;
      return withCount(standing.slice(0, before).filter(isNumber), used);
    }
    return standing.slice(0, used).map((c, k) => (isNumber(c) ? c : nearestStop(sliders[k], view)));
  }

  function same(a, b) {
    return a.length === b.length && a.every((value, k) => value === b[k]);
  }

  function otherArm(arm, view) {
    return view.arms.find((name) => name !== arm);
  }

  function values(list) {
    return list.map((entry) => ({ key: entry.id.key, value: entry.value }));
  }

  /* Ticking a country ticks its sites; a country is ticked when all its sites are. */
  function sitesAfter(triggered, sites, countries, tree) {
    const ticked = new Map(sites.map((site) => [site.key, Boolean(site.value)]));
    if (triggered && triggered.control === "country") {
      const country = countries.find((entry) => entry.key === triggered.key);
      for (const site of tree[triggered.key] || []) ticked.set(site, Boolean(country.value));
    }
    return ticked;
  }

  /* The same people, whatever the thresholds. */
  function withoutThresholds(query) {
    const population = new URLSearchParams(query);
    population.delete("threshold");
    return population.toString();
  }

  function queryOf(parts, view) {
    const query = new URLSearchParams(view.before.filter(([key]) => key !== "biomarker"));
    const defaults = view.defaults;
    if (isNumber(parts.horizon) && parts.horizon > 0 && parts.horizon !== defaults.horizon) {
      query.append("horizon", parts.horizon);
    }
    for (const [key, value] of view.before) if (key === "biomarker") query.append(key, value);
    const ordered = [...new Set(parts.thresholds)].sort((a, b) => a - b);
    if (!same(ordered, defaults.thresholds)) {
      for (const threshold of ordered.length ? ordered : [""]) query.append("threshold", threshold);
    }
    if (parts.treated !== defaults.treated) query.append("treated", parts.treated);
    if (parts.control !== defaults.control) query.append("control", parts.control);
    const ticked = [...parts.sites].filter(([, on]) => on).map(([site]) => site);
    if (ticked.length < parts.sites.size) for (const site of ticked.length ? ticked : [""]) query.append("site", site);
    for (const { key, value } of parts.keep) {
      for (const level of value || []) query.append(`keep.${key}`, level);
    }
    parts.low.forEach(({ key, value }, k) => {
      const high = parts.high[k].value;
      if (isNumber(value) || isNumber(high)) {
        query.append(`range.${key}`, `${isNumber(value) ? value : ""}..${isNumber(high) ? high : ""}`);
      }
    });
    for (const column of parts.strata || []) query.append("stratum", column);
    for (const [key, value] of view.after) query.append(key, value);
    if (parts.unit !== defaults.unit) query.append("unit", parts.unit);
    return mirodash.inOrder(query);
  }

  mirodash.sayThresholds = function sayThresholds(thresholds, view) {
    standingThresholds = thresholds;
    thresholds.forEach((threshold, k) => {
      const thumb = document.querySelector(`#rail-threshold-${k + 1}-slider [role=slider]`);
      if (thumb) thumb.setAttribute("aria-valuetext", `${threshold.toLocaleString("en")} ${view.unit}`.trim());
    });
  };

  function settle(query) {
    window.clearTimeout(settling);
    settling = window.setTimeout(
      () => window.dash_clientside.set_props("selection-settled", { data: query }),
      SETTLE_MS
    );
  }

  mirodash.updateSelection = function updateSelection(...given) {
    const [view, stops, population] = given.slice(-3);
    mirodash.stops = stops;
    const { inputs_list: inputs, triggered_id: triggered } = window.dash_clientside.callback_context;
    const sliders = given.slice(0, SLOTS);
    const boxes = given.slice(SLOTS, 2 * SLOTS);
    const [count, , givenTreated, givenControl, givenHorizon, unit, strata] = given.slice(2 * SLOTS);
    let [treated, control, horizon] = [givenTreated, givenControl, givenHorizon];
    const [siteList, countryList, keepList, lowList, highList] = inputs.slice(2 * SLOTS + 7).map(values);

    const thresholds = newThresholds(triggered, sliders, boxes, count, view);
    if (treated === control && triggered === "rail-treated") control = otherArm(treated, view);
    else if (treated === control) treated = otherArm(control, view);
    if (!isNumber(horizon) || horizon <= 0) horizon = view.defaults.horizon;
    const sites = sitesAfter(triggered, siteList, countryList, view.tree);

    const query = queryOf(
      { thresholds, treated, control, horizon, unit, strata, sites, keep: keepList, low: lowList, high: highList },
      view
    );
    mirodash.showAddress(query, /-slider$/.test(triggered) ? triggered : "");
    settle(query);
    mirodash.sayThresholds(thresholds, view);
    mirodash.moveHandles(thresholds);

    const slots = [0, 1, 2];
    const used = (k) => k < thresholds.length;
    const inCountry = countryList.map(({ key }) => (view.tree[key] || []).map((site) => sites.get(site)));
    const sitesMoved = siteList.some(({ key, value }) => sites.get(key) !== Boolean(value));
    const sitesTouched = sitesMoved || (triggered && (triggered.control === "site" || triggered.control === "country"));
    const untouched = (list) => list.map(() => window.dash_clientside.no_update);
    return [
      query,
      changed(withoutThresholds(query), population),
      ...slots.map((k) => (used(k) ? changed(positionOf(thresholds[k], view), sliders[k]) : unchanged())),
      ...slots.map((k) => (used(k) ? changed(thresholds[k], boxes[k]) : unchanged())),
      ...slots.map((k) => changed(used(k) ? "threshold" : "threshold absent", rowClass(k))),
      changed(String(thresholds.length), count),
      changed(treated, givenTreated),
      changed(control, givenControl),
      changed(horizon, givenHorizon),
      pressedPresets(inputs[2 * SLOTS + 1], thresholds),
      sitesTouched ? siteList.map(({ key }) => sites.get(key)) : untouched(siteList),
      sitesTouched ? inCountry.map((ticks) => ticks.every(Boolean)) : untouched(countryList),
      sitesTouched
        ? inCountry.map((ticks) => ticks.some(Boolean) && !ticks.every(Boolean))
        : untouched(countryList),
    ];
  };

  function unchanged() {
    return window.dash_clientside.no_update;
  }

  /* Every value written redraws its control, so only what moved is written. */
  function changed(value, before) {
    if (typeof value === "number" && typeof before === "number" && Math.abs(value - before) < 1e-12) return unchanged();
    return value === before ? unchanged() : value;
  }

  function rowClass(k) {
    const row = document.getElementById(`rail-threshold-${k + 1}`);
    return row ? row.className : "";
  }

  function pressedPresets(presets, thresholds) {
    const chips = document.querySelectorAll(".chips .chip");
    return presets.map(({ id }, k) => {
      const offered = id.key.slice(id.key.indexOf(":") + 1).split(",").map(Number);
      const pressed = same(offered, thresholds) ? "true" : "false";
      return chips[k] && chips[k].getAttribute("aria-pressed") === pressed ? unchanged() : pressed;
    });
  }
})(window.dash_clientside.mirodash);
