// People in a text: completed after "@", written as @name while one types and as `<@id>` on the wire.

import { h } from "./dom.js";
import { avatar } from "./people.js";

const most = 10;

export class Mentions {
  constructor(store) {
    this.store = store;
    this.ids = new Map();
  }

  clear() {
    this.ids.clear();
  }

  /** Shows who fits what was typed after "@"; false if nobody does. */
  suggest(typed, composer) {
    const { store } = this;
    const wanted = typed.toLowerCase();
    const people = store.guild?.members.map(({ user }) => user) ?? store.channel?.recipients ?? [];
    const items = people
      .filter((user) => `${user.username} ${store.nameOf(user)}`.toLowerCase().includes(wanted))
      .slice(0, most)
      .map((user) => ({
        label: store.nameOf(user), detail: `@${user.username}`, leading: avatar(user, "tiny"), run: () => this.pick(user, typed, composer),
      }));
    const heading = h("div", { class: "option-hint" }, h("b", {}, "Members"));
    if (items.length > 0) composer.suggestions.show({ items, field: composer.text, heading });
    return items.length > 0;
  }

  pick(user, typed, composer) {
    const end = composer.text.selectionStart;
    this.ids.set(`@${user.username}`, user.id);
    composer.text.setRangeText(`@${user.username} `, end - typed.length - 1, end, "end");
    composer.suggestions.hide();
    composer.resize();
  }

  /** The text as it goes out. */
  outgoing(text) {
    return text.trim().replace(/@[\p{L}\p{N}_.-]+/gu, (name) => {
      const known = this.ids.has(name) ? name : name.replace(/[.-]+$/, "");
      return this.ids.has(known) ? `<@${this.ids.get(known)}>${name.slice(known.length)}` : name;
    });
  }

  /** A message's text as one edits it. */
  readable(text) {
    return text.replace(/<@!?(\d+)>/g, (mark, id) => {
      const user = this.store.user(id);
      if (!user) return mark;
      this.ids.set(`@${user.username}`, id);
      return `@${user.username}`;
    });
  }
}
