// Where one writes: a text field that turns into a command form after "/", a line that says what is answered, files to send, and who
// is typing. Sends through the store's API; what was written stays when sending fails.

import { CommandForm } from "./command-form.js";
import { entries, exactEntry, search } from "./commands.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { notice } from "./notice.js";
import { Context } from "./composer-context.js";
import { Mentions } from "./mentions.js";
import { avatar } from "./people.js";
import { Suggestions } from "./suggestions.js";
import { Uploads } from "./uploads.js";
import { upload } from "./api.js";

const longest = 2000;
const typingPause = 8000;

export class Composer {
  constructor(store) {
    this.store = store;
    this.suggestions = new Suggestions();
    this.uploads = new Uploads(() => this.drawSend());
    this.form = null;
    this.mentions = new Mentions(store);
    this.context = new Context(store, () => this.endContext());
    this.drafts = new Map();
    this.text = h("textarea", {
      class: "composer-text", rows: 1, "aria-autocomplete": "list", "aria-haspopup": "listbox", "data-testid": "composer",
      oninput: () => this.typed(), onkeydown: (event) => this.keyed(event), onblur: () => this.suggestions.hide(), onfocus: () => this.suggest(),
      onpaste: (event) => this.pasted(event),
    });
    this.field = h("div", { class: "composer-field" }, this.text);
    this.counter = h("span", { class: "counter", hidden: true });
    this.send = h("button", { class: "plain send", type: "submit", title: "Send", "aria-label": "Send" }, icon("send"));
    this.typing = h("div", { class: "typing", role: "status", "aria-live": "polite" });
    const box = h("div", { class: "composer-box" }, this.context.element, this.uploads.strip,
      h("div", { class: "composer-row" }, this.uploads.button, this.field, this.counter, this.send));
    this.element = h("form", { class: "composer", onsubmit: (event) => (event.preventDefault(), this.submit()) }, this.suggestions.element, box, this.typing);
    store.on("selection", () => this.moved());
    store.on("state", () => this.placeholder());
    store.on("typing", ({ channel }) => channel === store.selection.channel && this.drawTyping());
    store.on("insert", ({ text }) => this.insert(text));
    store.on("pick-command", ({ name }) => this.beginNamed(name));
  }

  // Text

  moved() {
    if (this.channel) this.drafts.set(this.channel, this.text.value);
    this.channel = this.store.selection.channel;
    this.endForm("");
    this.context.clear();
    this.text.value = this.drafts.get(this.channel) ?? "";
    this.placeholder();
    this.drawTyping();
    this.resize();
  }

  placeholder() {
    const channel = this.store.channel;
    this.element.hidden = !channel;
    if (!channel) return;
    const name = this.store.channelName(channel);
    this.text.placeholder = channel.type === 1 ? `Message ${name}` : `Message #${name}`;
    this.text.setAttribute("aria-label", this.text.placeholder);
    const closed = channel.can_send === false;
    this.text.disabled = closed;
    if (closed) this.text.placeholder = "You may not write in this channel.";
  }

  typed() {
    this.resize();
    this.suggest();
    const now = Date.now();
    if (this.text.value !== "" && !this.text.value.startsWith("/") && now - (this.toldTyping ?? 0) > typingPause) {
      this.toldTyping = now;
      this.store.api.typing(this.channel).catch(() => {});
    }
  }

  resize() {
    this.text.style.setProperty("height", "auto");
    this.text.style.setProperty("height", `${Math.min(this.text.scrollHeight, innerHeight / 2)}px`);
    const left = longest - [...this.text.value].length;
    this.counter.hidden = left > 200;
    this.counter.textContent = String(left);
    this.counter.classList.toggle("over", left < 0);
    this.drawSend();
  }

  drawSend() {
    this.send.classList.toggle("ready", Boolean(this.form) || this.text.value.trim() !== "" || this.uploads.files.length > 0);
  }

  insert(text) {
    this.endForm("");
    this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
    this.resize();
    this.text.focus();
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.addFiles(files);
  }

  addFiles(files) {
    const rest = this.form ? files.filter((file) => !this.form.takeFile(file)) : files;
    if (rest.length > 0 && !this.form) this.uploads.add(rest);
    if (!this.form) this.text.focus();
  }

  // Suggestions while typing: commands and people

  suggest() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    if (/^\/[^\n]*$/.test(this.text.value)) return this.suggestCommands();
    const at = /(?:^|\s)@([\p{L}\p{N}_.-]{0,32})$/u.exec(before);
    if (!at || !this.mentions.suggest(at[1], this)) this.suggestions.hide();
  }

  suggestCommands() {
    const all = entries(this.store);
    const exact = exactEntry(all, this.text.value);
    if (exact && this.text.value.startsWith(`/${exact.entry.title} `)) return this.begin(exact.entry, exact.rest);
    const items = search(all, this.text.value.slice(1)).slice(0, 25).map((entry) => this.commandItem(entry));
    this.suggestions.show({
      items, field: this.text,
      heading: h("div", { class: "option-hint" }, h("b", {}, "Commands"), h("small", {}, "↑↓ choose · Tab fill in · Esc leave")),
      empty: all.length === 0 ? "No application has registered commands here yet." : "No command has this name. It will be sent as text.",
    });
  }

  commandItem(entry) {
    const application = this.store.application(entry.command.application_id);
    const shown = entry.options.slice(0, 6).map((option) => h("span", { class: option.required ? "param required" : "param" }, option.name));
    return {
      label: [`/${entry.title}`, " ", shown], detail: entry.description, trailing: application?.name, testid: `command-${entry.title.replaceAll(" ", "-")}`,
      leading: application?.bot ? avatar(application.bot, "small") : icon("slash"), run: () => this.begin(entry),
    };
  }

  keyed(event) {
    if (this.suggestions.key(event)) return;
    if (event.key === "Escape") {
      if (this.suggestions.open) this.suggestions.hide();
      else this.endContext();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && this.text.value === "") {
      const mine = this.store.messagesOf(this.channel).findLast((message) => message.author.id === this.store.me.id && message.content);
      if (mine) this.edit(mine);
      event.preventDefault();
    }
  }

  // Commands

  beginNamed(name) {
    const entry = entries(this.store).find((candidate) => candidate.title === name);
    if (entry) this.begin(entry);
  }

  begin(entry, rest = "") {
    this.context.clear();
    this.text.value = "";
    this.suggestions.hide();
    this.form = new CommandForm(this.store, entry, {
      suggestions: this.suggestions, send: () => this.submit(),
      cancel: (text) => {
        this.endForm(text);
        this.text.focus();
      },
    });
    fill(this.field, this.form.element);
    this.drawSend();
    this.form.start(rest);
  }

  endForm(text) {
    if (this.form) {
      this.form = null;
      fill(this.field, this.text);
      this.text.value = text;
    }
    this.suggestions.hide();
    this.resize();
  }

  // Sending

  submit() {
    return this.form ? this.submitCommand() : this.submitMessage();
  }

  async submitCommand() {
    const { form, channel } = this;
    const collected = await form.collect();
    if (!collected || this.form !== form) return;
    this.endForm("");
    this.text.focus();
    const { command, title } = form.entry;
    const { store } = this;
    store.interactions.begin({ kind: "command", channel, command: title, application: command.application_id }, (nonce) =>
      store.api.command({ channel_id: channel, command_id: command.id, ...collected, nonce }));
  }

  async submitMessage() {
    const content = this.mentions.outgoing(this.text.value);
    const files = this.uploads.files;
    const { answering, editing } = this.context;
    if (content === "" && files.length === 0) return;
    if ([...content].length > longest) return notice(`A message has at most ${longest} characters.`, { bad: true });
    const typed = this.text.value;
    this.clear();
    try {
      if (editing) await this.store.api.edit(editing.id, content);
      else {
        const attachments = await Promise.all(files.map(upload));
        await this.store.api.say({ channel_id: this.channel, content, reply_to: answering?.id, attachments });
      }
      this.mentions.clear();
      this.toldTyping = 0;
    } catch (error) {
      if (this.text.value === "") this.text.value = typed;
      this.uploads.add(files);
      if (answering) this.context.answer(answering);
      else if (editing) this.context.edit(editing);
      this.resize();
      notice(`The message was not sent: ${error.message}`, { bad: true });
    }
  }

  clear() {
    this.text.value = "";
    this.uploads.clear();
    this.context.clear();
    this.resize();
    this.suggestions.hide();
  }

  // Replies, edits, who is typing

  answer(message) {
    this.endForm("");
    this.context.answer(message);
    this.text.focus();
  }

  edit(message) {
    this.endForm("");
    this.context.edit(message);
    this.text.value = this.mentions.readable(message.content);
    this.resize();
    this.text.focus();
  }

  endContext() {
    if (this.context.editing) this.text.value = "";
    this.context.clear();
    this.resize();
    this.text.focus();
  }

  drawTyping() {
    const people = [...(this.store.typing.get(this.channel)?.keys() ?? [])].map((id) => this.store.user(id)).filter(Boolean);
    if (people.length === 0) return fill(this.typing);
    const names = people.length > 3 ? "Several people" : people.map((user) => this.store.nameOf(user)).join(" and ");
    fill(this.typing, h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")), h("b", {}, names),
      people.length > 1 ? " are typing…" : " is typing…");
  }
}
