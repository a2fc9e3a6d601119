/* The introduction on a first visit, and definitions of terms on hover, focus and tap. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const INTRODUCED = "mirodash-introduced";
  const GAP_PX = 6;
  let terms = null;

  const tooltip = () => document.getElementById("definition");

  function definitionOf(label) {
    if (!terms) terms = tooltip() ? JSON.parse(tooltip().dataset.terms) : [];
    const text = label.toLowerCase();
    const found = terms.find(([starts]) => starts.some((start) => text.startsWith(start)));
    return found && found[1];
  }

  /* A label as a button that explains itself, where the glossary knows it; else the label as it is. */
  mirodash.termOf = function termOf(label) {
    const definition = definitionOf(label);
    if (!definition) return label;
    const button = document.createElement("button");
    button.textContent = label;
    button.setAttribute("type", "button");
    button.setAttribute("class", "term");
    button.setAttribute("aria-describedby", "definition");
    button.dataset.definition = definition;
    return button;
  };

  function show(button) {
    const place = tooltip();
    if (!place) return;
    place.textContent = button.dataset.definition;
    place.hidden = false;
    const at = button.getBoundingClientRect();
    const left = Math.max(GAP_PX, Math.min(at.left, window.innerWidth - place.offsetWidth - GAP_PX));
    const below = at.bottom + GAP_PX + place.offsetHeight < window.innerHeight;
    place.style.left = `${left}px`;
    place.style.top = `${below ? at.bottom + GAP_PX : at.top - GAP_PX - place.offsetHeight}px`;
  }

  function hide() {
    if (tooltip()) tooltip().hidden = true;
  }

  const termAt = (event) => event.target.closest && event.target.closest(".term");

  document.addEventListener("mouseover", (event) => (termAt(event) ? show(termAt(event)) : hide()));
  document.addEventListener("focusin", (event) => (termAt(event) ? show(termAt(event)) : hide()));
  document.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());

  function isNew() {
    try {
      return !window.localStorage.getItem(INTRODUCED);
    } catch {
      return false;
    }
  }

  function introduce(shown) {
    const place = document.getElementById("introduction");
    if (place) place.hidden = !shown;
  }

  function remember() {
    introduce(false);
    try {
      window.localStorage.setItem(INTRODUCED, "1");
    } catch {
      /* it comes again next time */
    }
  }

  document.addEventListener("click", function press(event) {
    if (termAt(event)) return show(termAt(event));
    const id = event.target.id;
    if (id === "introduction-close") remember();
    if (id === "shell-help") introduce(document.getElementById("introduction").hidden);
    return hide();
  });

  document.addEventListener("keydown", function ask(event) {
    const typing = event.target.closest && event.target.closest("input, textarea, select, dialog[open]");
    if (event.key === "?" && !typing) introduce(document.getElementById("introduction").hidden);
  });

  /* Called when a page has been opened. */
  mirodash.welcome = function welcome() {
    if (isNew()) introduce(true);
  };
})(window.dash_clientside.mirodash);
