// A session: pointing at a finding, or going to it with the arrow keys, lights up what it quotes.
import { onKeys } from "./keys.js";
import { light } from "./lighting.js";

const findings = [...document.querySelectorAll(".found .finding")];
const keyHelp = document.querySelector("[data-keys]");
if (keyHelp) keyHelp.hidden = false;
let at = -1;

function go(step) {
  const open = findings.filter((each) => each.offsetParent !== null);
  if (open.length === 0) return false;
  at = Math.min(Math.max(at + step, 0), open.length - 1);
  open[at].focus();
  light(open[at].dataset.of, { scroll: true });
}

for (const element of document.querySelectorAll(".found [data-of]")) {
  element.addEventListener("mouseenter", () => light(element.dataset.of, { scroll: true }));
  element.addEventListener("mouseleave", () => light(null));
  element.addEventListener("focusin", () => light(element.dataset.of, { scroll: true }));
}

onKeys({
  ArrowDown: () => go(1), ArrowUp: () => go(-1), j: () => go(1), k: () => go(-1),
  Escape: () => { at = -1; light(null); },
});
