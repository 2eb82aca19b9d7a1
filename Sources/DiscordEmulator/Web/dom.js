// The one door to the document. Every node of the page is made here from plain values, text always becomes a text node, and
// an address is let through only when it cannot run script. Nothing in the client uses innerHTML. Knows nothing of Discord.

const addressAttributes = new Set(["href", "src", "poster"]);
const properties = new Set(["value", "checked", "disabled", "selected", "multiple", "tabIndex", "htmlFor", "readOnly"]);

/** An address that is safe to put into `href` or `src`, or null: http, https, blob, data pictures and paths of this origin. */
export function safeAddress(text) {
  try {
    const url = new URL(String(text), location.href);
    if (["http:", "https:", "blob:", "mailto:"].includes(url.protocol)) return url.href;
    return url.protocol === "data:" && /^data:image\/(png|jpeg|gif|webp)[;,]/i.test(url.href) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * Builds an element. `props`: `class`, `on<event>` handlers, `dataset`, `style` (an object of custom or plain properties),
 * DOM properties such as `value`, and attributes; false, null and undefined are left out, true is an empty attribute
 * (but "true" for aria-*). Children: nodes, strings, numbers, nested arrays; null and false are skipped.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) setProperty(element, key, value);
  append(element, children);
  return element;
}

function setProperty(element, key, value) {
  if (value === null || value === undefined) return;
  if (key.startsWith("on") && typeof value === "function") return element.addEventListener(key.slice(2), value);
  if (key === "dataset") return void Object.assign(element.dataset, value);
  if (key === "style") {
    for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
    return;
  }
  if (properties.has(key)) return void (element[key] = value);
  if (key.startsWith("aria-") && typeof value === "boolean") return element.setAttribute(key, String(value));
  if (value === false) return;
  if (addressAttributes.has(key)) {
    const address = safeAddress(value);
    if (address !== null) element.setAttribute(key, address);
    return;
  }
  element.setAttribute(key === "class" ? "class" : key, value === true ? "" : String(value));
}

/** Appends strings, numbers, nodes and nested arrays of them. */
export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/** Like `fill`, but what had the keyboard focus gets it back: elements are recognised by `data-focus`. */
export function refill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  fill(element, ...children);
  if (focused) element.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return element;
}

/** Class names, without the false ones. */
export const classes = (...names) => names.filter(Boolean).join(" ");

let counter = 0;
/** An id for `aria-controls` and friends, unique in this page. */
export const uniqueId = (prefix) => `${prefix}-${++counter}`;
