// A session: pointing at a finding, or going to it with the arrow keys, lights up what it quotes.
import { onKeys } from "./keys.js";

const findings = [...document.querySelectorAll(".found .finding")];
const keyHelp = document.querySelector("[data-keys]");
if (keyHelp) keyHelp.hidden = false;
let at = -1;

const has = (element, key) => (element.dataset.hits ?? element.dataset.of ?? "").split(" ").includes(key);

/** Lights up everything that belongs to the finding, and nothing else. `null`: nothing at all. */
function light(key, { scroll = false } = {}) {
  let first = null;
  for (const element of document.querySelectorAll("[data-hits], [data-of]")) {
    const lit = key !== null && has(element, key);
    element.classList.toggle("lit", lit);
    if (lit && element.matches("mark, .bubble")) first ??= element;
  }
  if (scroll && first) scrollIntoChat(first);
}

/** Scrolls the chat itself where it scrolls; on a phone, where it does not, the page stays where it is. */
function scrollIntoChat(element) {
  const chat = element.closest(".chat");
  if (chat.scrollHeight <= chat.clientHeight) return;
  const offset = element.getBoundingClientRect().top - chat.getBoundingClientRect().top;
  chat.scrollTop += offset - chat.clientHeight / 3;
}

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
