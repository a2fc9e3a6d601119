/* The strip of kept views: it lives in this browser, follows its other tabs, and fits into a link.

   Whatever stands in the store or in a link, only views come out of it; nothing of it goes to a server
   until somebody asks for what the cards say or for a file. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const KEY = "mirodash-strip";
  const FRAGMENT = "#strip=";
  const KIND = { mirodash: "strip", version: 1 };
  const MOST_VIEWS = 100; /* as many as a file may hold */
  const MOST_TEXT = 300000; /* the whole strip must fit into one request */
  const LONGEST = { query: 20000, picture: 40, title: 300, note: 4000 };
  let unkept = null; /* the strip of this page, where the browser stores nothing */

  /* Half of a character can stand in a page, but in no file. */
  const wellFormed = (text) => (text.toWellFormed ? text.toWellFormed() : text);

  function viewOf(found) {
    if (!found || typeof found !== "object") return null;
    const { query, picture, title = "", note = "" } = found;
    const view = { query, picture, title, note };
    const isView = Object.entries(view).every(([key, text]) => typeof text === "string" && text.length <= LONGEST[key]);
    if (!isView || !picture) return null;
    return Object.fromEntries(Object.entries(view).map(([key, text]) => [key, wellFormed(text)]));
  }

  function viewsOf(found) {
    const listed = found && Array.isArray(found.views) ? found.views : [];
    return listed.map(viewOf).filter(Boolean).slice(0, MOST_VIEWS);
  }

  function read() {
    if (unkept) return unkept.map((view) => ({ ...view }));
    try {
      return viewsOf(JSON.parse(window.localStorage.getItem(KEY)));
    } catch (unreadable) {
      return [];
    }
  }

  /* Whether there is room: what does not fit into one request could not be made into slides. */
  function fits(views) {
    return views.length <= MOST_VIEWS && JSON.stringify(views).length <= MOST_TEXT;
  }

  /* Returns whether the browser keeps it beyond this page. */
  function write(views) {
    const text = JSON.stringify({ views });
    unkept = null;
    try {
      window.localStorage.setItem(KEY, text);
    } catch (full) {
      unkept = views.map((view) => ({ ...view }));
    }
    showCount();
    return !unkept;
  }

  /* A number beside the page's name in the header. */
  function showCount() {
    const link = document.querySelector('.page-link[href^="/present"]');
    if (!link) return;
    const number = read().length;
    let place = link.querySelector(".kept-count");
    if (!place) {
      place = document.createElement("span");
      place.className = "kept-count";
      link.append(place);
    }
    place.textContent = number ? ` ${number}` : "";
  }

  function problemOf(name, text) {
    if (text.length <= LONGEST[name]) return "";
    const [has, most] = [text.length, LONGEST[name]].map((number) => number.toLocaleString("en"));
    return `This ${name} has ${has} characters; at most ${most} are kept.`;
  }

  function inLink(views) {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...KIND, views }));
    const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    const coded = window.btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    return `${window.location.origin}/present${FRAGMENT}${coded}`;
  }

  /* The views that the address holds; null where it holds no strip, empty where it cannot be read. */
  function linked() {
    if (!window.location.hash.startsWith(FRAGMENT)) return null;
    const coded = window.location.hash.slice(FRAGMENT.length).replaceAll("-", "+").replaceAll("_", "/");
    try {
      const bytes = Uint8Array.from(window.atob(coded), (letter) => letter.codePointAt(0));
      const found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      const isStrip = found && found.mirodash === KIND.mirodash && found.version === KIND.version;
      const views = isStrip ? viewsOf(found) : [];
      return fits(views) ? views : [];
    } catch (unreadable) {
      return [];
    }
  }

  function unlink() {
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }

  mirodash.strip = { read, write, showCount, fits, viewsOf, problemOf, inLink, linked, unlink, MOST_VIEWS };

  window.addEventListener("storage", function follow(event) {
    if (event.key !== KEY && event.key !== null) return;
    unkept = null;
    showCount();
    mirodash.drawStrip();
  });
})(window.dash_clientside.mirodash);
