// A form that an application opens: text fields, selects, check boxes and files, each with its label, checked before it is sent.
// Closing it sends nothing, as in Discord.

import { upload } from "./api.js";
import { selectChoices } from "./components.js";
import { fill, h, uniqueId } from "./dom.js";
import { markdown } from "./markdown-view.js";
import { openOverlay } from "./overlay.js";
import { select } from "./select.js";

const kind = { row: 1, stringSelect: 3, text: 4, label: 18, display: 10, file: 19, radio: 21, checkboxes: 22, checkbox: 23 };

/** `modal`: the data of a `modal_open` event. */
export function openModal(store, modal) {
  const fields = [];
  const problem = h("p", { class: "failure", role: "alert", hidden: true });
  const submitButton = h("button", { class: "button primary", type: "submit" }, "Submit");
  const body = (modal.components ?? []).map((component) => row(store, component, fields));
  const send = async (event) => {
    event.preventDefault();
    const wrong = fields.map((field) => field.check()).findIndex((error) => error !== null);
    if (wrong >= 0) return fields[wrong].focus();
    submitButton.disabled = true;
    try {
      const values = {};
      for (const field of fields) values[field.id] = await field.value();
      await store.api.modal({ interaction_id: modal.interaction_id, values });
      close();
    } catch (error) {
      problem.hidden = false;
      fill(problem, error.message);
      submitButton.disabled = false;
    }
  };
  const form = h("form", { class: "modal", onsubmit: send, novalidate: true, "data-testid": "modal" },
    h("h2", {}, modal.title), h("div", { class: "modal-body" }, body, problem),
    h("footer", {}, h("button", { class: "button secondary", type: "button", onclick: () => close() }, "Cancel"), submitButton));
  const close = openOverlay(form, { label: modal.title });
}

/** An action row with one field in it (the older form), a label around a field, or a text. */
function row(store, component, fields) {
  if (component.type === kind.display) return markdown(store, component.content);
  const inner = component.type === kind.label ? component.component : component.type === kind.row ? component.components?.[0] : component;
  const field = inner && fieldOf(store, inner);
  if (!field) return null;
  fields.push(field);
  const title = component.type === kind.label ? component.label : inner.label;
  const error = h("p", { class: "failure", role: "alert", id: `${field.inputId}-error`, hidden: true });
  const check = field.check;
  field.check = () => {
    const text = check();
    error.hidden = text === null;
    fill(error, text);
    field.element.classList.toggle("wrong", text !== null);
    return text;
  };
  return h("div", { class: "modal-field" },
    h("label", { htmlFor: field.inputId }, title, inner.required !== false && h("span", { class: "required", title: "required" }, " *")),
    component.description && h("p", { class: "hint" }, component.description), field.element, error);
}

function fieldOf(store, component) {
  switch (component.type) {
    case kind.text: return textField(component);
    case kind.file: return fileField(component);
    case kind.radio: return choiceField(component, "radio");
    case kind.checkboxes: return choiceField(component, "checkbox");
    case kind.checkbox: return checkbox(component);
    default: return component.type >= 3 && component.type <= 8 ? selectField(store, component) : null;
  }
}

function textField(component) {
  const inputId = uniqueId("field");
  const long = component.style === 2;
  const input = h(long ? "textarea" : "input", {
    id: inputId, class: "field", placeholder: component.placeholder, value: component.value ?? "", rows: long ? 5 : null,
    maxlength: component.max_length ?? 4000, "aria-describedby": `${inputId}-error`, "data-testid": `field-${component.custom_id}`,
    type: long ? null : "text",
  });
  const check = () => {
    const length = [...input.value].length;
    if (length === 0) return component.required === false ? null : "Please fill this in.";
    return length < (component.min_length ?? 0) ? `At least ${component.min_length} characters.` : null;
  };
  return { id: component.custom_id, inputId, element: input, check, focus: () => input.focus(), value: () => input.value };
}

function selectField(store, component) {
  const inputId = uniqueId("field");
  let values = (component.options ?? []).filter((option) => option.default).map((option) => option.value);
  const element = select({ ...component, choices: selectChoices(store, component), focusKey: component.custom_id }, (picked) => (values = picked));
  const button = element.querySelector("button");
  button.id = inputId;
  const check = () => (values.length === 0 && component.required !== false ? "Please choose." : null);
  return { id: component.custom_id, inputId, element, check, focus: () => button.focus(), value: () => values };
}

function choiceField(component, type) {
  const inputId = uniqueId("field");
  const inputs = component.options.map((option, index) =>
    h("input", { type, name: inputId, value: option.value, checked: Boolean(option.default), id: index === 0 ? inputId : `${inputId}-${index}` }));
  const rows = inputs.map((input, index) => h("label", { class: "choice" }, input,
    h("span", {}, component.options[index].label, component.options[index].description && h("small", {}, component.options[index].description))));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const check = () => (chosen().length === 0 && component.required !== false ? "Please choose." : null);
  const value = () => (type === "radio" ? chosen()[0] ?? null : chosen());
  return { id: component.custom_id, inputId, element: h("div", { class: "choices" }, rows), check, focus: () => inputs[0]?.focus(), value };
}

function checkbox(component) {
  const inputId = uniqueId("field");
  const input = h("input", { type: "checkbox", id: inputId, checked: Boolean(component.default) });
  return { id: component.custom_id, inputId, element: input, check: () => null, focus: () => input.focus(), value: () => input.checked };
}

function fileField(component) {
  const inputId = uniqueId("field");
  const input = h("input", { type: "file", id: inputId, class: "field", multiple: (component.max_values ?? 1) > 1 });
  const check = () => {
    const count = input.files.length;
    if (count === 0) return component.required === false ? null : "Please choose a file.";
    return count > (component.max_values ?? 1) ? `At most ${component.max_values ?? 1} files.` : null;
  };
  const value = () => Promise.all([...input.files].map(upload));
  return { id: component.custom_id, inputId, element: input, check, focus: () => input.focus(), value };
}
