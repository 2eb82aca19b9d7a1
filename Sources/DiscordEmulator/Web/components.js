// What can be pressed under a message: action rows of buttons and selects. A press goes to the emulator; until the application has
// answered the control shows that it waits, and a failure is said beneath the row.

import { classes, h } from "./dom.js";
import { icon } from "./icons.js";
import { colour, emoji, markdown } from "./markdown-view.js";
import { card, gallery } from "./attachments.js";
import { select } from "./select.js";

const kind = {
  row: 1, button: 2, stringSelect: 3, userSelect: 5, roleSelect: 6, mentionableSelect: 7, channelSelect: 8,
  section: 9, text: 10, thumbnail: 11, gallery: 12, file: 13, separator: 14, container: 17,
};
const selects = new Set([kind.stringSelect, kind.userSelect, kind.roleSelect, kind.mentionableSelect, kind.channelSelect]);
const buttonStyles = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link-button", 6: "premium" };

export function componentRows(store, message) {
  const waiting = store.interactions.componentOf(message.id);
  const context = { store, message, waiting };
  const failed = waiting?.state === "failed";
  return [
    (message.components ?? []).map((component) => view(context, component)),
    failed && h("p", { class: "failure", role: "alert" }, icon("warning"), waiting.reason || "This interaction failed", " · ",
      h("button", { class: "link", type: "button", onclick: () => store.interactions.dismiss(waiting) }, "Dismiss")),
  ];
}

function view(context, component) {
  const inside = () => (component.components ?? []).map((child) => view(context, child));
  switch (component.type) {
    case kind.row: return h("div", { class: "action-row", role: "group" }, inside());
    case kind.button: return button(context, component);
    case kind.section: return h("div", { class: "section" }, h("div", {}, inside()), component.accessory && view(context, component.accessory));
    case kind.text: return markdown(context.store, component.content);
    case kind.thumbnail: return gallery([mediaFile(context, component)]);
    case kind.gallery: return gallery((component.items ?? []).map((item) => mediaFile(context, item)));
    case kind.file: return card(mediaFile(context, { ...component, media: component.file }));
    case kind.separator: return h("hr", { class: classes("separator", component.divider === false && "blank") });
    case kind.container: {
      const edge = component.accent_color ? { "--edge": colour(component.accent_color) } : {};
      return h("div", { class: "container", style: edge }, inside());
    }
    default: return selects.has(component.type) ? selectOf(context, component) : null;
  }
}

/** A media item names an address, or a file of this message by `attachment://`. */
function mediaFile({ message }, item) {
  const url = item.media?.url ?? "";
  const file = (message.attachments ?? []).find((candidate) => url === `attachment://${candidate.filename}`);
  const name = url.split("/").at(-1).split("?")[0];
  return { filename: item.name ?? name, size: item.size ?? 0, ...item.media, ...file, description: item.description, is_spoiler: item.spoiler };
}

function isWaiting({ waiting }, component) {
  return waiting && waiting.customId === component.custom_id && waiting.state !== "failed";
}

/** Sends the press; `values` for selects. */
function press({ store, message }, component, values) {
  const entry = { kind: "component", channel: message.channel_id, message: message.id, customId: component.custom_id };
  const failedBefore = store.interactions.componentOf(message.id);
  if (failedBefore) store.interactions.dismiss(failedBefore);
  return store.interactions.begin(entry, (nonce) => store.api.component({ message_id: message.id, custom_id: component.custom_id, values, nonce }));
}

function button(context, component) {
  const style = buttonStyles[component.style] ?? "secondary";
  const inside = [emoji(component.emoji), component.label && h("span", {}, component.label)];
  if (component.style === 5) {
    return h("a", { class: classes("button", style), href: component.url, target: "_blank", rel: "noopener noreferrer" }, inside, icon("external"));
  }
  const busy = isWaiting(context, component);
  const props = {
    class: classes("button", style, busy && "busy"),
    type: "button",
    disabled: Boolean(component.disabled),
    "aria-busy": busy ? true : null,
    "aria-label": component.label ? null : component.emoji?.name ?? "Button",
    "data-focus": component.custom_id,
    "data-testid": `button-${component.label ?? component.custom_id}`,
    onclick: () => !busy && press(context, component),
  };
  return h("button", props, inside, busy && h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i")));
}

function selectOf(context, component) {
  const choices = selectChoices(context.store, component);
  return select({ ...component, choices, busy: isWaiting(context, component), focusKey: component.custom_id }, (values) => press(context, component, values));
}

/** The entries of any kind of select: `{label, value, description?, emoji?}`. */
export function selectChoices(store, component) {
  const people = () => (store.guild?.members ?? []).map(({ user }) => ({ label: store.nameOf(user), value: user.id, description: `@${user.username}` }));
  const roles = () => (store.guild?.roles ?? []).map((role) => ({ label: role.name, value: role.id }));
  switch (component.type) {
    case kind.userSelect: return people();
    case kind.roleSelect: return roles();
    case kind.mentionableSelect: return [...people(), ...roles()];
    case kind.channelSelect: {
      const allowed = component.channel_types;
      const channels = (store.guild?.channels ?? []).filter((channel) => !allowed?.length || allowed.includes(channel.type));
      return channels.map((channel) => ({ label: `#${channel.name}`, value: channel.id }));
    }
    default: return component.options ?? [];
  }
}
