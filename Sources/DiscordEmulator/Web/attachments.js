// Files under a message: pictures as a gallery that opens in the lightbox, sound and film with the browser's own player, everything
// else as a card with its size. Pictures that an embed shows are left to the embed, files of a message made of components to those.

import { classes, h } from "./dom.js";
import { icon } from "./icons.js";
import { openLightbox } from "./lightbox.js";
import { byteCount } from "./format.js";

const isPicture = (file) => (file.content_type ?? "").startsWith("image/") || /\.(png|jpe?g|gif|webp)$/i.test(file.filename);

const madeOfComponents = 1 << 15;

export function attachments(message) {
  if (message.flags & madeOfComponents) return null;
  const used = new Set((message.embeds ?? []).flatMap((embed) => [embed.image?.url, embed.thumbnail?.url]));
  const files = (message.attachments ?? []).filter((file) => !used.has(file.url) && !used.has(`attachment://${file.filename}`));
  const pictures = files.filter(isPicture);
  return [pictures.length > 0 && gallery(pictures), files.filter((file) => !isPicture(file)).map(card)];
}

/** One picture at its own shape, several in a grid of squares. */
export function gallery(pictures) {
  const single = pictures.length === 1;
  return h("div", { class: classes("gallery", single ? "single" : `of-${Math.min(pictures.length, 10)}`), "data-testid": "gallery" },
    pictures.map((file, index) => tile(file, single, () => openLightbox(pictures, index))));
}

function tile(file, single, open) {
  const spoiler = file.filename.startsWith("SPOILER_") || file.is_spoiler;
  const size = single && file.width && file.height ? { width: file.width, height: file.height } : {};
  const shape = single && file.width && file.height ? { style: { "aspect-ratio": `${file.width} / ${file.height}`, ...fitted(file) } } : {};
  const picture = h("img", { src: file.proxy_url || file.url, alt: file.description ?? file.filename, loading: "lazy", ...size });
  const button = h("button", { class: classes("tile", spoiler && "veiled"), type: "button", ...shape, "aria-label": `Open ${file.filename}` }, picture);
  button.addEventListener("click", () => {
    if (button.classList.contains("veiled")) button.classList.remove("veiled");
    else open();
  });
  return button;
}

/** Small pictures are shown somewhat larger, large ones fitted to the column. */
function fitted(file) {
  const scale = Math.min(440 / file.width, 400 / file.height, Math.max(1, 256 / Math.max(file.width, file.height)));
  return { width: `${Math.round(file.width * scale)}px` };
}

/** A player or a card for anything that is not a picture. */
export function card(file) {
  const type = file.content_type ?? "";
  if (type.startsWith("audio/")) return h("audio", { controls: true, preload: "metadata", src: file.url, "aria-label": file.filename });
  if (type.startsWith("video/")) return h("video", { controls: true, preload: "metadata", src: file.url, "aria-label": file.filename });
  return h("div", { class: "file-card", "data-testid": "file" },
    icon("file"),
    h("span", { class: "file-text" },
      h("a", { href: file.url, target: "_blank", rel: "noopener" }, file.filename), h("small", {}, byteCount(file.size))),
    h("a", { class: "plain", href: file.url, download: file.filename, "aria-label": `Download ${file.filename}`, title: "Download" }, icon("download")));
}
