// What one can do to a message or a person: the entries of their context menus, among them the commands of applications that are
// made for messages and users. Shared by the message list and the members column.

import { notice } from "./notice.js";
import { chooseReaction } from "./reactions.js";
import { commandsOfKind } from "./commands.js";
import { beginThread } from "./threads.js";

const kinds = { user: 2, message: 3 };

export function messageMenuItems(store, message, { reply, edit }) {
  const mine = message.author.id === store.me.id;
  const channel = store.channelById(message.channel_id);
  const mayBranch = (channel?.type === 0 || channel?.type === 5) && !message.thread && (message.flags & 64) === 0;
  const guarded = (promise) => promise.catch((error) => notice(error.message, { bad: true }));
  return [
    { label: "React", icon: "smile", run: () => chooseReaction(store, message, document.querySelector(`[data-message="${message.id}"]`)) },
    mine && message.content && { label: "Edit", icon: "pencil", run: () => edit(message), testid: "menu-edit" },
    { label: "Reply", icon: "reply", run: () => reply(message), testid: "menu-reply" },
    mayBranch && { label: "Begin a thread", icon: "thread", run: () => beginThread(store, channel, message), testid: "menu-thread" },
    { label: message.pinned ? "Unpin" : "Pin", icon: "pin", run: () => guarded(store.api.pin(message.id, !message.pinned)), testid: "menu-pin" },
    message.content && { label: "Copy text", icon: "copy", run: () => copy(message.content, "Text copied.") },
    { label: "Copy message id", icon: "copy", run: () => copy(message.id, "Id copied.") },
    ...appItems(store, kinds.message, message.id),
    mine && "separator",
    mine && { label: "Delete", icon: "bin", danger: true, run: () => guarded(store.api.remove(message.id)), testid: "menu-delete" },
  ].filter(Boolean);
}

export function userMenuItems(store, user) {
  const mention = () => store.tell("insert", { text: `<@${user.id}> ` });
  const talk = async () => {
    const known = store.dms.find((channel) => channel.recipients?.some((other) => other.id === user.id));
    try {
      const channel = known ?? (await store.api.direct(user.id));
      if (!known) await store.refresh();
      await store.select(null, channel.id);
    } catch (error) {
      notice(error.message, { bad: true });
    }
  };
  return [
    { label: "Mention", icon: "at", run: mention },
    user.id !== store.me.id && { label: "Message", icon: "reply", run: talk },
    ...roleItems(store, user),
    { label: "Copy user id", icon: "copy", run: () => copy(user.id, "Id copied.") },
    ...appItems(store, kinds.user, user.id),
  ].filter(Boolean);
}

/** The roles that can be given here, ticked where the person has them. */
function roleItems(store, user) {
  const member = store.member(user.id);
  const roles = (store.guild?.roles ?? []).filter((role) => role.id !== store.guild.id && !role.managed);
  if (!member || roles.length === 0) return [];
  const flip = async (role, on) => {
    try {
      await store.api.role(store.guild.id, user.id, role.id, on);
    } catch (error) {
      notice(error.message, { bad: true });
    }
  };
  const entries = roles.map((role) => {
    const has = member.roles.includes(role.id);
    return { label: role.name, checked: has, run: () => flip(role, !has), testid: `role-${role.name}` };
  });
  return ["separator", { heading: "Roles" }, ...entries, "separator"];
}

function appItems(store, kind, target) {
  const commands = commandsOfKind(store, kind);
  if (commands.length === 0) return [];
  const channel = store.selection.channel;
  const run = (command) =>
    store.interactions.begin({ kind: "command", channel, command: command.name, application: command.application_id }, (nonce) =>
      store.api.command({ channel_id: channel, command_id: command.id, options: {}, target_id: target, nonce }));
  return [
    "separator",
    { heading: "Apps" },
    ...commands.map((command) => ({
      label: command.name, detail: store.application(command.application_id)?.name, run: () => run(command),
    })),
  ];
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    notice(said);
  } catch {
    notice("The browser did not allow copying.", { bad: true });
  }
}
