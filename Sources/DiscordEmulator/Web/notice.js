// Short sentences at the lower edge that go away by themselves: "Id copied.", "The message was not sent: …". Read out by screen
// readers.

import { classes, h } from "./dom.js";

const shownFor = 5000;
let region = null;

export function notice(text, { bad = false } = {}) {
  if (!region) {
    region = h("div", { class: "notices", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  const item = h("div", { class: classes("notice", bad && "bad"), "data-testid": "notice" }, text);
  region.append(item);
  setTimeout(() => item.remove(), shownFor);
}
