/* Declaring thresholds as fixed before the data were seen: which, in which document, of which day. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const LONGEST_DOCUMENT = 200;
  const at = (part) => document.getElementById(`rail-declared-${part}`);

  function parts(declared) {
    const values = declared.filter(([key]) => key === "prespecified").map(([, value]) => Number(value));
    const [place, day] = ["prespecified-in", "prespecified-on"].map((name) => {
      const found = declared.find(([key]) => key === name);
      return found ? found[1] : "";
    });
    return { values, place, day };
  }

  /* The line above the form says what is declared, and whether the thresholds still stand there. */
  mirodash.sayDeclared = function sayDeclared(declared, thresholds, view, equalAbove = false) {
    const said = at("said");
    if (!said) return;
    const { values, place, day } = parts(declared);
    at("withdraw").hidden = !values.length;
    if (!values.length) {
      said.textContent = "";
      return;
    }
    const where = `Declared: ${values.map(mirodash.inWords).join(" and ")} ${view.unit} in ${place}, ${day}.`;
    const wasAbove = declared.some(([key, value]) => key === "prespecified-equal-above" && value === "1");
    const side = wasAbove ? " Equal values are above." : "";
    const elsewhere = !mirodash.same(values, thresholds) || wasAbove !== equalAbove;
    said.textContent = where + side + (elsewhere ? " The current threshold differs from the declared one." : "");
  };

  function numbersIn(text) {
    return text.split(/[;\s]+|,(?=\s)/).filter(Boolean).map((part) => Number(part.replace(/,(?=\d{3})/g, "")));
  }

  function declare() {
    const [typed, place, day] = ["value", "document", "date"].map((part) => at(part).value.trim());
    const values = numbersIn(typed);
    const problems = [];
    if (!values.length || values.length > 3 || !values.every(mirodash.isNumber)) {
      problems.push("Give the threshold as a number, or up to three with spaces between them.");
    }
    if (!place) problems.push("Name the document in which it was fixed, such as the analysis plan.");
    if (place.length > LONGEST_DOCUMENT) problems.push(`Name it in at most ${LONGEST_DOCUMENT} characters.`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) problems.push("Give the day of that document.");
    at("problem").textContent = problems.join(" ");
    if (problems.length) return;
    const ordered = [...new Set(values)].sort((a, b) => a - b);
    mirodash.declare([
      ...ordered.map((value) => ["prespecified", String(value)]),
      ["prespecified-in", place],
      ["prespecified-on", day],
    ]);
  }

  /* Who opens the form most often means the thresholds in view. */
  document.addEventListener("toggle", function propose({ target }) {
    if (!target.open || !target.matches || !target.matches(".declaration") || at("value").value) return;
    const inView = mirodash.thresholdsInView ? mirodash.thresholdsInView() : [];
    window.dash_clientside.set_props("rail-declared-value", { value: inView.join(" ") }); /* or it goes when another box is written in */
  }, true);

  document.addEventListener("click", function choose(event) {
    const id = event.target.id;
    if (id === "rail-declared-declare") declare();
    if (id === "rail-declared-withdraw") mirodash.declare([]);
  });
})(window.dash_clientside.mirodash);
