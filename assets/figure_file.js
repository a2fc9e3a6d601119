/* A figure to measure: width, letters, typeface, and what stands around the picture, as a journal asks for it; and
   a picture as large as the screen. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  const SANS = "Inter, Arial, Helvetica, sans-serif";
  const SERIF = "'Times New Roman', Times, serif";
  const FACES = [["sans", "Sans serif (Arial)"], ["serif", "Serif (Times New Roman)"]];
  const PRESETS = [
    ["own", "Own measures", null],
    ["lancet-1", "The Lancet, one column (75 mm)", { mm: 75, points: 8, face: "serif" }],
    ["lancet-2", "The Lancet, two columns (154 mm)", { mm: 154, points: 8, face: "serif" }],
    ["nature-1", "Nature, one column (89 mm)", { mm: 89, points: 7, face: "sans" }],
    ["nature-2", "Nature, two columns (183 mm)", { mm: 183, points: 7, face: "sans" }],
    ["elsevier-1", "Elsevier, one column (90 mm)", { mm: 90, points: 8, face: "sans" }],
    ["elsevier-2", "Elsevier, two columns (190 mm)", { mm: 190, points: 8, face: "sans" }],
    ["plos", "PLOS, full width (190 mm)", { mm: 190, points: 9, face: "sans" }],
  ];
  const FORMS = [["pdf", "PDF"], ["svg", "SVG"], ["png", "PNG, 600 dpi"]];
  const LETTERS = 11.5; /* of a picture's axes, in its pixels */
  const MM_OF_PT = 25.4 / 72;
  const INCH = 25.4;
  const DPI = 600;
  const AROUND = 96; /* pixels of title and edges around a picture that fills the screen */
  const LEAST_WIDE = 760;

  /* A size as pictures.js takes it: so many pixels wide that letters have so many points on paper. */
  mirodash.sizeOf = function sizeOf({ mm, points, face, titled = true, told = true }) {
    const wide = mm / MM_OF_PT / (points / LETTERS);
    const pixels = Math.round((mm / INCH) * DPI);
    const family = face === "serif" ? SERIF : SANS;
    return { name: `${mm}mm`, mm, wide, pixels, perMetre: Math.round((DPI / INCH) * 1000), family, titled, told };
  };

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const select = (name, options) => element("select", { "data-figure": name }, ...options.map(([value, text]) => element("option", { value }, text)));
  const number = (name, value, min, max, step) => element("input", { type: "number", value, min, max, step, "data-figure": name });
  const box = (name, text) => element("label", {}, element("input", { type: "checkbox", checked: "", "data-figure": name }), ` ${text}`);
  const row = (text, control) => element("label", { class: "figure-row" }, element("span", {}, text), control);

  let dialog = null;
  let done = null;

  const part = (name) => dialog.querySelector(`[data-figure="${name}"]`);

  function take() {
    const mm = Math.min(Math.max(Number(part("mm").value) || 85, 40), 400);
    const points = Math.min(Math.max(Number(part("points").value) || 8, 4), 24);
    const size = mirodash.sizeOf({ mm, points, face: part("face").value, titled: part("titled").checked, told: part("told").checked });
    return { gives: "picture", size, type: part("form").value };
  }

  function build() {
    dialog = element("dialog", { class: "dialog figure-dialog", "aria-labelledby": "figure-dialog-title" },
      element("h2", { id: "figure-dialog-title" }, "Figure for a journal"),
      row("Preset", select("preset", PRESETS)),
      row("Width, mm", number("mm", 85, 40, 400, 1)),
      row("Letters, pt", number("points", 8, 4, 24, 0.5)),
      row("Typeface", select("face", FACES)),
      row("File", select("form", FORMS)),
      element("div", { class: "figure-around" }, box("titled", "Title"), box("told", "Numbers and source below")),
      element("p", { class: "note" }, "Widths and letters as the publishers’ instructions give them; check those of your journal. PDF opens the print dialog: choose “Save as PDF”. The word SYNTHETIC stays."),
      element("div", { class: "dialog-buttons" }, element("button", { type: "button", class: "plain leading", "data-figure": "save" }, "Save"), element("button", { type: "button", class: "plain", "data-figure": "cancel" }, "Cancel")));
    dialog.addEventListener("change", ({ target }) => {
      const preset = target === part("preset") && PRESETS.find(([key]) => key === target.value)[2];
      if (preset) for (const name of ["mm", "points", "face"]) part(name).value = preset[name];
      else if (["mm", "points", "face"].includes(target.dataset.figure)) part("preset").value = "own";
    });
    dialog.addEventListener("click", ({ target }) => {
      if (target === part("cancel")) dialog.close();
      if (target !== part("save")) return;
      dialog.close();
      done(take());
    });
    document.body.append(dialog);
  }

  /* Ask for measures; what is chosen goes to the function given. */
  mirodash.askForFigure = function askForFigure(then) {
    if (!dialog) build();
    done = then;
    dialog.showModal();
  };

  /* PDF through the print dialog: the drawing alone on a sheet of its own size, letters as letters. */
  mirodash.printPicture = function printPicture({ svg, size, high }) {
    const millimetres = (size.mm * high) / size.wide;
    const place = element("div", { class: "picture-print" });
    svg.setAttribute("width", `${size.mm}mm`);
    svg.setAttribute("height", `${millimetres}mm`);
    place.append(svg);
    document.body.append(place);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`@page { size: ${size.mm + 0.5}mm ${millimetres + 0.5}mm; margin: 0 } @media print { body > :not(.picture-print) { display: none !important } }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    window.print();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    place.remove();
    return "a PDF by the print dialog";
  };

  /* As large as the screen */

  let large = null;

  function fit() {
    if (!large) return;
    const { panel, high } = large;
    const zoom = Math.min(Math.max(1, window.innerHeight / (high + AROUND)), Math.max(1, window.innerWidth / LEAST_WIDE));
    panel.style.zoom = String(zoom);
    panel.style.width = `${Math.floor(window.innerWidth / zoom)}px`;
  }

  function shrink() {
    if (!large) return;
    const { panel, button } = large;
    large = null;
    panel.classList.remove("expanded");
    panel.style.zoom = "";
    panel.style.width = "";
    document.body.classList.remove("has-expanded");
    panel.querySelector(":scope > .shrink").remove();
    window.dispatchEvent(new Event("resize"));
    button.focus({ preventScroll: true });
  }

  mirodash.expandPanel = function expandPanel(panel, button) {
    if (document.fullscreenElement) document.exitFullscreen();
    const picture = panel.querySelector(".plot");
    large = { panel, button, high: picture ? picture.offsetHeight : panel.offsetHeight };
    panel.classList.add("expanded");
    document.body.classList.add("has-expanded");
    const close = element("button", { type: "button", class: "plain shrink" }, "Close (Esc)");
    close.addEventListener("click", back);
    panel.prepend(close);
    fit();
    window.dispatchEvent(new Event("resize"));
    close.focus();
    document.documentElement.requestFullscreen?.().catch(() => {});
  };

  function back() {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    shrink();
  }

  document.addEventListener("keydown", (event) => event.key === "Escape" && large && back());
  document.addEventListener("fullscreenchange", () => (document.fullscreenElement ? fit() : shrink()));
  window.addEventListener("resize", fit);
  window.addEventListener("popstate", shrink);
})(window.dash_clientside.mirodash);
