// Puts new content into a part of the page. Whoever works on it keeps focus, marked row, ticks and scrolled tables.

/** What makes an element the same one as before. */
function nameOf(element) {
  const attributes = ["id", "href", "name", "value", "data-step", "aria-label"].map((each) => element.getAttribute(each));
  const around = [element.closest("[data-row]")?.id, element.closest("form")?.getAttribute("action")];
  return JSON.stringify([element.tagName, ...attributes, ...around]);
}

const all = (part, selector) => [...part.querySelectorAll(selector)];

function focusLike(part, name, row, place) {
  const same = all(part, "a, button, input, select, summary, [tabindex]").find((each) => nameOf(each) === name);
  const near = all(part, "[data-row]")[Math.min(place, all(part, "[data-row]").length - 1)];
  if (same) return same.focus({ preventScroll: true });
  // What had the focus is gone: on to what stands in its place now.
  if (row && near) near.classList.add("current");
  (row && near ? near.querySelector("[data-open]") : document.querySelector("main")).focus({ preventScroll: true });
}

/** `part` gets the content of `fresh`. */
export function swap(part, fresh) {
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const name = active && nameOf(active);
  const row = active?.closest("[data-row]");
  const place = all(part, "[data-row]").indexOf(row);
  const current = part.querySelector("[data-row].current")?.id;
  const ticked = new Set(all(part, "[type=checkbox]:checked").map(nameOf));
  const open = all(part, "details").map((each) => each.open);
  const scrolled = all(part, ".table").map((each) => each.scrollLeft);

  part.replaceChildren(...fresh.childNodes);

  for (const box of all(part, "[type=checkbox]")) box.checked ||= ticked.has(nameOf(box));
  all(part, "details").forEach((each, number) => { each.open ||= open[number] ?? false; });
  all(part, ".table").forEach((each, number) => { each.scrollLeft = scrolled[number] ?? 0; });
  if (current) document.getElementById(current)?.classList.add("current");
  if (active) focusLike(part, name, row, place);
}
