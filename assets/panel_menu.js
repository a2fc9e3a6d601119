/* One menu for all panels: what a reader takes away, in which size. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const ITEMS = [
    { gives: "picture", size: "", type: "large", name: "Expand", detail: "full screen" },
    { gives: "picture", size: "slide", type: "copy", name: "Copy picture", detail: "to the clipboard" },
    { gives: "picture", size: "slide", type: "png", name: "Picture for a slide", detail: "PNG, 3840 × 2160" },
    { gives: "picture", size: "slide", type: "svg", name: "Picture for a slide", detail: "SVG" },
    { gives: "picture", size: "85mm", type: "png", name: "Picture for print, one column", detail: "PNG, 85 mm" },
    { gives: "picture", size: "85mm", type: "svg", name: "Picture for print, one column", detail: "SVG, 85 mm" },
    { gives: "picture", size: "174mm", type: "png", name: "Picture for print, two columns", detail: "PNG, 174 mm" },
    { gives: "picture", size: "174mm", type: "svg", name: "Picture for print, two columns", detail: "SVG, 174 mm" },
    { gives: "picture", size: "", type: "measures", name: "Figure for a journal…", detail: "PDF, SVG, PNG" },
    { gives: "numbers", size: "", type: "csv", name: "Coordinates", detail: "CSV, numbers" },
    { gives: "table", size: "", type: "csv", name: "Table", detail: "CSV" },
  ];

  let menu = null;
  let opener = null;
  let asked = 0;
  const wanted = new Map();

  function itemOf(item) {
    const made = document.createElement("button");
    const detail = document.createElement("small");
    detail.textContent = item.detail;
    made.append(item.name, " ", detail);
    made.type = "button";
    made.tabIndex = -1;
    made.setAttribute("role", "menuitem");
    made.dataset.gives = item.gives;
    made.addEventListener("click", () => choose(item));
    return made;
  }

  function made() {
    if (menu) return menu;
    menu = document.createElement("div");
    menu.className = "menu-list";
    menu.id = "panel-menu-list";
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", "Export");
    menu.append(...ITEMS.map(itemOf));
    menu.hidden = true;
    menu.addEventListener("keydown", (event) => mirodash.walkMenu(event, menu, closeToButton));
    document.body.append(menu);
    return menu;
  }

  /* Under its button, within the window's width. */
  function place(button) {
    const frame = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(frame.right - menu.offsetWidth, window.innerWidth - menu.offsetWidth - 8));
    const below = frame.bottom + 4;
    const fits = below + menu.offsetHeight <= window.innerHeight;
    const top = fits ? below : Math.max(8, frame.top - menu.offsetHeight - 4);
    menu.style.left = `${left + window.scrollX}px`;
    menu.style.top = `${top + window.scrollY}px`;
  }

  function open(button) {
    made();
    opener = button;
    const gives = button.dataset.gives.split(" ");
    menu.querySelectorAll("[role=menuitem]").forEach((item) => {
      item.hidden = !gives.includes(item.dataset.gives);
    });
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    place(button);
    mirodash.menuItems(menu)[0].focus({ preventScroll: true });
  }

  function close() {
    if (!opener) return;
    menu.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    opener = null;
  }

  function closeToButton() {
    const button = opener;
    close();
    if (button) button.focus({ preventScroll: true });
  }

  function choose(item) {
    const button = opener;
    closeToButton();
    if (item.type === "large") mirodash.expandPanel(button.closest("section, .thresholds"), button);
    else if (item.type === "measures") mirodash.askForFigure((chosen) => ask(button.dataset.key, chosen));
    else ask(button.dataset.key, item);
  }

  function ask(key, item) {
    asked += 1;
    wanted.set(asked, item);
    const step = mirodash.stepOf(key);
    window.dash_clientside.set_props("panel-menu-asked", { data: { key, what: item.gives, step, at: asked } });
  }

  document.addEventListener("click", function press(event) {
    const button = event.target.closest && event.target.closest(".panel-menu");
    const same = button && button === opener;
    if (!event.target.closest || !event.target.closest("#panel-menu-list")) close();
    if (button && !same) open(button);
  });

  document.addEventListener("keydown", function openBelow(event) {
    const button = event.target.closest && event.target.closest(".panel-menu");
    if (!button || event.key !== "ArrowDown") return;
    event.preventDefault();
    open(button);
  });

  window.addEventListener("resize", close);
  window.addEventListener("popstate", close);

  function say(text) {
    document.getElementById("shell-status").textContent = text;
  }

  async function answer(place) {
    const told = JSON.parse(place.dataset.taken);
    const item = wanted.get(told.at);
    if (!item) return;
    wanted.delete(told.at);
    try {
      if (told.footer === undefined) throw new Error(told.cannot);
      const made = await mirodash.saveTaken(told, item);
      say(item.type === "copy" ? "Picture copied" : `Saved as ${made}`);
    } catch (failure) {
      const what = item.type === "copy" ? "This browser does not let a page copy pictures: save it as PNG." : "The file could not be made. The view is unchanged.";
      document.getElementById("shell-notice").textContent = what;
      throw failure;
    }
  }

  new MutationObserver(function seeTaken(changes) {
    new Set(changes.map((change) => change.target)).forEach((place) => {
      if (place.dataset.taken) answer(place);
    });
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-taken"], subtree: true });
})(window.dash_clientside.mirodash);
