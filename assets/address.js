/* The address bar always holds the view: written while the reader works, read on load and on going back. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const ONE_CHANGE_MS = 1000;
  let lastChange = 0;
  let lastCause = "";
  let presses = 0;
  let byPointer = false;
  let shown = window.location.pathname + window.location.search;

  /* A drag is one step back, not one for every pixel, and so is a run of keys on one slider.
     Every other change is a step of its own; `slider` is empty for those. */
  mirodash.showAddress = function showAddress(query, slider) {
    const address = window.location.pathname + (query ? `?${query}` : "");
    if (address === window.location.pathname + window.location.search) return;
    shown = address;
    const order = /^#sort=/.test(window.location.hash) ? window.location.hash : ""; /* of the forest: assets/forest.js */
    const now = Date.now();
    const cause = slider && `${slider} ${byPointer ? presses : "keys"}`;
    const same = cause && cause === lastCause && (byPointer || now - lastChange < ONE_CHANGE_MS);
    if (same) window.history.replaceState(null, "", address + order);
    else window.history.pushState(null, "", address + order);
    lastCause = cause;
    lastChange = now;
    pointLinks();
  };

  /* The other pages are about the same view, so their links carry it. */
  function pointLinks() {
    const isDraft = new URLSearchParams(window.location.search).has("draft");
    const search = isDraft ? "" : window.location.search; /* what is being mapped is no view yet */
    document.querySelectorAll(".page-link").forEach((link) => {
      link.setAttribute("href", link.pathname + search);
      if (link.pathname === window.location.pathname) {
        link.setAttribute("aria-current", "page");
        document.title = `${link.textContent} · MiroDash`;
        const pages = link.parentElement; /* on a phone they scroll sideways: where one is stays in sight */
        pages.scrollLeft = link.offsetLeft - pages.offsetLeft - (pages.clientWidth - link.offsetWidth) / 2;
      } else link.removeAttribute("aria-current");
    });
  }

  window.addEventListener("pointerdown", function press() {
    presses += 1;
    byPointer = true;
  }, true);

  window.addEventListener("keydown", function key() {
    byPointer = false;
  }, true);

  const UNASKED_MS = 1000;
  const UNANSWERED_MS = 10000;
  let isPageAsked = false;
  let asked = ""; /* the address that is to be opened, until it is read */
  let hasLeft = false; /* the page with which the program was opened */
  let waiting = 0;

  /* The page of another address is asked for once it is read. Where it is not, or does not come, the page that is
     there stays, and its controls have their effect. */
  function leave() {
    hasLeft = true;
    mirodash.leaveView();
    isPageAsked = false;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      if (!isPageAsked) return mirodash.stayInView();
      waiting = window.setTimeout(mirodash.stayInView, UNANSWERED_MS);
      return waiting;
    }, UNASKED_MS);
  }

  mirodash.readAddress = function readAddress() {
    isPageAsked = true;
    /* a slow browser may have told of a control of the page before meanwhile, which wrote its own address */
    if (asked && asked !== window.location.pathname + window.location.search) {
      window.history.replaceState(null, "", asked);
      shown = asked;
    }
    asked = "";
    pointLinks();
    if (mirodash.welcome) mirodash.welcome();
    return { pathname: window.location.pathname, search: window.location.search };
  };

  function visit(query, isLeaving = true) {
    const here = document.querySelector(".lone") ? "/" : window.location.pathname;
    return go(here + (query ? `?${query}` : ""), isLeaving);
  }

  function go(address, isLeaving = true) {
    if (isLeaving) leave();
    shown = address;
    asked = isLeaving ? address : "";
    window.history.pushState(null, "", address);
    lastCause = "";
    return Date.now();
  }

  mirodash.openAddress = function openAddress(address) {
    window.dash_clientside.set_props("address-visit", { data: go(address) });
    window.scrollTo(0, 0);
  };

  /* A link to another view of this program opens without loading the program again. */
  document.addEventListener("click", function follow(event) {
    const link = event.target.closest && event.target.closest("a.view-link");
    const elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!link || elsewhere || event.defaultPrevented) return;
    event.preventDefault();
    const address = link.pathname + link.search;
    if (address === window.location.pathname + window.location.search) return;
    mirodash.openAddress(address);
  });

  function queryForTrial(trial, firstTrial) {
    return trial === firstTrial ? "" : new URLSearchParams({ trial }).toString();
  }

  /* One view has one address: the order is that of mirodash.stratification.selection, whoever wrote it. */
  const ORDER = "trial endpoint horizon up_to_horizon biomarker measure estimand rule threshold equal_above treated control site filter stratum adjust curves prespecified prespecified-in prespecified-on prespecified-equal-above confidence unit landmark statistic".split(" ");

  function placeOf([key, value]) {
    const [kind, ...column] = key.split(".");
    const filter = column.length > 0;
    const at = ORDER.indexOf(filter ? "filter" : kind);
    return { at: at < 0 ? ORDER.length : at, by: filter ? [column.join("."), kind, value] : [] };
  }

  function compare(one, other) {
    const [a, b] = [placeOf(one), placeOf(other)];
    if (a.at !== b.at) return a.at - b.at;
    const k = a.by.findIndex((text, place) => text !== b.by[place]);
    return k < 0 ? 0 : a.by[k] < b.by[k] ? -1 : 1;
  }

  mirodash.inOrder = function inOrder(query) {
    return new URLSearchParams([...query].sort(compare)).toString();
  };

  /* Another trial, biomarker or endpoint has other controls, so the server builds the page anew. */
  mirodash.openTrial = function openTrial(trial, opened, reset, firstTrial, view) {
    const unchanged = window.dash_clientside.no_update;
    /* what a slow browser reports at once has several causes: a page that just came, and the reader's click */
    const causes = window.dash_clientside.callback_context.triggered.map((cause) => cause.prop_id);
    const query = new URLSearchParams(window.location.search);
    const current = query.get("trial") || firstTrial;
    if (reset && causes.includes("rail-reset.n_clicks")) return visit(queryForTrial(current, firstTrial));
    if (trial && trial !== current && causes.includes("header-trial.value")) {
      /* an address that names no trial opens another one, which the header says: that is no choice of the reader's */
      const isTold = !hasLeft && view && view.trial === trial;
      return isTold ? unchanged : visit(queryForTrial(trial, firstTrial));
    }
    const inputs = window.dash_clientside.callback_context.inputs_list[1];
    const usualOf = (field) => view.defaults.opened[field];
    const entry = (view ? inputs : []).find(({ id, value }) => value !== (query.get(id.key) || usualOf(id.key)));
    if (!entry || !causes.some((cause) => cause.includes('"control":"open"'))) return unchanged;
    const field = entry.id.key;
    const usual = usualOf(field);
    const gone = { biomarker: ["threshold", "equal_above", "prespecified", "prespecified-in", "prespecified-on", "prespecified-equal-above"], endpoint: ["horizon", "up_to_horizon", "unit"], measure: [], estimand: [], rule: [] };
    for (const key of gone[field]) query.delete(key);
    if (entry.value === usual) query.delete(field);
    else query.set(field, entry.value);
    // a page that just came shows its view already, and the address alone did not fit
    const isPageNew = causes.includes("header-trial.value");
    return visit(mirodash.inOrder(query), !isPageNew);
  };

  mirodash.copyLink = async function copyLink(clicks) {
    if (!clicks) return window.dash_clientside.no_update;
    try {
      await navigator.clipboard.writeText(window.location.href);
      window.setTimeout(() => window.dash_clientside.set_props("header-copy-said", { children: "" }), 8000);
      const trial = new URLSearchParams(window.location.search).get("trial") || "";
      return trial.startsWith("own-") ? "Link copied. It opens in this browser alone, until the uploaded trial is deleted: for others, save a live page or slides" : "Link copied";
    } catch (refused) {
      return "Copy the address bar: this browser does not let a page copy";
    }
  };

  mirodash.print = function print(clicks) {
    if (clicks) window.print();
    return window.dash_clientside.no_update;
  };

  /* Following the skip link is told as going back, too; the page must stay, or the focus is lost. */
  window.addEventListener("popstate", function goBack() {
    if (window.location.pathname + window.location.search === shown) return;
    leave();
    shown = window.location.pathname + window.location.search;
    asked = "";
    lastCause = "";
    window.dash_clientside.set_props("address-visit", { data: Date.now() });
  });
})(window.dash_clientside.mirodash);
