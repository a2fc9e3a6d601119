/* The words that came with the page go once the page itself is there. */

(function () {
  "use strict";

  const arriving = new MutationObserver(function look() {
    const page = document.getElementById("page-content");
    const words = document.getElementById("first-words");
    if (!page || !page.firstElementChild) return;
    if (words) words.remove();
    arriving.disconnect();
  });
  arriving.observe(document.documentElement, { childList: true, subtree: true });
})();
