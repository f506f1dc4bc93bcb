// On every page. Works on what is there: without this file the pages can still be read and the forms sent.
import { areOn, onKeys, rests, switchKeys } from "./keys.js";

// A page's own links can have a key: <a data-key="n">. They may come and go.
document.addEventListener("keydown", (event) => {
  const link = rests(event) ? null : [...document.querySelectorAll("a[data-key]")].find((each) => each.dataset.key === event.key);
  if (!link) return;
  event.preventDefault();
  link.click();
});

// "/" goes to the search field of the page.
onKeys({ "/": () => document.querySelector("[data-search]")?.focus() });

// "g" and a letter open a page of the menu. The second key is for nobody else.
const WAIT = 1500;
let going = 0;
document.addEventListener("keydown", (event) => {
  if (rests(event)) return;
  const waited = going && Date.now() - going < WAIT;
  going = !waited && event.key === "g" ? Date.now() : 0;
  if (!waited && !going) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waited) document.querySelector(`.menu [data-go="${CSS.escape(event.key)}"]`)?.click();
}, true);

// "?", and the button: which keys there are, and whether single ones are wanted.
const help = document.querySelector("#keys");
const opener = document.querySelector("[data-keys-open]");
if (help && opener) {
  const choice = help.querySelector("[data-single-keys]");
  const show = () => {
    choice.checked = areOn();
    help.showModal();
  };
  opener.hidden = false;
  opener.addEventListener("click", show);
  choice.addEventListener("change", () => switchKeys(choice.checked));
  onKeys({ "?": show });
}

// On a phone the menu scrolls: the page one is on is to be seen.
const menu = document.querySelector(".menu");
const here = menu?.querySelector("[aria-current]");

function showHere() {
  const beyond = here ? here.getBoundingClientRect().right - menu.getBoundingClientRect().right : 0;
  if (beyond > 0) menu.scrollLeft += beyond;
}

showHere();

// How many alerts wait, beside the link to them: when the page comes, when something changes, else now and then.
const badge = document.querySelector("[data-badge]");
const PAUSE = 30000;

async function count() {
  if (document.hidden) return;
  const answer = await fetch("/alerts/waiting", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { count: waiting, shown, words } = await answer.json();
  // The number for the eye, the words for whoever has the link read out.
  const said = (text, attributes) => Object.assign(document.createElement("span"), { textContent: text, ...attributes });
  badge.replaceChildren(...(waiting ? [said(shown, { ariaHidden: "true" }), said(words, { className: "sr-only" })] : []));
  showHere();
}

if (badge) {
  count();
  setInterval(count, PAUSE);
  document.addEventListener("mingjian-changed", count);
  document.addEventListener("visibilitychange", count);
}
