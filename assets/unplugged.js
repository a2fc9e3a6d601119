/* When the program was stopped: said at once to whoever waits for it, and taken back when it answers again. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const CALLBACKS = "/_dash-update-component";
  const ask = window.fetch;
  let isGone = false;

  mirodash.UNPLUGGED = "The program does not answer: was it stopped? Nothing that was kept is lost; start it again and go on.";

  function tell(gone) {
    if (gone) window.dispatchEvent(new Event("mirodash-unplugged"));
    if (gone !== isGone) window.dash_clientside.set_props("shell-notice", { children: gone ? mirodash.UNPLUGGED : "" });
    isGone = gone;
  }

  /* Only a request that finds no program fails here: what goes wrong in the program is an answer, too. */
  window.fetch = async function watched(address, options) {
    const isOurs = String(address && address.url ? address.url : address).includes(CALLBACKS);
    try {
      const answer = await ask.call(window, address, options);
      if (isOurs) tell(false);
      return answer;
    } catch (failure) {
      if (isOurs && failure.name !== "AbortError") tell(true);
      throw failure;
    }
  };
})(window.dash_clientside.mirodash);
