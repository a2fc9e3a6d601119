/* What pictures of survival show beside their curves: intervals, ticks, numbers, 1 − S, and from where to where the
   axis goes. Kept in this browser behind the theme, as "light no-ticks y=40-100", which the server reads. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SWITCHES = [
    ["no-intervals", "Confidence intervals"],
    ["no-ticks", "Censoring ticks"],
    ["no-rows", "Numbers at risk"],
  ];
  const LEAST = 5;
  let look = "light";

  /* The words of a look without the theme: which switches are set, and the ends of the axis. */
  mirodash.readLook = function readLook(text) {
    const [scheme, ...words] = String(text || "light").split(" ").filter(Boolean);
    const range = words.map((word) => /^y=(\d{1,3})-(\d{1,3})$/.exec(word)).find(Boolean);
    return { scheme, off: new Set(words.filter((word) => word.startsWith("no-"))), rising: words.includes("rising"), ends: range ? [Number(range[1]), Number(range[2])] : [0, 100] };
  };

  mirodash.writeLook = function writeLook({ scheme, off, rising, ends }) {
    const [low, high] = ends;
    const isRange = low >= 0 && high <= 100 && low + LEAST <= high && (low !== 0 || high !== 100);
    const words = [scheme, ...SWITCHES.map(([word]) => word).filter((word) => off.has(word))];
    if (rising) words.push("rising");
    if (isRange) words.push(`y=${low}-${high}`);
    return words.join(" ");
  };

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const labelled = (input, text) => element("label", {}, input, ` ${text}`);

  function build(place) {
    const boxes = SWITCHES.map(([word, text]) => labelled(element("input", { type: "checkbox", "data-look": word }), text));
    const ways = [["", "Survival, S"], ["rising", "1 − S"]].map(([value, text]) => labelled(element("input", { type: "radio", name: "figure-way", value, "data-look": "way" }), text));
    const ends = ["lowest", "highest"].map((name) => element("input", { type: "number", min: 0, max: 100, step: 5, "data-look": name, "aria-label": `${name === "lowest" ? "Lowest" : "Highest"} per cent of the axis` }));
    const range = element("span", {}, "Axis from ", ends[0], " to ", ends[1], " %");
    const back = element("button", { type: "button", class: "quiet-button", "data-look": "usual" }, "as usual");
    const parts = element("div", { class: "figure-choices" }, ...boxes, element("span", { role: "radiogroup", "aria-label": "What is drawn" }, ...ways), range, back);
    place.replaceChildren(element("details", {}, element("summary", {}, "Figure options"), parts));
  }

  function fill(place) {
    if (!place.firstElementChild) build(place);
    const { off, rising, ends } = mirodash.readLook(look);
    const part = (name) => place.querySelector(`[data-look="${name}"]`);
    SWITCHES.forEach(([word]) => (part(word).checked = !off.has(word)));
    place.querySelectorAll("[data-look=way]").forEach((way) => (way.checked = Boolean(way.value) === rising));
    [part("lowest").value, part("highest").value] = ends;
  }

  /* With the look, once it is known; without it where a page has come since. */
  mirodash.showFigureOptions = function showFigureOptions(text = look) {
    look = text;
    document.documentElement.dataset.look = text;
    document.querySelectorAll(".figure-options").forEach(fill);
  };

  function choose(place) {
    const part = (name) => place.querySelector(`[data-look="${name}"]`);
    const { scheme } = mirodash.readLook(look);
    const off = new Set(SWITCHES.map(([word]) => word).filter((word) => !part(word).checked));
    const rising = Boolean([...place.querySelectorAll("[data-look=way]")].find((way) => way.checked && way.value));
    const ends = [part("lowest"), part("highest")].map((end) => Math.round(Number(end.value)));
    put(mirodash.writeLook({ scheme, off, rising, ends }));
  }

  function put(text) {
    mirodash.showFigureOptions(text);
    window.dash_clientside.set_props("shell-theme", { data: text });
  }

  document.addEventListener("change", function change({ target }) {
    const place = target.closest && target.dataset.look && target.closest(".figure-options");
    if (place) choose(place);
  });

  document.addEventListener("click", function reset({ target }) {
    if (target.dataset && target.dataset.look === "usual") put(mirodash.readLook(look).scheme);
  });
})(window.dash_clientside.mirodash);
