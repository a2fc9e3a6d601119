/* A file on its way to the server: chosen or dropped, sent with progress, cancelled or refused in place.

   Whatever becomes of it, what was on the page stays until the server has taken the file. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const ACCEPT = ".csv,.tsv,.txt,.xlsx,.xls,.xpt,.sas7bdat,.sav,.zsav,.dta,.json,.ndjson,.parquet";
  const MOST_FILES = 6;
  const HOW_MANY = "Give one file, or up to six that belong together.";
  const BROKEN = "The server did not answer as expected. Nothing on this page is lost; try again.";
  const ONE_AT_A_TIME = "A file is on its way; cancel it first.";
  let sending = null;
  let lastSent = [];

  const part = (id) => document.getElementById(id);

  mirodash.placeFileButton = function placeFileButton() {
    const place = part("data-file-place");
    if (!place || place.firstChild) return;
    const { element } = mirodash;
    place.append(
      element("input", { type: "file", id: "data-file", multiple: true, accept: ACCEPT, class: "for-screen-readers", "aria-describedby": "data-promise" }),
      element("label", { for: "data-file", class: "plain" }, "Choose a file")
    );
  };

  mirodash.refuseUpload = function refuseUpload(names, problems) {
    const { element } = mirodash;
    const list = element("ul");
    list.append(...problems.map((sentence) => element("li", {}, element("span", { title: sentence }, sentence))));
    const head = names && element("p", {}, element("span", { class: "file-names", title: names }, names), " was not taken; everything else stays as it was.");
    part("data-refused").replaceChildren(...[head, list].filter(Boolean));
    mirodash.sayOfData("");
  };

  function whyNot(files) {
    if (!files.length || files.length > MOST_FILES) return HOW_MANY;
    const { largest, tooLarge } = mirodash.uploadLimits();
    return largest && files.some((file) => file.size > largest) ? tooLarge : "";
  }

  /* The same file once more, for another of its sheets: the page has it as long as it is not loaded again. */
  mirodash.readSheet = function readSheet(sheet, instead) {
    if (!lastSent.length) {
      mirodash.sayOfData(`Choose the file again to read its sheet "${sheet}": this page does not have it any more.`);
      return false;
    }
    send(lastSent, { sheet, instead });
    return true;
  };

  function send(files, about = {}) {
    if (sending) return mirodash.sayOfData(ONE_AT_A_TIME);
    const names = files.map((file) => file.name).join(" and ");
    part("data-refused").replaceChildren();
    const why = whyNot(files);
    if (why) return mirodash.refuseUpload(names, [why]);
    const body = new FormData();
    files.forEach((file) => body.append("file", file));
    const request = new XMLHttpRequest();
    sending = request;
    showProgress();
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded, total));
    request.upload.addEventListener("load", reading);
    request.addEventListener("load", () => arrived(request, names, files));
    request.addEventListener("error", () => stopped(names, [mirodash.UNPLUGGED]));
    request.addEventListener("abort", cancelled);
    request.open("POST", `/uploads?${new URLSearchParams(about)}`);
    request.setRequestHeader("X-MiroDash", "upload");
    mirodash.bringReceipt(request);
    request.send(body);
  }

  function showProgress() {
    const { element } = mirodash;
    const cancel = element("button", { type: "button", class: "plain", id: "data-cancel" }, "Cancel");
    part("data-progress").replaceChildren(
      element("progress", { max: "100", value: "0", "aria-label": "Sending" }), element("span", { class: "drop-phase" }, "Sending…"), cancel
    );
    mirodash.sayOfData("");
    cancel.focus();
  }

  function progress(loaded, total) {
    const bar = part("data-progress") && part("data-progress").querySelector("progress");
    if (bar && total) bar.value = (100 * loaded) / total;
  }

  function reading() {
    const place = part("data-progress");
    const bar = place && place.querySelector("progress");
    if (!bar) return;
    bar.removeAttribute("value");
    bar.setAttribute("aria-label", "Reading");
    place.querySelector(".drop-phase").textContent = "Reading…";
    mirodash.sayOfData("");
  }

  function finish() {
    sending = null;
    const place = part("data-progress");
    const hadFocus = place && place.contains(document.activeElement);
    if (place) place.replaceChildren();
    const input = part("data-file");
    if (hadFocus && input) input.focus();
  }

  function answerOf(request) {
    try {
      return JSON.parse(request.responseText);
    } catch (unreadable) {
      return {};
    }
  }

  function arrived(request, names, files) {
    const { trial, problems } = answerOf(request);
    if (trial) mirodash.keepReceipt(request);
    if (!trial) return stopped(names, Array.isArray(problems) && problems.length ? problems : [BROKEN]);
    lastSent = files;
    finish();
    if (!part("data-drop")) return undefined; /* the reader went elsewhere meanwhile */
    mirodash.sayOfData("Read. What was understood of it is below.");
    mirodash.focusMapping = true;
    return mirodash.openAddress(`/data?${new URLSearchParams({ draft: trial })}`);
  }

  function stopped(names, problems) {
    finish();
    if (part("data-refused")) mirodash.refuseUpload(names, problems);
  }

  function cancelled() {
    finish();
    mirodash.sayOfData("Cancelled. Nothing of the file was kept, and what was here stays.");
  }

  document.addEventListener("change", function choose({ target }) {
    if (target.id !== "data-file" || !target.files.length) return;
    const files = [...target.files];
    target.value = ""; /* the same file can be chosen again, whatever becomes of it */
    send(files);
  });

  document.addEventListener("click", function cancel({ target }) {
    if (target.id === "data-cancel" && sending) sending.abort();
  });

  /* The whole page takes a drop; elsewhere the browser would leave the page for the file. */

  function bringsFiles(event) {
    return part("data-drop") && event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  }

  function light(isOn) {
    part("data-drop").classList.toggle("over", isOn);
  }

  document.addEventListener("dragover", function over(event) {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    light(true);
  });

  document.addEventListener("dragleave", function leave(event) {
    if (bringsFiles(event) && !event.relatedTarget) light(false);
  });

  document.addEventListener("drop", function drop(event) {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    light(false);
    send([...event.dataTransfer.files]);
  });
})(window.dash_clientside.mirodash);
