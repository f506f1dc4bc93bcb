// Lists of [data-row]: j and k move; the link [data-open] of the row has the focus, so that Enter opens it.
import { onKeys } from "./keys.js";

/** The row that was moved to, or none. Rows may come and go. */
export const currentRow = () => document.querySelector("[data-row].current");

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const before = rows.indexOf(currentRow());
  const at = Math.min(Math.max(before + step, 0), rows.length - 1);
  rows[before]?.classList.remove("current");
  rows[at].classList.add("current");
  rows[at].querySelector("[data-open]").focus();
}

onKeys({ j: () => move(1), k: () => move(-1) });
