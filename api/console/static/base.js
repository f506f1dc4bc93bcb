// On every page. Works on what is there: without this file the pages can still be read and the forms sent.
import { onKeys } from "./keys.js";

// A page's own links can have a key: <a data-key="n">.
const linked = [...document.querySelectorAll("a[data-key]")];
onKeys(Object.fromEntries(linked.map((link) => [link.dataset.key, () => link.click()])));

// On a phone the menu is a line that scrolls: the page one is on is in it.
const menu = document.querySelector(".menu");
const current = menu?.querySelector("[aria-current]");
if (current) menu.scrollLeft = current.offsetLeft - menu.offsetLeft - 16;

// "/" goes to the search field of the page.
onKeys({ "/": () => document.querySelector("[data-search]")?.focus() });
