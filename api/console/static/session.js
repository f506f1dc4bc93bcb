// A session: pointing at a finding, or going to it with the arrow keys, lights up what it quotes.
import { onKeys } from "./keys.js";
import { light } from "./lighting.js";

const findings = [...document.querySelectorAll(".found .finding")];
const keyHelp = document.querySelector("[data-keys]");
if (keyHelp) keyHelp.hidden = false;
let at = -1;

function go(step, event) {
  // In the chat the arrow keys scroll, as everywhere.
  if (event.target.closest?.(".chat") && event.key.startsWith("Arrow")) return false;
  const open = findings.filter((each) => each.checkVisibility());
  if (open.length === 0) return false;
  at = Math.min(Math.max(at + step, 0), open.length - 1);
  open[at].focus();
  light(open[at].dataset.of, { scroll: true });
}

for (const element of document.querySelectorAll(".found [data-of]")) {
  element.addEventListener("mouseenter", () => light(element.dataset.of, { scroll: true }));
  element.addEventListener("mouseleave", () => light(document.activeElement.closest("[data-of]")?.dataset.of ?? null));
  element.addEventListener("focusin", () => light(element.dataset.of, { scroll: true }));
}

onKeys({
  ArrowDown: (event) => go(1, event), ArrowUp: (event) => go(-1, event),
  j: (event) => go(1, event), k: (event) => go(-1, event),
  Escape: () => { at = -1; light(null); },
});
