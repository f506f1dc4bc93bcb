// Pages that follow what happens: when the service says that something changed, their [data-live] part is fetched anew.
const part = document.querySelector("[data-live]");
let busy = false;
let again = false;

async function refresh() {
  again = busy;
  if (busy) return;
  busy = true;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (fresh) show(fresh);
  }
  busy = false;
  if (again) refresh();
}

/** Where the focus and the marked row are stays as it was, if what has them is still there. */
function show(fresh) {
  const row = part.querySelector("[data-row].current");
  const place = [...part.querySelectorAll("[data-open]")].indexOf(document.activeElement);
  const marked = row?.querySelector("[data-open]")?.getAttribute("href");
  part.replaceChildren(...fresh.childNodes);
  if ("over" in fresh.dataset) events.close();
  if (!marked) return;
  const same = [...part.querySelectorAll("[data-open]")].find((link) => link.getAttribute("href") === marked);
  same?.closest("[data-row]").classList.add("current");
  if (place >= 0) same?.focus();
}

// Which events: those the part names, else those of the whole service. What is over is not followed.
const events = "over" in part.dataset ? null : new EventSource(part.dataset.live || "/live/events");
events?.addEventListener("changed", refresh);
events?.addEventListener("open", () => document.documentElement.classList.add("followed"));
