// A small form of the page itself: a name for a thread, a new post. `ask` shows it and hands on what was filled in; a refusal is said in
// the form, which stays open.

import { fill, h, uniqueId } from "./dom.js";
import { openOverlay } from "./overlay.js";

/**
 * `fields`: `[{name, label, value?, long?, max?, optional?, choices?: [{label, value}], files?}]`. `send(values)` may throw a sentence.
 * Choices are ticked, files are chosen; both come as lists.
 */
export function ask({ title, fields, submit, send }) {
  const problem = h("p", { class: "failure", role: "alert", hidden: true });
  const button = h("button", { class: "button primary", type: "submit" }, submit);
  const inputs = fields.map((field) => ({ field, ...inputOf(field) }));
  const sent = async (event) => {
    event.preventDefault();
    const empty = inputs.find(({ field, read }) => !field.optional && read().length === 0);
    if (empty) return empty.focus();
    button.disabled = true;
    try {
      await send(Object.fromEntries(inputs.map(({ field, read }) => [field.name, read()])));
      close();
    } catch (error) {
      problem.hidden = false;
      fill(problem, error.message);
      button.disabled = false;
    }
  };
  const rows = inputs.map(({ field, id, element }) => h("div", { class: "modal-field" },
    h("label", { htmlFor: id }, field.label, !field.optional && h("span", { class: "required", title: "required" }, " *")), element));
  const form = h("form", { class: "modal", onsubmit: sent, novalidate: true, "data-testid": "dialog" },
    h("h2", {}, title), h("div", { class: "modal-body" }, rows, problem),
    h("footer", {}, h("button", { class: "button secondary", type: "button", onclick: () => close() }, "Cancel"), button));
  const close = openOverlay(form, { label: title });
}

function inputOf(field) {
  const id = uniqueId("ask");
  const testid = `ask-${field.name}`;
  if (field.choices) {
    const boxes = field.choices.map((choice, index) => h("input", { type: "checkbox", value: choice.value, id: index === 0 ? id : `${id}-${index}` }));
    const element = h("div", { class: "choices" }, boxes.map((box, index) => h("label", { class: "choice" }, box, h("span", {}, field.choices[index].label))));
    return { id, element, read: () => boxes.filter((box) => box.checked).map((box) => box.value), focus: () => boxes[0]?.focus() };
  }
  if (field.files) {
    const element = h("input", { type: "file", id, class: "field", multiple: true, "data-testid": testid });
    return { id, element, read: () => [...element.files], focus: () => element.focus() };
  }
  const element = h(field.long ? "textarea" : "input", {
    id, class: "field", value: field.value ?? "", maxlength: field.max ?? 2000, rows: field.long ? 5 : null, type: field.long ? null : "text", "data-testid": testid,
  });
  return { id, element, read: () => element.value.trim(), focus: () => element.focus() };
}
