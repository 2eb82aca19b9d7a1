// The column on the right: members of the guild under their hoisted roles, bots marked. Hidden on narrow screens until asked for.

import { h, refill } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatar, botTag, personName, rolesOf } from "./people.js";
import { userMenuItems } from "./actions.js";

export function membersColumn(store) {
  const column = h("aside", { class: "members", "aria-label": "Members", id: "members", "data-testid": "members" });
  const draw = () => refill(column, store.guild ? groups(store) : recipients(store));
  for (const topic of ["state", "selection"]) store.on(topic, draw);
  return column;
}

function groups(store) {
  const sections = new Map();
  for (const member of store.guild.members) {
    const hoisted = rolesOf(store, member.user.id).find((role) => role.hoist);
    const key = hoisted?.id ?? (member.user.bot ? "applications" : "members");
    const title = hoisted?.name ?? (member.user.bot ? "Applications" : "Members");
    const rank = hoisted ? hoisted.position : member.user.bot ? -2 : -1;
    if (!sections.has(key)) sections.set(key, { title, rank, people: [] });
    sections.get(key).people.push(member.user);
  }
  return [...sections.values()].sort((a, b) => b.rank - a.rank).map((section) => group(store, section.title, section.people));
}

function recipients(store) {
  return store.channel ? group(store, "Members", [...(store.channel.recipients ?? []), store.me]) : [];
}

function group(store, title, people) {
  const unique = [...new Map(people.map((user) => [user.id, user])).values()];
  const sorted = unique.sort((a, b) => store.nameOf(a).localeCompare(store.nameOf(b)));
  return h("section", { "aria-label": title }, h("h2", {}, `${title} — ${sorted.length}`), sorted.map((user) => row(store, user)));
}

function row(store, user) {
  const open = (event) => {
    event.preventDefault();
    openMenu(event.currentTarget, userMenuItems(store, user), { label: store.nameOf(user) });
  };
  const props = { class: "member", type: "button", "aria-haspopup": "menu", "data-focus": user.id, onclick: open, oncontextmenu: open };
  return h("button", props, avatar(user, "small"), personName(store, user), botTag(user));
}
