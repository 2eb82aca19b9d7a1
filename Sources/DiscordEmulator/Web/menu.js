// A pop-up menu next to an element or at a point: context menus, the user switch, message actions. One open at a time; arrow keys,
// Home, End, Enter and Esc work; focus returns to where it was.

import { classes, h } from "./dom.js";
import { icon } from "./icons.js";

let close = null;

/**
 * Items: `{label, detail?, leading?, icon?, danger?, checked?, href?, run?, testid?}`, `{heading}` or `"separator"`.
 * `anchor`: an element, or `{x, y}` in page pixels.
 */
export function openMenu(anchor, items, { label, above = false } = {}) {
  closeMenu();
  const opener = document.activeElement;
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, tabIndex: -1 }, items.map((item) => row(item)));
  document.body.append(menu);
  place(menu, anchor, above);

  const away = (event) => !menu.contains(event.target) && closeMenu();
  const onKey = (event) => moveByKey(event, menu);
  document.addEventListener("pointerdown", away, true);
  addEventListener("blur", closeMenu);
  menu.addEventListener("keydown", onKey);
  close = () => {
    document.removeEventListener("pointerdown", away, true);
    removeEventListener("blur", closeMenu);
    menu.remove();
    close = null;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  };
  (menu.querySelector("[aria-checked=true]") ?? menu.querySelector("[role^=menuitem]") ?? menu).focus();
}

export function closeMenu() {
  close?.();
}

function row(item) {
  if (item === "separator") return h("hr");
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const props = {
    class: classes("menu-item", item.danger && "danger"),
    role: item.checked === undefined ? "menuitem" : item.href ? "menuitemradio" : "menuitemcheckbox",
    "aria-checked": item.checked,
    tabIndex: -1,
    "data-testid": item.testid,
    onmouseenter: (event) => event.currentTarget.focus({ preventScroll: true }),
  };
  const inside = [
    item.leading,
    h("span", { class: "menu-label" }, item.label, item.detail && h("small", {}, item.detail)),
    item.checked ? icon("check") : item.icon && icon(item.icon),
  ];
  if (item.href) return h("a", { ...props, href: item.href }, inside);
  const run = () => {
    closeMenu();
    item.run();
  };
  return h("button", { ...props, type: "button", onclick: run }, inside);
}

function place(menu, anchor, above) {
  const size = menu.getBoundingClientRect();
  let { x, y } = anchor;
  if (anchor instanceof Element) {
    const box = anchor.getBoundingClientRect();
    x = box.left;
    y = above ? box.top - size.height - 8 : box.bottom + 4;
  }
  menu.style.setProperty("left", `${Math.max(8, Math.min(x, innerWidth - size.width - 8))}px`);
  menu.style.setProperty("top", `${Math.max(8, Math.min(y, innerHeight - size.height - 8))}px`);
}

function moveByKey(event, menu) {
  const entries = [...menu.querySelectorAll("[role^=menuitem]")];
  const index = entries.indexOf(document.activeElement);
  const steps = { ArrowDown: index + 1, ArrowUp: index - 1 + entries.length, Home: 0, End: entries.length - 1 };
  if (event.key in steps) entries[steps[event.key] % entries.length]?.focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
