// Pages that show something moving look again every three seconds, unless somebody is writing in them or they are hidden.
const live = document.querySelector("main[data-live]");

async function lookAgain() {
    if (document.hidden || live.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok || answer.redirected) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main");
    if (fresh) live.replaceChildren(...fresh.childNodes);
}

if (live) setInterval(() => lookAgain().catch(() => {}), 3000);
