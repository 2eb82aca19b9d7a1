// Application commands as this page uses them: flattened to what can be run (subcommands become entries of their own), filtered to
// the place, searched by what was typed. Pure but for the store it reads.

const types = { chat: 1 };
const optionTypes = { subcommand: 1, group: 2 };

/** Commands of a kind (1 chat, 2 user, 3 message) that exist in the chosen place. */
export function commandsOfKind(store, kind) {
  const guild = store.selection.guild;
  const seen = new Set();
  return store.commands.filter((command) => {
    if ((command.type ?? types.chat) !== kind) return false;
    if (command.guild_id && command.guild_id !== guild) return false;
    if (!allowedHere(command, guild)) return false;
    const key = `${command.application_id} ${command.name}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** `contexts`: 0 a guild, 1 a direct message with the bot. Absent: everywhere. */
function allowedHere(command, guild) {
  if (Array.isArray(command.contexts) && command.contexts.length > 0) return command.contexts.includes(guild ? 0 : 1);
  return guild !== null || command.dm_permission !== false;
}

/** Everything that can be typed after "/": `{command, title, path, description, options}`. */
export function entries(store) {
  return commandsOfKind(store, types.chat).flatMap((command) => flatten(command, command, []));
}

function flatten(command, node, path) {
  const branches = (node.options ?? []).filter((option) => option.type === optionTypes.subcommand || option.type === optionTypes.group);
  if (branches.length > 0) return branches.flatMap((branch) => flatten(command, branch, [...path, branch.name]));
  const options = [...(node.options ?? [])].sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
  return [{ command, path, title: [command.name, ...path].join(" "), description: node.description, options }];
}

/** Entries whose name begins with, then contains, then whose description contains the words typed. */
export function search(all, typed) {
  const words = typed.trim().toLowerCase();
  if (words === "") return all;
  const rank = (entry) => {
    const title = entry.title.toLowerCase();
    if (title.startsWith(words)) return 0;
    if (title.includes(words)) return 1;
    return entry.description?.toLowerCase().includes(words) ? 2 : 3;
  };
  return all.map((entry) => [rank(entry), entry]).filter(([score]) => score < 3).sort((a, b) => a[0] - b[0]).map(([, entry]) => entry);
}

/** The entry that a text such as "/voucher create 5" names completely, with what is left of the text; or null. */
export function exactEntry(all, text) {
  const matches = all.filter((entry) => text === `/${entry.title}` || text.startsWith(`/${entry.title} `));
  const entry = matches.sort((a, b) => b.title.length - a.title.length)[0];
  return entry ? { entry, rest: text.slice(entry.title.length + 2) } : null;
}
