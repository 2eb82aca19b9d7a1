// A chosen slash command in the composer: the command's chip, a pill for each option in use, a button for the optional ones left.
// Tab and Shift-Tab walk, Enter sends, Backspace in an empty pill takes it away, Esc gives the command up. Checks every field
// before anything is sent.

import { fill, h } from "./dom.js";
import { OptionField } from "./option-field.js";
import { avatar } from "./people.js";
import { upload } from "./api.js";

export class CommandForm {
  /** `host`: `{suggestions, send(), cancel(keepText)}`. */
  constructor(store, entry, host) {
    this.store = store;
    this.entry = entry;
    this.host = host;
    this.suggestions = host.suggestions;
    this.fields = entry.options.filter((option) => option.required).map((option) => new OptionField(store, option, this));
    const application = store.application(entry.command.application_id);
    this.chip = h("span", { class: "command-chip" }, application?.bot && avatar(application.bot, "tiny"), `/${entry.title}`);
    this.pills = h("div", { class: "pills" });
    this.more = h("button", {
      class: "more-options", type: "button", "data-testid": "more-options",
      onfocus: () => this.showRemaining(), onclick: () => this.showRemaining(), onblur: () => this.suggestions.hide(),
      onkeydown: (event) => this.moreKey(event),
    });
    this.element = h("div", { class: "command-form", role: "group", "aria-label": `/${entry.title}`, "data-testid": "command-form" }, this.chip, this.pills, this.more);
    this.draw();
  }

  draw() {
    fill(this.pills, this.fields.map((field) => field.element));
    const left = this.remaining().length;
    this.more.hidden = left === 0 && this.fields.length > 0;
    this.more.textContent = left > 0 ? `+${left} optional` : "press Enter";
  }

  remaining() {
    return this.entry.options.filter((option) => !this.fields.some((field) => field.option === option));
  }

  start(text = "") {
    if (text !== "" && this.fields.length > 0) this.fields[0].setText(text);
    (this.fields[0] ?? this.more).focus();
  }

  add(option) {
    const field = new OptionField(this.store, option, this);
    this.fields.push(field);
    this.draw();
    field.focus();
  }

  removeField(field) {
    const index = this.fields.indexOf(field);
    this.fields.splice(index, 1);
    this.draw();
    (this.fields[Math.max(0, index - 1)] ?? this.more).focus();
  }

  showRemaining() {
    const items = this.remaining().map((option) => ({
      label: option.name, detail: option.description, testid: `add-${option.name}`, run: () => this.add(option),
    }));
    this.suggestions.show({ heading: items.length > 0 && h("div", { class: "option-hint" }, h("b", {}, "Optional")), items, field: this.more, selectFirst: false });
  }

  moreKey(event) {
    if (event.key === "Tab" || (event.key === "Enter" && this.suggestions.active < 0)) {
      if (event.key === "Enter") this.sendNow(event);
      return;
    }
    if (this.suggestions.key(event)) return;
    if (event.key === "Escape") this.cancel(event);
    if (event.key === "Backspace") this.fields.length > 0 ? this.fields.at(-1).focus() : this.host.cancel(`/${this.entry.title}`);
  }

  // What the fields ask of the form

  entered() {}

  left() {
    this.suggestions.hide();
  }

  moveOn(field) {
    const next = this.fields[this.fields.indexOf(field) + 1];
    if (next) next.focus();
    else field.suggest();
  }

  fieldKey(event, field) {
    if (event.isComposing) return;
    if (event.key === "Tab" && !event.shiftKey && field.isEmpty && !field.option.required) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.sendNow(event);
    if (this.suggestions.key(event)) return;
    if (event.key === "Enter") return this.sendNow(event);
    if (event.key === "Escape") return this.cancel(event);
    if (event.key === "Backspace" && field.isEmpty) {
      event.preventDefault();
      if (!field.option.required) this.removeField(field);
      else if (this.fields.every((other) => other.isEmpty)) this.host.cancel(`/${this.entry.title}`);
      else this.fields[Math.max(0, this.fields.indexOf(field) - 1)].focus();
    }
  }

  cancel(event) {
    event.preventDefault();
    this.host.cancel("");
  }

  sendNow(event) {
    event.preventDefault();
    this.host.send();
  }

  async requestChoices(field, signal) {
    const options = this.nested(Object.fromEntries(
      this.fields.map((other) => [other.option.name, other === field ? other.text : other.read().value]).filter(([, value]) => value !== undefined && !(value instanceof File))));
    const body = { channel_id: this.store.selection.channel, command_id: this.entry.command.id, options, focused: field.option.name };
    const answer = await this.store.api.autocomplete(body, signal);
    return answer.choices ?? [];
  }

  /** Options of a subcommand lie inside objects named after the path to it. */
  nested(options) {
    return this.entry.path.reduceRight((inside, name) => ({ [name]: inside }), options);
  }

  /** All values if every field is right; otherwise the first wrong one gets the focus, and null. */
  async collect() {
    const values = {};
    const files = {};
    let wrong = null;
    for (const field of this.fields) {
      const { value, error } = field.check();
      if (error) wrong ??= field;
      else if (value instanceof File) files[field.option.name] = value;
      else if (value !== undefined) values[field.option.name] = value;
    }
    if (wrong) {
      wrong.focus();
      wrong.check();
      wrong.show([]);
      return null;
    }
    const attachments = {};
    for (const [name, file] of Object.entries(files)) attachments[name] = await upload(file);
    return { options: this.nested(values), attachments };
  }

  /** A dropped file fills the first empty file option. */
  takeFile(file) {
    const field = this.fields.find((candidate) => candidate.fileButton && !candidate.file);
    field?.setFile(file);
    return Boolean(field);
  }
}
