/* The mapping of an upload as fields: built once, read as one form, and told after every change what fits.

   Names of columns and values are data: they are written as text, and a long one is cut by the style sheet. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const element = (...given) => mirodash.element(...given);
  const LONGEST_OPTION = 60;
  const MANY_COLUMNS = 24;
  const UNITS = ["days", "weeks", "months", "years"];
  const ROLES = ["id", "time", "event", "arm", "site", "country", "entry"];
  const NAMES = { id: "Participant", time: "Time", event: "Event", arm: "Arm", site: "Site", country: "Country", entry: "Entry" };
  const NECESSARY = ["time", "event", "arm"];
  const LEFT = /^Not offered: /;
  const ASKS = /\?$|please check/; /* a reason that is not sure of itself */
  const BELONGS = { event: ["event", "event_value"], time: ["time"], unit: ["time", "unit"], arm: ["arm"], control: ["control"], id: ["id"], site: ["site"], country: ["country"], entry: ["entry"] };
  const SVG = "http://www.w3.org/2000/svg";
  const part = (id) => document.getElementById(id);
  const cut = (text) => (text.length > LONGEST_OPTION ? `${text.slice(0, LONGEST_OPTION - 1)}…` : text);
  const field = (name) => part(`data-field-${name}`);
  /* a column may be called like something that every object has: "constructor" */
  const own = (fields, name) => (Object.hasOwn(fields, name) ? fields[name] : undefined);

  let columns = [];
  const LISTS = ["leave_out", "ignore", "missing", "keep", "other_event_values", "competing", "censored_values", "unwanted_endpoints"];
  let further = []; /* endpoints beside the one in the fields */
  let answers = {}; /* what was ticked, by list */
  let opened = {}; /* the fields as they opened: a reason stands only beside what it is the reason for */

  /* fields */

  function choice(name, options, value) {
    const select = element("select", { id: `data-field-${name}`, "data-part": name });
    fill(select, options, value);
    return select;
  }

  function fill(select, options, value) {
    select.replaceChildren(...options.map(([key, text]) => element("option", { value: key, title: text.length > LONGEST_OPTION ? text : null }, cut(text))));
    select.value = value;
    if (select.selectedIndex < 0 && options.length) select.selectedIndex = 0;
  }

  function box(name, value, more) {
    const input = element("input", { id: `data-field-${name}`, type: "text", autocomplete: "off", maxlength: 300, "data-part": name, ...more });
    input.value = value;
    return input;
  }

  function labelled(name, text, control, reason) {
    control.setAttribute("aria-describedby", `data-said-${name} data-reason-${name} data-problems-${name}`);
    return element(
      "div",
      { class: "map-field" },
      element("label", { for: control.id }, text),
      control,
      element("p", { id: `data-said-${name}`, class: "map-said" }),
      element("p", { id: `data-reason-${name}`, class: `map-reason${ASKS.test(reason) ? " asks" : ""}` }, reason || ""),
      element("ul", { id: `data-problems-${name}`, class: "map-problems" })
    );
  }

  function group(title, ...fields) {
    return element("div", { class: "map-group", role: "group", "aria-label": title }, element("h3", {}, title), ...fields);
  }

  const withNone = (none, options) => [["", none], ...options];

  function roleField(role, { form, reasons, identifiers }) {
    const none = NECESSARY.includes(role) ? "Choose a column" : "None";
    const together = role === "id" ? identifiers : [];
    const names = withNone(none, [...together, ...columns.map(({ name }) => name)].map((name) => [name, name]));
    return labelled(role, `${NAMES[role]}`, choice(role, names, form[role]), reasons[role]);
  }

  function roleGroups(answer) {
    const { form, parameters, reasons } = answer;
    const horizon = box("horizon", form.horizon, { inputmode: "decimal" });
    const endpoint = parameters.length > 1
      ? labelled("param", "First endpoint (PARAMCD)", choice("param", withNone("Choose an endpoint", parameters.map(([code, text]) => [code, text && text !== code ? `${code}: ${text}` : code])), form.param), reasons.param)
      : null;
    return [
      group("What happened, and when", endpoint, roleField("event", answer), labelled("event_value", "The event is", choice("event_value", [], ""), reasons.event_value), roleField("time", answer), labelled("unit", "Time is in", choice("unit", withNone("Choose a unit", UNITS.map((unit) => [unit, unit])), form.unit), reasons.unit), roleField("entry", answer), labelled("horizon", "Horizon", horizon, reasons.horizon), element("div", { id: "data-endpoints", class: "map-field map-endpoints" })),
      group("Who is compared", roleField("arm", answer), labelled("treated", "Treated arm", choice("treated", [], ""), reasons.treated), labelled("control", "Control arm", choice("control", [], ""), reasons.control)),
      group("Who and where", roleField("id", answer), roleField("site", answer), roleField("country", answer), labelled("title", "Title", box("title", form.title), reasons.title)),
    ];
  }

  /* every other column: what is in it, and whether it is a biomarker or a factor */

  function bars(heights) {
    const drawn = document.createElementNS(SVG, "svg");
    drawn.setAttribute("viewBox", "0 0 64 20");
    drawn.setAttribute("preserveAspectRatio", "none");
    drawn.setAttribute("aria-hidden", "true");
    const wide = 64 / Math.max(heights.length, 6);
    heights.forEach((height, k) => {
      const bar = document.createElementNS(SVG, "rect");
      const tall = height > 0 ? Math.max(1, 20 * height) : 0;
      Object.entries({ x: k * wide, y: 20 - tall, width: wide * 0.86, height: tall }).forEach(([key, value]) => bar.setAttribute(key, value));
      drawn.append(bar);
    });
    return drawn;
  }

  function tick(place, kind, name, isOn) {
    const id = `data-${kind}-${place}`;
    const input = element("input", { type: "checkbox", id, "data-kind": kind, checked: isOn });
    return element("span", { class: "map-tick" }, input, element("label", { for: id }, kind === "biomarker" ? "Biomarker" : "Factor", element("span", { class: "for-screen-readers" }, ` ${cut(name)}`)));
  }

  function detail({ place, name }, key, text, value, more) {
    const id = `data-${key}-${place}`;
    const input = element("input", { type: "text", id, autocomplete: "off", maxlength: 300, "data-detail": key, ...more });
    input.value = value || "";
    input.setAttribute("aria-describedby", `data-problems-at-${place}`);
    return element("span", { class: `map-detail map-${key}` }, element("label", { for: id }, text, element("span", { class: "for-screen-readers" }, ` of ${cut(name)}`)), input);
  }

  /* Why a column is proposed, or why it is not. */
  function reasonOf({ name }, { form, reasons }) {
    const reason = own(reasons, name) || "";
    return own(form.biomarkers, name) || own(form.factors, name) || LEFT.test(reason) ? reason : "";
  }

  /* How many columns after each, one after the other, are left out for the same reason; -1 where the one
     before says it: visits in a row of columns would say the same twenty times. */
  function countRepeats(ordered, answer) {
    const reasons = ordered.map((column) => reasonOf(column, answer));
    return reasons.map((reason, k) => {
      if (!LEFT.test(reason)) return 0;
      if (reason === reasons[k - 1]) return -1;
      const end = reasons.findIndex((other, after) => after > k && other !== reason);
      return (end < 0 ? reasons.length : end) - k - 1;
    });
  }

  function withRepeats(reason, repeats) {
    if (repeats < 1) return reason;
    const others = repeats === 1 ? "the next column" : `the next ${repeats} columns`;
    return `${reason.replace(/\.$/, "")}. The same holds for ${others}.`;
  }

  function columnLine(column, { form, reasons }, repeats) {
    const { place, name } = column;
    const [biomarker, factor] = [own(form.biomarkers, name), own(form.factors, name)];
    const known = biomarker || factor || {};
    const line = element(
      "li",
      { class: "map-column", "data-place": place },
      element("div", { class: "map-name" }, element("bdi", { title: name }, name), element("span", { class: "note", title: column.label }, column.label)),
      element("div", { class: "map-holds" }, bars(column.bars), element("span", { title: column.said }, [column.said, column.missing].filter(Boolean).join(" · "))),
      element("div", { class: "map-ticks" }, tick(place, "biomarker", name, Boolean(biomarker)), tick(place, "factor", name, Boolean(factor)), element("span", { class: "map-plays" })),
      element("div", { class: "map-details" }, detail(column, "label", "Label", known.label, { placeholder: column.label || name }), detail(column, "unit", "Unit", known.unit), detail(column, "lower", "Lower limit", known.lower, { inputmode: "decimal" }), detail(column, "upper", "Upper limit", known.upper, { inputmode: "decimal" })),
      element("p", { class: `map-reason${repeats < 0 ? " as-before" : ""}` }, withRepeats(reasonOf(column, { form, reasons }), repeats)),
      element("ul", { id: `data-problems-at-${place}`, class: "map-problems" })
    );
    return line;
  }

  /* What is proposed comes first, then what was not, then what identifies people. */
  function rank({ name, kind }, { form }) {
    if (form.biomarkers[name]) return 0;
    if (form.factors[name]) return 1;
    return kind === "identifier" || ROLES.some((role) => form[role] === name) ? 3 : 2;
  }

  function columnList(answer) {
    const list = element("ul", { class: "map-columns", id: "data-columns" });
    const ordered = [...columns].sort((a, b) => rank(a, answer) - rank(b, answer) || a.place - b.place);
    const repeats = countRepeats(ordered, answer);
    list.append(...ordered.map((column, k) => columnLine(column, answer, repeats[k])));
    const find = columns.length > MANY_COLUMNS
      ? element("span", { class: "map-find" }, element("label", { for: "data-find" }, "Find a column"), element("input", { type: "search", id: "data-find", autocomplete: "off" }))
      : null;
    return element(
      "div",
      { class: "map-baseline" },
      element("div", { class: "map-head" }, element("h3", {}, "Every column"), element("span", { class: "note" }, "Biomarker: participants can be split by it. Factor: they can be filtered by it. Only what was known before randomisation."), find),
      list
    );
  }

  /* building */

  mirodash.buildMapping = function buildMapping(answer) {
    columns = answer.columns.map((column, place) => ({ ...column, place }));
    answers = Object.fromEntries(LISTS.map((list) => [list, [...answer.form[list]]]));
    opened = answer.form;
    further = [];
    const heading = element("h2", { id: "data-mapping-title", tabindex: "-1", "aria-describedby": "data-verdict" }, element("span", { class: "file-names", title: answer.file }, answer.file), " ", element("span", { class: "note" }, answer.size));
    part("data-mapping").replaceChildren(
      element("div", { class: "map-head" }, heading, element("p", { id: "data-verdict", role: "status" })),
      sheetChoice(answer),
      element("p", { class: "note" }, "This is what was understood. Correct what is wrong; every change is checked at once."),
      element("ul", { id: "data-problems-whole", class: "map-problems" }),
      element("div", { class: "map-roles" }, ...roleGroups(answer)),
      element("div", { id: "data-usable" }),
      element("div", { id: "data-pictures", class: "map-pictures", role: "group", "aria-label": "First pictures" }),
      mirodash.buildMeasures(answer.form),
      columnList(answer),
      element("details", { class: "twin-disclosure" }, element("summary", {}, "The first ten rows"), element("div", { id: "data-preview", class: "twins", tabindex: "0", role: "region", "aria-label": "The first ten rows" })),
      element("div", { id: "data-notices" }),
      buttons(answer.draft)
    );
    fillLevels(answer, answer.form);
    showDetails();
    if (!mirodash.focusMapping) return;
    mirodash.focusMapping = false;
    heading.focus();
  };

  /* Which sheet of a workbook is read; another one is another upload in the place of this. */
  function sheetChoice({ sheets, sheet, draft }) {
    if (sheets.length < 2) return "";
    const select = element("select", { id: "data-sheet" }, ...sheets.map((name) => element("option", { value: name }, name)));
    select.value = sheet;
    select.addEventListener("change", function read() {
      if (!mirodash.readSheet(select.value, draft)) select.value = sheet;
    });
    return element("p", { class: "map-sheet" }, element("label", { for: "data-sheet" }, "Sheet"), " ", select);
  }

  function buttons(draft) {
    return element(
      "div",
      { class: "map-buttons" },
      element("button", { type: "button", class: "plain leading", id: "data-use", disabled: true }, "Use this trial"),
      element("button", { type: "button", class: "plain", id: "data-dictionary", disabled: true, "aria-describedby": "data-dictionary-what" }, "Save as dictionary (TOML)"),
      mirodash.deleteButton(draft, "this upload"),
      element("p", { id: "data-dictionary-what", class: "note" }, "The dictionary goes beside the file: then ", element("code", {}, "mirodash serve file.csv"), " reads it the same way.")
    );
  }

  function fillLevels({ levels }, form) {
    const none = { event_value: "Which value?", treated: "Which arm?", control: "Which arm?" };
    const sources = { event_value: "event", treated: "arm", control: "arm" };
    for (const [name, role] of Object.entries(sources)) {
      const select = field(name);
      const chosen = form ? form[name] : select.value;
      fill(select, withNone(none[name], levels[role].options), chosen);
      part(`data-said-${name}`).textContent = levels[role].said;
    }
  }

  /* reading the fields */

  mirodash.mappingForm = function mappingForm() {
    const names = ["title", ...ROLES, "event_value", "unit", "control", "treated", "param", "horizon"];
    const form = Object.fromEntries(names.map((name) => [name, field(name) ? field(name).value : ""]));
    return { ...form, ...ticked(), measurements: mirodash.measuresForm(), ...Object.fromEntries(LISTS.map((list) => [list, [...answers[list]]])) };
  };

  function ticked() {
    const found = { biomarker: [], factor: [] };
    for (const line of part("data-columns").children) {
      const details = Object.fromEntries([...line.querySelectorAll("[data-detail]")].map((input) => [input.dataset.detail, input.value]));
      for (const input of line.querySelectorAll("[data-kind]:checked")) {
        if (!input.disabled) found[input.dataset.kind].push([columns[line.dataset.place].name, details]);
      }
    }
    return { biomarkers: Object.fromEntries(found.biomarker), factors: Object.fromEntries(found.factor) };
  }

  /* telling */

  mirodash.mappingIsStale = function mappingIsStale() {
    part("data-use").disabled = true;
    part("data-dictionary").disabled = true;
  };

  mirodash.tellMapping = function tellMapping(answer) {
    fillLevels(answer, null);
    for (const [name, value] of Object.entries(answer.found)) showFound(name, value);
    part("data-said-event_value").textContent = answer.levels.event.said || answer.question;
    part("data-verdict").textContent = answer.verdict;
    part("data-verdict").classList.toggle("fits", answer.usable);
    part("data-use").disabled = !answer.usable;
    part("data-dictionary").disabled = !answer.usable;
    showEndpoints(answer.endpoints);
    showProblems(answer.problems);
    showUsable(answer.flow);
    mirodash.tellMeasures(answer.measured);
    mirodash.showFirstPictures(part("data-pictures"), answer.pictures);
    showPreview(answer.preview);
    showNotices(answer.notices);
    showDetails();
  };

  /* Other pairs of a time and an event; one that is not ticked is no endpoint of the trial. */
  function showEndpoints(endpoints) {
    further = endpoints;
    const place = part("data-endpoints");
    const focused = place.contains(document.activeElement) ? document.activeElement.id : null;
    const lines = endpoints.map(({ key, said }, k) => {
      const input = element("input", { type: "checkbox", id: `data-endpoint-${k}`, checked: !answers.unwanted_endpoints.includes(key) });
      input.dataset.endpoint = key;
      return element("span", { class: "map-tick" }, input, element("label", { for: input.id }, said));
    });
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Further endpoints");
    place.replaceChildren(...(lines.length ? [element("p", { class: "map-said" }, "Further endpoints, beside the one above, which comes first"), ...lines] : []));
    if (focused && part(focused)) part(focused).focus();
  }

  /* What the data themselves say where nobody chose: an arm, the event, the horizon. */
  function showFound(name, value) {
    const control = field(name);
    if (control.tagName === "SELECT" && !control.value) control.value = value;
    if (control.tagName === "SELECT" && control.selectedIndex < 0) control.selectedIndex = 0;
    if (control.tagName === "INPUT") control.placeholder = value;
  }

  function lineOf(name) {
    const column = columns.find((each) => each.name === name);
    return column ? document.querySelector(`.map-column[data-place="${column.place}"]`) : null;
  }

  /* A problem stands beside the field where it is put right, else in the line of its column, else above all. */
  function placesOf({ part: wrong, columns: names }) {
    if (wrong && part(`data-problems-${wrong}`)) return [`data-problems-${wrong}`];
    const places = names.flatMap((name) => {
      const roles = ROLES.filter((role) => field(role).value === name).map((role) => `data-problems-${role}`);
      if (roles.length) return roles;
      const line = lineOf(name);
      return line ? [`data-problems-at-${line.dataset.place}`] : [];
    });
    return places.length ? [...new Set(places)].slice(0, 2) : ["data-problems-whole"];
  }

  /* Problems of one column have one tick for leaving out, and it stands in one place; a question has its answers. */
  function problemLine(problem, id) {
    const line = element("li", { class: problem.agreed ? "agreed" : null }, element("span", { title: problem.said }, problem.said));
    if (!id) return line;
    const offers = problem.tick ? [["leave_out", problem.leaves_out, problem.tick]] : [];
    [...offers, ...problem.choices].forEach(([list, entry, text], k) => line.append(answerTick(`${id}${k ? `-${k}` : ""}`, list, entry, text)));
    return line;
  }

  function answerTick(id, list, entry, text) {
    const input = element("input", { type: "checkbox", id, checked: answers[list].includes(entry) });
    input.dataset.answers = list;
    input.dataset.entry = entry;
    return element("span", { class: "map-tick" }, input, element("label", { for: id }, text));
  }

  const keyOf = ({ answers: list, entry }) => `${list} ${entry}`;

  function showProblems(problems) {
    const focused = document.activeElement && document.activeElement.dataset && document.activeElement.dataset.answers ? keyOf(document.activeElement.dataset) : null;
    const mapping = part("data-mapping");
    mapping.querySelectorAll(".map-problems").forEach((list) => list.replaceChildren());
    mapping.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
    problems.forEach((problem, k) => {
      placesOf(problem).forEach((place, copy) => part(place).append(problemLine(problem, copy ? "" : `data-leave-${k}`)));
    });
    mapping.querySelectorAll(".map-problems").forEach(markInvalid);
    if (focused === null) return;
    const again = [...mapping.querySelectorAll("[data-answers]")].find((input) => keyOf(input.dataset) === focused);
    if (again) again.focus();
  }

  function markInvalid(list) {
    if (!list.querySelector("li:not(.agreed)")) return;
    const control = list.parentElement.querySelector(":scope > select, :scope > input");
    if (control) control.setAttribute("aria-invalid", "true");
  }

  function showUsable(flow) {
    const list = element("dl", { class: "data-flow" });
    list.append(...flow.map(({ label, value, detail: more }) => element("div", {}, element("dt", {}, label), element("dd", {}, element("strong", {}, value), " ", element("span", {}, more)))));
    part("data-usable").replaceChildren(...(flow.length ? [list] : []));
  }

  function showPreview({ header, rows, caption }) {
    const table = element("table", { class: "twin" }, element("caption", {}, caption));
    const cell = (name, text) => element(name, { title: text, scope: name === "th" ? "col" : null }, text);
    table.append(element("thead", {}, element("tr", {}, ...header.map((name) => cell("th", name)))));
    table.append(element("tbody", {}, ...rows.map((texts) => element("tr", {}, ...texts.map((text) => cell("td", text))))));
    part("data-preview").replaceChildren(table);
  }

  function showNotices(notices) {
    const list = element("ul", { class: "data-notices" }, ...notices.map((notice) => element("li", {}, element("span", { title: notice }, notice))));
    part("data-notices").replaceChildren(...(notices.length ? [element("h3", {}, "Noticed"), list] : []));
  }

  /* A column that plays a part is no biomarker; only ticked ones have a label, only biomarkers have limits. */
  function showDetails() {
    const wanted = further.filter(({ key }) => !answers.unwanted_endpoints.includes(key));
    const others = wanted.flatMap(({ columns: [time, event] }) => [[time, "Time of another endpoint"], [event, "Event of another endpoint"]]);
    const plays = new Map([...others, ...ROLES.map((role) => [field(role).value, NAMES[role]])]);
    for (const line of part("data-columns").children) {
      const role = plays.get(columns[line.dataset.place].name);
      line.querySelectorAll("[data-kind]").forEach((input) => {
        input.disabled = Boolean(role);
      });
      line.classList.toggle("plays", Boolean(role));
      line.querySelector(".map-plays").textContent = role || "";
      const isOn = (kind) => !role && line.querySelector(`[data-kind="${kind}"]`).checked;
      line.classList.toggle("is-biomarker", isOn("biomarker"));
      line.classList.toggle("is-factor", isOn("factor"));
    }
  }

  function showReasons() {
    for (const [name, fields] of Object.entries(BELONGS)) {
      part(`data-reason-${name}`).hidden = fields.some((each) => opened[each] && field(each).value !== opened[each]);
    }
  }

  function find(text) {
    const wanted = text.trim().toLocaleLowerCase();
    part("data-columns").classList.toggle("some", Boolean(wanted)); // the one that says it may not be among them
    for (const line of part("data-columns").children) {
      const { name, label } = columns[line.dataset.place];
      line.hidden = Boolean(wanted) && !`${name} ${label}`.toLocaleLowerCase().includes(wanted);
    }
  }

  function changed(event) {
    const { target } = event;
    if (!target.closest || !target.closest("#data-mapping")) return;
    if (target.id === "data-find") return find(target.value);
    if (target.dataset.answers !== undefined) {
      const { answers: list, entry } = target.dataset;
      answers[list] = answers[list].filter((each) => each !== entry);
      if (target.checked) answers[list].push(entry);
    }
    if (target.dataset.endpoint !== undefined) {
      const { endpoint } = target.dataset;
      answers.unwanted_endpoints = answers.unwanted_endpoints.filter((each) => each !== endpoint);
      if (!target.checked) answers.unwanted_endpoints.push(endpoint);
    }
    if (target.dataset.part === "event") {
      field("event_value").value = "";
      answers.other_event_values = [];
      answers.competing = [];
      answers.censored_values = [];
    }
    if (target.dataset.part === "arm") for (const arm of ["treated", "control"]) field(arm).value = "";
    showDetails();
    showReasons();
    return mirodash.checkMapping();
  }

  document.addEventListener("input", changed);
})(window.dash_clientside.mirodash);
