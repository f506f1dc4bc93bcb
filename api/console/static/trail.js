// From a list of sessions to its sessions, from one to the next, and back to the list with its filters.
// Kept for the tab alone, so that two tabs can show two lists.
const NAME = "mingjian-trail";

/** On the list: where it is, and the addresses of its sessions in their order. */
export function keepTrail(rows) {
  sessionStorage.setItem(NAME, JSON.stringify({ list: location.pathname + location.search, rows }));
}

const place = document.querySelector("[data-trail]");
const { list, rows } = JSON.parse(sessionStorage.getItem(NAME) ?? '{"list": "", "rows": []}');
const at = rows.indexOf(location.pathname);
if (place && at >= 0) {
  document.querySelector("[data-back]").href = list;
  for (const link of place.querySelectorAll("[data-step]")) {
    const next = rows[at + Number(link.dataset.step)];
    if (next) link.href = next;
    else link.hidden = true;
  }
  place.querySelector("[data-place]").textContent = `${at + 1} / ${rows.length}`;
  place.hidden = false;
}
