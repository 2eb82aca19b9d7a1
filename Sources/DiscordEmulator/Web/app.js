// The web client of the emulator, put together: one store, four regions, and what belongs to the page as a whole (address, title,
// shortcuts, files dropped anywhere, the banner when the emulator is gone). Start reading here.

import { ControlAPI } from "./api.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { Forum } from "./forum.js";
import { header } from "./header.js";
import { Inspector } from "./inspector.js";
import { membersColumn } from "./members.js";
import { MessageList } from "./messages.js";
import { openModal } from "./modal.js";
import { unlessPressed } from "./press.js";
import { sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { restoreTheme } from "./theme.js";
import { isArchived } from "./threads.js";

restoreTheme();
const root = document.getElementById("app");
const store = new Store(new ControlAPI(new URLSearchParams(location.search).get("as")), unlessPressed);
boot();

async function boot() {
  try {
    await store.start();
  } catch (error) {
    return failed(error);
  }
  build();
  await store.select(...placeInAddress());
  root.setAttribute("aria-busy", "false");
}

/** Nobody there: try again. Refused: the address names somebody who does not exist. */
function failed(error) {
  const refused = error.status >= 400 && error.status < 500;
  const more = refused ? h("a", { href: "/" }, "Open the page as the first user") : "Trying again…";
  root.replaceChildren(h("p", { class: "boot-failure", role: "alert" }, `${error.message} `, more));
  if (!refused) setTimeout(boot, 1500);
}

function build() {
  const composer = new Composer(store);
  const messages = new MessageList(store, {
    reply: (message) => composer.answer(message),
    edit: (message) => composer.edit(message),
    goTo: (id) => goTo(id),
  });
  const banner = h("div", { class: "banner", role: "alert", hidden: true, "data-testid": "banner" }, "The emulator does not answer. Reconnecting…");
  const forum = new Forum(store);
  const inspector = new Inspector(store);
  const main = h("main", { class: "main", "aria-label": "Conversation" }, banner, header(store, inspector), messages.frame, forum.element, composer.element);
  root.replaceChildren(sidebar(store), main, membersColumn(store));
  document.body.append(inspector.element);
  for (const topic of ["selection", "state"]) {
    store.on(topic, () => {
      messages.frame.hidden = !forum.element.hidden;
      composer.element.hidden ||= !forum.element.hidden;
    });
  }
  store.on("link", ({ up }) => (banner.hidden = up));
  store.on("modal", (modal) => openModal(store, modal));
  store.on("jump", ({ message }) => goTo(message));
  store.on("selection", () => moved());
  for (const topic of ["unread", "state", "selection"]) store.on(topic, () => drawTitle());
  acceptDrops(main, composer);
  document.addEventListener("keydown", (event) => shortcut(event, composer, inspector));
  document.addEventListener("visibilitychange", () => !document.hidden && store.selection.channel && store.markRead(store.selection.channel));
  addEventListener("hashchange", () => {
    const [guild, channel] = placeInAddress();
    if (channel !== store.selection.channel) store.select(guild, channel);
  });
  store.tell("state");
}

/** `#/guild/channel` or `#/dm/channel`; otherwise the first channel of the first guild. */
function placeInAddress() {
  const [, guildPart, channelId] = location.hash.split("/");
  const channel = store.channelById(channelId);
  if (channel) return [store.guildOf(channel.id)?.id ?? null, channel.id];
  const guild = store.guilds.find((candidate) => candidate.id === guildPart) ?? store.guilds[0];
  return guild ? [guild.id, store.textChannels(guild)[0]?.id ?? null] : [null, store.dms[0]?.id ?? null];
}

function moved() {
  const { guild, channel } = store.selection;
  const hash = `#/${guild ?? "dm"}/${channel ?? ""}`;
  if (location.hash !== hash) history.replaceState(null, "", `${location.pathname}?as=${store.me.id}${hash}`);
  document.body.classList.remove("show-sidebar", "show-members");
}

function drawTitle() {
  const unread = store.allChannels().some((channel) => store.marks.isUnread(channel.id));
  const channel = store.channel;
  document.title = `${unread ? "• " : ""}${channel ? `#${store.channelName(channel)} · ` : ""}Troupe`;
}

function goTo(id) {
  const node = document.querySelector(`[data-message="${CSS.escape(id)}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("found");
  node.addEventListener("animationend", () => node.classList.remove("found"), { once: true });
}

/** Typing anywhere goes to the composer; Alt with arrows walks through the channels, Alt+I opens the inspector. */
function shortcut(event, composer, inspector) {
  if (event.altKey && event.code === "KeyI") {
    event.preventDefault();
    return inspector.toggle();
  }
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const channels = store.guild ? store.textChannels(store.guild).filter((channel) => !isArchived(channel)) : store.dms;
    const index = channels.findIndex((channel) => channel.id === store.selection.channel);
    const next = channels[(index + (event.key === "ArrowDown" ? 1 : channels.length - 1)) % channels.length];
    if (next) store.select(store.selection.guild, next.id);
    return;
  }
  if (event.key === "Escape") document.body.classList.remove("show-sidebar", "show-members");
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const idle = !document.activeElement?.closest("input, textarea, select, [contenteditable], dialog, [role=dialog], [role=menu], .inspector");
  if (typing && idle && !composer.form && event.key !== " ") composer.text.focus();
}

function acceptDrops(main, composer) {
  let depth = 0;
  const mark = (by) => {
    depth = by === 0 ? 0 : depth + by;
    main.classList.toggle("dropping", depth > 0);
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  main.addEventListener("dragenter", (event) => hasFiles(event) && mark(1));
  main.addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
  main.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  main.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(0);
    composer.addFiles([...event.dataTransfer.files]);
  });
}
