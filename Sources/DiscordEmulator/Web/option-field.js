// One option of a command as a pill in the composer: its name, a field that grows with its text, and the list that helps to fill it.
// Knows its option and its text; the form it stands in decides about moving on and sending.

import { classes, h, uniqueId } from "./dom.js";
import { avatar } from "./people.js";
import { describeKind, fixedSuggestions, optionKind, readOption } from "./options.js";

const typingPause = 200;

export class OptionField {
  /** `form`: `{suggestions, moveOn(field), fieldKey(event, field), requestChoices(field, signal)}`. */
  constructor(store, option, form) {
    this.store = store;
    this.option = option;
    this.form = form;
    this.picked = null;
    this.file = null;
    this.fixed = fixedSuggestions(store, option);
    this.offered = this.fixed ?? [];
    const id = uniqueId("option");
    this.errorId = `${id}-error`;
    this.input = option.type === optionKind.attachment ? this.fileInput(id) : this.textInput(id);
    this.label = h("label", { class: "pill-name", htmlFor: id }, option.name);
    this.element = h("div", { class: "pill", "data-testid": `pill-${option.name}` }, this.label, this.input, this.fileButton);
  }

  textInput(id) {
    return h("textarea", {
      id, rows: 1, "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-required": Boolean(this.option.required),
      "aria-label": this.option.name, autocomplete: "off", spellcheck: false, "data-testid": `option-${this.option.name}`,
      inputmode: [optionKind.integer, optionKind.number].includes(this.option.type) ? "decimal" : null,
      onfocus: () => this.entered(), onblur: () => this.left(), oninput: () => this.typed(),
      onkeydown: (event) => this.form.fieldKey(event, this),
    });
  }

  fileInput(id) {
    const choose = h("input", {
      type: "file", id, class: "visually-hidden", "aria-label": this.option.name, "data-testid": `option-${this.option.name}`,
      onchange: () => this.setFile(choose.files[0] ?? null), onfocus: () => this.entered(), onblur: () => this.left(),
      onkeydown: (event) => this.form.fieldKey(event, this),
    });
    this.fileButton = h("button", { class: "pill-file", type: "button", tabIndex: -1, onclick: () => choose.click() }, "Choose or drop a file");
    return choose;
  }

  setFile(file) {
    this.file = file;
    this.fileButton.textContent = file ? file.name : "Choose or drop a file";
    this.setError(null);
  }

  get text() {
    return this.input.value.replace(/\n/g, " ");
  }

  get isEmpty() {
    return !this.file && !this.picked && (this.option.type === optionKind.attachment || this.text === "");
  }

  setText(text) {
    this.input.value = text;
    this.picked = null;
  }

  focus() {
    this.input.focus();
  }

  read() {
    const suggestions = this.fixed ?? this.offered;
    return readOption(this.option, { text: this.option.type === optionKind.attachment ? "" : this.text, picked: this.picked, file: this.file, suggestions });
  }

  /** Reads and marks what is wrong. */
  check() {
    const result = this.read();
    this.setError(result.error ?? null);
    return result;
  }

  setError(text) {
    this.error = text;
    this.element.className = classes("pill", text && "wrong", this.picked && "picked");
    this.input.setAttribute("aria-invalid", String(Boolean(text)));
  }

  entered() {
    this.form.entered(this);
    this.suggest();
  }

  left() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.isEmpty) this.check();
    this.form.left(this);
  }

  typed() {
    if (this.input.value.includes("\n")) this.input.value = this.text;
    this.picked = null;
    this.setError(null);
    this.suggest();
  }

  heading() {
    const { option } = this;
    return [
      h("div", { class: "option-hint" }, h("b", {}, option.name), h("span", {}, option.description),
        h("small", {}, describeKind(option), option.required ? "" : " · optional")),
      this.error && h("p", { class: "failure", role: "alert", id: this.errorId, "data-testid": "option-error" }, this.error),
    ];
  }

  suggest() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.option.autocomplete) {
      this.show(this.picked ? [] : this.offered);
      if (!this.picked) this.timer = setTimeout(() => this.ask(), this.asked ? typingPause : 0);
    } else if (this.fixed) {
      const wanted = this.picked ? "" : this.text.trim().toLowerCase().replace(/^[@#]/, "");
      this.show(this.fixed.filter((choice) => `${choice.name} ${choice.detail ?? ""}`.toLowerCase().includes(wanted)));
    } else this.show([]);
  }

  /** Asks the application for choices that fit what has been typed. */
  async ask() {
    this.asked = true;
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      this.offered = await this.form.requestChoices(this, signal);
      this.problem = null;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.offered = [];
      this.problem = "Loading the choices failed.";
    }
    if (!signal.aborted && document.activeElement === this.input) this.show(this.picked ? [] : this.offered);
  }

  show(choices) {
    const items = choices.slice(0, 25).map((choice) => ({
      label: choice.name, detail: choice.detail, leading: choice.user && avatar(choice.user, "tiny"), run: () => this.pick(choice),
    }));
    const listed = this.fixed || this.option.autocomplete;
    const empty = this.problem ?? (listed && !this.picked && this.text ? "Nothing fits." : null);
    // What stands there whole needs no picking: Enter sends it, whether the list has come by then or not.
    const isWhole = this.option.autocomplete && choices.some((choice) => String(choice.value) === this.text.trim());
    const selectFirst = !this.picked && !isWhole && (this.option.required || this.text !== "" || this.option.type === optionKind.boolean);
    this.form.suggestions.show({ heading: this.heading(), items, empty, field: this.input, selectFirst });
  }

  pick(choice) {
    this.setText(String(choice.name));
    this.picked = choice;
    this.setError(null);
    this.form.moveOn(this);
  }
}
