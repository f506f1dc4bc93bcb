// The list of sessions: j and k move, Enter opens (the link has the focus), x ticks.
import { onKeys } from "./keys.js";

const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;

function move(step) {
  if (rows.length === 0) return;
  rows[at]?.classList.remove("current");
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[at].classList.add("current");
  rows[at].querySelector("[data-open]").focus();
}

const tick = () => rows[at]?.querySelector("[type=checkbox]").click();

onKeys({ j: () => move(1), k: () => move(-1), x: tick });
