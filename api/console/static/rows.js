// Lists of [data-row]: j and k move; the link [data-open] of the row has the focus, so that Enter opens it.
import { onKeys } from "./keys.js";

/** The row that was moved to, or none. Rows may come and go. */
export const currentRow = () => document.querySelector("[data-row].current");

/** Makes it the current row. */
export function moveTo(row) {
  currentRow()?.classList.remove("current");
  row.classList.add("current");
  row.querySelector("[data-open]").focus();
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const at = rows.indexOf(currentRow()) + step;
  moveTo(rows[Math.min(Math.max(at, 0), rows.length - 1)]);
}

onKeys({ j: () => move(1), k: () => move(-1) });
