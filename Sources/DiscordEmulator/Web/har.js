// Rows of the inspector as a file in the shape of an HTTP archive, which browsers and many tools open. Gateway frames stand beside the
// exchanges, as browsers write WebSocket messages.

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value ?? null));

export function archive(rows, origin) {
  const entries = rows.filter((row) => row.kind === "rest").map((row) => exchange(row, origin));
  const sockets = Map.groupBy
    ? Map.groupBy(rows.filter((row) => row.kind === "gateway"), (row) => row.raw.connection)
    : group(rows.filter((row) => row.kind === "gateway"));
  for (const [connection, frames] of sockets) entries.push(socket(connection, frames, origin));
  return { log: { version: "1.2", creator: { name: "Discord emulator", version: "1" }, pages: [], entries } };
}

function group(frames) {
  const groups = new Map();
  for (const frame of frames) groups.set(frame.raw.connection, [...(groups.get(frame.raw.connection) ?? []), frame]);
  return groups;
}

function exchange(row, origin) {
  const { raw } = row;
  const url = raw.outgoing ? raw.path : origin + raw.path;
  const body = raw.request === null ? "" : text(raw.request);
  const answer = raw.response === null ? "" : text(raw.response);
  return {
    startedDateTime: new Date(row.at).toISOString(), time: row.ms ?? 0, cache: {}, timings: { send: 0, wait: row.ms ?? 0, receive: 0 },
    request: {
      method: raw.method, url, httpVersion: "HTTP/1.1", cookies: [], headers: [], queryString: [], headersSize: -1, bodySize: body.length,
      postData: body ? { mimeType: "application/json", text: body } : undefined,
    },
    response: {
      status: raw.status, statusText: "", httpVersion: "HTTP/1.1", cookies: [], headers: [], redirectURL: "", headersSize: -1, bodySize: answer.length,
      content: { size: answer.length, mimeType: "application/json", text: answer },
    },
    _route: raw.route, _faults: row.faults,
  };
}

function socket(connection, frames, origin) {
  const messages = frames
    .filter(({ raw }) => raw.event === "sent" || raw.event === "received")
    .map(({ at, raw }) => ({
      // As a browser sees it: what the emulator sends is received.
      type: raw.event === "sent" ? "receive" : "send", time: at / 1000, opcode: 1,
      data: raw.text ?? JSON.stringify({ t: raw.t, s: raw.s, op: raw.op, d: raw.d }),
    }));
  return {
    startedDateTime: new Date(frames[0].at).toISOString(), time: frames.at(-1).at - frames[0].at, cache: {}, timings: { send: 0, wait: 0, receive: 0 },
    request: {
      method: "GET", url: `${origin.replace(/^http/, "ws")}/gateway`, httpVersion: "HTTP/1.1", cookies: [], headers: [], queryString: [],
      headersSize: -1, bodySize: 0,
    },
    response: {
      status: 101, statusText: "Switching Protocols", httpVersion: "HTTP/1.1", cookies: [], headers: [], redirectURL: "", headersSize: -1, bodySize: 0,
      content: { size: 0, mimeType: "x-unknown" },
    },
    _resourceType: "websocket", _webSocketMessages: messages, _connection: connection,
  };
}
