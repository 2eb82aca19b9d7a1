// The bar above the messages: channel, topic, and on narrow screens the buttons that bring the side columns.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { markdownLine } from "./markdown-view.js";

export function header(store) {
  const place = h("div", { class: "place" });
  const toggle = (name, label, picture, target) => {
    const flip = (event) => event.currentTarget.setAttribute("aria-pressed", String(document.body.classList.toggle(name)));
    return h("button", { class: `plain toggle-${target}`, type: "button", title: label, "aria-label": label, "aria-controls": target, onclick: flip }, icon(picture));
  };
  const draw = () => {
    const channel = store.channel;
    if (!channel) return fill(place);
    fill(place, icon(channel.recipients ? "at" : "hash"), h("h1", { "data-testid": "channel-title" }, store.channelName(channel)),
      channel.topic && h("p", { class: "topic", title: channel.topic }, markdownLine(store, channel.topic)));
  };
  for (const topic of ["state", "selection"]) store.on(topic, draw);
  return h("header", { class: "channel-header" },
    toggle("show-sidebar", "Channels", "menu", "sidebar"), place, toggle("show-members", "Members", "people", "members"));
}
