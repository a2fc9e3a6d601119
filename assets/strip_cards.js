/* The cards of the strip: built from the views and from what the server says of them, as text alone. */

window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.mirodash = window.dash_clientside.mirodash || {};

(function (mirodash) {
  "use strict";

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes || {})) made.setAttribute(attribute, value);
    made.append(...children);
    return made;
  }

  function button(word, act, name, kind) {
    return element("button", { type: "button", class: `plain ${kind || ""}`, "data-act": act, "aria-label": `${word}: ${name}` }, word);
  }

  /* What a reader can write; on paper it stands in full, which a box with a text in it does not. */
  function field(place, name, label, text, lines) {
    const id = `strip-${name}-${place}`;
    const box = element("textarea", { id, rows: lines, autocomplete: "off", "data-text": name, "aria-describedby": `${id}-problem` });
    box.value = text;
    return element("div", { class: `text-field ${name}` }, element("label", { for: id }, label), box,
      element("p", { class: "printed", "aria-hidden": "true" }), element("p", { class: "problem", id: `${id}-problem`, role: "alert" }));
  }

  function fixedText(name, label, text) {
    return element("div", { class: `text-field fixed ${name}` }, element("span", { class: "label" }, label), element("p", {}, text));
  }

  function texts(view, place, isFixed) {
    if (!isFixed) return [field(place, "title", "Title", view.title, 1), field(place, "note", "Note for you", view.note, 1)];
    return [fixedText("title", "Title", view.title), ...(view.note ? [fixedText("note", "Note", view.note)] : [])];
  }

  function buttons(name, place, last, isFixed) {
    const made = [button("Present from here", "present", name)];
    if (isFixed) return made;
    const [up, down] = [button("Up", "up", name, "move"), button("Down", "down", name, "move")];
    /* still there for the focus: a card that arrived at an end keeps it */
    up.setAttribute("aria-disabled", String(place === 0));
    down.setAttribute("aria-disabled", String(place === last));
    return [...made, up, down, button("Remove", "remove", name)];
  }

  mirodash.stripCard = function stripCard(view, place, last, isFixed) {
    const number = element("span", { class: "number" }, String(place + 1));
    const grip = element("span", { class: "grip", draggable: "true", "aria-hidden": "true", title: "Drag to another place" }, "⠿");
    const head = element("div", { class: "card-head" }, element("h2", {}, "View"), element("span", { class: "card-badge" }));
    const tools = element("div", { class: "card-tools" },
      element("a", { class: "view-link plain open", hidden: "" }, "Open"), ...buttons(`view ${place + 1}`, place, last, isFixed));
    return element("li", { class: "strip-card", "data-place": place },
      element("div", { class: "card-place" }, number, ...(isFixed ? [] : [grip])),
      element("div", { class: "card-thumb" }),
      element("div", { class: "card-what" }, head, element("p", { class: "card-problem" }),
        ...texts(view, place, isFixed), element("p", { class: "card-view" })),
      tools);
  };

  /* Whether a title is the reader's or the data's is said beside it. */
  mirodash.showTexts = function showTexts(card, view, told) {
    const proposed = told ? told.proposed : "";
    const title = card.querySelector(".title");
    title.querySelector("label, .label").textContent = view.title ? "Title: yours" : "Title: proposed";
    const fixed = card.querySelector(".title.fixed p");
    if (fixed) fixed.textContent = view.title || proposed;
    for (const box of card.querySelectorAll("[data-text]")) {
      if (box.dataset.text === "title") box.placeholder = proposed;
      const shown = box.value || (box.dataset.text === "title" ? proposed : "");
      box.parentElement.querySelector(".printed").textContent = shown;
      box.parentElement.classList.toggle("empty", !shown);
      mirodash.fitText(box, shown);
    }
  };

  /* A proposed title is as long as one's own, and a placeholder does not make room for itself. */
  mirodash.fitText = function fitText(box, shown) {
    const written = box.value;
    if (!written) box.value = shown;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
    if (!written) box.value = "";
  };

  function showLink(card, told) {
    const link = card.querySelector(".open");
    link.hidden = !told.href;
    if (told.href) link.setAttribute("href", told.href);
    link.setAttribute("aria-label", `Open: view ${Number(card.dataset.place) + 1}, ${told.name}`);
  }

  mirodash.showCardWords = function showCardWords(card, view, told) {
    mirodash.showTexts(card, view, told);
    if (!told) return;
    card.querySelector("h2").textContent = told.name;
    card.querySelector(".card-badge").textContent = told.synthetic ? "SYNTHETIC" : "";
    card.querySelector(".card-problem").textContent = told.problems.join(" ");
    card.classList.toggle("cannot", told.problems.length > 0);
    card.querySelector('[data-act="present"]').hidden = told.problems.length > 0;
    const phrases = told.phrases.flatMap((phrase) => [element("span", { class: "phrase" }, phrase), " "]);
    card.querySelector(".card-view").replaceChildren(...phrases);
    showLink(card, told);
  };
})(window.dash_clientside.mirodash);
