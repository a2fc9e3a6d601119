/* The Data page: asks what an upload holds and whether its mapping makes a trial, and writes what is answered.

   Everything that comes from a file is written as text; nothing of it is kept in the browser. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const PAUSE_MS = 300;
  const AGAIN_MS = 3000;
  const NOT_CHECKED = "Not checked yet: the server does not answer. It is asked again by itself.";
  let asked = 0;
  let ordered = 0;
  let waiting = 0;
  let draft = "";
  let mapping = false; /* whether the fields of `draft` stand on the page */
  let limits = { largest: 0, tooLarge: "" };
  let asksToOpen = false;
  let answered = 0;
  let afterwards = ""; /* what is said once the page that is being built anew stands */

  mirodash.element = function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== undefined && child !== null && child !== "" && child !== false));
    return made;
  };

  const { element } = mirodash;
  const part = (id) => document.getElementById(id);

  mirodash.uploadLimits = () => limits;

  mirodash.sayOfData = function sayOfData(text) {
    const place = part("data-said");
    if (place) place.textContent = text;
  };

  function question(opens) {
    asked += 1;
    asksToOpen = opens;
    return { at: asked, draft, opens, form: mapping && !opens ? mirodash.mappingForm() : null };
  }

  /* The page was built: its address says which upload is being mapped, if any. */
  mirodash.openData = function openData() {
    window.clearTimeout(waiting);
    draft = new URLSearchParams(window.location.search).get("draft") || "";
    mapping = false;
    mirodash.placeFileButton();
    sayAfterwards();
    return question(true);
  };

  mirodash.checkMapping = function checkMapping() {
    window.clearTimeout(waiting);
    asked += 1; /* an answer that is still on its way is about what stood there before */
    mirodash.mappingIsStale();
    waiting = window.setTimeout(() => {
      if (mapping) window.dash_clientside.set_props("data-asked", { data: question(false) });
    }, PAUSE_MS);
  };

  /* Nobody answered: what was asked is asked again, so that nobody has to change something to be heard. */
  window.addEventListener("mirodash-unplugged", function askAgain() {
    if (answered === asked || !part("data-drop")) return;
    if (mapping && !asksToOpen) part("data-verdict").textContent = NOT_CHECKED;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      if (part("data-drop")) window.dash_clientside.set_props("data-asked", { data: question(asksToOpen) });
    }, AGAIN_MS);
  });

  mirodash.showData = function showData(answer) {
    if (!answer || answer.at !== asked || !part("data-drop")) return window.dash_clientside.no_update;
    answered = answer.at;
    part("data-promise").textContent = answer.promise;
    limits = { largest: answer.largest, tooLarge: answer.too_large };
    if (answer.own) showOwn(answer.own);
    part("data-loaded").hidden = Boolean(answer.draft);
    part("data-drop").classList.toggle("small", Boolean(answer.draft));
    part("data-mapping").hidden = !answer.draft;
    document.body.classList.toggle("maps-a-file", Boolean(answer.draft));
    if (answer.gone) showGone(answer.gone);
    else if (answer.draft) showMapping(answer);
    return answer.at;
  };

  function showMapping(answer) {
    if (answer.columns) {
      mirodash.buildMapping(answer);
      mapping = true;
    }
    mirodash.tellMapping(answer);
  }

  function showGone(sentence) {
    const back = element("a", { href: "/data", class: "view-link" }, "To what is loaded");
    part("data-mapping").replaceChildren(element("p", { class: "cannot-say" }, sentence), element("p", {}, back));
  }

  /* the reader's own trials */

  function ownLine({ trial, title, people, kept, opens }) {
    const open = `/?${new URLSearchParams({ trial })}`;
    const again = `/data?${new URLSearchParams({ draft: trial })}`;
    return element(
      "li",
      { "data-trial": trial },
      element("span", { class: "own-title", title }, title),
      element("span", { class: "note" }, [people, kept].filter(Boolean).join(" · ")),
      opens && element("a", { href: open, class: "view-link" }, "Explore"),
      element("a", { href: again, class: "view-link" }, opens ? "Map again" : "Map"),
      deleteButton(trial, title)
    );
  }

  function showOwn(own) {
    const place = part("data-own");
    mirodash.showForget(own.length > 0);
    const others = own.filter(({ trial, opens }) => opens || trial !== draft); /* the one being mapped stands below */
    place.hidden = !others.length;
    const list = element("ul", { class: "own-list" });
    list.append(...others.map(ownLine));
    place.replaceChildren(element("h2", {}, "Your trials"), list);
  }

  /* Deleting is asked once more where the button stands. */
  function deleteButton(trial, title) {
    const button = element("button", { type: "button", class: "quiet-button", "data-delete": trial, title: `Delete ${title}` }, "Delete");
    return element("span", { class: "deleting" }, button);
  }

  mirodash.deleteButton = deleteButton;

  function askToDelete(button) {
    const place = button.closest(".deleting");
    const yes = element("button", { type: "button", class: "plain", "data-delete-now": button.dataset.delete }, "Delete for good");
    const no = element("button", { type: "button", class: "quiet-button", "data-delete-not": "" }, "Keep");
    button.hidden = true;
    place.append(element("span", { class: "deleting-asks" }, "It leaves this server at once. ", yes, " ", no));
    no.focus();
  }

  function keep(button) {
    const place = button.closest(".deleting");
    place.querySelector(".deleting-asks").remove();
    const first = place.querySelector("[data-delete]");
    first.hidden = false;
    first.focus();
  }

  mirodash.orderData = function orderData(what, more) {
    ordered += 1;
    window.dash_clientside.set_props("data-ordered", { data: { at: ordered, what, ...more } });
  };

  const DONE = {
    use: ({ trial }) => {
      mirodash.sayOfData("Opening the trial…");
      window.location.assign(`/?${new URLSearchParams({ trial })}`);
    },
    dictionary: ({ name, text }) => save(name, text),
    "template-csv": ({ name, text }) => save(name, text),
    "template-toml": ({ name, text }) => save(name, text),
    delete: showDeleted,
    forget: (done) => {
      mirodash.dropReceipt();
      showDeleted({ ...done, isAll: true });
    },
  };

  function save(name, text) {
    const link = element("a", { download: name });
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    mirodash.sayOfData(name.endsWith(".toml") && !name.startsWith("mirodash-template")
      ? `Saved as ${name}. Put it beside the file and run: mirodash serve, with the file's name.`
      : `Saved as ${name}.`);
  }

  /* Who deletes what is on screen is taken back to the trial that the program opens with. */
  function showDeleted({ trial, said, trials, own, isAll }) {
    const query = new URLSearchParams(window.location.search);
    const isGone = (name) => (isAll ? Boolean(name) && name.startsWith("own-") : name === trial);
    const isHere = isGone(query.get("draft")) || isGone(query.get("trial"));
    window.dash_clientside.set_props("header-trial", { data: trials });
    afterwards = said;
    if (isHere) return mirodash.openAddress("/data");
    showOwn(own);
    return sayAfterwards();
  }

  /* Where the button was is nothing any more: the keyboard goes on where a file is brought. */
  function sayAfterwards() {
    if (!afterwards) return;
    mirodash.sayOfData(afterwards);
    afterwards = "";
    part("data-file").focus();
  }

  mirodash.showDone = function showDone(done) {
    if (!done || !done.what || !part("data-drop")) return window.dash_clientside.no_update;
    if (done.problems) mirodash.refuseUpload("", done.problems);
    else DONE[done.what](done);
    return done.at;
  };

  document.addEventListener("click", function press({ target }) {
    const button = target.closest && target.closest("button");
    if (!button) return;
    if (button.id === "data-template-csv") mirodash.orderData("template-csv");
    else if (button.id === "data-template-toml") mirodash.orderData("template-toml");
    else if (button.id === "data-use") mirodash.orderData("use", { draft, form: mirodash.mappingForm() });
    else if (button.id === "data-dictionary") mirodash.orderData("dictionary", { draft, form: mirodash.mappingForm() });
    else if (button.dataset.delete) askToDelete(button);
    else if (button.dataset.deleteNow) mirodash.orderData("delete", { trial: button.dataset.deleteNow });
    else if (button.dataset.deleteNot !== undefined) keep(button);
  });
})(window.dash_clientside.mirodash);
