// The alert inbox: a acknowledges, s sends, d drops the row that was moved to, where its buttons offer that; x ticks it.
import { onKeys } from "./keys.js";
import { currentRow } from "./rows.js";

const step = (key) => () => currentRow()?.querySelector(`[data-step=${key}]`)?.click();

onKeys({ a: step("a"), s: step("s"), d: step("d"), x: () => currentRow()?.querySelector("[type=checkbox]")?.click() });

const all = document.querySelector("[data-tick-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const box of document.querySelectorAll("[data-row] [type=checkbox]")) box.checked = true;
  });
}
