/* Repeated measurements of an upload as fields: whether each is used, what it is called, which way is better. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const element = (...given) => mirodash.element(...given);
  const part = (id) => document.getElementById(id);
  const DIRECTIONS = [["", "Not said"], ["higher", "Higher is better"], ["lower", "Lower is better"]];
  const KINDS = [["function", "Function or symptoms"], ["biology", "Laboratory marker"]];
  const UNITS = ["days", "weeks", "months", "years"].map((unit) => [unit, unit]);

  let keys = []; /* in the order of the lines */

  function within(key, place, text, control) {
    const id = `data-measure-${key}-${place}`;
    control.id = id;
    control.dataset.measured = key;
    control.setAttribute("aria-describedby", `data-measure-said-${place}`);
    return element("span", { class: `map-detail map-${key}` }, element("label", { for: id }, text, element("span", { class: "for-screen-readers" }, ` of ${keys[place]}`)), control);
  }

  function box(value, more) {
    const input = element("input", { type: "text", autocomplete: "off", maxlength: 300, ...more });
    input.value = value;
    return input;
  }

  function choice(options, value) {
    const select = element("select", {}, ...options.map(([key, text]) => element("option", { value: key }, text)));
    select.value = value;
    if (select.selectedIndex < 0) select.selectedIndex = 0;
    return select;
  }

  function line(key, fields, place) {
    const used = element("input", { type: "checkbox", id: `data-measure-used-${place}`, "data-measured": "used", checked: fields.used });
    /* the unit of a file's times may be said; that of columns is in their names, and may be wrong there */
    const units = fields.time_unit ? UNITS : [["", "as its column says"], ...UNITS];
    return element(
      "li",
      { class: "map-measure", "data-measure": place },
      element("div", { class: "map-name" }, element("bdi", { title: key }, key), element("span", { id: `data-measure-source-${place}`, class: "note" })),
      element("span", { class: "map-tick" }, used, element("label", { for: used.id }, "Use", element("span", { class: "for-screen-readers" }, ` ${key}`))),
      element(
        "div",
        { class: "map-details" },
        within("label", place, "Label", box(fields.label, { placeholder: key })),
        within("unit", place, "Unit", box(fields.unit)),
        within("direction", place, "Which way is better", choice(DIRECTIONS, fields.direction)),
        within("kind", place, "What it is", choice(KINDS, fields.kind)),
        within("time_unit", place, "Times are in", choice(units, fields.time_unit))
      ),
      element("p", { id: `data-measure-said-${place}`, class: "map-said" }),
      element("ul", { id: `data-measure-left-${place}`, class: "map-left" })
    );
  }

  /* The whole group; nothing where nothing was measured again and again. */
  mirodash.buildMeasures = function buildMeasures({ measurements }) {
    keys = Object.keys(measurements);
    if (!keys.length) return "";
    const list = element("ul", { class: "map-columns map-measures", id: "data-measures" });
    list.append(...keys.map((key, place) => line(key, measurements[key], place)));
    return element(
      "div",
      { class: "map-baseline", role: "group", "aria-label": "Repeated measurements" },
      element("div", { class: "map-head" }, element("h3", {}, "Repeated measurements"), element("span", { class: "note" }, "For the Progression page. Without a direction they are not ranked together with deaths.")),
      element("ul", { id: "data-measured-rows", class: "map-left" }),
      list
    );
  };

  mirodash.measuresForm = function measuresForm() {
    const list = part("data-measures");
    if (!list) return {};
    return Object.fromEntries([...list.children].map((one) => {
      const fields = [...one.querySelectorAll("[data-measured]")].map((control) => [control.dataset.measured, control.type === "checkbox" ? control.checked : control.value]);
      return [keys[one.dataset.measure], Object.fromEntries(fields)];
    }));
  };

  const asItems = (sentences) => sentences.map((sentence) => element("li", { title: sentence }, sentence));

  mirodash.tellMeasures = function tellMeasures({ rows, measures }) {
    if (!part("data-measures")) return;
    part("data-measured-rows").replaceChildren(...asItems(rows));
    keys.forEach((key, place) => {
      const told = Object.hasOwn(measures, key) ? measures[key] : { source: "", said: "none of it was found", left: [], timed: false };
      const one = part("data-measures").children[place];
      const used = one.querySelector('[data-measured="used"]').checked;
      one.classList.toggle("unused", !used);
      part(`data-measure-source-${place}`).textContent = told.source;
      part(`data-measure-said-${place}`).textContent = used ? told.said : "";
      part(`data-measure-left-${place}`).replaceChildren(...asItems(used ? told.left : []));
      one.querySelector(".map-time_unit").hidden = !told.timed;
    });
  };
})(window.dash_clientside.mirodash);
