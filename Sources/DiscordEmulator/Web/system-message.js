// What a channel itself has to tell: something was pinned, a thread began, somebody was taken into one.

import { h } from "./dom.js";
import { markdown } from "./markdown-view.js";
import { openPins } from "./pins.js";

const kind = { recipientAdded: 1, pinned: 6, threadCreated: 18, threadStarter: 21 };

/** The sentence of such a message, or null where people or bots wrote it. */
export function systemText(store, message) {
  switch (message.type) {
    case kind.recipientAdded:
      return sentence("took ", h("b", {}, message.mentions?.[0] ? store.nameOf(message.mentions[0]) : "somebody"), " into the thread.");
    case kind.pinned: {
      const all = (event) => openPins(store, store.channel, event.currentTarget);
      return sentence("pinned a message. ", h("button", { class: "link", type: "button", onclick: all }, "See what is pinned"));
    }
    case kind.threadCreated:
      return sentence("began the thread ", h("b", {}, message.content), ".");
    case kind.threadStarter:
      return message.referenced_message ? markdown(store, message.referenced_message.content) : sentence("began the thread.");
    default:
      return null;
  }
}

function sentence(...parts) {
  return h("p", { class: "system", "data-testid": "system-message" }, parts);
}
