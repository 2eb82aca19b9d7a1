// The message list of the chosen channel: days, groups, the "new" line, rows for commands under way, older pages on scrolling up.
// Nodes are kept by message id, so a live edit changes only the parts that differ and the reader's place stays where it was.

import { fill, h } from "./dom.js";
import { MessageView } from "./message.js";
import { pendingRow } from "./pending.js";
import { avatar } from "./people.js";
import { timeOf } from "./snowflake.js";
import { icon } from "./icons.js";
import { longDate, relativeTime, sameDay } from "./format.js";

const groupWithin = 7 * 60_000;
const nearEnd = 80;

export class MessageList {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.views = new Map();
    this.list = h("ol", { class: "message-list", "data-testid": "messages" });
    this.element = h("div", { class: "messages", role: "log", "aria-label": "Messages", tabIndex: 0 }, this.list);
    this.jump = h("button", { class: "jump", type: "button", hidden: true, onclick: () => this.toEnd() }, icon("chevron"), "Newest");
    this.frame = h("div", { class: "messages-frame" }, this.element, this.jump);
    this.atEnd = true;
    this.element.addEventListener("scroll", () => this.scrolled());
    this.element.addEventListener("keydown", (event) => this.moveByKey(event));
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.list);
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.element);
    store.on("selection", () => this.opened());
    store.on("state", () => this.draw());
    for (const topic of ["messages", "interactions"]) {
      store.on(topic, ({ channel, mine, older }) => {
        if (channel && channel !== store.selection.channel) return;
        if (mine) this.atEnd = true;
        if (older) this.draw();
        else this.drawSoon();
      });
    }
    setInterval(() => this.tick(), 1000);
  }

  opened() {
    this.views.clear();
    this.list.replaceChildren();
    this.atEnd = true;
    const channel = this.store.selection.channel;
    this.firstUnread = channel && this.store.marks.isUnread(channel) ? this.store.marks.lastRead(channel) : null;
    this.draw();
  }

  /** A burst of events is drawn once. */
  drawSoon() {
    this.timer ??= setTimeout(() => this.draw(), 16);
  }

  draw() {
    clearTimeout(this.timer);
    this.timer = null;
    const { store } = this;
    const channel = store.channel;
    if (!channel) return fill(this.list, h("li", { class: "welcome" }, h("h2", {}, "Choose a channel")));
    const entry = store.entry(channel.id);
    const height = this.element.scrollHeight;
    const rows = entry.loaded && entry.complete ? [this.welcome(channel)] : [];
    let previous = null;
    for (const message of entry.list) {
      const moment = Date.parse(message.timestamp);
      const newDay = !previous || !sameDay(Date.parse(previous.timestamp), moment);
      if (newDay) rows.push(this.divider(`day ${longDate(moment)}`, longDate(moment), "day"));
      const firstNew = this.firstUnread && isAfter(message.id, this.firstUnread) && !(previous && isAfter(previous.id, this.firstUnread));
      if (firstNew && previous) rows.push(this.divider("new", "New", "new"));
      rows.push(this.viewOf(message).update(message, { grouped: !newDay && !firstNew && belongsTo(previous, message) }));
      previous = message;
    }
    for (const pending of store.interactions.commandsIn(channel.id)) rows.push(pendingRow(store, pending));
    reconcile(this.list, rows);
    this.forgetGone(entry.list);
    if (this.atEnd) this.toEnd();
    else if (this.loadingOlder) this.element.scrollTop += this.element.scrollHeight - height;
  }

  viewOf(message) {
    if (!this.views.has(message.id)) this.views.set(message.id, new MessageView(this.store, this.actions));
    return this.views.get(message.id);
  }

  forgetGone(list) {
    const known = new Set(list.map((message) => message.id));
    for (const id of this.views.keys()) if (!known.has(id)) this.views.delete(id);
  }

  divider(key, text, kind) {
    return h("li", { class: `divider ${kind}`, "data-key": key }, h("span", {}, text));
  }

  welcome(channel) {
    const name = this.store.channelName(channel);
    const other = channel.recipients?.find((user) => user.id !== this.store.me.id);
    return h(
      "li",
      { class: "welcome", "data-key": "welcome" },
      other ? avatar(other, "large") : h("span", { class: "welcome-mark" }, icon("hash")),
      h("h2", {}, other ? name : `Welcome to #${name}`),
      h("p", {}, other ? `This is the beginning of your conversation with ${name}.` : channel.topic || `This is the beginning of #${name}.`),
    );
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.atEnd = true;
    this.jump.hidden = true;
  }

  async scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    this.atEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    this.jump.hidden = this.atEnd;
    const channel = this.store.selection.channel;
    const entry = channel && this.store.entry(channel);
    if (scrollTop > 200 || !entry?.loaded || entry.complete || entry.loading) return;
    this.loadingOlder = true;
    await this.store.loadMessages(channel, { older: true }).finally(() => (this.loadingOlder = false));
  }

  /** Arrow keys walk from message to message. */
  moveByKey(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const articles = [...this.list.querySelectorAll(".message")];
    const index = articles.indexOf(event.target.closest(".message"));
    if (event.target !== this.element && !event.target.classList.contains("message")) return;
    const next = index < 0 ? articles.at(-1) : articles[index + (event.key === "ArrowUp" ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** Relative times grow older while one looks. */
  tick() {
    for (const node of this.list.querySelectorAll("time[data-relative]")) {
      const text = relativeTime(Number(node.dataset.relative), this.store.now());
      if (node.textContent !== text) node.textContent = text;
    }
  }
}

const isAfter = (id, other) => (id.length === other.length ? id > other : id.length > other.length);

/** Whether a message continues the group of the one before it. */
function belongsTo(previous, message) {
  if (!previous || previous.author.id !== message.author.id) return false;
  if (message.referenced_message || message.interaction_metadata || message.interaction) return false;
  if (((previous.flags ^ message.flags) & 64) !== 0) return false;
  if (previous.webhook_id && previous.author.username !== message.author.username) return false;
  return timeOf(message.id) - timeOf(previous.id) < groupWithin;
}

/** Makes the children of `parent` equal to `rows`, moving kept nodes and touching nothing that is already in place. */
function reconcile(parent, rows) {
  const wanted = new Set(rows);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  rows.forEach((row, index) => {
    if (parent.children[index] !== row) parent.insertBefore(row, parent.children[index] ?? null);
  });
}
