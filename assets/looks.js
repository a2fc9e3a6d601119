/* How many different views of a trial this browser has shown: kept here and nowhere else, until it is reset. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const KEY = "mirodash-looks";
  const MOST = 1000; /* as many as the server counts */
  const MOST_TEXT = 300000; /* what goes to the server must fit into one request */
  let trial = "";
  let unkept = null; /* what was looked at since the page was loaded, where the browser stores nothing */

  /* What changes how a view is shown or declared, but not what is looked at. */
  const NOT_A_LOOK = ["unit", "confidence", "curves", "prespecified", "prespecified-in", "prespecified-on", "prespecified-equal-above"];

  /* Some pages show every threshold, or every factor, at once: having been there is kept as well. */
  const PAGES = "pages";

  /* How many were looked at before a reset: the count on screen starts again, that in exports does not. */
  const BEFORE = "before";

  /* Anything may stand in a browser's store; what is not a table of ours is as good as an empty one.
     Without a prototype no name of a trial means anything but that trial. */
  function table(found) {
    const isTable = found && typeof found === "object" && !Array.isArray(found);
    return Object.assign(Object.create(null), isTable ? found : {});
  }

  function rememberPage(looks) {
    const visited = table(looks[PAGES]);
    const before = Array.isArray(visited[trial]) ? visited[trial] : [];
    visited[trial] = [...new Set([...before, window.location.pathname])];
    looks[PAGES] = visited;
  }

  function kept() {
    if (unkept) return unkept;
    try {
      return table(JSON.parse(window.localStorage.getItem(KEY)));
    } catch (unreadable) {
      return table({});
    }
  }

  function keep(looks) {
    const text = JSON.stringify(looks);
    unkept = null;
    try {
      window.localStorage.setItem(KEY, text);
    } catch (full) {
      unkept = looks;
    }
    window.dash_clientside.set_props("looks-seen", { data: ofThisTrial(JSON.parse(text)) });
  }

  /* Other trials are no business of this view's; nor is what has no room any more. */
  function ofThisTrial(looks) {
    let room = MOST_TEXT;
    const fitting = Object.keys(table(looks[trial])).filter((look) => (room -= look.length) >= 0);
    const visited = table(looks[PAGES])[trial] || [];
    const before = table(looks[BEFORE])[trial];
    const earlier = before ? { [BEFORE]: Object.fromEntries([[trial, before]]) } : {};
    return { [PAGES]: Object.fromEntries([[trial, visited]]), ...earlier, ...Object.fromEntries([[trial, fitting]]) };
  }

  function say(seen) {
    const place = document.getElementById("looks-said");
    if (!place) return;
    const number = Object.keys(seen).length;
    const reset = document.createElement("button");
    reset.type = "button";
    reset.className = "quiet-button reset-looks";
    reset.textContent = "reset";
    reset.title = "Count from here; exports keep the whole count";
    const before = table(kept()[BEFORE])[trial];
    const earlier = before ? ` (${before} before the reset)` : "";
    const words = `Views examined in this browser: ${number}${number < MOST ? "" : " or more"}${earlier}`;
    place.replaceChildren(words, " ", reset);
  }

  mirodash.countLook = function countLook(query) {
    const look = new URLSearchParams(query || "");
    const first = document.querySelector("[data-first-trial]");
    trial = look.get("trial") || (first ? first.dataset.firstTrial : "");
    NOT_A_LOOK.forEach((key) => look.delete(key));
    const looks = kept();
    const seen = table(looks[trial]);
    seen[look.toString()] = 1;
    looks[trial] = Object.fromEntries(Object.entries(seen).slice(-MOST));
    rememberPage(looks);
    keep(looks);
    say(looks[trial]);
    return Date.now();
  };

  document.addEventListener("click", function reset(event) {
    if (!event.target.classList || !event.target.classList.contains("reset-looks")) return;
    const looks = kept();
    looks[BEFORE] = table(looks[BEFORE]);
    const counted = Number(looks[BEFORE][trial]) || 0;
    looks[BEFORE][trial] = Math.min(counted + Object.keys(table(looks[trial])).length, MOST);
    delete looks[trial];
    keep(looks);
    mirodash.countLook(new URLSearchParams(window.location.search).toString());
    document.querySelector(".reset-looks").focus();
  });
})(window.dash_clientside.mirodash);
