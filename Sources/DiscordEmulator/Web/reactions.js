// Reactions under a message, and the small choice of emoji to add one.

import { h } from "./dom.js";
import { emoji } from "./markdown-view.js";
import { openMenu } from "./menu.js";
import { notice } from "./notice.js";

const offered = [["👍", "thumbs up"], ["❤️", "heart"], ["😂", "joy"], ["🎉", "party"], ["😮", "surprise"], ["👀", "eyes"], ["🎭", "masks"], ["👎", "thumbs down"]];

export function reactions(store, message) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, message.reactions.map((reaction) => chip(store, message, reaction)));
}

function chip(store, message, reaction) {
  const { emoji: sign, count, me } = reaction;
  const label = `${sign.name}, ${count}${me ? ", yours too" : ""}`;
  const key = `reaction-${sign.id ?? sign.name}`;
  const flip = () => send(store, message, sign.id ? `${sign.name}:${sign.id}` : sign.name, !me);
  return h("button", { class: "reaction", type: "button", "aria-pressed": me, "aria-label": label, "data-focus": key, onclick: flip }, emoji(sign), count);
}

export function chooseReaction(store, message, anchor) {
  openMenu(anchor, offered.map(([sign, name]) => ({
    label: name, leading: h("span", { class: "emoji" }, sign), run: () => send(store, message, sign, true),
  })), { label: "React" });
}

function send(store, message, sign, on) {
  store.api.react(message.id, sign, on).catch((error) => notice(error.message, { bad: true }));
}
