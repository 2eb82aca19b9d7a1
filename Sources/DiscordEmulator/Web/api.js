// The emulator's control API as functions: what a person in front of this page may read and do. Called by the store and by the
// composer. Every call speaks as the user given to the constructor; errors carry the sentence the server sent.

export class ControlError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export class ControlAPI {
  /** `user`: the snowflake to act as, or null for the first human user. */
  constructor(user) {
    this.user = user;
  }

  address(path, query = {}) {
    const url = new URL(path, location.origin);
    const pairs = { as: this.user, ...query };
    for (const [key, value] of Object.entries(pairs)) {
      if (value !== null && value !== undefined) url.searchParams.set(key, value);
    }
    return url;
  }

  async request(method, path, { query, body, text, signal } = {}) {
    const headers = body ? { "Content-Type": "application/json" } : text === undefined ? {} : { "Content-Type": "application/yaml" };
    let response;
    try {
      response = await fetch(this.address(path, query), { method, headers, body: body ? JSON.stringify(body) : text, signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ControlError("The emulator does not answer. Is it still running?", 0);
    }
    const answer = await response.text();
    let value = null;
    try {
      value = answer ? JSON.parse(answer) : null;
    } catch {
      value = { message: answer.slice(0, 200) };
    }
    if (!response.ok) throw new ControlError(value?.message || `The emulator answered ${response.status}.`, response.status);
    return value;
  }

  state = () => this.request("GET", "/_emulator/state");
  messages = (channel, { before, limit = 50 } = {}) =>
    this.request("GET", `/_emulator/channels/${channel}/messages`, { query: { before, limit } });
  say = (body) => this.request("POST", "/_emulator/messages", { body });
  edit = (message, content) => this.request("PATCH", `/_emulator/messages/${message}`, { body: { content } });
  remove = (message) => this.request("DELETE", `/_emulator/messages/${message}`);
  react = (message, emoji, on) =>
    this.request(on ? "PUT" : "DELETE", `/_emulator/messages/${message}/reactions/${encodeURIComponent(emoji)}`);
  typing = (channel) => this.request("POST", "/_emulator/typing", { body: { channel_id: channel } });
  direct = (user) => this.request("POST", "/_emulator/dms", { body: { user_id: user } });
  command = (body) => this.request("POST", "/_emulator/interactions/command", { body });
  autocomplete = (body, signal) => this.request("POST", "/_emulator/interactions/autocomplete", { body, signal });
  component = (body) => this.request("POST", "/_emulator/interactions/component", { body });
  modal = (body) => this.request("POST", "/_emulator/interactions/modal", { body });
  openThread = (body) => this.request("POST", "/_emulator/threads", { body });
  changeThread = (thread, body) => this.request("PATCH", `/_emulator/threads/${thread}`, { body });
  threadMember = (thread, user, on) => this.request(on ? "PUT" : "DELETE", `/_emulator/threads/${thread}/members/${user}`);
  pins = (channel) => this.request("GET", `/_emulator/channels/${channel}/pins`);
  pin = (message, on) => this.request(on ? "PUT" : "DELETE", `/_emulator/messages/${message}/pin`);

  // What the inspector reads and does.
  traffic = (after) => this.request("GET", "/_emulator/traffic", { query: { after, limit: 2000 } });
  frames = (after) => this.request("GET", "/_emulator/frames", { query: { after, limit: 2000 } });
  limits = () => this.request("GET", "/_emulator/rate_limits");
  setLimits = (enabled) => this.request("POST", "/_emulator/rate_limits", { body: { enabled } });
  faults = () => this.request("GET", "/_emulator/faults");
  inject = (faults) => this.request("POST", "/_emulator/faults", { body: { faults } });
  clearFaults = () => this.request("DELETE", "/_emulator/faults");
  advance = (milliseconds) => this.request("POST", "/_emulator/clock", { body: { advance_ms: milliseconds } });
  reset = () => this.request("POST", "/_emulator/reset");
  saved = () => this.request("GET", "/_emulator/saved");
  makeUser = (body) => this.request("POST", "/_emulator/users", { body });
  makeGuild = (body) => this.request("POST", "/_emulator/guilds", { body });
  role = (guild, user, role, on) => this.request(on ? "PUT" : "DELETE", `/_emulator/guilds/${guild}/members/${user}/roles/${role}`);
  /** `text`: a seed or a scenario in YAML or JSON. */
  document = (kind, text) => this.request("POST", `/_emulator/${kind}`, { text });
  load = (state) => this.request("PUT", "/_emulator/saved", { body: state });

  /**
   * Follows the emulator's events until `close()` of the returned handle. `onEvent(name, data)` for each; `onLink(up)` when the
   * stream opens or breaks. Reconnects by itself, with a growing pause of at most five seconds.
   */
  follow(names, onEvent, onLink) {
    let source = null;
    let timer = null;
    let failures = 0;
    let closed = false;
    const open = () => {
      source = new EventSource(this.address("/_emulator/events"));
      source.onopen = () => {
        failures = 0;
        onLink(true);
      };
      source.onerror = () => {
        source.close();
        if (closed) return;
        onLink(false);
        timer = setTimeout(open, Math.min(5000, 400 * 2 ** failures++));
      };
      for (const name of names) source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data)));
    };
    open();
    const close = () => {
      closed = true;
      clearTimeout(timer);
      source.close();
    };
    return { close };
  }
}

/** A file's bytes as the API wants an upload: name, type and base64. */
export async function upload(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { filename: file.name, content_type: file.type || "application/octet-stream", data: btoa(binary) };
}
