// The list of sessions: x ticks the row that was moved to, a all rows, and the bar below says how many are ticked.
import { onKeys } from "./keys.js";
import { currentRow, moveTo } from "./rows.js";
import { keepTrail } from "./trail.js";

const links = [...document.querySelectorAll("[data-open]")];
const boxes = [...document.querySelectorAll("[name=session_id]")];
const all = document.querySelector("[data-all]");

function tell() {
  const ticked = boxes.filter((each) => each.checked).length;
  const said = document.querySelector("[data-ticked]");
  said.textContent = said.dataset.words.replace("{count}", ticked);
  said.hidden = ticked === 0;
  document.querySelector("[data-unticked]").hidden = ticked > 0;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && !all.checked;
}

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  // A browser that comes back to the page ticks again what was ticked.
  addEventListener("pageshow", tell);
}
onKeys({ x: () => currentRow()?.querySelector("[type=checkbox]").click(), a: () => all?.click() });

// Whoever comes back from a session goes on at its row.
keepTrail(links.map((link) => link.pathname));
const left = URL.canParse(document.referrer) ? new URL(document.referrer).pathname : "";
const row = links.find((link) => link.pathname === left)?.closest("[data-row]");
if (row) moveTo(row);
