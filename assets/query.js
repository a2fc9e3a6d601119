/* The query string of a view, and the values at which a threshold can stand: pure functions.

   The server alone decides what a query means. The order of the keys is the order in which
   mirodash.stratification.selection writes them. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  mirodash.isNumber = function isNumber(value) {
    return typeof value === "number" && Number.isFinite(value);
  };

  const NUMBERS = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });

  mirodash.inWords = (number) => NUMBERS.format(number);

  mirodash.same = function same(a, b) {
    return a.length === b.length && a.every((value, k) => value === b[k]);
  };

  const BROKEN_SHARE = 0.04; /* of the axis between its breaks, each compressed end takes */

  function scaled(value, { log, bend }) {
    if (bend) return Math.asinh(value / bend) / Math.LN10;
    return log ? Math.log10(value) : value;
  }

  /* Where on the slider a threshold stands, kept on the track: as mirodash.disclosure.curve_values places it. */
  mirodash.positionOf = function positionOf(threshold, view) {
    const kept = Math.min(Math.max(threshold, view.ends[0]), view.ends[1]);
    const [low, high] = view.breaks || [null, null];
    const at = (value) => scaled(value, view);
    if (low === null && high === null) return at(kept);
    const [first, last] = [at(low === null ? view.ends[0] : low), at(high === null ? view.ends[1] : high)];
    const tail = BROKEN_SHARE * (last - first);
    if (low !== null && kept < low) return first - (tail * (first - at(kept))) / (first - at(view.ends[0]));
    if (high !== null && kept > high) return last + (tail * (at(kept) - last)) / (at(view.ends[1]) - last);
    return at(kept);
  };

  mirodash.nearestStop = function nearestStop(position, stops, view) {
    let best = stops[0];
    let least = Infinity;
    for (const stop of stops) {
      const distance = Math.abs(mirodash.positionOf(stop, view) - position);
      if (distance < least) {
        least = distance;
        best = stop;
      }
    }
    return best;
  };

  /* The stop so many steps away from where a threshold stands, be that at a stop or between two. */
  mirodash.stopAway = function stopAway(threshold, by, stops) {
    const below = stops.filter((stop) => stop < threshold).length;
    const next = by > 0 && stops[below] !== threshold ? below + by - 1 : below + by;
    return stops[Math.min(Math.max(next, 0), stops.length - 1)];
  };

  /* Where a threshold that is moved may stand: the first of two never passes the second, as on stage. */
  mirodash.stopBetween = function stopBetween(wanted, k, thresholds, stops) {
    const below = k > 0 ? thresholds[k - 1] : -Infinity;
    const above = k + 1 < thresholds.length ? thresholds[k + 1] : Infinity;
    if (wanted > below && wanted < above) return wanted;
    const free = stops.filter((stop) => stop > below && stop < above);
    if (!free.length) return thresholds[k];
    return wanted <= below ? free[0] : free[free.length - 1];
  };

  /* A new threshold goes into the widest gap between those that stand, counted in participants. */
  function inWidestGap(thresholds, stops) {
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

  mirodash.withCount = function withCount(thresholds, wanted, stops) {
    const kept = thresholds.slice(0, wanted);
    while (kept.length < wanted && stops.length) kept.push(inWidestGap(kept, stops));
    return kept.sort((a, b) => a - b);
  };

  /* The same people, whatever the thresholds. */
  mirodash.withoutThresholds = function withoutThresholds(query) {
    const population = new URLSearchParams(query);
    population.delete("threshold");
    return population.toString();
  };

  function appendRange(query, key, low, high) {
    const ends = [low, high].map((end) => (mirodash.isNumber(end) ? end : ""));
    if (ends[0] !== "" || ends[1] !== "") query.append(`range.${key}`, ends.join(".."));
  }

  mirodash.queryOf = function queryOf(chosen, view) {
    const query = new URLSearchParams(view.before);
    const defaults = view.defaults;
    const append = (key, values) => (values.length ? values : [""]).forEach((value) => query.append(key, value));
    const thresholds = [...new Set(chosen.thresholds)].sort((a, b) => a - b);
    const ticked = [...chosen.sites].filter(([, on]) => on).map(([site]) => site);
    if (chosen.horizon !== defaults.horizon) query.append("horizon", chosen.horizon);
    if (chosen.upToHorizon) query.append("up_to_horizon", "1");
    if (!mirodash.same(thresholds, defaults.thresholds)) append("threshold", thresholds);
    if (chosen.equalAbove !== defaults.equal_above) query.append("equal_above", chosen.equalAbove ? "1" : "0");
    if (chosen.treated !== defaults.treated) query.append("treated", chosen.treated);
    if (chosen.control !== defaults.control) query.append("control", chosen.control);
    if (ticked.length < chosen.sites.size) append("site", ticked);
    for (const [key, levels] of chosen.keep) levels.forEach((level) => query.append(`keep.${key}`, level));
    for (const [key, low] of chosen.low) appendRange(query, key, low, chosen.high.get(key));
    const noStrata = defaults.default_strata && !chosen.defaultStrata && !chosen.strata.length;
    if (noStrata) query.append("stratum", "");
    chosen.strata.forEach((column) => query.append("stratum", column));
    chosen.adjust.forEach((column) => query.append("adjust", column));
    if (chosen.curves) query.append("curves", chosen.curves);
    chosen.declared.forEach(([key, value]) => query.append(key, value));
    view.after.forEach(([key, value]) => query.append(key, value));
    if (chosen.unit !== defaults.unit) query.append("unit", chosen.unit);
    const landmarks = [...new Set(chosen.landmarks || defaults.landmarks || [])].sort((a, b) => a - b);
    if (!mirodash.same(landmarks, defaults.landmarks || [])) append("landmark", landmarks);
    (chosen.statistics || []).forEach((text) => query.append("statistic", text));
    return mirodash.inOrder(query);
  };
})(window.dash_clientside.mirodash);
