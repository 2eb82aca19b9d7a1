// The line above the text that says what is being written: an answer to a message, or a new text for one's own. One at a time.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { personName } from "./people.js";

export class Context {
  /** `leave()`: the person does not want to answer or edit any more. */
  constructor(store, leave) {
    this.store = store;
    this.leave = leave;
    this.element = h("div", { class: "context-line", hidden: true, "data-testid": "context" });
    this.clear();
  }

  clear() {
    this.answering = null;
    this.editing = null;
    this.element.hidden = true;
  }

  answer(message) {
    this.clear();
    this.answering = message;
    this.draw("Replying to ", personName(this.store, message.author));
  }

  edit(message) {
    this.clear();
    this.editing = message;
    this.draw("Editing your message");
  }

  draw(...words) {
    this.element.hidden = false;
    fill(this.element, h("span", {}, words),
      h("button", { class: "plain", type: "button", title: "Leave (Esc)", "aria-label": "Leave", onclick: this.leave }, icon("close")));
  }
}
