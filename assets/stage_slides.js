/* The slides of the stage: asked for one at a time, the newest wish first; kept, so that a key shows them at
   once; written as text, so that nothing in a view can become markup. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PATIENCE_MS = 30000;
  const MOST_KEPT = 80;
  const TITLE_SIZES = [36, 34, 32, 30, 28, 26, 24];
  const HEDGE = /[:;] [^:;]{1,60}$/;
  const LOST = { cannot: "The program did not answer. The other slides are not affected.", isLost: true };

  const slides = new Map();
  let wanted = [];
  let flying = null; /* what was asked for and has not come yet */
  let ticket = 0;

  const part = (name) => document.getElementById(`stage-${name}`);
  const keyOf = ({ query, picture, title }) => JSON.stringify([query, picture, title]);

  mirodash.slideOf = (view) => slides.get(keyOf(view));

  mirodash.forgetSlides = function forgetSlides() {
    slides.clear();
    wanted = [];
  };

  /* A program that did not answer may by now: what was lost is asked for again. */
  mirodash.forgetLost = function forgetLost() {
    for (const [key, { isLost }] of slides) if (isLost) slides.delete(key);
  };

  /* The views that will be shown, the most urgent first; what was wanted before is not wanted any more. */
  mirodash.wantSlides = function wantSlides(views) {
    wanted = views;
    ask();
  };

  function ask() {
    const view = flying ? undefined : wanted.find((one) => !slides.has(keyOf(one)));
    if (!view) return;
    const { query, picture, title } = view;
    ticket += 1;
    flying = { ticket, view, lost: window.setTimeout(() => take({ ...LOST, ticket }), PATIENCE_MS) };
    window.dash_clientside.set_props("stage-asked", { data: { ticket, query, picture, title } });
  }

  function take(slide) {
    if (!flying || slide.ticket !== flying.ticket) return;
    const { view, lost } = flying;
    window.clearTimeout(lost);
    flying = null;
    slides.set(keyOf(view), slide);
    if (slides.size > MOST_KEPT) slides.delete(slides.keys().next().value);
    mirodash.slideCame(view, slide);
    ask();
  }

  window.addEventListener("mirodash-unplugged", () => flying && take({ ...LOST, ticket: flying.ticket }));

  new MutationObserver(function arrive(changes) {
    const place = changes[changes.length - 1].target;
    if (place.dataset.slide) take(JSON.parse(place.dataset.slide));
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-slide"], subtree: true });

  /* writing */

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  const overflows = (place) => place.scrollHeight > place.clientHeight + 1;

  function writeTitle(text) {
    const place = part("title");
    place.textContent = text;
    for (const size of TITLE_SIZES) {
      place.style.fontSize = `${size}px`;
      if (!overflows(place)) return;
    }
    /* no smaller than this: what still has no room is cut between words, and stands whole in the notes;
       what a finding ends with is how far it holds, and that is never what is cut */
    const [tail] = text.match(HEDGE) || [""];
    const words = text.slice(0, text.length - tail.length).split(" ");
    while (words.length > 1 && overflows(place)) {
      words.pop();
      place.textContent = `${words.join(" ")} …${tail}`;
    }
  }

  /* The title once more, where its room has changed. */
  mirodash.fitTitle = ({ cannot, title }) => writeTitle(cannot || title);

  function factLine({ label, value, detail, lead, needed, brief, reach }) {
    const line = element("div", "", lead ? "stage-fact lead" : "stage-fact");
    const told = element("dd", "");
    told.append(element("strong", value));
    if (detail) told.append(" ", element("span", detail));
    line.append(element("dt", label), " ", told);
    line.dataset.needed = needed ? "yes" : "";
    line.dataset.brief = brief;
    line.dataset.reach = reach;
    return line;
  }

  const isCut = (line) => line.scrollWidth > line.clientWidth + 1;

  /* A value stands in one line, unless it is wider than all facts. */
  function wrapCut(line) {
    if (isCut(line)) line.classList.add("wraps");
  }

  function writeReach(line) {
    const interval = line.querySelector("span");
    if (interval) interval.textContent = line.dataset.reach;
  }

  /* What is needed gets its room first, if it must in fewer lines; the rest is left out whole or stands whole. */
  function writeFacts(facts) {
    const place = part("facts");
    const lines = facts.map(factLine);
    const needed = lines.filter((line) => line.dataset.needed);
    place.replaceChildren(...needed);
    place.classList.remove("tight");
    if (overflows(place) || needed.some(isCut)) needed.forEach((line) => line.classList.remove("lead"));
    needed.forEach(wrapCut);
    if (overflows(place)) needed.forEach((line) => (line.querySelector("dt").textContent = line.dataset.brief));
    if (overflows(place)) place.classList.add("tight");
    for (const line of needed.slice().reverse()) if (overflows(place)) writeReach(line);
    const isInterval = (line) => line.dataset.reach.startsWith("(");
    const giving = [...needed.filter((line) => !isInterval(line)), ...needed.filter(isInterval).reverse()];
    for (const line of giving) {
      if (overflows(place) && line.querySelector("span")) line.querySelector("span").remove();
    }
    for (const line of lines.filter((one) => !needed.includes(one))) {
      place.append(line);
      wrapCut(line);
      if (overflows(place)) line.remove();
    }
  }

  function tableOf({ caption, header, rows }) {
    const table = element("table", "");
    const body = element("tbody", "");
    const line = (texts, name) => {
      const made = element("tr", "");
      made.append(...texts.map((text) => element(name, text)));
      return made;
    };
    const head = element("thead", "");
    head.append(line(header, "th"));
    body.append(...rows.map((texts) => line(texts, "td")));
    table.append(element("caption", caption), head, body);
    return table;
  }

  /* Everything but the picture and its tables. */
  mirodash.writeSlideWords = function writeSlideWords(slide) {
    const { cannot, title, proposed, facts, footer, synthetic, alt, wide } = slide;
    const isPictured = Boolean(slide.figure || slide.sketch);
    const stage = part("box");
    stage.classList.toggle("empty", !isPictured);
    stage.classList.toggle("wide", Boolean(wide));
    mirodash.turnStage(); /* before the words are fitted into the room that they then have */
    part("tag").textContent = synthetic ? "SYNTHETIC" : "";
    part("footer").textContent = footer ? footerBeside(footer, synthetic) : "";
    writeTitle(cannot || title);
    part("cannot").textContent = !isPictured && !cannot && title !== proposed ? proposed : "";
    part("alt").textContent = cannot || alt;
    writeFacts(isPictured && !wide ? facts : []);
    mirodash.fitStage();
  };

  let drawn = null; /* the figure that the chart library was last given */

  mirodash.writeSlide = function writeSlide(slide) {
    mirodash.writeSlideWords(slide);
    part("tables").replaceChildren(...(slide.tables || []).map(tableOf));
    if (!slide.figure) return;
    if (slide.figure === drawn) mirodash.unsketchStage();
    drawn = slide.figure;
    window.dash_clientside.set_props("stage-picture", { figure: slide.figure });
  };

  /* The tag says it in larger letters. */
  function footerBeside(footer, synthetic) {
    return synthetic ? footer.split(" · ").filter((said) => said !== "SYNTHETIC").join(" · ") : footer;
  }

  mirodash.clearSlide = function clearSlide() {
    mirodash.writeSlide({ title: "…", alt: "", facts: [] });
  };
})(window.dash_clientside.mirodash);
