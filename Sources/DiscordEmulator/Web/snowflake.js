// Discord's ids: 64 bits with a time in the upper 42, written in decimal. Compared as numbers, never as text.

const epoch = 1420070400000;

/** Negative, zero or positive, like a sort function. Ids of different lengths compare without big integers. */
export function compareIds(a, b) {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** Milliseconds since 1970 of the moment the id was made. */
export const timeOf = (id) => Number(BigInt(id) >> 22n) + epoch;
