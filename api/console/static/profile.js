// A profile is checked while it is written: half a second after the last key, by the same form that publishes it.
const form = document.querySelector("[data-checked]");
let timer = 0;
let asked = 0;

async function check() {
  const number = ++asked;
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "check");
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  form.querySelector("[data-problems]").replaceChildren(...page.querySelector("[data-problems]").childNodes);
}

form.elements.text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(check, 500);
});
