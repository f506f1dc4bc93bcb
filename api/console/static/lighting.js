// Lights up, in the chat, what a finding quotes. A finding is named by its key: data-of, and data-hits of what it cites.
const has = (element, key) => (element.dataset.hits ?? element.dataset.of ?? "").split(" ").includes(key);

/** Lights up everything that belongs to the finding, and nothing else. `null`: nothing at all. */
export function light(key, { scroll = false } = {}) {
  let first = null;
  for (const element of document.querySelectorAll("[data-hits], [data-of]")) {
    const lit = key !== null && has(element, key);
    element.classList.toggle("lit", lit);
    if (lit && element.matches("mark, .bubble")) first ??= element;
  }
  if (scroll && first) scrollIntoChat(first);
}

/** Scrolls the chat itself where it scrolls; on a phone, where it does not, the page stays where it is. */
function scrollIntoChat(element) {
  const chat = element.closest(".chat");
  if (chat.scrollHeight <= chat.clientHeight) return;
  const offset = element.getBoundingClientRect().top - chat.getBoundingClientRect().top;
  chat.scrollTop += offset - chat.clientHeight / 3;
}
