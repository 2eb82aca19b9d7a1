// The pinned messages of a channel: a list behind a button; choosing one goes to it.

import { openMenu } from "./menu.js";
import { notice } from "./notice.js";

/** How far back a search for a pinned message goes. */
const pages = 40;

/** Opens the list under its button. */
export async function openPins(store, channel, anchor) {
  const box = anchor.getBoundingClientRect();
  let pinned;
  try {
    pinned = await store.api.pins(channel.id);
  } catch (error) {
    return notice(error.message, { bad: true });
  }
  const items = pinned.map((message) => ({
    label: excerpt(message), detail: message.author.global_name ?? message.author.username, icon: "pin",
    run: () => goTo(store, channel, message), testid: `pinned-${message.id}`,
  }));
  openMenu({ x: box.left, y: box.bottom + 4 }, items.length > 0 ? [{ heading: "Pinned messages" }, ...items] : [{ heading: "Nothing is pinned here" }], { label: "Pinned messages" });
}

function excerpt(message) {
  const line = message.content.split("\n")[0].trim();
  if (line !== "") return line.length > 60 ? `${line.slice(0, 59)}…` : line;
  return message.attachments[0]?.filename ?? message.embeds[0]?.title ?? "A message without words";
}

/** Loads older messages until it is there, then brings it into view. */
async function goTo(store, channel, message) {
  const entry = store.entry(channel.id);
  const isThere = () => entry.list.some((known) => known.id === message.id);
  for (let page = 0; page < pages && !isThere() && !entry.complete; page++) await store.loadMessages(channel.id, { older: true });
  if (!isThere()) return notice("That message is no longer here.", { bad: true });
  store.tell("jump", { message: message.id });
}
