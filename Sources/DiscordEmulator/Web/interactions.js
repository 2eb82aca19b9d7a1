// Interactions this page has started and not yet seen answered: rows that say "sending", buttons that wait, failures to show.
// The store feeds it with `interaction_state` events and with messages; views ask what is under way in a channel.

const patience = 15 * 60_000;
let count = 0;

export class Interactions {
  /** `notify(channelId, begun)` is called when what a channel should show may have changed; `begun`: a command was just sent. */
  constructor(notify) {
    this.notify = notify;
    this.open = new Map();
    this.early = new Map();
  }

  /** Runs `send()` (which resolves to `{id}`) and follows the interaction from before its id is known. */
  async begin(description, send) {
    const entry = { ...description, state: "sending", key: `${Date.now().toString(36)}-${++count}`, since: Date.now() };
    this.open.set(entry.key, entry);
    this.notify(entry.channel, entry.kind === "command");
    try {
      const { id } = await send(entry.key);
      entry.id = id;
      if (entry.state === "sending") entry.state = "pending"; // what became of it may have been told already, by its nonce
      const early = this.early.get(id);
      this.early.delete(id);
      if (early) this.changed(early);
    } catch (error) {
      entry.state = "failed";
      entry.reason = error.message;
    }
    this.notify(entry.channel);
    return entry;
  }

  /** `{id, state, nonce?, error?}`. An event may overtake the answer that told us the id: it waits in `early`. */
  changed(event) {
    const entry = this.find((open) => open.id === event.id || (event.nonce && open.key === event.nonce));
    if (!entry) {
      this.early.set(event.id, event);
      if (this.early.size > 100) this.early.delete(this.early.keys().next().value);
      return;
    }
    entry.id ??= event.id;
    entry.state = event.state;
    entry.reason = event.error ?? entry.reason;
    if (event.state === "acknowledged" || event.state === "answered") this.open.delete(entry.key);
    this.notify(entry.channel);
  }

  /** A message of this interaction arrived, so nothing is to be waited for any more. */
  answered(message) {
    const id = message.interaction_metadata?.id ?? message.interaction?.id;
    const entry = id && this.find((open) => open.id === id);
    if (entry) this.dismiss(entry);
  }

  dismiss(entry) {
    this.open.delete(entry.key);
    this.notify(entry.channel);
  }

  find(matches) {
    for (const entry of this.open.values()) {
      if (Date.now() - entry.since > patience) this.open.delete(entry.key);
      else if (matches(entry)) return entry;
    }
    return null;
  }

  /** Commands to show as rows at the end of a channel. */
  commandsIn(channelId) {
    return [...this.open.values()].filter((entry) => entry.kind === "command" && entry.channel === channelId);
  }

  /** The component of a message that waits or has failed, or null. */
  componentOf(messageId) {
    return this.find((entry) => entry.kind === "component" && entry.message === messageId);
  }
}
