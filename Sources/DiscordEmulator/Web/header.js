// The bar above the messages: channel, topic, its threads or what one can do with the thread one is in, the inspector, and on narrow
// screens the buttons that bring the side columns.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { inspectorButton } from "./inspector.js";
import { markdownLine } from "./markdown-view.js";
import { openPins } from "./pins.js";
import { forumKind, isArchived, isThread, openThreadList, openThreadMenu } from "./threads.js";

export function header(store, inspector) {
  const place = h("div", { class: "place" });
  const tools = h("div", { class: "place-tools" });
  const toggle = (name, label, picture, target) => {
    const flip = (event) => event.currentTarget.setAttribute("aria-pressed", String(document.body.classList.toggle(name)));
    return h("button", { class: `plain toggle-${target}`, type: "button", title: label, "aria-label": label, "aria-controls": target, onclick: flip }, icon(picture));
  };
  const draw = () => {
    const channel = store.channel;
    fill(tools);
    if (!channel) return fill(place);
    const parent = isThread(channel) && store.channelById(channel.parent_id);
    fill(place, icon(channel.recipients ? "at" : channel.type === forumKind ? "forum" : parent ? "thread" : "hash"),
      parent && h("button", { class: "link parent", type: "button", onclick: () => store.select(store.selection.guild, parent.id) }, parent.name), parent && h("span", { class: "crumb" }, "›"),
      h("h1", { "data-testid": "channel-title" }, store.channelName(channel)),
      parent && isArchived(channel) && h("span", { class: "post-tag" }, "closed"),
      channel.topic && h("p", { class: "topic", title: channel.topic }, markdownLine(store, channel.topic)));
    const menu = (label, open, testid, picture = "thread") => h("button", {
      class: "plain", type: "button", title: label, "aria-label": label, "aria-haspopup": "menu", "data-testid": testid, onclick: (event) => open(store, channel, event.currentTarget),
    }, icon(picture));
    const pins = channel.type !== forumKind && menu("Pinned messages", openPins, "pins", "pin");
    const threads = parent ? menu("Thread", openThreadMenu, "thread-menu") : (channel.type === 0 || channel.type === 5) && menu("Threads", openThreadList, "threads");
    fill(tools, pins, threads);
  };
  for (const topic of ["state", "selection"]) store.on(topic, draw);
  return h("header", { class: "channel-header" },
    toggle("show-sidebar", "Channels", "menu", "sidebar"), place, tools, inspectorButton(store, inspector), toggle("show-members", "Members", "people", "members"));
}
