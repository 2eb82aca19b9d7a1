// The list above the composer: commands after "/", people after "@", choices of an option. Keeps one active row; the field that
// has the focus hands it arrow keys, Tab and Enter, and names the active row to screen readers.

import { classes, fill, h, uniqueId } from "./dom.js";

export class Suggestions {
  constructor() {
    this.id = uniqueId("suggestions");
    this.items = [];
    this.active = 0;
    this.heading = h("div", { class: "suggestions-heading" });
    this.list = h("div", { class: "suggestions-list", role: "listbox", id: this.id, "aria-label": "Suggestions" });
    this.element = h("div", { class: "suggestions", hidden: true, "data-testid": "suggestions" }, this.heading, this.list);
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get open() {
    return !this.element.hidden && this.items.length > 0;
  }

  /**
   * `items`: `{label, detail?, leading?, trailing?, testid?, run}`; `heading`: nodes above the list; `empty`: a sentence for an empty list;
   * `field`: the input to describe.
   */
  show({ heading = null, items = [], empty = null, field, selectFirst = true }) {
    this.items = items;
    this.active = selectFirst ? 0 : -1;
    this.field = field;
    fill(this.heading, heading, items.length === 0 && empty && h("p", { class: "hint" }, empty));
    this.heading.hidden = !this.heading.hasChildNodes();
    this.element.hidden = items.length === 0 && this.heading.hidden;
    this.draw();
  }

  hide() {
    if (this.element.hidden) return;
    this.items = [];
    this.element.hidden = true;
    this.describe();
  }

  draw() {
    fill(this.list, this.items.map((item, index) => this.row(item, index)));
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
    this.describe();
  }

  row(item, index) {
    const active = index === this.active;
    const props = {
      class: classes("suggestion", active && "active"), role: "option", id: `${this.id}-${index}`, "aria-selected": active,
      "data-testid": item.testid ?? "suggestion", onclick: () => item.run(), onpointermove: () => this.activate(index),
    };
    return h("div", props, item.leading,
      h("span", { class: "suggestion-label" }, h("b", {}, item.label), item.detail && h("small", {}, item.detail)),
      item.trailing && h("span", { class: "suggestion-trailing" }, item.trailing));
  }

  activate(index) {
    if (index === this.active) return;
    this.list.children[this.active]?.classList.remove("active");
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    this.list.children[index]?.classList.add("active");
    this.list.children[index]?.setAttribute("aria-selected", "true");
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    this.describe();
  }

  describe() {
    if (!this.field?.isConnected) return;
    if (this.open) this.field.setAttribute("aria-controls", this.id);
    else this.field.removeAttribute("aria-controls");
    if (this.open && this.active >= 0) this.field.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** True if the key was for the list: arrows move; Enter and Tab run the active row. */
  key(event) {
    if (!this.open || event.isComposing) return false;
    const count = this.items.length;
    if (event.key === "ArrowDown") this.activate((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.activate((this.active + count - (this.active < 0 ? 0 : 1)) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.active >= 0) this.items[this.active].run();
    else return false;
    event.preventDefault();
    return true;
  }
}
