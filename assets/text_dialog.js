/* A text in a dialog, to copy or to save: both happen in the browser. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return "Copied";
    } catch (refused) {
      return "Mark the text and copy it: this browser does not let a page copy";
    }
  }

  function saved(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    return `Saved as ${name}`;
  }

  function shown(key) {
    const dialog = document.getElementById(`${key}-dialog`);
    if (dialog && !dialog.open) dialog.showModal();
    return "";
  }

  /* A text that was written is shown; what was said of the one before is not true of it. */
  mirodash.takeText = function takeText(copies, saves, written, text) {
    const triggered = String(window.dash_clientside.callback_context.triggered_id || "");
    if (!written) return window.dash_clientside.no_update;
    if (triggered.endsWith("-copy")) return copied(text);
    if (triggered.endsWith("-save")) return saved(text, written.name);
    return shown(written.key);
  };

  document.addEventListener("click", function close(event) {
    const button = event.target.closest && event.target.closest("[data-closes]");
    if (button) document.getElementById(button.dataset.closes).close();
  });
})(window.dash_clientside.mirodash);
