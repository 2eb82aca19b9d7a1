// The two columns on the left: guilds, and the channels of the chosen guild with the user's own panel beneath. Reads the store,
// selects in it; the user menu is `usermenu.js`.

import { classes, fill, h, refill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, initials } from "./people.js";
import { forumKind, isArchived, isThread } from "./threads.js";
import { userPanel } from "./usermenu.js";

const category = 4;

export function sidebar(store) {
  const rail = h("nav", { class: "rail", "aria-label": "Servers", "data-testid": "guilds" });
  const heading = h("header", { class: "guild-heading" });
  const list = h("div", { class: "channel-list", "data-testid": "channels" });
  const panel = h("div", { class: "user-panel" });
  const column = h("nav", { class: "channels", "aria-label": "Channels" }, heading, list, panel);

  const draw = () => {
    refill(rail, railItems(store));
    fill(heading, h("h1", {}, store.guild?.name ?? "Direct messages"));
    refill(list, store.guild ? guildChannels(store) : directChannels(store));
    refill(panel, userPanel(store));
  };
  for (const topic of ["state", "selection", "unread"]) store.on(topic, draw);
  return h("div", { class: "sidebar", id: "sidebar" }, rail, column);
}

function railItems(store) {
  const home = h(
    "button",
    {
      class: classes("guild home", store.guild === null && "chosen"),
      type: "button", title: "Direct messages", "aria-label": "Direct messages",
      "aria-current": store.guild === null ? "true" : null, "data-focus": "home",
      onclick: () => store.select(null, store.dms[0]?.id ?? null),
    },
    h("img", { src: "icon.svg", alt: "" }),
  );
  return [home, h("hr", { "aria-hidden": true }), store.guilds.map((guild) => guildButton(store, guild))];
}

function guildButton(store, guild) {
  const channels = store.textChannels(guild);
  const chosen = guild.id === store.selection.guild;
  const unread = channels.some((channel) => store.marks.isUnread(channel.id));
  const mentions = channels.reduce((sum, channel) => sum + store.marks.mentionCount(channel.id), 0);
  const open = () => store.select(guild.id, (store.lastChannel(guild.id) ?? channels[0])?.id ?? null);
  return h(
    "button",
    {
      class: classes("guild", chosen && "chosen", unread && "unread"),
      type: "button", title: guild.name, "aria-label": guild.name + (unread ? ", unread" : ""),
      "aria-current": chosen ? "true" : null, "data-testid": `guild-${guild.id}`, "data-focus": guild.id, onclick: open,
    },
    initials(guild.name),
    mentions > 0 && h("span", { class: "count" }, mentions),
  );
}

/** Channels under their categories, the ones without a category first. */
function guildChannels(store) {
  const groups = store.guild.channels.filter((channel) => channel.type === category);
  // What is closed stands in the list of threads only, unless one is in it.
  const channels = store.textChannels(store.guild).filter((channel) => !isArchived(channel) || channel.id === store.selection.channel);
  const of = (parent) => channels.filter((channel) => (channel.parent_id ?? null) === parent);
  const known = new Set(groups.map((group) => group.id));
  const loose = channels.filter((channel) => !known.has(channel.parent_id) && !isThread(channel));
  return [
    loose.flatMap((channel) => [channelButton(store, channel), of(channel.id).map((thread) => channelButton(store, thread))]),
    groups
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0))
      .map((group) => h("section", { "aria-label": group.name },
        h("h2", {}, group.name),
        of(group.id).map((channel) => [channelButton(store, channel), of(channel.id).map((thread) => channelButton(store, thread))]))),
  ];
}

function directChannels(store) {
  if (store.dms.length === 0) return h("p", { class: "hint" }, "No conversations yet.");
  return store.dms.map((channel) => channelButton(store, channel));
}

function channelButton(store, channel) {
  const name = store.channelName(channel);
  const chosen = channel.id === store.selection.channel;
  const unread = store.marks.isUnread(channel.id);
  const mentions = store.marks.mentionCount(channel.id);
  const other = channel.recipients?.find((user) => user.id !== store.me.id);
  return h(
    "button",
    {
      class: classes("channel", chosen && "chosen", unread && "unread", isThread(channel) && "thread"),
      type: "button", "aria-current": chosen ? "page" : null, "aria-label": name + (unread ? ", unread" : ""),
      "data-testid": `channel-${name}`, "data-focus": channel.id,
      onclick: () => store.select(store.selection.guild, channel.id),
    },
    other ? avatar(other, "small") : icon(isThread(channel) ? "thread" : channel.type === forumKind ? "forum" : "hash"),
    h("span", { class: "label" }, name),
    mentions > 0 && h("span", { class: "count" }, mentions),
  );
}
