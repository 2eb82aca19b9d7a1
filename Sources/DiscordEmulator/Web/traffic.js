// What goes over the wire: REST exchanges, gateway frames and interactions posted to endpoints, as rows in order of time. Read twice a
// second while somebody looks. Holds no element of the document.

const pause = 500;
const kept = 3000;
const opcodes = {
  0: "Dispatch", 1: "Heartbeat", 2: "Identify", 3: "Presence update", 4: "Voice state update", 6: "Resume", 7: "Reconnect",
  8: "Request guild members", 9: "Invalid session", 10: "Hello", 11: "Heartbeat ACK",
};

export class Traffic extends EventTarget {
  constructor(api) {
    super();
    this.api = api;
    this.rows = [];
    this.next = { exchanges: 0, frames: 0 };
    this.paused = false;
    this.timer = null;
  }

  start() {
    if (this.timer === null) this.read();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  clear() {
    this.rows = [];
    this.changed();
  }

  setPaused(paused) {
    this.paused = paused;
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  async read() {
    this.timer = setTimeout(() => this.read(), pause);
    if (this.paused || this.reading) return;
    this.reading = true;
    try {
      const [exchanges, frames] = await Promise.all([this.api.traffic(this.next.exchanges), this.api.frames(this.next.frames)]);
      this.next = { exchanges: exchanges.next, frames: frames.next };
      this.add([...exchanges.exchanges.map(exchangeRow), ...frames.frames.map(frameRow)]);
    } catch {
      // The banner tells that the emulator is gone; when it is back it counts from the beginning.
      this.next = { exchanges: 0, frames: 0 };
    } finally {
      this.reading = false;
    }
  }

  add(rows) {
    if (rows.length === 0) return;
    const known = new Set(this.rows.map((row) => row.key));
    this.rows.push(...rows.filter((row) => !known.has(row.key)));
    this.rows.sort((a, b) => a.at - b.at || a.order - b.order);
    if (this.rows.length > kept) this.rows.splice(0, this.rows.length - kept);
    this.changed();
  }
}

/** `{key, at, order, kind, direction, title, route, status, bad, ms, size, isInteraction, isHeartbeat, faults, bot, sections}` */
function exchangeRow(exchange) {
  const { n, at_ms: at, method, path, route, status, request, response, duration_ms: ms, outgoing, faults = [] } = exchange;
  const about = /^\/interactions\/|^\/webhooks\/\{application_id\}|^\/webhooks\/\{webhook_id\}\/\{webhook_token\}\/messages/.test(route ?? "");
  return {
    key: `rest ${n} ${at}`, at, order: n, kind: "rest", direction: outgoing ? "out" : "in", title: path, method, route: `${method} ${route ?? ""}`,
    status: status || "cut", bad: status === 0 || status >= 400, ms, isInteraction: Boolean(outgoing) || about, isHeartbeat: false, faults,
    bot: exchange.caller_id, sections: [["Request", request], ["Response", response]], raw: exchange,
  };
}

function frameRow(frame) {
  const { n, at_ms: at, event, op, t, s, size, code, connection } = frame;
  const sent = event === "sent";
  const socket = `socket ${connection}`;
  const row = {
    key: `frame ${n} ${at}`, at, order: n, kind: "gateway", direction: sent ? "out" : "in", method: socket, route: `${t ?? opcodes[op] ?? event}`, ms: null, size,
    isInteraction: t === "INTERACTION_CREATE", isHeartbeat: op === 1 || op === 11, faults: [], bot: frame.application_id, bad: false, raw: frame,
  };
  if (event === "open") return { ...row, title: "Socket opened", status: frame.compression ?? "", sections: [] };
  if (event === "close") {
    const title = `Socket closed by the ${frame.by}${frame.reason ? `: ${frame.reason}` : ""}`;
    return { ...row, title, status: code ?? "cut", bad: code !== 1000, sections: [] };
  }
  return { ...row, title: t ?? opcodes[op] ?? `op ${op}`, status: s === null || s === undefined ? `op ${op}` : `s ${s}`, bad: op === 9, sections: [["Data", frame.d ?? frame.text]] };
}

/** What the drawer shows of all rows. `wanted`: `{kind: "all" / "rest" / "gateway" / "interactions", text, onlyBad, heartbeats}` */
export function filterRows(rows, wanted) {
  const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (row.isHeartbeat && !wanted.heartbeats) return false;
    if (wanted.kind === "interactions" ? !row.isInteraction : wanted.kind !== "all" && row.kind !== wanted.kind) return false;
    if (wanted.onlyBad && !row.bad && row.faults.length === 0) return false;
    if (words.length === 0) return true;
    row.text ??= `${row.method ?? ""} ${row.title} ${row.route} ${row.status} ${row.faults.join(" ")} ${JSON.stringify(row.sections)}`.toLowerCase();
    return words.every((word) => row.text.includes(word));
  });
}
