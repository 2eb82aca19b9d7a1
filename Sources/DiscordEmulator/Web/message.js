// One message: head, reply line, text, embeds, attachments, components, notes. `update` redraws only the sections whose data changed,
// so pictures do not flicker and an open menu or a revealed spoiler survives a live edit of something else.

import { messageMenuItems } from "./actions.js";
import { attachments } from "./attachments.js";
import { classes, fill, h, refill } from "./dom.js";
import { componentRows } from "./components.js";
import { embeds } from "./embeds.js";
import { icon } from "./icons.js";
import { markdown, markdownLine } from "./markdown-view.js";
import { openMenu } from "./menu.js";
import { chooseReaction, reactions } from "./reactions.js";
import { avatar, botTag, personName } from "./people.js";
import { clockTime, fullTime, messageTime } from "./format.js";
import { systemText } from "./system-message.js";

const flag = { hasThread: 32, ephemeral: 64, loading: 128, componentsV2: 1 << 15 };

export class MessageView {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    this.signatures = {};
    this.parts = {};
    for (const name of ["origin", "side", "head", "text", "embeds", "files", "components", "reactions", "thread", "notes"]) {
      this.parts[name] = h("div", { class: `message-${name}` });
    }
    const { origin, side, ...body } = this.parts;
    this.toolbar = h("div", { class: "message-toolbar" });
    this.element = h(
      "li",
      { class: "message", tabIndex: -1, oncontextmenu: (event) => this.openContextMenu(event), onkeydown: (event) => this.keyed(event) },
      origin, side, h("div", { class: "message-body" }, Object.values(body)), this.toolbar,
    );
  }

  update(message, { grouped }) {
    const { store } = this;
    const waiting = store.interactions.componentOf(message.id);
    const seen = [message, grouped, store.version, waiting?.customId, waiting?.state];
    if (this.seen?.every((value, index) => value === seen[index])) return this.element;
    this.seen = seen;
    this.message = message;
    const ephemeral = (message.flags & flag.ephemeral) !== 0;
    const mentioned = store.mentionsMe(message);
    this.element.className = classes("message", grouped && "grouped", ephemeral && "ephemeral", mentioned && "mentions-me");
    this.element.dataset.key = message.id;
    this.element.dataset.testid = "message";
    this.element.dataset.message = message.id;
    const moment = Date.parse(message.timestamp);
    const author = [message.author, store.member(message.author.id)?.roles, store.member(message.author.id)?.nick];
    this.section("origin", [message.referenced_message, message.type, message.interaction, message.interaction_metadata], () => this.origin());
    this.section("side", [grouped, author, moment], () =>
      grouped ? h("time", { class: "side-time", title: fullTime(moment) }, clockTime(moment)) : avatar(message.author));
    this.section("head", [grouped, author, moment], () => grouped ? null : this.head(moment));
    this.section("text", [message.content, message.flags & flag.loading, message.edited_timestamp], () => this.text());
    this.section("embeds", [message.embeds, message.attachments], () => embeds(store, message));
    this.section("files", [message.attachments, message.embeds?.length], () => attachments(message));
    this.section("components", [message.components, waiting?.customId, waiting?.state], () => componentRows(store, message));
    this.section("reactions", [message.reactions], () => reactions(store, message));
    const thread = (message.flags & flag.hasThread) !== 0 ? store.channelById(message.id) ?? message.thread : null;
    this.section("thread", [thread?.name, thread?.message_count], () => thread && this.branch(thread));
    this.section("notes", [ephemeral], () => ephemeral && this.onlyYou());
    if (!this.toolbar.hasChildNodes()) this.fillToolbar();
    return this.element;
  }

  section(name, data, build) {
    const signature = JSON.stringify(data);
    if (this.signatures[name] === signature) return;
    this.signatures[name] = signature;
    refill(this.parts[name], build());
  }

  head(moment) {
    const { author } = this.message;
    return [
      personName(this.store, author, "h3"),
      botTag(author),
      h("time", { datetime: this.message.timestamp, title: fullTime(moment) }, messageTime(moment, this.store.now())),
    ];
  }

  /** "Ada used /generate", or the line of the message that this one answers. */
  origin() {
    const { message, store } = this;
    const used = message.interaction_metadata ?? message.interaction;
    const name = message.interaction?.name ?? message.interaction_metadata?.name;
    if (used?.user && name && [20, 23].includes(message.type)) {
      const command = message.type === 20 ? `/${name}` : name;
      return h("div", { class: "origin used" }, avatar(used.user, "tiny"), personName(store, used.user), " used ",
        h("span", { class: "mention" }, command));
    }
    if (message.type !== 19) return null;
    const original = message.referenced_message;
    if (!original) return h("div", { class: "origin" }, h("i", {}, "The original message was deleted"));
    const go = () => this.actions.goTo(original.id);
    return h("button", { class: "origin", type: "button", onclick: go, "aria-label": `Go to the message of ${store.nameOf(original.author)}` },
      avatar(original.author, "tiny"), personName(store, original.author),
      h("span", { class: "excerpt" }, excerpt(store, original)));
  }

  text() {
    const { message } = this;
    if (message.flags & flag.loading) {
      return h("p", { class: "thinking", role: "status" }, h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")),
        `${this.store.nameOf(message.author)} is thinking…`);
    }
    const said = systemText(this.store, message);
    if (said) return said;
    if (!message.content) return null;
    const body = markdown(this.store, message.content, { jumbo: true });
    body.dataset.testid = "message-content";
    if (message.edited_timestamp) {
      const note = h("span", { class: "edited", title: fullTime(Date.parse(message.edited_timestamp)) }, " (edited)");
      (body.lastElementChild?.matches(".paragraph, .small, .heading") ? body.lastElementChild : body).append(note);
    }
    return body;
  }

  /** The thread that began on this message. */
  branch(thread) {
    const count = thread.message_count ?? 0;
    return h("button", { class: "branch", type: "button", "data-testid": "branch", onclick: () => this.store.select(this.store.selection.guild, thread.id) },
      icon("thread"), h("b", {}, thread.name), h("small", {}, `${count} ${count === 1 ? "message" : "messages"} ›`));
  }

  onlyYou() {
    const dismiss = () => this.store.dismiss(this.message);
    return h("p", { class: "only-you" }, icon("eye"), "Only you can see this · ",
      h("button", { class: "link", type: "button", onclick: dismiss }, "Dismiss message"));
  }

  fillToolbar() {
    const reply = () => this.actions.reply(this.message);
    const more = (event) => this.openMenuAt(event.currentTarget);
    const react = (event) => chooseReaction(this.store, this.message, event.currentTarget);
    fill(this.toolbar,
      h("button", { type: "button", class: "plain", title: "React", "aria-label": "React", "aria-haspopup": "menu", onclick: react }, icon("smile")),
      h("button", { type: "button", class: "plain", title: "Reply", "aria-label": "Reply", onclick: reply }, icon("reply")),
      h("button", { type: "button", class: "plain", title: "More", "aria-label": "More actions", "aria-haspopup": "menu", onclick: more },
        icon("dots")));
  }

  openMenuAt(anchor) {
    openMenu(anchor, messageMenuItems(this.store, this.message, this.actions), { label: "Message actions" });
  }

  openContextMenu(event) {
    if (event.target.closest("a, input, textarea") || String(getSelection())) return;
    event.preventDefault();
    this.openMenuAt({ x: event.clientX, y: event.clientY });
  }

  keyed(event) {
    if (event.target !== this.element) return;
    if (event.key === "Enter" || (event.key === "F10" && event.shiftKey)) this.openMenuAt(this.element);
    else if (event.key === "r" && !event.ctrlKey && !event.metaKey) this.actions.reply(this.message);
    else return;
    event.preventDefault();
  }
}

function excerpt(store, message) {
  if (message.content) return markdownLine(store, message.content.split("\n")[0].replace(/^(#{1,3}|-#|>) /, "").slice(0, 200));
  return h("i", {}, message.attachments?.length ? "Attachment" : "Message");
}
