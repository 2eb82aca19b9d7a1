// A select menu: a button that opens a list box. One choice is sent at once; several are ticked and sent when the list closes.
// Used under messages and inside modals.

import { classes, fill, h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { emoji } from "./markdown-view.js";

/**
 * `{choices, placeholder?, min_values?, max_values?, disabled?, busy?, focusKey?, label?}`; `onpick(values)` when the choice is made.
 */
export function select(options, onpick) {
  const most = options.max_values ?? 1;
  const least = options.min_values ?? 1;
  const chosen = new Set([...options.choices.filter((choice) => choice.default).map((choice) => choice.value),
    ...(options.default_values ?? []).map((value) => value.id)]);
  const listId = uniqueId("select");
  let active = 0;
  let atOpening = "";

  const list = h("div", { class: "select-list", role: "listbox", id: listId, "aria-multiselectable": most > 1, hidden: true });
  const opener = h("button", {
    class: "select-button", type: "button", role: "combobox", "aria-expanded": false, "aria-controls": listId,
    "aria-label": options.label ?? options.placeholder ?? "Choose", disabled: Boolean(options.disabled || options.busy), "data-focus": options.focusKey,
    "data-testid": `select-${options.focusKey ?? ""}`,
  });
  const box = h("div", { class: classes("select", options.busy && "busy") }, opener, list);

  const drawOpener = () => {
    const labels = options.choices.filter((choice) => chosen.has(choice.value)).map((choice) => choice.label);
    fill(opener, h("span", { class: labels.length ? "" : "placeholder" }, labels.join(", ") || options.placeholder || "Make a choice"), icon("chevron"));
  };
  const drawList = () => {
    fill(list, options.choices.map((choice, index) => {
      const props = {
        class: classes("select-option", index === active && "active"), role: "option", "aria-selected": chosen.has(choice.value),
        onpointerdown: (event) => event.preventDefault(), onclick: () => toggle(index),
      };
      return h("div", props, emoji(choice.emoji),
        h("span", { class: "menu-label" }, choice.label, choice.description && h("small", {}, choice.description)),
        chosen.has(choice.value) && icon("check"));
    }));
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const setOpen = (open) => {
    if (open === !list.hidden) return;
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) {
      atOpening = [...chosen].join();
      drawList();
      box.classList.toggle("upwards", opener.getBoundingClientRect().bottom + list.offsetHeight > innerHeight - 90);
    } else if (most > 1 && chosen.size >= least && [...chosen].join() !== atOpening) onpick([...chosen]);
  };
  const toggle = (index) => {
    active = index;
    const value = options.choices[index]?.value;
    if (value === undefined) return;
    if (most === 1) {
      chosen.clear();
      chosen.add(value);
      drawOpener();
      setOpen(false);
      return onpick([value]);
    }
    if (chosen.has(value)) chosen.delete(value);
    else if (chosen.size < most) chosen.add(value);
    drawOpener();
    drawList();
  };
  const keyed = (event) => {
    const open = !list.hidden;
    const count = options.choices.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (open) active = (active + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      setOpen(true);
      drawList();
    } else if (event.key === "Enter" || event.key === " ") open ? toggle(active) : setOpen(true);
    else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  opener.addEventListener("click", () => setOpen(list.hidden));
  opener.addEventListener("keydown", keyed);
  opener.addEventListener("blur", () => setOpen(false));
  drawOpener();
  return box;
}
