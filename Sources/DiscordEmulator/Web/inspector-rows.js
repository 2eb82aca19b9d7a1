// A row of the inspector and what stands beside the list when one is chosen. JSON is written out as text with its kinds marked; long
// texts are cut, and the whole can be copied.

import { classes, h } from "./dom.js";
import { byteCount } from "./format.js";
import { icon } from "./icons.js";
import { notice } from "./notice.js";

const longestText = 60_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false });

export function row(store, entry, choose) {
  const outgoing = entry.direction === "out";
  const rest = entry.kind === "rest";
  return h("li", { class: classes("wire-row", entry.kind, entry.bad && "bad"), onclick: choose, "data-testid": "wire-row" },
    h("time", {}, clock.format(entry.at)),
    h("span", { class: classes("way", outgoing && "out"), title: outgoing ? "from the emulator" : "from the bot" }, outgoing ? "→" : "←"),
    h("b", { class: "wire-method" }, rest ? entry.method : "WS"),
    h("span", { class: "wire-title", title: entry.title }, short(entry.title), entry.faults.map((fault) => h("i", { class: "fault" }, fault))),
    h("span", { class: "wire-status" }, String(entry.status)),
    h("span", { class: "wire-size" }, rest ? (entry.ms === null ? "" : `${entry.ms} ms`) : entry.size ? byteCount(entry.size) : ""));
}

/** Without what is the same in all, and with tokens cut: what an address ends with matters most. */
const short = (title) => title.replace(/^\/api\/v\d+/, "").replace(/[\w-]{30,}/g, (token) => `${token.slice(0, 5)}…`);

export function detail(store, entry) {
  const bot = entry.bot && store.user(entry.bot);
  const facts = [
    entry.kind === "rest" ? entry.route : `${entry.method}, ${entry.direction === "out" ? "emulator → bot" : "bot → emulator"}`,
    bot ? store.nameOf(bot) : entry.bot, entry.ms !== null && entry.ms !== undefined && `${entry.ms} ms`,
    entry.faults.length > 0 && `fault: ${entry.faults.join(", ")}`,
  ].filter(Boolean);
  const copyAll = async () => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(entry.raw, null, 2));
      notice("Copied as JSON.");
    } catch {
      notice("The browser did not allow copying.", { bad: true });
    }
  };
  return [
    h("header", {}, h("h3", {}, entry.kind === "rest" ? `${entry.method} ${entry.title}` : entry.title),
      h("span", { class: classes("wire-status", entry.bad && "bad") }, String(entry.status)),
      h("button", { class: "plain", type: "button", title: "Copy as JSON", "aria-label": "Copy as JSON", onclick: copyAll }, icon("copy"))),
    h("p", { class: "wire-facts" }, facts.join(" · ")),
    entry.sections.filter(([, value]) => value !== null && value !== undefined).map(([title, value]) =>
      h("details", { open: true }, h("summary", {}, title), h("pre", { tabIndex: 0, "aria-label": title }, json(value)))),
  ];
}

/** Text with keys, strings, numbers and words told apart. */
function json(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  if (text.length > longestText) return [text.slice(0, longestText), `\n… ${text.length - longestText} more characters; copy to see all`];
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)) {
    parts.push(text.slice(end, match.index));
    const kind = match[2] ? "key" : match[1] ? "text" : match[3] ? "word" : "number";
    parts.push(h("span", { class: `json-${kind}` }, match[1] ?? match[0]));
    if (match[2]) parts.push(match[2]);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}
