// The panel at the lower left: who this page is, and one click to become somebody else. Each person is a real link, so that a
// second window can hold another user.

import { ask } from "./dialog.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { notice } from "./notice.js";
import { avatar } from "./people.js";
import { currentTheme, switchTheme } from "./theme.js";

export function userPanel(store) {
  const me = store.me;
  const themeButton = h("button", { class: "plain", type: "button", "data-focus": "theme" });
  const drawTheme = () => {
    const next = currentTheme() === "dark" ? "light" : "dark";
    themeButton.replaceChildren(icon(next === "light" ? "sun" : "moon"));
    themeButton.title = `Use the ${next} theme`;
    themeButton.setAttribute("aria-label", themeButton.title);
  };
  themeButton.addEventListener("click", () => {
    switchTheme();
    drawTheme();
  });
  drawTheme();
  const open = (event) => openMenu(event.currentTarget, people(store), { label: "Act as", above: true });
  return [
    h(
      "button",
      { class: "who", type: "button", "aria-haspopup": "menu", "data-testid": "user-switch", "data-focus": "user-switch", title: "Act as somebody else", onclick: open },
      avatar(me, "small"),
      h("span", { class: "who-name" }, h("b", {}, store.nameOf(me)), h("small", {}, `@${me.username}`)),
      icon("switch"),
    ),
    themeButton,
  ];
}

/** The address of this page as another user, in the same place. */
export function addressAs(userId) {
  const url = new URL(location.href);
  url.searchParams.set("as", userId);
  return url.href;
}

function people(store) {
  const humans = [...store.users.values()].filter((user) => !user.bot);
  const entries = humans.slice(0, 100).map((user) => ({
    label: user.global_name || user.username,
    detail: `@${user.username}`,
    leading: avatar(user, "small"),
    checked: user.id === store.me.id,
    href: addressAs(user.id),
    testid: `as-${user.username}`,
  }));
  return [...entries, "separator", { label: "New person", icon: "plus", run: () => newPerson(store), testid: "new-person" },
    { label: "New server", icon: "plus", run: () => newGuild(store), testid: "new-guild" }];
}

function newPerson(store) {
  ask({
    title: "New person", submit: "Create", fields: [{ name: "username", label: "Username", max: 32 }, { name: "global_name", label: "Name", max: 32, optional: true }],
    send: async ({ username, global_name: name }) => {
      const user = await store.api.makeUser({ username, global_name: name || null });
      await store.refresh();
      notice(`${user.global_name || user.username} is a member of every server now.`);
    },
  });
}

function newGuild(store) {
  ask({
    title: "New server", submit: "Found", fields: [{ name: "name", label: "Name", max: 100 }, { name: "channels", label: "Channels", value: "general, pictures" }],
    send: async ({ name, channels }) => {
      const guild = await store.api.makeGuild({ name, channels: channels.split(/[\s,#]+/).filter(Boolean) });
      await store.refresh();
      await store.select(guild.id, guild.channels[0]?.id ?? null);
    },
  });
}
