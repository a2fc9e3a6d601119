/* When an answer cannot be had: the program was stopped, or an uploaded trial is gone or out of reach.
   It is said at once to whoever waits for it, what is on screen stays, and it is taken back when answers come again. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const CALLBACKS = "/_dash-update-component";
  const GONE = 404;
  const OUT_OF_REACH = 503;
  const ask = window.fetch;
  /* What stands in the notice. An uploaded trial that is gone stays gone as long as its page is open,
     whatever else is answered; the next page brings its own notice. */
  let said = "";
  let gonePage = null;

  const UNPLUGGED = "The program does not answer: was it stopped? Nothing that was kept is lost; start it again and go on.";

  const STAYS = "What is shown was computed before.";

  const pageShown = () => document.getElementById("main");

  /* Controls follow the reader and results do not: those are of an earlier view, and look like it. */
  function dim(isStale) {
    const page = pageShown();
    if (page && page.classList) page.classList.toggle("of-earlier-view", isStale);
  }

  function tell(sentence, page) {
    dim(true);
    window.dispatchEvent(new CustomEvent("mirodash-unplugged", { detail: sentence }));
    if (sentence !== said) window.dash_clientside.set_props("shell-notice", { children: sentence });
    said = sentence;
    gonePage = page;
  }

  function takeBack() {
    if (!said || (gonePage && gonePage === pageShown())) return;
    dim(false);
    if (!gonePage) window.dash_clientside.set_props("shell-notice", { children: "" });
    said = "";
    gonePage = null;
  }

  /* The program's own sentences come as plain text; the page of a proxy about a missing program is no sentence. */
  async function hear(answer) {
    const isSentence = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
    if (answer.status === GONE && isSentence) tell(`${await answer.clone().text()} ${STAYS}`, pageShown());
    else if (answer.status === OUT_OF_REACH && isSentence) tell(`${await answer.clone().text()} ${STAYS}`, null);
    else takeBack();
  }

  window.fetch = async function watched(address, options) {
    const isOurs = String(address && address.url ? address.url : address).includes(CALLBACKS);
    try {
      const answer = await ask.call(window, address, options);
      if (isOurs) await hear(answer);
      return answer;
    } catch (failure) {
      if (isOurs && failure.name !== "AbortError") tell(UNPLUGGED, null);
      throw failure;
    }
  };
})(window.dash_clientside.mirodash);
