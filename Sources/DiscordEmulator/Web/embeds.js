// Embeds: a card with a coloured edge, author, title, text, fields in up to three columns, picture, thumbnail and footer.

import { classes, h } from "./dom.js";
import { openLightbox } from "./lightbox.js";
import { colour, markdown, markdownLine } from "./markdown-view.js";
import { formatTime } from "./format.js";

export function embeds(store, message) {
  return (message.embeds ?? []).map((embed) => card(store, embed, message.attachments ?? []));
}

function card(store, embed, files) {
  const thumbnail = embed.thumbnail && picture(embed.thumbnail, files, "embed-thumbnail");
  return h(
    "article",
    { class: classes("embed", thumbnail && "with-thumbnail"), style: embed.color ? { "--edge": colour(embed.color) } : {}, "data-testid": "embed" },
    h("div", { class: "embed-text" },
      embed.provider?.name && h("small", { class: "embed-provider" }, embed.provider.name),
      embed.author?.name && h("div", { class: "embed-author" }, linked(embed.author.url, embed.author.name)),
      embed.title && h("h4", { class: "embed-title" }, linked(embed.url, markdownLine(store, embed.title))),
      embed.description && markdown(store, embed.description),
      embed.fields?.length > 0 && h("dl", { class: "embed-fields" }, embed.fields.map((field) => fieldOf(store, field)))),
    thumbnail,
    embed.image && picture(embed.image, files, "embed-image"),
    footer(store, embed),
  );
}

const linked = (address, inside) => address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, inside) : inside;

function fieldOf(store, field) {
  return h("div", { class: classes("embed-field", field.inline && "inline") },
    h("dt", {}, markdownLine(store, field.name)), h("dd", {}, markdown(store, field.value)));
}

function picture(image, files, className) {
  const name = image.url?.startsWith("attachment://") ? image.url.slice("attachment://".length) : null;
  const file = name ? files.find((candidate) => candidate.filename === name) : null;
  const shown = { filename: name ?? image.url?.split("/").at(-1)?.split("?")[0] ?? "picture", size: file?.size ?? 0, ...image, url: file?.url ?? image.url };
  const ratio = image.width && image.height ? { "aspect-ratio": `${image.width} / ${image.height}` } : {};
  return h("button", { class: `tile ${className}`, type: "button", "aria-label": `Open ${shown.filename}`, onclick: () => openLightbox([shown], 0), style: ratio },
    h("img", { src: shown.url, alt: shown.filename, loading: "lazy" }));
}

function footer(store, embed) {
  if (!embed.footer?.text && !embed.timestamp) return null;
  const moment = embed.timestamp ? Date.parse(embed.timestamp) : null;
  return h("footer", {}, [embed.footer?.text, moment && formatTime(moment, "f", store.now())].filter(Boolean).join(" · "));
}
