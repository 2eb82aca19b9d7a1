// The drawer under the conversation: every REST exchange, gateway frame and interaction as it happens, the rate-limit buckets, and the
// faults one can order. Nothing is read while it is closed. The rows are `traffic.js`, what stands in them `inspector-rows.js`.

import { classes, fill, h } from "./dom.js";
import { archive } from "./har.js";
import { icon } from "./icons.js";
import { faultsPanel } from "./inspector-faults.js";
import { limitsPanel } from "./inspector-limits.js";
import { detail, row } from "./inspector-rows.js";
import { Traffic, filterRows } from "./traffic.js";

const shown = 400;
const kinds = [["all", "All"], ["rest", "REST"], ["gateway", "Gateway"], ["interactions", "Interactions"], ["limits", "Limits"], ["faults", "Faults"]];

export class Inspector {
  constructor(store) {
    this.store = store;
    this.traffic = new Traffic(store.api);
    this.wanted = { kind: "all", text: "", onlyBad: false, heartbeats: false };
    this.chosen = null;
    this.nodes = new Map();
    this.list = h("ol", { class: "wire", tabIndex: 0, "aria-label": "Traffic", "data-testid": "wire", onkeydown: (event) => this.keyed(event) });
    this.detail = h("div", { class: "wire-detail", "data-testid": "wire-detail" });
    this.body = h("div", { class: "inspector-body" });
    this.panels = { limits: limitsPanel(store), faults: faultsPanel(store) };
    this.bar = h("div", { class: "inspector-bar", role: "toolbar", "aria-label": "Inspector" });
    this.element = h("section", { class: "inspector", id: "inspector", "aria-label": "Inspector", hidden: true, "data-testid": "inspector" }, this.bar, this.body);
    this.traffic.addEventListener("change", () => this.drawSoon());
    this.buildBar();
    this.choose("all");
  }

  get open() {
    return !this.element.hidden;
  }

  toggle(open = !this.open) {
    this.element.hidden = !open;
    document.body.classList.toggle("show-inspector", open);
    if (open) this.traffic.start();
    else this.traffic.stop();
    for (const panel of Object.values(this.panels)) panel.watch(open && panel === this.panels[this.wanted.kind]);
    this.store.tell("inspector", { open });
  }

  buildBar() {
    this.tabs = new Map(kinds.map(([kind, label]) => {
      const props = { class: "segment", type: "button", "aria-pressed": false, "data-testid": `inspect-${kind}`, onclick: () => this.choose(kind) };
      return [kind, h("button", props, label)];
    }));
    const filter = h("input", {
      class: "wire-filter", type: "search", placeholder: "Filter: words, routes, codes, event names", "aria-label": "Filter the traffic", "data-testid": "wire-filter",
      oninput: (event) => this.want({ text: event.currentTarget.value }),
    });
    const check = (label, key) => h("label", { class: "check" },
      h("input", { type: "checkbox", onchange: (event) => this.want({ [key]: event.currentTarget.checked }), "data-testid": `wire-${key}` }), label);
    const tool = (label, picture, run) => h("button", { class: "plain", type: "button", title: label, "aria-label": label, onclick: run }, icon(picture));
    this.pauseButton = tool("Pause", "pause", () => this.pause());
    this.tools = h("div", { class: "wire-tools" }, filter, check("Only failures", "onlyBad"), check("Heartbeats", "heartbeats"), this.pauseButton,
      tool("Clear", "bin", () => this.clear()), tool("Export as HAR", "download", () => this.export()));
    fill(this.bar, h("div", { class: "segments", role: "group", "aria-label": "What to show" }, [...this.tabs.values()]), this.tools,
      tool("Close the inspector", "close", () => this.toggle(false)));
  }

  choose(kind) {
    this.wanted.kind = kind;
    for (const [name, tab] of this.tabs) tab.setAttribute("aria-pressed", String(name === kind));
    const panel = this.panels[kind];
    this.tools.hidden = Boolean(panel);
    fill(this.body, panel ? panel.element : [this.list, this.detail]);
    for (const other of Object.values(this.panels)) other.watch(this.open && other === panel);
    if (!panel) this.draw();
  }

  want(change) {
    Object.assign(this.wanted, change);
    this.draw();
  }

  pause() {
    this.traffic.setPaused(!this.traffic.paused);
    const label = this.traffic.paused ? "Go on" : "Pause";
    fill(this.pauseButton, icon(this.traffic.paused ? "play" : "pause"));
    this.pauseButton.title = label;
    this.pauseButton.setAttribute("aria-label", label);
  }

  clear() {
    this.chosen = null;
    this.traffic.clear();
  }

  export() {
    const rows = filterRows(this.traffic.rows, { ...this.wanted, heartbeats: true });
    const url = URL.createObjectURL(new Blob([JSON.stringify(archive(rows, location.origin), null, 1)], { type: "application/json" }));
    h("a", { href: url, download: "emulator.har" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  drawSoon() {
    this.timer ??= setTimeout(() => this.draw(), 50);
  }

  draw() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.panels[this.wanted.kind]) return;
    const rows = filterRows(this.traffic.rows, this.wanted).slice(-shown);
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    const nodes = new Map();
    const seen = rows.map((entry) => {
      const node = this.nodes.get(entry.key) ?? row(this.store, entry, () => this.pick(entry));
      node.classList.toggle("chosen", entry.key === this.chosen?.key);
      nodes.set(entry.key, node);
      return node;
    });
    this.nodes = nodes;
    this.list.replaceChildren(...seen);
    if (rows.length === 0) fill(this.list, h("li", { class: "hint" }, this.traffic.rows.length === 0 ? "Nothing yet. Start a bot, or say something." : "Nothing matches."));
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
    if (!this.chosen) fill(this.detail, h("p", { class: "hint" }, "Choose a row to see what was sent."));
  }

  pick(entry) {
    this.chosen = entry;
    for (const [key, node] of this.nodes) node.classList.toggle("chosen", key === entry.key);
    fill(this.detail, detail(this.store, entry));
    this.detail.scrollTop = 0;
  }

  keyed(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = filterRows(this.traffic.rows, this.wanted).slice(-shown);
    const index = rows.findIndex((entry) => entry.key === this.chosen?.key);
    const next = index < 0 ? rows.at(-1) : rows[index + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    this.pick(next);
    this.nodes.get(next.key)?.scrollIntoView({ block: "nearest" });
  }
}

/** The button in the header that opens and closes it. */
export function inspectorButton(store, inspector) {
  const button = h("button", {
    class: "plain toggle-inspector", type: "button", title: "Inspector (Alt+I)", "aria-label": "Inspector", "aria-controls": "inspector", "aria-expanded": false,
    "data-testid": "open-inspector", onclick: () => inspector.toggle(),
  }, icon("pulse"));
  store.on("inspector", ({ open }) => {
    button.setAttribute("aria-expanded", String(open));
    button.className = classes("plain toggle-inspector", open && "on");
  });
  return button;
}
