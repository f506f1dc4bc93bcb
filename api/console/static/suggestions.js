// Suggestions for shops, groups and agents, fetched when one of the fields is first entered.
const place = document.querySelector("[data-suggestions]");

async function fill() {
  const answer = await fetch("/desk/suggestions", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { names, ...lists } = await answer.json();
  for (const [name, values] of Object.entries(lists)) {
    // What is called something is found by its name, too; its id is what is filled in.
    document.getElementById(name)?.replaceChildren(...values.map((value) => new Option(names[value] ?? "", value)));
  }
}

if (place) document.addEventListener("focusin", function once(event) {
  if (!(event.target instanceof HTMLInputElement) || !event.target.getAttribute("list")) return;
  document.removeEventListener("focusin", once);
  fill();
});
