// What the page knows: the user it acts as, guilds, people, commands, messages, typing, unread marks and interactions under way.
// Fed by the control API and its events; views subscribe to topics and read. Holds no element of the document.

import { compareIds } from "./snowflake.js";
import { Interactions } from "./interactions.js";
import { ReadMarks } from "./unread.js";

const channelKinds = { text: 0, direct: 1, voice: 2, group: 3, category: 4 };
const eventNames = [
  "message_create", "message_update", "message_delete", "reaction_add", "reaction_remove", "typing_start", "interaction_state",
  "modal_open", "commands_update", "presence_update", "channel_create", "channel_update", "channel_delete", "guild_update", "reset",
];
const typingFor = 10_000;
/** The kind of the message at a thread's top, which counts as none of its own. */
const threadStarter = 21;
const messagesKept = 500;

export class Store extends EventTarget {
  /** `pace` runs what it is given, at once or a little later: when the views may change. */
  constructor(api, pace) {
    super();
    this.api = api;
    this.pace = pace;
    this.me = null;
    this.users = new Map();
    this.guilds = [];
    this.dms = [];
    this.commands = [];
    this.applications = [];
    this.channelMessages = new Map();
    this.typing = new Map();
    this.selection = { guild: null, channel: null };
    this.lastChannels = new Map();
    this.clockOffset = 0;
    this.linked = true;
    this.version = 0;
    /** How often the state is being read just now, and whether something came meanwhile that the answer may not know. */
    this.reading = 0;
    this.asked = 0;
    this.answered = 0;
    this.outrun = false;
    this.interactions = new Interactions((channel, begun) => this.tell("interactions", { channel, mine: begun }));
    this.marks = null;
  }

  /** Subscribes to one of: state, selection, messages, typing, unread, interactions, modal, link, jump. */
  on(topic, handler) {
    this.addEventListener(topic, (event) => handler(event.detail));
  }

  tell(topic, detail = {}) {
    this.pace(() => this.dispatchEvent(new CustomEvent(topic, { detail })));
  }

  async start() {
    await this.refresh();
    this.stream = this.api.follow(eventNames, (name, data) => this.receive(name, data), (up) => this.setLink(up));
  }

  stop() {
    this.stream?.close();
  }

  /** Reads everything but the messages again. */
  async refresh() {
    const turn = ++this.asked;
    this.reading++;
    const state = await this.api.state().finally(() => this.reading--);
    if (turn < this.answered) return; // one asked for later has overtaken it
    this.answered = turn;
    this.me = state.me;
    this.api.user = state.me.id;
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.guilds = state.guilds ?? [];
    this.dms = state.dms ?? [];
    this.commands = state.commands ?? [];
    this.applications = state.applications ?? [];
    this.clockOffset = state.clock ? state.clock.now_ms - Date.now() : 0;
    this.marks ??= new ReadMarks(this.me.id);
    this.version++;
    for (const channel of this.allChannels()) this.marks.seen(channel.id, channel.last_message_id);
    this.tell("state");
    if (this.outrun) this.refreshSoon();
    this.outrun = false;
  }

  /** The emulator's time in milliseconds; its clock may run ahead of ours. */
  now() {
    return Date.now() + this.clockOffset;
  }

  // People and places

  get guild() {
    return this.guilds.find((guild) => guild.id === this.selection.guild) ?? null;
  }

  get channel() {
    return this.channelById(this.selection.channel);
  }

  allChannels() {
    return [...this.guilds.flatMap((guild) => guild.channels), ...this.dms];
  }

  channelById(id) {
    return this.allChannels().find((channel) => channel.id === id) ?? null;
  }

  guildOf(channelId) {
    return this.guilds.find((guild) => guild.channels.some((channel) => channel.id === channelId)) ?? null;
  }

  textChannels(guild) {
    return guild.channels
      .filter((channel) => channel.type !== channelKinds.category && channel.type !== channelKinds.voice)
      .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  }

  member(userId) {
    return this.guild?.members.find((member) => member.user.id === userId) ?? null;
  }

  user(id) {
    return this.users.get(id) ?? this.member(id)?.user ?? null;
  }

  nameOf(user) {
    return this.member(user.id)?.nick || user.global_name || user.username;
  }

  role(id) {
    return this.guild?.roles.find((role) => role.id === id) ?? null;
  }

  application(id) {
    return this.applications.find((application) => application.id === id) ?? this.applications[0] ?? null;
  }

  channelName(channel) {
    if (channel.type !== channelKinds.direct && channel.type !== channelKinds.group) return channel.name;
    const others = (channel.recipients ?? []).filter((user) => user.id !== this.me.id);
    return others.map((user) => user.global_name || user.username).join(", ") || "Direct message";
  }

  // Selection

  /** The channel last looked at in a guild, or null. */
  lastChannel(guildId) {
    return this.channelById(this.lastChannels.get(guildId));
  }

  async select(guildId, channelId) {
    this.selection = { guild: guildId, channel: channelId };
    this.lastChannels.set(guildId, channelId);
    this.tell("selection");
    if (!channelId) return;
    const known = this.channelMessages.get(channelId);
    if (!known?.loaded) await this.loadMessages(channelId);
    this.markRead(channelId);
  }

  markRead(channelId) {
    const newest = this.messagesOf(channelId).at(-1)?.id;
    if (newest && this.marks.read(channelId, newest)) this.tell("unread", { channel: channelId });
  }

  // Messages

  entry(channelId) {
    if (!this.channelMessages.has(channelId)) {
      this.channelMessages.set(channelId, { list: [], loaded: false, complete: false, loading: null });
    }
    return this.channelMessages.get(channelId);
  }

  messagesOf(channelId) {
    return this.channelMessages.get(channelId)?.list ?? [];
  }

  loadMessages(channelId, { older = false } = {}) {
    const entry = this.entry(channelId);
    if (entry.loading) return entry.loading;
    const limit = 50;
    const before = older ? entry.list[0]?.id : undefined;
    entry.loading = this.api
      .messages(channelId, { before, limit })
      .then((page) => {
        for (const message of page) this.keep(entry, message);
        entry.loaded = true;
        entry.complete = page.length < limit;
        this.tell("messages", { channel: channelId, older });
      })
      .finally(() => (entry.loading = null));
    return entry.loading;
  }

  /** Inserts or replaces by id, keeping the list in order of time. */
  keep(entry, message) {
    const list = entry.list;
    let index = list.length;
    while (index > 0 && compareIds(list[index - 1].id, message.id) > 0) index--;
    if (index > 0 && list[index - 1].id === message.id) list[index - 1] = { ...list[index - 1], ...message };
    else list.splice(index, 0, message);
  }

  /** Puts away a reply that only this user can see. */
  dismiss(message) {
    this.forget(message.channel_id, message.id);
    this.api.remove(message.id).catch(() => {});
  }

  forget(channelId, messageId) {
    const entry = this.entry(channelId);
    entry.list = entry.list.filter((message) => message.id !== messageId);
    this.tell("messages", { channel: channelId });
  }

  // Events

  setLink(up) {
    if (up && !this.linked) this.resync();
    this.linked = up;
    this.tell("link", { up });
  }

  /** After a gap in the event stream: read everything again. */
  async resync() {
    this.channelMessages.clear();
    await this.refresh();
    if (this.selection.channel) await this.loadMessages(this.selection.channel);
  }

  receive(name, data) {
    switch (name) {
      case "message_create": return this.messageCreated(data.message);
      case "message_update": return this.messageUpdated(data.message);
      case "message_delete": return this.forget(data.channel_id, data.message_id);
      case "reaction_add": return this.reacted(data, 1);
      case "reaction_remove": return this.reacted(data, -1);
      case "typing_start": return this.typingStarted(data);
      case "interaction_state": return this.interactions.changed(data);
      case "modal_open": return this.tell("modal", data);
      case "reset": return this.resync();
      default: return this.refreshSoon();
    }
  }

  messageCreated(message) {
    const { channel_id: channelId, id, author } = message;
    const entry = this.entry(channelId);
    if (entry.loaded) this.keep(entry, message);
    if (entry.list.length > messagesKept) {
      entry.list.splice(0, entry.list.length - messagesKept);
      entry.complete = false;
    }
    this.countIn(message);
    this.typing.get(channelId)?.delete(author.id);
    this.interactions.answered(message);
    this.tell("typing", { channel: channelId });
    const looking = channelId === this.selection.channel && !document.hidden;
    if (looking || author.id === this.me.id) this.marks.read(channelId, id);
    else this.marks.arrived(channelId, id, this.mentionsMe(message));
    this.tell("messages", { channel: channelId, mine: author.id === this.me.id });
    this.tell("unread", { channel: channelId });
  }

  /** A thread's message also changes what its parent shows of it. */
  countIn({ id, channel_id: channelId, type }) {
    const channel = this.channelById(channelId);
    const inThread = !channel || channel.thread_metadata !== undefined;
    if (inThread && this.reading > 0) this.outrun = true;
    if (!channel || (channel.last_message_id && compareIds(id, channel.last_message_id) <= 0)) return;
    channel.last_message_id = id;
    if (!inThread || type === threadStarter || id === channelId) return;
    channel.message_count = (channel.message_count ?? 0) + 1;
    this.version++;
    this.tell("messages", { channel: channel.parent_id });
  }

  messageUpdated(message) {
    const entry = this.entry(message.channel_id);
    const known = entry.list.find((candidate) => candidate.id === message.id);
    // Updates go to everybody alike and do not say which reactions are one's own.
    const mine = new Set((known?.reactions ?? []).filter((reaction) => reaction.me).map((reaction) => reaction.emoji.name));
    const reactions = (message.reactions ?? []).map((reaction) => ({ ...reaction, me: mine.has(reaction.emoji.name) }));
    if (known) this.keep(entry, { ...message, reactions });
    this.interactions.answered(message);
    this.tell("messages", { channel: message.channel_id });
  }

  reacted({ channel_id: channelId, message_id: messageId, user_id: userId, emoji }, step) {
    const message = this.messagesOf(channelId).find((known) => known.id === messageId);
    if (!message) return;
    const same = (reaction) => (reaction.emoji.id ?? reaction.emoji.name) === (emoji.id ?? emoji.name);
    const reactions = [...(message.reactions ?? [])];
    const index = reactions.findIndex(same);
    const before = reactions[index] ?? { emoji, count: 0, me: false };
    const after = { ...before, count: before.count + step, me: userId === this.me.id ? step > 0 : before.me };
    reactions.splice(index < 0 ? reactions.length : index, index < 0 ? 0 : 1, ...(after.count > 0 ? [after] : []));
    this.keep(this.entry(channelId), { ...message, reactions });
    this.tell("messages", { channel: channelId });
  }

  mentionsMe(message) {
    return message.mention_everyone || (message.mentions ?? []).some((user) => user.id === this.me.id);
  }

  typingStarted({ channel_id: channelId, user_id: userId }) {
    if (userId === this.me.id) return;
    const people = this.typing.get(channelId) ?? new Map();
    clearTimeout(people.get(userId));
    const forget = () => {
      people.delete(userId);
      this.tell("typing", { channel: channelId });
    };
    people.set(userId, setTimeout(forget, typingFor));
    this.typing.set(channelId, people);
    this.tell("typing", { channel: channelId });
  }

  refreshSoon() {
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(() => this.refresh(), 100);
  }
}
