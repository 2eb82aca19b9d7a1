// Nothing is redrawn under a pressed pointer: a browser clicks what was pressed and released, and what was redrawn between the two
// is another element. Knows nothing of Discord.

const waiting = [];
let isPressed = false;

/** Runs it now, or as soon as the pointer is released and what was pressed is clicked; always in the order in which it came. */
export function unlessPressed(run) {
  if (isPressed || waiting.length > 0) waiting.push(run);
  else run();
}

function released() {
  isPressed = false;
  // After the click, which comes next.
  setTimeout(() => !isPressed && waiting.splice(0).forEach((run) => run()));
}

addEventListener("pointerdown", () => (isPressed = true), true);
addEventListener("pointerup", released, true);
addEventListener("pointercancel", released, true);
addEventListener("blur", released);
