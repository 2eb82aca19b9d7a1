// Making things go wrong from the page: a fault now, later or again and again; the clock; the whole world saved, taken up, begun anew.

import { fill, h, uniqueId } from "./dom.js";
import { notice } from "./notice.js";

const now = ["after_ms", "every_ms"];
const rest = ["route", "count", "for_ms", ...now];
/** Kind: what it does, and which fields it has. */
const kinds = {
  error: ["Answer requests with an error", ["status", ...rest]],
  delay: ["Answer later", ["delay_ms", ...rest]],
  rate_limit: ["Answer 429", ["retry_after_ms", "global", ...rest]],
  drop_request: ["Cut the connection, do nothing", rest],
  drop_response: ["Do it, then cut the connection", rest],
  half_response: ["Do it, send half of the answer", rest],
  disconnect: ["Close the gateway's sockets", ["code", ...now]],
  freeze: ["Gateway says nothing", ["for_ms", ...now]],
  reconnect: ["Ask bots to reconnect (op 7)", now],
  invalid_session: ["Invalidate sessions (op 9)", ["resumable", ...now]],
  forget_sessions: ["Refuse the next resume", now],
  down: ["Discord is down", ["for_ms", ...now]],
};
const fields = {
  route: ["Route", "text", "every route"], status: ["Status", "number", "503"], count: ["Requests", "number", "1"], for_ms: ["For ms", "number", ""],
  delay_ms: ["Delay ms", "number", "2000"], retry_after_ms: ["Retry after ms", "number", "1000"], code: ["Close code", "number", "cut"],
  after_ms: ["After ms", "number", "now"], every_ms: ["Every ms", "number", "once"], global: ["Global", "checkbox"], resumable: ["Resumable", "checkbox"],
};

export function faultsPanel(store) {
  const active = h("ul", { class: "active-faults", "data-testid": "active-faults" });
  const inputs = h("div", { class: "fault-fields" });
  const kindId = uniqueId("fault");
  const kind = h("select", { class: "field", id: kindId, onchange: () => drawFields(), "data-testid": "fault-kind" },
    Object.entries(kinds).map(([name, [label]]) => h("option", { value: name }, label)));
  const routes = h("datalist", { id: uniqueId("routes") });
  let timer = null;

  const guarded = async (work, said) => {
    try {
      const result = await work();
      if (said) notice(said);
      await draw();
      return result;
    } catch (error) {
      notice(error.message, { bad: true });
    }
  };
  const drawFields = () => fill(inputs, kinds[kind.value][1].map((name) => {
    const [label, type, placeholder] = fields[name];
    const id = uniqueId("fault");
    const props = { id, name, type, placeholder, class: type === "checkbox" ? null : "field", list: name === "route" ? routes.id : null, min: type === "number" ? 0 : null };
    return h("div", { class: type === "checkbox" ? "check" : "fault-field" }, h("label", { htmlFor: id }, label), h("input", { ...props, "data-testid": `fault-${name}` }));
  }));
  const inject = (event) => {
    event.preventDefault();
    const fault = { kind: kind.value };
    for (const input of inputs.querySelectorAll("input")) {
      if (input.type === "checkbox") fault[input.name] = input.checked;
      else if (input.value !== "") fault[input.name] = input.type === "number" ? Number(input.value) : input.value;
      else if (input.name === "delay_ms") fault.delay_ms = 2000;
    }
    guarded(() => store.api.inject([fault]), "The fault is ordered.");
  };
  const draw = async () => {
    let list;
    try {
      list = (await store.api.faults()).active;
    } catch {
      return;
    }
    fill(active, list.length > 0 ? list.map((fault) => h("li", {}, h("b", {}, fault.kind), ` ${describe(fault)}`)) : h("li", { class: "hint" }, "Nothing is ordered."));
  };
  const button = (label, run, style = "secondary") => h("button", { class: `button ${style}`, type: "button", onclick: run }, label);
  const forward = (label, milliseconds) => button(label, () => guarded(() => store.api.advance(milliseconds), `The clock is ${label.slice(1)} further.`));
  const save = () => guarded(async () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(await store.api.saved())], { type: "application/json" }));
    h("a", { href: url, download: "emulator-state.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
  const reader = (kind, label, said) => {
    const input = h("input", {
      type: "file", accept: ".yaml,.yml,.json", hidden: true, "aria-label": label, "data-testid": `file-${kind}`,
      onchange: () => guarded(async () => {
        await store.api.document(kind, await input.files[0].text());
        input.value = "";
        if (kind === "seed") await store.refresh();
      }, said),
    });
    return [button(label, () => input.click()), input];
  };
  const chooser = h("input", { type: "file", accept: ".json,application/json", hidden: true, "aria-label": "State file", onchange: () => load() });
  const load = () => guarded(async () => {
    await store.api.load(JSON.parse(await chooser.files[0].text()));
    chooser.value = "";
  }, "The state was taken up.");

  const element = h("div", { class: "inspector-panel fault-panel" },
    h("form", { onsubmit: inject, "data-testid": "fault-form" }, h("div", { class: "fault-field" }, h("label", { htmlFor: kindId }, "Fault"), kind), inputs, routes,
      h("button", { class: "button danger", type: "submit", "data-testid": "inject" }, "Inject")),
    h("section", { "aria-label": "Ordered faults" }, h("h3", {}, "Ordered"), active, button("Call all off", () => guarded(() => store.api.clearFaults(), "All faults are called off.")),
      h("div", { class: "button-row" }, reader("faults", "Run a scenario file", "The scenario runs."))),
    h("section", { "aria-label": "Clock and world" }, h("h3", {}, "Clock"),
      h("div", { class: "button-row" }, forward("+4 s", 4_000), forward("+15 min", 900_000), forward("+1 h", 3_600_000), forward("+1 day", 86_400_000)),
      h("h3", {}, "World"),
      h("div", { class: "button-row" }, button("Save to a file", save), button("Load a file", () => chooser.click()), chooser,
        reader("seed", "Sow a file", "What the file names is there."),
        button("Begin anew", () => guarded(() => store.api.reset(), "The world is as new."), "danger"))));
  drawFields();
  const watch = async (on) => {
    clearInterval(timer);
    timer = on ? setInterval(draw, 1000) : null;
    if (!on) return;
    draw();
    const seen = (await store.api.traffic(0).catch(() => ({ exchanges: [] }))).exchanges;
    const names = new Set(seen.filter((exchange) => exchange.route).map((exchange) => `${exchange.method} ${exchange.route}`));
    fill(routes, [...names].sort().map((name) => h("option", { value: name })));
  };
  return { element, watch };
}

function describe(fault) {
  return Object.entries(fault).filter(([key, value]) => key !== "kind" && value !== null && value !== false).map(([key, value]) => `${key.replaceAll("_", " ")} ${value}`).join(", ");
}
