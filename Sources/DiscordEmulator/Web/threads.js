// Threads as a person handles them: begun on a message or in a channel, listed, joined, renamed, closed and opened again.

import { ask } from "./dialog.js";
import { openMenu } from "./menu.js";
import { notice } from "./notice.js";

export const forumKind = 15;
export const isThread = (channel) => channel?.thread_metadata !== undefined;
export const isArchived = (channel) => channel.thread_metadata?.archived === true;

/** Threads under a channel, the most lately used first. */
export function threadsOf(store, channelId) {
  const lastUse = (thread) => BigInt(thread.last_message_id ?? thread.id);
  const threads = store.allChannels().filter((channel) => isThread(channel) && channel.parent_id === channelId);
  return threads.sort((a, b) => (lastUse(a) < lastUse(b) ? 1 : -1));
}

/** Asks for a name and begins a thread, on a message if one is given. */
export function beginThread(store, channel, message = null) {
  const excerpt = message?.content?.split("\n")[0].slice(0, 40) ?? "";
  ask({
    title: "New thread", submit: "Begin", fields: [
      { name: "name", label: "Name", value: excerpt, max: 100 }, ...(message ? [] : [{ name: "content", label: "First message", long: true }]),
    ],
    send: async ({ name, content }) => open(store, await store.api.openThread({ channel_id: channel.id, name, message_id: message?.id, content })),
  });
}

async function open(store, thread) {
  await store.refresh();
  await store.select(store.guildOf(thread.id)?.id ?? store.selection.guild, thread.id);
}

/** The button "Threads" of a channel: what there is, and a new one. */
export function openThreadList(store, channel, anchor) {
  const items = threadsOf(store, channel.id).map((thread) => ({
    label: thread.name, detail: `${isArchived(thread) ? "closed · " : ""}${thread.message_count ?? 0} messages`, icon: "thread",
    run: () => store.select(store.selection.guild, thread.id), testid: `thread-${thread.name}`,
  }));
  openMenu(anchor, [
    { label: "New thread", icon: "plus", run: () => beginThread(store, channel), testid: "new-thread" },
    ...(items.length > 0 ? ["separator", ...items] : [{ heading: "No threads here yet" }]),
  ], { label: "Threads" });
}

/** What one can do with the thread one is in. */
export function openThreadMenu(store, thread, anchor) {
  const guarded = async (work) => {
    try {
      await work;
      await store.refresh();
    } catch (error) {
      notice(error.message, { bad: true });
    }
  };
  const change = (body) => guarded(store.api.changeThread(thread.id, body));
  const { archived, locked } = thread.thread_metadata;
  const rename = () => ask({
    title: "Rename the thread", submit: "Rename", fields: [{ name: "name", label: "Name", value: thread.name, max: 100 }],
    send: async (body) => {
      await store.api.changeThread(thread.id, body);
      await store.refresh();
    },
  });
  openMenu(anchor, [
    { label: thread.member ? "Leave" : "Join", icon: "switch", run: () => guarded(store.api.threadMember(thread.id, store.me.id, !thread.member)), testid: "thread-join" },
    { label: "Rename", icon: "pencil", run: rename, testid: "thread-rename" },
    { label: archived ? "Open again" : "Close", icon: "file", run: () => change({ archived: !archived }), testid: "thread-archive" },
    { label: locked ? "Unlock" : "Lock", icon: "warning", run: () => change({ locked: !locked }), testid: "thread-lock" },
  ], { label: "Thread" });
}
