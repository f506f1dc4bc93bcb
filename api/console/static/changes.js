// Pages that follow what happens: when the service says that something changed, their [data-live] part is fetched anew.
import { swap } from "./swapping.js";

const part = document.querySelector("[data-live]");
const { address } = document.querySelector("main").dataset;
const line = document.querySelector("[data-following]");
const told = document.querySelector("[data-told]");
/** Milliseconds: how long a lost connection is not worth a word, and until what failed is tried again. */
const PATIENCE = 3000;
const AGAIN = 15000;
let busy = false;
let again = false;
let events = null;
let waiting = 0;
let lost = 0;

/** How the connection stands, for eye and ear; nothing where all is well. */
function say(state) {
  if (line.dataset.said === state) return;
  line.dataset.said = state;
  line.textContent = state ? line.dataset[state] : "";
  if (state) line.append(" ", Object.assign(document.createElement("a"), { href: address, textContent: line.dataset.reopen }));
  document.documentElement.classList.toggle("followed", !state && events?.readyState === EventSource.OPEN);
}

function later(what, milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(what, milliseconds);
}

async function refresh() {
  document.dispatchEvent(new Event("mingjian-changed"));
  again = busy;
  if (busy) return;
  busy = true;
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  const elsewhere = answer?.redirected && new URL(answer.url).pathname !== new URL(address, location.href).pathname;
  if (elsewhere || answer?.status === 401 || answer?.status === 403) stop("expired");
  else if (answer?.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  else fail();
  busy = false;
  if (again) refresh();
}

function show(page) {
  const fresh = page.querySelector("[data-live]");
  if (!fresh) return;
  const before = part.querySelector("[data-news]")?.textContent;
  swap(part, fresh);
  const news = part.querySelector("[data-news]")?.textContent;
  if (news && news !== before) told.textContent = news;
  if ("over" in fresh.dataset) stop("");
  else if (events?.readyState === EventSource.OPEN) say("");
}

function fail() {
  say("lost");
  later(refresh, AGAIN);
}

function stop(state) {
  close();
  part.dataset.over = "";
  say(state);
}

/** Each attempt to connect fails anew: patience begins with the first. */
function lose() {
  lost ||= setTimeout(() => say("lost"), PATIENCE);
}

function found() {
  clearTimeout(lost);
  lost = 0;
}

function close() {
  found();
  clearTimeout(waiting);
  events?.close();
  events = null;
}

function follow() {
  if (events || "over" in part.dataset || document.hidden) return;
  events = new EventSource(part.dataset.live || "/live/events");
  events.addEventListener("changed", refresh);
  // The page was made before the service began to look: what happened in between is on the page of now.
  events.addEventListener("begin", refresh);
  events.addEventListener("open", () => {
    found();
    say("");
    document.documentElement.classList.add("followed");
  });
  events.addEventListener("error", dropped);
}

/** The browser connects again by itself after an interruption, but not after a refusal: too many pages, or signed out. */
function dropped() {
  document.documentElement.classList.remove("followed");
  if (events.readyState !== EventSource.CLOSED) return lose();
  close();
  say("refused");
  later(() => follow(), AGAIN);
  refresh();
}

// A page that nobody sees takes no connection from one that somebody does: a browser has six for one service.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return close();
  follow();
});

follow();
