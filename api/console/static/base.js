// On every page. Works on what is there: without this file the pages can still be read and the forms sent.
import { onKeys } from "./keys.js";

// A page's own links can have a key: <a data-key="n">.
const linked = [...document.querySelectorAll("a[data-key]")];
onKeys(Object.fromEntries(linked.map((link) => [link.dataset.key, () => link.click()])));

// "/" goes to the search field of the page.
onKeys({ "/": () => document.querySelector("[data-search]")?.focus() });
