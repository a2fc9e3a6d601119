/* How strips come and go: a link that holds one, a file, the starter set; what was there is never lost. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const LARGEST_FILE = 990000; /* with what goes with it, in one request */
  const LONG_LINK = 2000;
  const MAKING = "Making the slides …";
  const { acts, shown, draw, put, add, say, part, button, paragraph, counted, keyOf } = mirodash.onStrip;
  let fromFile = [];

  /* links */

  mirodash.onStrip.drawLinked = function drawLinked() {
    const isLinked = mirodash.onStrip.isLinked();
    part("linked").hidden = !isLinked;
    if (!isLinked) return part("linked").replaceChildren();
    const own = mirodash.strip.read().length;
    const rest = own ? "Your own is kept as it was." : "It is not kept in this browser yet.";
    const choices = own
      ? [button("back", `Back to my own strip (${counted(own)})`), button("keep-linked", "Keep this one instead"), button("add-linked", "Add to mine")]
      : [button("keep-linked", "Keep this strip"), button("back", "Leave it")];
    return part("linked").replaceChildren(paragraph(`This strip came with a link: ${counted(shown().length)}. ${rest}`), ...choices);
  };

  async function copyLink() {
    const link = mirodash.strip.inLink(shown());
    const length = link.length.toLocaleString("en");
    const long = link.length > LONG_LINK ? ` It has ${length} characters: where a program cuts it off, send the file.` : "";
    const isOwn = shown().some(({ query }) => (new URLSearchParams(query).get("trial") || "").startsWith("own-"));
    const alone = isOwn ? " Slides of an uploaded trial open in this browser alone: for others, export them." : "";
    try {
      await navigator.clipboard.writeText(link);
      say(`Link copied.${long}${alone}`);
    } catch (refused) {
      window.history.replaceState(null, "", link);
      say(`Copy the address bar: this browser does not let a page copy.${long}`);
    }
  }

  function leaveLink(text, undo) {
    mirodash.strip.unlink();
    mirodash.showStrip();
    mirodash.drawStrip();
    say(text, undo);
    part("present").focus();
  }

  function keepLinked({ isAdded }) {
    const [found, own] = [shown(), mirodash.strip.read()];
    if (!put(isAdded ? [...own, ...found] : found, null)) return;
    leaveLink(isAdded ? `${counted(found.length)} added to yours.` : "This strip is yours now.", own.length ? own : null);
  }

  /* the starter set */

  mirodash.takeStory = function takeStory(story) {
    if (!story) return window.dash_clientside.no_update;
    const there = new Set(mirodash.strip.read().map(keyOf));
    const more = mirodash.strip.viewsOf(story).filter((view) => !there.has(keyOf(view)));
    if (more.length) add(more, `${counted(more.length)} of the ready-made set ${more.length === 1 ? "was" : "were"} added.`);
    else say("The ready-made set is on the strip already.");
    return Date.now();
  };

  /* files */

  mirodash.onStrip.buildChooser = function buildChooser() {
    if (part("open-file")) return;
    const input = document.createElement("input");
    Object.assign(input, { type: "file", id: "strip-open-file", accept: ".json,application/json", className: "for-screen-readers" });
    const label = document.createElement("label");
    Object.assign(label, { htmlFor: input.id, className: "plain", textContent: "Open file" });
    part("open").replaceChildren(input, label);
  };

  async function openFile(input) {
    const [file] = input.files;
    if (!file) return;
    const text = file.size > LARGEST_FILE ? "" : await file.text();
    /* in a request every quotation mark and break takes more room than in the file */
    const isLarge = file.size > LARGEST_FILE || new Blob([JSON.stringify(text)]).size > LARGEST_FILE;
    if (isLarge) say("The file is too large to be a strip. What was on the strip stays.");
    else window.dash_clientside.set_props("strip-file", { data: { text, at: Date.now() } });
    input.value = "";
  }

  mirodash.takeStrip = function takeStrip(opened) {
    if (!opened) return window.dash_clientside.no_update;
    fromFile = mirodash.strip.viewsOf(opened);
    if (opened.problems.length) say(`${opened.problems.join(" ")} What was on the strip stays.`);
    else if (!fromFile.length) say("The file holds no views. What was on the strip stays.");
    else if (!shown().length) add(fromFile, `${counted(fromFile.length)} opened.`);
    else askWhere();
    return Date.now();
  };

  function askWhere() {
    say("");
    part("choice").replaceChildren(paragraph(`The file holds ${counted(fromFile.length)}.`), button("add-file", "Add to my strip"),
      button("replace-file", `Replace my strip (${counted(shown().length)})`), button("leave-file", "Cancel"));
    part("choice").hidden = false;
    part("add-file").focus();
  }

  function answered(act) {
    part("choice").hidden = true;
    part("choice").replaceChildren();
    if (act === "add") add(fromFile, `${counted(fromFile.length)} added from the file.`);
    if (act === "replace" && put(fromFile, `The strip was replaced: ${counted(fromFile.length)} from the file.`, true)) draw();
    if (act === "leave") say("The strip was left as it is.");
    part("open-file").focus();
  }

  /* slides: the server is asked on until all are computed, and puts them together at the end */

  const [NAME, STOP] = ["PowerPoint", "Stop making slides"];
  let deckAsked = 0;
  let isMaking = false;

  function askForSlides(from) {
    deckAsked += 1;
    window.dash_clientside.set_props("strip-deck-asked", { data: { at: deckAsked, from } });
  }

  function setMaking(making) {
    isMaking = making;
    if (part("deck")) part("deck").textContent = making ? STOP : NAME;
  }

  function makeOrStop() {
    if (isMaking) {
      deckAsked += 1; /* an answer that comes now is not waited for */
      setMaking(false);
      say("No slides were made. The strip stays.");
      return;
    }
    say(MAKING);
    setMaking(true);
    askForSlides(0);
  }

  mirodash.sayOfSlides = function sayOfSlides(answer) {
    if (!answer || answer.at !== deckAsked) return window.dash_clientside.no_update;
    if (answer.said) {
      setMaking(false);
      say(answer.said);
    } else {
      say(`${MAKING} ${answer.done} of ${answer.of}`);
      askForSlides(answer.done);
    }
    return Date.now();
  };

  Object.assign(acts, {
    "strip-deck": makeOrStop,
    "strip-copy": copyLink,
    "strip-starter-empty": () => part("starter").click(),
    "strip-back": () => leaveLink("This is your own strip."),
    "strip-keep-linked": () => keepLinked({ isAdded: false }),
    "strip-add-linked": () => keepLinked({ isAdded: true }),
    "strip-add-file": () => answered("add"),
    "strip-replace-file": () => answered("replace"),
    "strip-leave-file": () => answered("leave"),
  });

  window.addEventListener("mirodash-unplugged", function notMade() {
    if (part("said") && isMaking) say("No slides were made. The strip stays.");
    setMaking(false);
  });

  document.addEventListener("change", function choose({ target }) {
    if (target.id === "strip-open-file") openFile(target);
  });
})(window.dash_clientside.mirodash);
