// Moments and sizes as people read them. All functions take milliseconds since 1970; "now" is an argument, because the emulator's clock may
// be moved.

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const styles = {
  t: format({ timeStyle: "short" }),
  T: format({ timeStyle: "medium" }),
  d: format({ dateStyle: "short" }),
  D: format({ dateStyle: "long" }),
  f: format({ dateStyle: "long", timeStyle: "short" }),
  F: format({ dateStyle: "full", timeStyle: "short" }),
};
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const units = [["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3600], ["minute", 60]];
const valid = (moment) => Number.isFinite(moment) && Math.abs(moment) <= 8.64e15;

/** One of Discord's `<t:…>` styles: t T d D f F R. */
export function formatTime(moment, style, now) {
  if (!valid(moment)) return "Invalid date";
  return style === "R" ? relativeTime(moment, now) : (styles[style] ?? styles.f).format(moment);
}

export const fullTime = (moment) => (valid(moment) ? styles.F.format(moment) : "Invalid date");
export const clockTime = (moment) => styles.t.format(moment);
export const longDate = (moment) => styles.D.format(moment);

/** "in 3 minutes", "yesterday". */
export function relativeTime(moment, now) {
  const seconds = Math.round((moment - now) / 1000);
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

export function sameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** The head of a message: the time today, otherwise the day as well. */
export function messageTime(moment, now) {
  if (sameDay(moment, now)) return clockTime(moment);
  if (sameDay(moment, now - 86_400_000)) return `Yesterday at ${clockTime(moment)}`;
  return `${styles.d.format(moment)} ${clockTime(moment)}`;
}

/** 1,234,567 → "1.2 MB". */
export function byteCount(count) {
  const steps = ["bytes", "KB", "MB", "GB"];
  let value = count;
  let step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 ? value : value.toFixed(1)} ${steps[step]}`;
}
