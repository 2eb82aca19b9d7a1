// What lies over the page: a veil, a dialog in the middle, keyboard focus kept inside, Esc and a click on the veil to leave. Used by
// the lightbox and by modals.

import { h } from "./dom.js";

const focusable = "button:not([disabled]), a[href], input:not([disabled]), textarea:not([disabled]), select:not([disabled]), [tabindex='0']";

/** Shows `content`; returns `close()`. `onclose` is called however it ends. */
export function openOverlay(content, { label, onkey, onclose } = {}) {
  const opener = document.activeElement;
  const close = () => {
    if (!veil.isConnected) return;
    veil.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    onclose?.();
  };
  const keyed = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Tab") keepInside(event, veil);
    else onkey?.(event);
  };
  const leave = (event) => event.target === veil && close();
  const veil = h("div", { class: "veil", role: "dialog", "aria-modal": true, "aria-label": label, tabIndex: -1, onkeydown: keyed, onpointerdown: leave }, content);
  document.body.append(veil);
  (veil.querySelector("input, textarea, [autofocus]") ?? veil).focus();
  return close;
}

function keepInside(event, veil) {
  const stops = [...veil.querySelectorAll(focusable)];
  if (stops.length === 0) return event.preventDefault();
  const index = stops.indexOf(document.activeElement);
  const next = index + (event.shiftKey ? -1 : 1);
  if (index >= 0 && next >= 0 && next < stops.length) return;
  event.preventDefault();
  stops.at(event.shiftKey ? -1 : 0).focus();
}
