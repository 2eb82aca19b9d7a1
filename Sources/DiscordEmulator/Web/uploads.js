// Files waiting to be sent with the next message: the "+" button, the strip of previews above the text, and the limits that Discord
// has (ten files, 10 MiB each).

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { notice } from "./notice.js";
import { byteCount } from "./format.js";

const mostFiles = 10;
const largestFile = 10 * 1024 * 1024;

export class Uploads {
  constructor(changed) {
    this.changed = changed;
    this.files = [];
    this.addresses = new Map();
    this.strip = h("div", { class: "upload-strip", hidden: true, role: "list", "aria-label": "Files to send" });
    const chooser = h("input", { type: "file", multiple: true, class: "visually-hidden", tabIndex: -1, "aria-label": "Choose files", "data-testid": "upload",
      onchange: () => {
        this.add([...chooser.files]);
        chooser.value = "";
      } });
    this.button = h("div", { class: "upload" }, chooser,
      h("button", { class: "plain", type: "button", title: "Add files", "aria-label": "Add files", onclick: () => chooser.click() }, icon("plus")));
  }

  add(files) {
    for (const file of files) {
      if (this.files.length >= mostFiles) notice(`A message carries at most ${mostFiles} files.`, { bad: true });
      else if (file.size > largestFile) notice(`${file.name} has ${byteCount(file.size)}; at most ${byteCount(largestFile)} are allowed.`, { bad: true });
      else this.files = [...this.files, file];
    }
    this.draw();
  }

  remove(file) {
    this.files = this.files.filter((other) => other !== file);
    this.draw();
  }

  clear() {
    this.files = [];
    this.draw();
  }

  draw() {
    for (const [file, address] of this.addresses) {
      if (this.files.includes(file)) continue;
      URL.revokeObjectURL(address);
      this.addresses.delete(file);
    }
    this.strip.hidden = this.files.length === 0;
    fill(this.strip, this.files.map((file) => this.card(file)));
    this.changed();
  }

  card(file) {
    if (file.type.startsWith("image/") && !this.addresses.has(file)) this.addresses.set(file, URL.createObjectURL(file));
    const picture = this.addresses.get(file);
    return h("div", { class: "upload-card", role: "listitem" },
      picture ? h("img", { src: picture, alt: "" }) : icon("file"),
      h("span", {}, file.name, h("small", {}, byteCount(file.size))),
      h("button", { class: "plain", type: "button", "aria-label": `Remove ${file.name}`, onclick: () => this.remove(file) }, icon("close")));
  }
}
