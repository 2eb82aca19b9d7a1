// The row at the end of a channel for a command that has been sent and not yet answered, and for one that never was.

import { classes, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, botTag, personName } from "./people.js";

/** `entry`: from `Interactions.begin`, of kind "command". */
export function pendingRow(store, entry) {
  const application = store.application(entry.application);
  const bot = application?.bot ?? { id: entry.application ?? "0", username: application?.name ?? "Application", bot: true };
  const failed = entry.state === "failed";
  const dismiss = () => store.interactions.dismiss(entry);
  return h(
    "li",
    { class: classes("message pending", failed && "failed"), "data-testid": "pending" },
    h("div", { class: "message-origin" },
      h("div", { class: "origin used" }, avatar(store.me, "tiny"), personName(store, store.me), " used ",
        h("span", { class: "mention" }, `/${entry.command}`))),
    h("div", { class: "message-side" }, avatar(bot)),
    h("div", { class: "message-body" },
      h("div", { class: "message-head" }, personName(store, bot, "h3"), botTag(bot)),
      failed ? failure(entry, dismiss) : h("p", { class: "thinking", role: "status" }, dots(), `Sending /${entry.command}…`)),
  );
}

function failure(entry, dismiss) {
  return h("p", { class: "failure", role: "alert" }, icon("warning"), entry.reason || "The application did not respond", " · ",
    h("button", { class: "link", type: "button", onclick: dismiss }, "Dismiss"));
}

const dots = () => h("span", { class: "dots", "aria-hidden": true }, h("i"), h("i"), h("i"));
