// Single keys as commands. They rest while somebody types, while a modifier is held, while a dialog is open, and where
// they were switched off (WCAG 2.1.4: who dictates, or hits keys unawares, must be able to).

const OFF = "mingjian-single-keys-off";

/** Where a browser keeps nothing for us, the keys are on. */
function kept() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export const areOn = () => kept()?.getItem(OFF) !== "1";

export function switchKeys(on) {
  if (on) kept()?.removeItem(OFF);
  else kept()?.setItem(OFF, "1");
}

// A key that is held down moves on and on, but does nothing else twice: nobody decides what they have not seen.
const MOVING = new Set(["j", "k", "ArrowDown", "ArrowUp"]);

/** Calls `commands[key]` when the key is pressed: onKeys({ j: next, k: previous, Enter: open }). */
export function onKeys(commands, capture = false) {
  document.addEventListener("keydown", (event) => {
    const command = Object.hasOwn(commands, event.key) ? commands[event.key] : null;
    if (!command || (event.repeat && !MOVING.has(event.key)) || rests(event)) return;
    if (command(event) !== false) event.preventDefault();
  }, capture);
}

/** Whether the key is for the page, not for what has the focus. */
export function rests(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return true;
  if (document.querySelector("dialog[open]") || typing(event)) return true;
  return event.key.length === 1 && !areOn();
}

function typing(event) {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (event.key === "Enter") return at.matches("a, button, input, select, textarea, summary");
  return at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}
