/* Keep this view: the dialog in which a picture of the view is chosen, named, and put onto the strip. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const WHOLE_FOREST = "subgroups";
  const SAID_MS = 12000;
  let asked = 0; /* answers to an earlier question come too late to be shown */
  let offered = null;
  let saying = 0;

  const dialog = () => document.getElementById("keep-dialog");
  const part = (name) => document.getElementById(`keep-${name}`);

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes || {})) made.setAttribute(attribute, value);
    made.append(...children);
    return made;
  }

  function field(name, label, control) {
    control.id = `keep-${name}`;
    const problem = element("p", { class: "problem", id: `keep-${name}-problem`, role: "alert" });
    control.setAttribute("aria-describedby", problem.id);
    return element("div", { class: "text-field" }, element("label", { for: control.id }, label), control, problem);
  }

  function build(place) {
    if (part("form")) return;
    const keep = element("button", { type: "submit", class: "plain leading" }, "Keep");
    const cancel = element("button", { type: "button", class: "plain", id: "keep-cancel" }, "Cancel");
    const hint = element("p", { class: "note" }, "Left empty, the title is the sentence that the data propose.");
    place.append(element("form", { id: "keep-form", method: "dialog" },
      field("picture", "Picture", element("select")),
      field("title", "Title", element("textarea", { rows: 3, autocomplete: "off" })), hint,
      field("note", "Note for you, kept beside the slide", element("textarea", { rows: 3, autocomplete: "off" })),
      element("p", { class: "problem", id: "keep-problem", role: "alert" }),
      element("div", { class: "dialog-buttons" }, keep, cancel)));
  }

  function empty() {
    part("picture").replaceChildren();
    for (const name of ["title", "note"]) {
      part(name).value = "";
      check(name);
    }
    part("title").placeholder = "Looking for a title …";
    part("problem").textContent = "";
  }

  /* A reader can be quicker than the page: the address holds the view before anything else does. */
  mirodash.askToKeep = function askToKeep(clicks, query) {
    const place = dialog();
    if (!clicks || !place || document.querySelector(".lone")) return window.dash_clientside.no_update;
    build(place);
    empty();
    offered = null;
    asked += 1;
    if (!place.open) place.showModal();
    part("picture").focus();
    const shown = typeof query === "string" ? query : window.location.search;
    return { at: asked, query: shown, page: window.location.pathname };
  };

  /* Where the cards show 1 − S, so do the slides of what they show. */
  function asDrawn(told) {
    if (!mirodash.readLook(document.documentElement.dataset.look).rising) return told;
    const pictures = told.pictures.map((one) => told.rising[one.value] || one);
    return { ...told, pictures, picture: (told.rising[told.picture] || { value: told.picture }).value };
  }

  mirodash.offerPictures = function offerPictures(sent) {
    if (!sent || sent.at !== asked || !dialog().open) return window.dash_clientside.no_update;
    const told = asDrawn(sent);
    offered = told;
    part("picture").replaceChildren(...told.pictures.map(({ value, label }) => element("option", { value }, label)));
    part("picture").value = told.picture;
    return { at: asked, query: told.query, picture: told.picture };
  };

  mirodash.showProposal = function showProposal(told) {
    if (told && told.at === asked && part("form") && told.picture === part("picture").value) {
      part("title").placeholder = told.proposed;
    }
    return Date.now();
  };

  /* In place, while it is typed: nothing is cut off behind the reader's back. */
  function check(name) {
    const problem = mirodash.strip.problemOf(name, part(name).value);
    part(`${name}-problem`).textContent = problem;
    part(name).setAttribute("aria-invalid", String(Boolean(problem)));
    return !problem;
  }

  /* All pages of a forest become views; the note stands beside the first. */
  function chosenViews() {
    const chosen = part("picture").value;
    const pages = offered.pictures.map(({ value }) => value).filter((value) => value.startsWith(`${WHOLE_FOREST}-`));
    const title = mirodash.oneLine(part("title").value);
    const note = part("note").value.trim();
    const pictures = chosen === WHOLE_FOREST ? pages : [chosen];
    return pictures.map((picture, k) => ({ query: offered.query, picture, title, note: k ? "" : note }));
  }

  mirodash.oneLine = function oneLine(text) {
    return text.replace(/\s+/g, " ").trim();
  };

  function say(...words) {
    window.clearTimeout(saying);
    if (!part("said")) return;
    part("said").replaceChildren(...words);
    saying = window.setTimeout(() => part("said").replaceChildren(), SAID_MS);
  }

  function keep() {
    const sound = ["title", "note"].map(check).every(Boolean);
    if (!sound) return;
    if (!offered) {
      part("problem").textContent = "The pictures of this view have not come yet.";
      return;
    }
    const added = chosenViews();
    const views = [...mirodash.strip.read(), ...added];
    if (!mirodash.strip.fits(views)) {
      part("problem").textContent = `The strip is full: it holds ${mirodash.strip.MOST_VIEWS} views, or fewer with long notes.`;
      return;
    }
    const stays = mirodash.strip.write(views);
    dialog().close();
    const first = views.length - added.length + 1;
    const which = added.length > 1 ? `views ${first} to ${views.length}` : `view ${first}`;
    const link = element("a", { href: `/present${window.location.search}`, class: "view-link" }, "go to the strip");
    say(`Kept as ${which}: `, link, stays ? "" : ". This browser stores nothing, so it is gone with this page");
    mirodash.drawStrip();
  }

  /* Called for every page that opens: what was said belongs to the one before. */
  mirodash.countKept = function countKept() {
    mirodash.strip.showCount();
    say();
    return Date.now();
  };

  document.addEventListener("submit", function submit(event) {
    if (event.target.id !== "keep-form") return;
    event.preventDefault();
    keep();
  });

  /* The dialog covers what the page says of it. */
  window.addEventListener("mirodash-unplugged", function cannotOffer(event) {
    if (dialog() && dialog().open && !offered) part("problem").textContent = event.detail;
  });

  document.addEventListener("change", function choose({ target }) {
    if (target.id !== "keep-picture" || !offered) return;
    part("title").placeholder = "Looking for a title …";
    asked += 1;
    window.dash_clientside.set_props("keep-chosen", { data: { at: asked, query: offered.query, picture: target.value } });
  });

  document.addEventListener("input", function type({ target }) {
    if (target.id === "keep-title" || target.id === "keep-note") check(target.id.slice("keep-".length));
  });

  document.addEventListener("click", function press({ target }) {
    if (target.id === "keep-cancel") dialog().close();
  });
})(window.dash_clientside.mirodash);
