/* The credibility form: built from its description, kept in this browser, judged by the server.

   Whatever is typed or loaded is written as text; nothing of it can become markup. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PAUSE_MS = 400;
  const LARGEST_FILE = 100000;
  let key = "";
  let known = "";
  let typing = 0;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes || {})) made.setAttribute(attribute, value);
    made.append(...children);
    return made;
  }

  const all = (selector) => [...document.querySelectorAll(`.credibility ${selector}`)];
  const field = (name) => document.getElementById(`credibility-field-${name}`);

  function say(text) {
    const said = document.getElementById("credibility-said");
    if (said) said.textContent = text;
  }

  /* building */

  function choice(name, { value, label, meaning }) {
    const radio = element("input", { type: "radio", name: `credibility-${name}`, value });
    const words = [element("span", { class: "label" }, label)];
    if (meaning) words.push(element("span", { class: "meaning" }, meaning));
    return element("label", { class: "answer" }, radio, element("span", { class: "words" }, ...words));
  }

  /* On paper a text stands in full, which a box with a text in it does not. */
  function textField(name, label, longest, lines) {
    const attributes = { id: `credibility-field-${name}`, "data-field": name, maxlength: longest, autocomplete: "off" };
    const box = lines ? element("textarea", { ...attributes, rows: lines }) : element("input", { ...attributes, type: "text" });
    return element("div", { class: `text-field ${name}` },
      element("label", { for: attributes.id }, label), box, element("p", { class: "printed", "aria-hidden": "true" }));
  }

  function question({ key: name, number, heading, text, answers }, longest) {
    const limit = element("p", { class: "limit", id: `credibility-limit-${name}` });
    return element("fieldset", { class: "question", "data-question": name, "aria-describedby": limit.id },
      element("legend", {}, element("span", { class: "number" }, number), element("span", { class: "heading" }, heading), " ", text),
      element("div", { class: "answers" }, ...answers.map((answer) => choice(name, answer)),
        element("p", { class: "unanswered" }, "Not answered")),
      element("div", { class: "computed" }, element("p", { class: "locked" }, "Computed"), element("ul"), limit),
      textField(`note-${name}`, "Note", longest.note, 1));
  }

  function otherQuestion({ key: name, text, answers }, longest) {
    return element("fieldset", { class: "question other" }, element("legend", {}, element("span", { class: "number" }, "+"), text),
      element("div", { class: "answers" }, ...answers.map((answer) => choice(name, answer))),
      textField(`note-${name}`, "Note", longest.note, 1));
  }

  function grades({ grades: offered, longest }) {
    const limit = element("p", { class: "limit", id: "credibility-limit-grade" });
    return [
      element("fieldset", { class: "grades", "aria-describedby": limit.id },
        element("legend", {}, "Overall credibility (your judgement)"), limit,
        element("div", { class: "scale" }, ...offered.map((grade) => choice("grade", grade)),
          element("p", { class: "unanswered" }, "No grade given"))),
      textField("reason", "Reason", longest.reason, 2),
      element("div", { class: "raters" }, textField("initials", "Raters' initials", longest.initials), textField("day", "Date of assessment", longest.day)),
      element("p", { class: "limit", id: "credibility-limit-day" }),
    ];
  }

  function fileChooser() {
    const input = element("input", { type: "file", id: "credibility-load-file", accept: ".json,application/json", class: "for-screen-readers" });
    return [input, element("label", { for: input.id, class: "plain" }, "Load")];
  }

  function build(description) {
    const places = ["questions", "grade", "load"].map((part) => document.getElementById(`credibility-${part}`));
    if (places.some((place) => !place)) return false;
    if (places[0].dataset.key === description.key) return true;
    places[0].replaceChildren(...description.questions.map((asked) => question(asked, description.longest)),
      otherQuestion(description.other, description.longest));
    places[1].replaceChildren(...grades(description));
    places[2].replaceChildren(...fileChooser());
    places[0].dataset.key = description.key;
    const day = field("day");
    day.type = "date";
    key = description.key;
    known = canonical({});
    return true;
  }

  /* reading and writing */

  const chosen = (name) => all(`input[name="credibility-${name}"]:checked`).map((radio) => radio.value)[0] || "";

  function read() {
    const form = { answers: {}, notes: {}, leaning: chosen("other"), grade: chosen("grade") };
    for (const { dataset } of all("[data-question]")) {
      if (chosen(dataset.question)) form.answers[dataset.question] = chosen(dataset.question);
    }
    for (const { dataset, value } of all("[data-field]")) {
      if (!dataset.field.startsWith("note-")) form[dataset.field] = value;
      else if (value) form.notes[dataset.field.slice("note-".length)] = value;
    }
    return form;
  }

  /* The same text for the same form, in whichever order its parts were written. */
  function canonical(form) {
    const sorted = (part) => Object.entries(part || {}).filter(([, value]) => value).sort();
    const { answers, notes, ...rest } = form || {};
    return JSON.stringify([sorted(answers), sorted(notes), sorted(rest)]);
  }

  function put(name, value) {
    for (const radio of all(`input[name="credibility-${name}"]`)) radio.checked = radio.value === value;
  }

  function write(form) {
    const { answers = {}, notes = {}, leaning = "", grade = "" } = form || {};
    for (const { dataset } of all("[data-question]")) put(dataset.question, answers[dataset.question]);
    put("other", leaning);
    put("grade", grade);
    for (const box of all("[data-field]")) {
      const name = box.dataset.field;
      const text = name.startsWith("note-") ? notes[name.slice("note-".length)] : (form || {})[name];
      box.value = typeof text === "string" ? text : "";
    }
  }

  /* What the style sheets cannot see: what is chosen, and how much room a text needs. */
  function follow() {
    for (const label of all(".answer")) label.classList.toggle("chosen", label.querySelector("input").checked);
    for (const place of all(".unanswered")) place.hidden = Boolean(place.parentElement.querySelector("input:checked"));
    for (const box of all("[data-field]")) {
      box.parentElement.querySelector(".printed").textContent = box.value;
      box.parentElement.classList.toggle("empty", !box.value);
      if (box.tagName !== "TEXTAREA") continue;
      box.style.height = "auto";
      box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
    }
  }

  function save() {
    window.clearTimeout(typing);
    const form = read();
    if (!key || canonical(form) === known) return;
    known = canonical(form);
    window.dash_clientside.set_props("credibility-now", { data: form });
    window.dash_clientside.set_props({ control: "credibility-form", key }, { data: form });
  }

  function allow(name, allowed) {
    for (const radio of all(`input[name="credibility-${name}"]`)) {
      radio.disabled = !allowed.includes(radio.value);
      const answer = radio.closest(".answer");
      answer.classList.toggle("ruled-out", radio.disabled);
      answer.hidden = radio.disabled && radio.value === "not-applicable";
    }
  }

  function applyJudgement(judgement) {
    for (const [name, { facts, limit, allowed }] of Object.entries(judgement.questions)) {
      allow(name, allowed);
      const place = all(`[data-question="${name}"]`)[0];
      place.querySelector("ul").replaceChildren(...facts.map((fact) => element("li", {}, fact)));
      place.querySelector(".limit").textContent = limit;
    }
    const scope = judgement.scope.map((told) => element("p", { class: "scope" }, told));
    document.getElementById("credibility-scope").replaceChildren(...scope);
    allow("grade", judgement.grades.allowed);
    document.getElementById("credibility-grade").classList.toggle("undecided", !judgement.grades.allowed.length);
    document.getElementById("credibility-limit-grade").textContent = judgement.grades.said;
    document.getElementById("credibility-limit-day").textContent = judgement.day;
  }

  /* What the browser kept arrives after the page; what was saved by this page comes back as it is. */
  mirodash.showForm = function showForm(description, forms) {
    const unchanged = window.dash_clientside.no_update;
    if (!description || !build(description)) return unchanged;
    const kept = (forms || [])[0];
    const isNew = Boolean(kept) && canonical(kept) !== known;
    if (isNew) {
      known = canonical(kept);
      write(kept);
    }
    follow();
    return isNew ? kept : unchanged;
  };

  mirodash.showJudgement = function showJudgement(judgement, description) {
    if (!judgement || !description || !build(description) || judgement.key !== key) {
      return window.dash_clientside.no_update;
    }
    applyJudgement(judgement);
    follow();
    save();
    return Date.now();
  };

  mirodash.takeForm = function takeForm(loaded) {
    if (!loaded || loaded.key !== key) return window.dash_clientside.no_update;
    if (loaded.form) {
      write(loaded.form);
      follow();
      save();
    }
    say(loaded.said);
    return Date.now();
  };

  /* what the reader does */

  function clear() {
    if (!window.confirm("Clear every answer, note and grade of this claim? This cannot be undone.")) return;
    write({});
    follow();
    save();
    say("The form was cleared.");
  }

  async function load(input) {
    const [file] = input.files;
    if (!file) return;
    if (file.size > 4 * LARGEST_FILE) say("The file is too large to be a credibility form.");
    else window.dash_clientside.set_props("credibility-file", { data: { text: await file.text(), at: Date.now() } });
    input.value = "";
  }

  const isOurs = (target) => key && target.closest && target.closest(".credibility") && target.matches("input, textarea");

  document.addEventListener("input", function type({ target }) {
    if (!isOurs(target) || target.type === "file") return;
    follow();
    say("");
    window.clearTimeout(typing);
    typing = window.setTimeout(save, target.type === "radio" ? 0 : PAUSE_MS);
  });

  document.addEventListener("change", function settle({ target }) {
    if (!isOurs(target)) return;
    if (target.type === "file") load(target);
    else save();
  });

  document.addEventListener("click", function press({ target }) {
    if (target.id === "credibility-clear") clear();
  });
})(window.dash_clientside.mirodash);
