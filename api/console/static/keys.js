// Single keys as commands. They rest while somebody types, and while a modifier is held.
// A key that is held down moves on and on, but does nothing else twice: nobody decides what they have not seen.
const MOVING = new Set(["j", "k", "ArrowDown", "ArrowUp"]);

/** Calls `commands[key]` when the key is pressed: onKeys({ j: next, k: previous, Enter: open }). */
export function onKeys(commands) {
  document.addEventListener("keydown", (event) => {
    const command = commands[event.key];
    if (!command || (event.repeat && !MOVING.has(event.key)) || event.ctrlKey || event.altKey || event.metaKey || typing(event)) return;
    if (command(event) !== false) event.preventDefault();
  });
}

function typing(event) {
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (event.key === "Enter") return at.matches("a, button, input, select, textarea, summary");
  return at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}
