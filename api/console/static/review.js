// One case after the other: a key presses its button, the answer brings the next case in the same round trip.
import { onKeys } from "./keys.js";
import { light } from "./lighting.js";

const main = document.querySelector("main");
let sending = false;
let over;

/** What is on the page right after it came: the evidence of the verdict is lit, the help on keys is shown. */
function begin() {
  light(main.querySelector("[data-own]")?.dataset.of ?? null, { scroll: true });
  for (const help of main.querySelectorAll("[data-keys]")) help.hidden = false;
  clearTimeout(over);
  const reserved = main.querySelector("[data-reserved]");
  if (reserved) over = setTimeout(() => { main.querySelector("[data-over]").hidden = false; }, reserved.dataset.reserved * 1000);
}

/** From message to message, beginning at what is lit. Space then ticks it, as it ticks every box. */
function go(step) {
  const boxes = [...main.querySelectorAll("[data-mark]")];
  const lit = boxes.findIndex((each) => each.closest(".bubble").classList.contains("lit"));
  const at = boxes.indexOf(document.activeElement);
  const to = at >= 0 ? at + step : Math.max(lit, 0);
  boxes[Math.min(Math.max(to, 0), boxes.length - 1)]?.focus();
}

async function send(form, button) {
  if (sending) return;
  sending = true;
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "Mingjian-Swap": "1" } });
    show(await answer.text());
  } catch {
    main.querySelector("[data-failed]").hidden = false;
  }
  sending = false;
}

/** Whatever came: the next case, that there is none, or what is wrong. */
function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.title = page.title;
  main.replaceChildren(...page.querySelector("main").children);
  (main.querySelector("[aria-invalid=true]") ?? main).focus({ preventScroll: true });
  scrollTo(0, 0);
  begin();
}

function press(key) {
  const pressed = main.querySelector(`:is(button, input, summary)[data-key="${key}"]`);
  pressed?.click();
  if (pressed?.matches("summary")) pressed.focus();
}

const note = () => main.querySelector("textarea")?.focus();

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-swap]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("textarea")) event.target.blur();
});
document.addEventListener("mouseover", (event) => {
  const of = event.target.closest(".found [data-of]");
  if (of) light(of.dataset.of, { scroll: true });
});

onKeys(Object.fromEntries([..."cxmusz123456789"].map((key) => [key, () => press(key)])));
onKeys({ j: () => go(1), k: () => go(-1), ArrowDown: () => go(1), ArrowUp: () => go(-1), n: note });
begin();
