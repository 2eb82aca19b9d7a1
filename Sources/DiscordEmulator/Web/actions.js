// What one can do to a message or a person: the entries of their context menus, among them the commands of applications that are
// made for messages and users. Shared by the message list and the members column.

import { notice } from "./notice.js";
import { commandsOfKind } from "./commands.js";

const kinds = { user: 2, message: 3 };

export function messageMenuItems(store, message, { reply }) {
  return [
    { label: "Reply", icon: "reply", run: () => reply(message), testid: "menu-reply" },
    message.content && { label: "Copy text", icon: "copy", run: () => copy(message.content, "Text copied.") },
    { label: "Copy message id", icon: "copy", run: () => copy(message.id, "Id copied.") },
    ...appItems(store, kinds.message, message.id),
  ].filter(Boolean);
}

export function userMenuItems(store, user) {
  const mention = () => store.tell("insert", { text: `<@${user.id}> ` });
  const direct = store.dms.find((channel) => channel.recipients?.some((other) => other.id === user.id));
  return [
    { label: "Mention", icon: "at", run: mention },
    direct && { label: "Message", icon: "reply", run: () => store.select(null, direct.id) },
    { label: "Copy user id", icon: "copy", run: () => copy(user.id, "Id copied.") },
    ...appItems(store, kinds.user, user.id),
  ].filter(Boolean);
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
