/* Who the reader is to the server: the receipt that proves the cookie to be this page's own, and the way out.

   A cookie can be set by another port or a sibling name of this host; this storage belongs to one origin alone. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const HEADER = "X-MiroDash-Reader";
  const KEY = "mirodash-reader";
  const ASKS = "All your trials leave this server at once, mapped or not, and this browser is not known here any more. ";
  let receipt = ""; /* for browsers that let a page store nothing: good until the page is closed */

  const part = (id) => document.getElementById(id);

  function stored(act) {
    try {
      return act(window.localStorage);
    } catch (refused) {
      return null;
    }
  }

  mirodash.bringReceipt = function bringReceipt(request) {
    const kept = stored((storage) => storage.getItem(KEY)) || receipt;
    if (/^[0-9a-f]{64}$/.test(kept)) request.setRequestHeader(HEADER, kept);
  };

  mirodash.keepReceipt = function keepReceipt(request) {
    receipt = request.getResponseHeader(HEADER) || "";
    stored((storage) => storage.setItem(KEY, receipt));
  };

  mirodash.dropReceipt = function dropReceipt() {
    receipt = "";
    stored((storage) => storage.removeItem(KEY));
  };

  function offer(place) {
    const button = mirodash.element("button", { type: "button", class: "quiet-button", id: "data-forget-all" }, "Forget my trials");
    place.replaceChildren(button);
    return button;
  }

  mirodash.showForget = function showForget(isKnown) {
    const place = part("data-forget");
    place.hidden = !isKnown;
    if (isKnown) offer(place);
    else place.replaceChildren();
  };

  /* Asked once more where the button stands; the keyboard is put on the answer that changes nothing. */
  function ask(place) {
    const { element } = mirodash;
    const yes = element("button", { type: "button", class: "plain", id: "data-forget-now" }, "Forget them for good");
    const no = element("button", { type: "button", class: "quiet-button", id: "data-forget-not" }, "Keep them");
    const sentence = element("span", { id: "data-forget-asks" }, ASKS);
    place.replaceChildren(element("span", { class: "deleting-asks", role: "group", "aria-labelledby": "data-forget-asks" }, sentence, yes, " ", no));
    no.focus();
  }

  document.addEventListener("click", function press({ target }) {
    const id = target.closest && target.closest("button") && target.closest("button").id;
    if (id === "data-forget-all") ask(part("data-forget"));
    else if (id === "data-forget-not") offer(part("data-forget")).focus();
    else if (id === "data-forget-now") mirodash.orderData("forget");
  });

  document.addEventListener("keydown", function leave({ key, target }) {
    if (key === "Escape" && target.closest && target.closest("#data-forget .deleting-asks")) offer(part("data-forget")).focus();
  });
})(window.dash_clientside.mirodash);
