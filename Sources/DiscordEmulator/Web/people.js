// Faces and names: avatars drawn from initials, names in the colour of the highest role, the mark of a bot. Used by every view that
// shows a person.

import { classes, h } from "./dom.js";
import { colour } from "./markdown-view.js";

const hues = [18, 42, 95, 150, 178, 205, 262, 318, 340];

function hueOf(id) {
  let sum = 7;
  for (const digit of String(id)) sum = (sum * 31 + digit.charCodeAt(0)) % 9973;
  return hues[sum % hues.length];
}

/** A round picture: the one the emulator has, otherwise initials on a colour of the person's own. */
export function avatar(user, size = "medium") {
  const name = user.global_name || user.username || "?";
  const address = user.avatar && `/cdn/avatars/${user.id}/${user.avatar}.svg`;
  const props = { class: classes("avatar", size, user.bot && "bot"), "aria-hidden": true, style: { "--hue": hueOf(user.id) } };
  if (address) return h("span", props, h("img", { src: address, alt: "", draggable: "false" }));
  if (user.bot) return h("span", props, h("img", { src: "icon.svg", alt: "", draggable: "false" }));
  return h("span", props, initials(name));
}

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? words[0][0] + words.at(-1)[0] : [...name].slice(0, 2).join("");
  return letters.toUpperCase();
}

/** The name as this guild shows it, in the colour of the highest coloured role. */
export function personName(store, user, tag = "span") {
  const tint = roleColour(store, user.id);
  return h(tag, { class: "name", style: tint ? { "--role": tint } : {} }, store.nameOf(user));
}

export const botTag = (user) => user.bot && h("span", { class: "tag", title: "An application" }, "App");

/** Roles of a member, highest first, without @everyone. */
export function rolesOf(store, userId) {
  return (store.member(userId)?.roles ?? [])
    .map((id) => store.role(id))
    .filter(Boolean)
    .sort((a, b) => b.position - a.position);
}

function roleColour(store, userId) {
  const role = rolesOf(store, userId).find((candidate) => candidate.color);
  return role ? colour(role.color) : null;
}
