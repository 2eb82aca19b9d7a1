// Dark or light: what the person chose, otherwise what their system prefers. Kept in the browser's storage.

const key = "troupe.theme";

export function currentTheme() {
  return document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
}

/** Applies the kept choice; called once before the first drawing. */
export function restoreTheme() {
  const kept = localStorage.getItem(key);
  if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
}

export function switchTheme() {
  const next = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem(key, next);
}
