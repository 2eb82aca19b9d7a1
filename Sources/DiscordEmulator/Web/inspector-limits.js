// The rate-limit buckets that are in use, fullest first, and the two counts over everything. Read once a second while it is shown.

import { fill, h } from "./dom.js";
import { notice } from "./notice.js";

export function limitsPanel(store) {
  const table = h("tbody", { "data-testid": "buckets" });
  const totals = h("p", { class: "wire-facts" });
  const enabled = h("input", { type: "checkbox", onchange: () => change() });
  const element = h("div", { class: "inspector-panel" },
    h("p", {}, h("label", { class: "check" }, enabled, "Rate limits are enforced")), totals,
    h("table", { class: "buckets" },
      h("thead", {}, h("tr", {}, ["Route", "For", "Used", "Resets in", "Bucket"].map((name) => h("th", { scope: "col" }, name)))), table));
  let timer = null;

  const change = async () => {
    try {
      await store.api.setLimits(enabled.checked);
    } catch (error) {
      notice(error.message, { bad: true });
    }
  };
  const draw = async () => {
    let state;
    try {
      state = await store.api.limits();
    } catch {
      return;
    }
    enabled.checked = state.enabled;
    const bots = state.global.map((entry) => `${nameOf(store, entry.application_id)} ${entry.used} of ${entry.limit} in this second`);
    fill(totals, [...bots, `${state.invalid_requests} of ${state.invalid_request_limit} invalid requests in ten minutes`].join(" · "));
    const rows = state.buckets.map((bucket) => h("tr", {},
      h("td", {}, bucket.route), h("td", {}, place(store, bucket.major)),
      h("td", {}, h("meter", { min: 0, max: bucket.limit, high: bucket.limit - 0.5, value: Math.min(bucket.used, bucket.limit), "aria-label": `${bucket.used} of ${bucket.limit}` }),
        ` ${bucket.used} / ${bucket.limit}`),
      h("td", {}, `${(bucket.reset_after_ms / 1000).toFixed(1)} s`), h("td", {}, h("code", {}, bucket.bucket))));
    fill(table, rows.length > 0 ? rows : h("tr", {}, h("td", { colspan: 5, class: "hint" }, "No bucket is in use now.")));
  };
  const watch = (on) => {
    clearInterval(timer);
    timer = on ? setInterval(draw, 1000) : null;
    if (on) draw();
  };
  return { element, watch };
}

const nameOf = (store, id) => {
  const user = store.user(id);
  return user ? store.nameOf(user) : id;
};

/** The channel, guild or webhook that a bucket is for, by name where there is one. */
function place(store, major) {
  const id = /\d{15,}/.exec(major)?.[0];
  const channel = id && store.channelById(id);
  return channel ? `#${store.channelName(channel)}` : major.slice(0, 40);
}
