// What an option of a command accepts: reads the text of a field into the value that goes over the wire, or says what is wrong in a
// sentence. Pure. Kinds as Discord numbers them.

export const optionKind = {
  string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, attachment: 11,
};

const kindNames = {
  3: "text", 4: "whole number", 5: "yes or no", 6: "person", 7: "channel", 8: "role", 9: "person or role", 10: "number", 11: "file",
};

/** "whole number, 1 to 9": what the hint above the field says. */
export function describeKind(option) {
  const bounds = option.type === optionKind.string ? [option.min_length, option.max_length] : [option.min_value, option.max_value];
  // Discord's own bound of all numbers goes without saying.
  const [low, high] = bounds.map((bound) => (Math.abs(bound ?? 0) >= Number.MAX_SAFE_INTEGER ? undefined : bound ?? undefined));
  const unit = option.type === optionKind.string ? " characters" : "";
  const range = low !== undefined && high !== undefined ? `, ${low} to ${high}${unit}`
    : high !== undefined ? `, at most ${high}${unit}`
    : low !== undefined ? `, at least ${low}${unit}` : "";
  return kindNames[option.type] + range;
}

/**
 * `field`: `{text, picked?: {name, value}, file?: File, suggestions: [{name, value}]}`.
 * Returns `{value}`, `{}` for an empty optional field, or `{error}`.
 */
export function readOption(option, field) {
  if (option.type === optionKind.attachment) {
    if (field.file) return { value: field.file };
    return option.required ? { error: "Choose a file." } : {};
  }
  if (field.picked) return { value: field.picked.value };
  const text = option.type === optionKind.string ? field.text : field.text.trim();
  if (text.trim() === "") return option.required ? { error: "This option is required." } : {};
  if (option.choices?.length > 0 || fromList.has(option.type)) return readFromList(option, field, text);
  return readers[option.type]?.(option, text) ?? { error: "This page cannot send this kind of option." };
}

const fromList = new Set([optionKind.boolean, optionKind.user, optionKind.channel, optionKind.role, optionKind.mentionable]);

function readFromList(option, field, text) {
  const wanted = text.trim().toLowerCase().replace(/^[@#]/, "");
  const match = field.suggestions.find((choice) => choice.name.toLowerCase().replace(/^[@#]/, "") === wanted);
  return match ? { value: match.value } : { error: "Choose one of the list." };
}

const readers = {
  [optionKind.string]: (option, text) => {
    const length = [...text].length;
    if (option.max_length !== undefined && length > option.max_length)
      return { error: `At most ${count(option.max_length)} characters; this has ${count(length)}.` };
    if (option.min_length !== undefined && length < option.min_length)
      return { error: `At least ${count(option.min_length)} characters; this has ${count(length)}.` };
    return { value: text };
  },
  [optionKind.integer]: (option, text) => {
    if (!/^[+-]?\d+$/.test(text)) return { error: "Write a whole number." };
    const value = Number(text);
    return Number.isSafeInteger(value) ? inRange(option, value) : { error: "This number is too large." };
  },
  [optionKind.number]: (option, text) => {
    const value = Number(text.replace(",", "."));
    return Number.isFinite(value) ? inRange(option, value) : { error: "Write a number." };
  },
};

const count = (number) => number.toLocaleString("en");

function inRange(option, value) {
  if (option.min_value !== undefined && value < option.min_value) return { error: `At least ${option.min_value}.` };
  if (option.max_value !== undefined && value > option.max_value) return { error: `At most ${option.max_value}.` };
  return { value };
}

/** The fixed list of an option, if it has one, from its choices or from the guild. */
export function fixedSuggestions(store, option) {
  if (option.choices?.length > 0) return option.choices.map(({ name, value }) => ({ name, value }));
  const guild = store.guild;
  const people = () => guild
    ? guild.members.map(({ user }) => ({ name: store.nameOf(user), value: user.id, detail: `@${user.username}`, user }))
    : [...(store.channel?.recipients ?? []), store.me].map((user) => ({ name: store.nameOf(user), value: user.id, user }));
  const roles = () => (guild?.roles ?? []).map((role) => ({ name: `@${role.name.replace(/^@/, "")}`, value: role.id, detail: "role" }));
  switch (option.type) {
    case optionKind.boolean: return [{ name: "True", value: true }, { name: "False", value: false }];
    case optionKind.user: return people();
    case optionKind.role: return roles();
    case optionKind.mentionable: return [...people(), ...roles()];
    case optionKind.channel: {
      const allowed = option.channel_types;
      const channels = (guild?.channels ?? []).filter((channel) => !allowed?.length || allowed.includes(channel.type));
      return channels.map((channel) => ({ name: `#${channel.name}`, value: channel.id }));
    }
    default: return null;
  }
}
