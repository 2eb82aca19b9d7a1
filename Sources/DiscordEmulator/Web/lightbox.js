// A picture over the whole page, with its neighbours by the arrow keys and a link to the file. Esc or a click outside closes it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openOverlay } from "./overlay.js";
import { byteCount } from "./format.js";

export function openLightbox(pictures, start) {
  let index = start;
  const image = h("img", { alt: "" });
  const caption = h("figcaption");
  const step = (by) => {
    index = (index + by + pictures.length) % pictures.length;
    show();
  };
  const show = () => {
    const file = pictures[index];
    image.src = file.url;
    image.alt = file.description ?? file.filename;
    const small = Math.max(file.width ?? 0, file.height ?? 0) < 512;
    image.classList.toggle("pixels", small && file.width > 0);
    const place = pictures.length > 1 ? `${index + 1} of ${pictures.length} · ` : "";
    const size = file.width ? `${file.width} × ${file.height} · ` : "";
    caption.replaceChildren(
      `${place}${file.filename} · ${size}${byteCount(file.size)} · `,
      h("a", { href: file.url, target: "_blank", rel: "noopener" }, "Open original"));
  };
  const arrows = pictures.length > 1 && [
    h("button", { class: "arrow back", type: "button", "aria-label": "Previous picture", onclick: () => step(-1) }, icon("chevron")),
    h("button", { class: "arrow on", type: "button", "aria-label": "Next picture", onclick: () => step(1) }, icon("chevron")),
  ];
  const box = h("figure", { class: "lightbox", "data-testid": "lightbox" }, image, caption, arrows);
  show();
  openOverlay(box, {
    label: "Picture",
    onkey: (event) => {
      if (event.key === "ArrowLeft") step(-1);
      else if (event.key === "ArrowRight") step(1);
    },
  });
}
