// Turns the tree of `markdown.js` into elements. Names of people, roles and channels come from the store; nothing a user wrote is
// ever read as HTML.

import { h } from "./dom.js";
import { inline, parse } from "./markdown.js";
import { formatTime, fullTime } from "./format.js";

/** A message's or an embed's text. `jumbo`: messages of a few emoji only are shown larger. */
export function markdown(store, text, { jumbo = false } = {}) {
  const large = jumbo && /^(?:\p{Extended_Pictographic}[\u{FE0F}\u{200D}\u{1F3FB}-\u{1F3FF}]*\s*){1,8}$/u.test(text ?? "");
  return h("div", { class: large ? "markdown jumbo" : "markdown" }, parse(text).map((node) => view(store, node)));
}

/** Text on one line without blocks: field names, reply previews. */
export const markdownLine = (store, text) => inline(String(text ?? "")).map((node) => view(store, node));

function view(store, node) {
  const inside = () => (node.children ?? []).map((child) => view(store, child));
  switch (node.type) {
    case "text": return node.text;
    case "paragraph": return h("div", { class: "paragraph" }, inside());
    case "heading": return h(`h${node.level + 2}`, { class: `heading heading-${node.level}` }, inside());
    case "small": return h("div", { class: "small" }, inside());
    case "quote": return h("blockquote", {}, inside());
    case "list": return h(node.ordered ? "ol" : "ul", { start: node.ordered ? node.start : null }, inside());
    case "item": return h("li", {}, inside());
    case "code": return h("pre", { tabIndex: 0, "data-language": node.language || null }, h("code", {}, node.text));
    case "span": return h("code", {}, node.text);
    case "bold": return h("strong", {}, inside());
    case "italic": return h("em", {}, inside());
    case "underline": return h("u", {}, inside());
    case "strike": return h("s", {}, inside());
    case "spoiler": return spoiler(inside());
    case "link": return link(node, inside());
    case "mention": return mention(store, node);
    case "emoji": return h("span", { class: "custom-emoji" }, `:${node.name}:`);
    case "time": return time(store, node);
    default: return node.text ?? "";
  }
}

function link(node, children) {
  return h("a", { href: node.address, title: node.title ?? node.address, target: "_blank", rel: "noopener noreferrer" }, children);
}

function spoiler(children) {
  const reveal = (event) => {
    const target = event.currentTarget;
    if (target.classList.contains("revealed")) return;
    event.preventDefault();
    target.classList.add("revealed");
    target.setAttribute("aria-label", "Spoiler, shown");
  };
  const onKey = (event) => (event.key === "Enter" || event.key === " ") && reveal(event);
  const props = { class: "spoiler", role: "button", tabIndex: 0, "aria-label": "Spoiler, press to show" };
  return h("span", { ...props, onclick: reveal, onkeydown: onKey }, h("span", {}, children));
}

function mention(store, node) {
  if (node.kind === "all") return h("span", { class: "mention" }, `@${node.name}`);
  if (node.kind === "command") {
    const pick = () => store.tell("pick-command", { id: node.id, name: node.name });
    return h("button", { class: "mention", type: "button", onclick: pick }, `/${node.name}`);
  }
  if (node.kind === "channel") {
    const channel = store.channelById(node.id);
    if (!channel) return h("span", { class: "mention" }, "#unknown");
    const guild = store.guildOf(channel.id);
    const go = () => store.select(guild?.id ?? null, channel.id);
    return h("button", { class: "mention", type: "button", onclick: go }, `#${store.channelName(channel)}`);
  }
  if (node.kind === "role") {
    const role = store.role(node.id);
    return h("span", { class: "mention", style: role?.color ? { "--role": colour(role.color) } : {} }, `@${role?.name ?? "unknown role"}`);
  }
  const user = store.user(node.id);
  return h("span", { class: "mention", "data-user": node.id }, `@${user ? store.nameOf(user) : "unknown user"}`);
}

function time(store, node) {
  const moment = node.seconds * 1000;
  const props = { class: "timestamp", title: fullTime(moment), datetime: isoTime(moment) };
  if (node.style === "R") Object.assign(props, { "data-relative": String(moment) });
  return h("time", props, formatTime(moment, node.style, store.now()));
}

function isoTime(moment) {
  return Math.abs(moment) <= 8.64e15 ? new Date(moment).toISOString() : null;
}

/** Discord's colours are 24-bit numbers. */
export const colour = (number) => `#${(number & 0xffffff).toString(16).padStart(6, "0")}`;

/** A small picture in a button, a select or a reaction: `{name, id?}`. Pictures of custom ones are not kept, their name is shown. */
export function emoji(value) {
  if (!value) return null;
  return h("span", { class: value.id ? "custom-emoji" : "emoji", "aria-hidden": true }, value.id ? `:${value.name}:` : value.name);
}
