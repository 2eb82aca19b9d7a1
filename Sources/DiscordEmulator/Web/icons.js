// Line icons drawn for this page, 24 × 24, stroked with the text colour. Used by every view; decorative, so hidden from readers.

const paths = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M3.5 15h16",
  pulse: "M2.5 12h4l3-7 5 14 3-7h4",
  thread: "M4 5h16M4 10h9M4 15h6M14 20a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM17 19l3.500 2.500",
  forum: "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12.500h5",
  pin: "M9 4h6l-1 6 3.500 3.500h-11L10 10 9 4ZM12 13.500V20",
  pause: "M8 5v14M16 5v14",
  play: "M7 4.500v15l12-7.500z",
  menu: "M4 7h16M4 12h16M4 17h16",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.3 .8 3.5 2.7 3.5 5.5",
  plus: "M12 5v14M5 12h14",
  send: "M4 12 3.5 4.5 21 12 3.5 19.5 4 12Zm0 0h8",
  close: "M6 6l12 12M18 6 6 18",
  reply: "M9 6 4 11l5 5M4.5 11H14c4 0 6 2.5 6 7",
  dots: "M5.5 12a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0ZM12.5 12a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0ZM19.5 12a.5.5 0 1 1-1 0 .5.5 0 0 1 1 0Z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 13h6M9 17h6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  eye: "M2.5 12C5 7.5 8.5 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-6 6.5-9.5 6.5S5 16.5 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z",
  chevron: "M6 9l6 6 6-6",
  switch: "M7 4 3.5 7.5 7 11M3.5 7.5H17M17 13l3.5 3.5L17 20M20.5 16.5H7",
  external: "M14 4h6v6M20 4l-9 9M18 14v5.5H4.5V6H10",
  warning: "M12 4 2.5 20h19L12 4ZM12 10v5M12 17.5v.01",
  check: "M5 12.5 10 17.5 19.5 7",
  slash: "M15.5 4 8.5 20",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.5c0 3 4.5 3 4.5-1.5A8.5 8.5 0 1 0 16.5 19",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14c1.8 2.5 5.200 2.5 7 0M9 9.5v.01M15 9.5v.01",
  pencil: "M4 20l1-4L16.5 4.5l3 3L8 19l-4 1ZM14 7l3 3",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  speaker: "M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
};

/** A fresh SVG element for a name of the table above. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}
