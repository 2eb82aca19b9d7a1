// A forum: its posts instead of messages, filtered by tag, and a form for a new one. Shown in place of the message list.

import { upload } from "./api.js";
import { ask } from "./dialog.js";
import { classes, fill, h } from "./dom.js";
import { relativeTime } from "./format.js";
import { icon } from "./icons.js";
import { avatar, personName } from "./people.js";
import { timeOf } from "./snowflake.js";
import { forumKind, isArchived, threadsOf } from "./threads.js";

const tagRequired = 1 << 4;

export class Forum {
  constructor(store) {
    this.store = store;
    this.tag = null;
    this.element = h("div", { class: "forum", hidden: true, "data-testid": "forum" });
    for (const topic of ["selection", "state"]) store.on(topic, () => this.draw());
    store.on("messages", () => this.draw());
    store.on("selection", () => (this.tag = null));
  }

  draw() {
    const forum = this.store.channel;
    this.element.hidden = forum?.type !== forumKind;
    if (this.element.hidden) return;
    const tags = forum.available_tags ?? [];
    const chip = (id, name) => h("button", {
      class: classes("tag-chip", this.tag === id && "chosen"), type: "button", "aria-pressed": this.tag === id,
      onclick: () => {
        this.tag = id;
        this.draw();
      },
    }, name);
    const posts = threadsOf(this.store, forum.id).filter((post) => !this.tag || post.applied_tags?.includes(this.tag));
    const begin = h("button", { class: "button primary", type: "button", "data-testid": "new-post", onclick: () => this.begin(forum) }, icon("plus"), "New post");
    fill(this.element,
      h("div", { class: "forum-bar" }, tags.length > 0 && h("div", { class: "segments", role: "group", "aria-label": "Tags" }, chip(null, "All"), tags.map((tag) => chip(tag.id, tag.name))), begin),
      posts.length > 0 ? h("ol", { class: "posts" }, posts.map((post) => this.card(post, tags))) : h("p", { class: "hint" }, "No posts here yet."));
  }

  card(post, tags) {
    const { store } = this;
    const owner = store.user(post.owner_id);
    const applied = tags.filter((tag) => post.applied_tags?.includes(tag.id));
    const unread = store.marks.isUnread(post.id);
    return h("li", {}, h("button", {
      class: classes("post", unread && "unread", isArchived(post) && "closed"), type: "button", "data-testid": `post-${post.name}`,
      onclick: () => store.select(store.selection.guild, post.id),
    },
    h("span", { class: "post-tags" }, (post.flags & 2) !== 0 && icon("pin"), applied.map((tag) => h("span", { class: "post-tag" }, tag.name)), isArchived(post) && h("span", { class: "post-tag" }, "closed")),
    h("b", {}, post.name),
    h("span", { class: "post-facts" }, owner && [avatar(owner, "tiny"), personName(store, owner)], ` · ${post.message_count ?? 0} answers · `,
      relativeTime(timeOf(post.last_message_id ?? post.id), store.now()))));
  }

  begin(forum) {
    const tags = forum.available_tags ?? [];
    ask({
      title: `New post in #${forum.name}`, submit: "Post", fields: [
        { name: "name", label: "Title", max: 100 }, { name: "content", label: "Text", long: true },
        ...(tags.length > 0 ? [{ name: "applied_tags", label: "Tags", choices: tags.map((tag) => ({ label: tag.name, value: tag.id })), optional: (forum.flags & tagRequired) === 0 }] : []),
        { name: "attachments", label: "Files", files: true, optional: true },
      ],
      send: async ({ attachments, ...body }) => {
        const files = await Promise.all(attachments.map(upload));
        const post = await this.store.api.openThread({ channel_id: forum.id, ...body, attachments: files });
        await this.store.refresh();
        await this.store.select(this.store.selection.guild, post.id);
      },
    });
  }
}
