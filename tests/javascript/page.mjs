/* A page without a browser: the scripts of assets/ run in it, and what they write can be read back.

   Only as much of a document is here as those scripts touch whose work is not the drawing itself; what needs
   layout, focus or a real mouse is tested in Chromium. */

import { readFileSync } from "node:fs";
import { compileFunction } from "node:vm";

const ASSETS = new URL("../../assets/", import.meta.url);
const PART = /^([a-z][a-z0-9]*)?((?:#[\w-]+|\.[\w-]+|\[[^\]]+\]|:not\([^)]+\))*)$/i;

function hasAttribute(element, test) {
  const [, name, operator, value] = /^([\w-]+)(?:([\^]?=)["']?([^"']*)["']?)?$/.exec(test);
  const found = element.getAttribute(name);
  if (found === null) return false;
  if (!operator) return true;
  return operator === "=" ? found === value : found.startsWith(value);
}

/* Whether an element is meant by a selector without spaces, such as `details:not([open])`. */
function isOne(element, selector) {
  const found = PART.exec(selector.trim());
  if (!found) throw new Error(`this page does not understand the selector ${selector}`);
  const [, tag, rest] = found;
  if (tag && element.tagName !== tag.toUpperCase()) return false;
  return (rest.match(/#[\w-]+|\.[\w-]+|\[[^\]]+\]|:not\([^)]+\)/g) || []).every((test) => {
    if (test.startsWith("#")) return element.id === test.slice(1);
    if (test.startsWith(".")) return element.classList.contains(test.slice(1));
    if (test.startsWith("[")) return hasAttribute(element, test.slice(1, -1));
    return !isOne(element, test.slice(5, -1));
  });
}

function isMeant(element, selector) {
  const [last, ...above] = selector.trim().split(/\s+/).reverse();
  if (!isOne(element, last)) return false;
  let place = element.parentElement;
  for (const part of above) {
    while (place && !isOne(place, part)) place = place.parentElement;
    if (!place) return false;
    place = place.parentElement;
  }
  return true;
}

/* A node of text or an element, in its place. */
class Node {
  parentElement = null;

  replaceWith(other) {
    const { parentElement } = this;
    parentElement.childNodes = parentElement.childNodes.map((node) => (node === this ? other : node));
    Object.assign(other, { parentElement });
    this.parentElement = null;
  }
  remove() {
    this.parentElement.childNodes = this.parentElement.childNodes.filter((node) => node !== this);
    this.parentElement = null;
  }
}

class Text extends Node {
  nodeName = "#text";

  constructor(data) {
    super();
    this.data = data;
  }

  get textContent() { return this.data; }
}

export class Element extends Node {
  constructor(tag, attributes = {}, ...children) {
    super();
    this.tagName = tag.toUpperCase();
    this.childNodes = [];
    this.hidden = false;
    this.value = "";
    this.written = new Map();
    this.style = { setProperty: (name, value) => (this.style[name] = value) };
    this.dataset = new Proxy({}, {
      get: (_, key) => this.getAttribute(dashed(key)) ?? undefined,
      set: (_, key, value) => (this.setAttribute(dashed(key), value), true),
    });
    this.classList = {
      contains: (name) => this.className.split(/\s+/).includes(name),
      add: (name) => this.classList.toggle(name, true),
      remove: (name) => this.classList.toggle(name, false),
      toggle: (name, on = !this.classList.contains(name)) => {
        const others = this.className.split(/\s+/).filter((one) => one && one !== name);
        this.className = (on ? [...others, name] : others).join(" ");
      },
    };
    Object.entries(attributes).forEach(([name, value]) => this.setAttribute(name, value));
    this.append(...children);
  }

  get id() { return this.getAttribute("id") ?? ""; }
  set id(value) { this.setAttribute("id", value); }
  get className() { return this.getAttribute("class") ?? ""; }
  set className(value) { this.setAttribute("class", value); }
  get open() { return this.getAttribute("open") !== null; }
  set open(is) { is ? this.setAttribute("open", "") : this.written.delete("open"); }
  get isConnected() { return this.tagName === "HTML" || Boolean(this.parentElement?.isConnected); }
  get pathname() { return new URL(this.getAttribute("href"), "http://here").pathname; }
  get search() { return new URL(this.getAttribute("href"), "http://here").search; }
  get children() { return this.childNodes.filter((node) => node instanceof Element); }
  get firstElementChild() { return this.children[0]; }
  get textContent() { return this.childNodes.map((node) => node.textContent).join(""); }
  set textContent(text) { this.replaceChildren(...(text === "" ? [] : [String(text)])); }

  getAttribute(name) { return this.written.has(name) ? this.written.get(name) : null; }
  setAttribute(name, value) { this.written.set(name, String(value)); }
  hasAttribute(name) { return this.written.has(name); }
  removeAttribute(name) { this.written.delete(name); }
  append(...nodes) {
    for (const node of nodes) {
      const part = node instanceof Node ? node : new Text(String(node));
      part.parentElement = this;
      this.childNodes.push(part);
    }
  }
  replaceChildren(...nodes) {
    this.childNodes.forEach((child) => (child.parentElement = null));
    this.childNodes = [];
    this.append(...nodes);
  }
  get lastElementChild() { return this.children.at(-1); }
  get lastChild() { return this.childNodes.at(-1); }
  get nodeName() { return this.tagName; }
  get attributes() { return [...this.written].map(([name, value]) => ({ name, value })); }
  closest(selector) {
    for (let place = this; place; place = place.parentElement) if (isMeant(place, selector)) return place;
    return null;
  }
  querySelectorAll(selector) {
    const [scoped, rest] = selector.startsWith(":scope > ") ? [true, selector.slice(9)] : [false, selector];
    if (scoped) return this.children.filter((child) => isMeant(child, rest));
    const [outer, direct] = rest.split(" > ");
    const all = this.children.flatMap((child) => [child, ...child.querySelectorAll("*")]);
    if (rest === "*") return all;
    if (direct) return all.filter((one) => isMeant(one, direct) && one.parentElement && isMeant(one.parentElement, outer));
    const [, around, within] = /^([^\s,[>]+) ([^\s,[>]+)$/.exec(rest) ?? [];
    if (within) return all.filter((one) => isMeant(one, within) && one.parentElement?.closest(around));
    return all.filter((one) => isMeant(one, rest));
  }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  getElementsByClassName(name) { return this.querySelectorAll(`.${name}`); }
  focus() { this.isFocused = true; }
  scrollIntoView() {}
}

const dashed = (key) => `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const el = (tag, attributes, ...children) => new Element(tag, attributes, ...children);

/* A store as browsers have it; `isFull` makes it refuse. */
export class Store {
  constructor(kept = {}) {
    this.kept = new Map(Object.entries(kept));
    this.isFull = false;
  }
  getItem(key) { return this.kept.has(key) ? this.kept.get(key) : null; }
  setItem(key, text) {
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(key, String(text));
  }
}

/* Run scripts of assets/ in a new page with these elements in its body. */
export function openPage(scripts, { address = "/", body = [], kept = {}, store = new Store(kept), prefersDark = false, isNarrow = false, fetch, caches, crypto } = {}) {
  const root = el("html", {}, el("body", {}, ...body));
  const listeners = [];
  const observers = [];
  const timers = new Map();
  const asked = []; /* what set_props was called with, in order */
  const steps = []; /* how the history was written */
  let location = new URL(address, "http://mirodash.test");
  let timer = 0;

  const listen = (place) => (type, run) => listeners.push({ place, type, run });
  const go = (kind) => (_, __, where) => {
    location = new URL(where, location);
    steps.push([kind, where]);
  };
  const page = {
    asked, steps, root, store, copied: [], now: 1_000_000,
    get address() { return location.pathname + location.search + location.hash; },
    /* What was last asked of a component. */
    last: (id) => asked.filter(([name]) => name === id).at(-1)?.[1],
    at: (id) => root.querySelector(`#${id}`),
    /* Tell the scripts of an event at an element, with its properties. */
    fire(type, target = root, more = {}) {
      const event = { type, target, preventDefault() { this.defaultPrevented = true; }, stopPropagation() {}, ...more };
      listeners.filter((one) => one.type === type).forEach(({ run }) => run(event));
      return event;
    },
    /* Write an attribute as Dash does, and let the page see it. */
    write(element, key, value) {
      element.dataset[key] = value;
      observers.forEach((see) => see([{ target: element }]));
    },
    /* Let every waiting clock run out. */
    runOut() {
      const waiting = [...timers.values()];
      timers.clear();
      waiting.forEach((run) => run());
    },
  };
  const document = {
    documentElement: root, activeElement: null,
    addEventListener: listen("document"),
    createElement: (tag) => el(tag),
    createElementNS: (_, tag) => el(tag),
    createTextNode: (text) => new Text(text),
    getElementById: (id) => root.querySelector(`#${id}`),
    querySelector: (selector) => root.querySelector(selector),
    querySelectorAll: (selector) => root.querySelectorAll(selector),
    getElementsByClassName: (name) => root.getElementsByClassName(name),
  };
  const dash = {
    no_update: Symbol("no update"),
    callback_context: { triggered: [], inputs_list: [] },
    set_props: (id, props) => asked.push([id, props]),
  };
  const window = {
    dash_clientside: dash, document, localStorage: store, fetch, caches, crypto,
    get location() { return location; },
    history: { pushState: go("push"), replaceState: go("replace") },
    addEventListener: listen("window"),
    dispatchEvent: (event) => page.fire(event.type, window, { detail: event.detail }),
    setTimeout(run) {
      timer += 1;
      timers.set(timer, run);
      return timer;
    },
    clearTimeout: (which) => timers.delete(which),
    requestAnimationFrame: (run) => (page.frames ? page.frames.push(run) : run()),
    matchMedia: (asked) => ({ matches: asked.includes("max-width") ? isNarrow : prefersDark, addEventListener() {} }),
    scrollTo() {},
    print: () => steps.push(["print"]),
    btoa, atob,
  };
  class MutationObserver {
    constructor(see) { observers.push(see); }
    observe() {}
  }
  const navigator = { clipboard: { writeText: async (text) => page.copied.push(text) } };
  const Clock = { now: () => page.now };
  const given = { window, document, MutationObserver, navigator, Date: Clock };
  for (const name of scripts) {
    const filename = new URL(`${name}.js`, ASSETS);
    const run = compileFunction(readFileSync(filename, "utf-8"), Object.keys(given), { filename: filename.pathname });
    run(...Object.values(given));
  }
  return Object.assign(page, { window, navigator, dash, mirodash: dash.mirodash });
}
