// The author's bench: what is wrong with the draft, told a moment after somebody stops typing.

const bench = document.querySelector("#bench");
const editor = bench.elements.text;
const list = document.querySelector("#problems");
const QUIET = 400;
let timer;
let asked = 0;

function told(problem) {
  const item = document.createElement("li");
  const place = document.createElement("span");
  place.className = "problem";
  place.textContent = [problem.line || "", problem.field].filter(Boolean).join(" · ");
  item.append(place, ` ${problem.reason}`);
  return item;
}

function show({ problems, words }) {
  editor.toggleAttribute("aria-invalid", false);
  if (problems.length) editor.setAttribute("aria-invalid", "true");
  const shown = document.createElement(problems.length ? "ul" : "p");
  if (problems.length) shown.append(...problems.map(told));
  else shown.textContent = words;
  list.replaceChildren(shown);
}

async function check() {
  const mine = (asked += 1);
  const body = new URLSearchParams({ text: editor.value });
  const answer = await fetch(bench.dataset.check, { method: "POST", body });
  // An answer about an older draft says nothing of this one.
  if (answer.ok && mine === asked) show(await answer.json());
}

editor.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, QUIET);
});
