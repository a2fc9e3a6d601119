/* How many different views of a trial this browser has shown: kept here and nowhere else, until it is reset. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const KEY = "mirodash-looks";
  const MOST = 5000;
  let trial = "";

  /* What changes how a view is shown or declared, but not what is looked at. */
  const NOT_A_LOOK = ["unit", "confidence", "curves", "prespecified", "prespecified-in", "prespecified-on"];

  /* Some pages show every threshold, or every factor, at once: having been there is kept as well. */
  const PAGES = "pages";

  function rememberPage(looks) {
    const visited = looks[PAGES] || {};
    visited[trial] = [...new Set([...(visited[trial] || []), window.location.pathname])];
    looks[PAGES] = visited;
  }

  function kept() {
    try {
      const found = JSON.parse(window.localStorage.getItem(KEY));
      return found && typeof found === "object" ? found : {};
    } catch (unreadable) {
      return {};
    }
  }

  function keep(looks) {
    try {
      window.localStorage.setItem(KEY, JSON.stringify(looks));
    } catch (full) {
      /* a browser that stores nothing counts within the page only */
    }
    window.dash_clientside.set_props("looks-seen", { data: looks });
  }

  function say(seen) {
    const place = document.getElementById("looks-said");
    if (!place) return;
    const number = Object.keys(seen).length;
    const reset = document.createElement("button");
    reset.type = "button";
    reset.className = "quiet-button reset-looks";
    reset.textContent = "start again";
    const words = `${number} ${number === 1 ? "look" : "looks"} at this trial in this browser:`;
    place.replaceChildren(words, " ", reset);
  }

  mirodash.countLook = function countLook(query) {
    const look = new URLSearchParams(query || "");
    const first = document.querySelector("[data-first-trial]");
    trial = look.get("trial") || (first ? first.dataset.firstTrial : "");
    NOT_A_LOOK.forEach((key) => look.delete(key));
    const looks = kept();
    const seen = looks[trial] || {};
    if (Object.keys(seen).length < MOST) seen[look.toString()] = 1;
    looks[trial] = seen;
    rememberPage(looks);
    keep(looks);
    say(seen);
    return Date.now();
  };

  document.addEventListener("click", function reset(event) {
    if (!event.target.classList || !event.target.classList.contains("reset-looks")) return;
    const looks = kept();
    delete looks[trial];
    if (looks[PAGES]) delete looks[PAGES][trial];
    keep(looks);
    mirodash.countLook(new URLSearchParams(window.location.search).toString());
    document.querySelector(".reset-looks").focus();
  });
})(window.dash_clientside.mirodash);
