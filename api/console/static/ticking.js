// Counts times on ([data-since]) or down ([data-until]) as `3:05` or `1:02:05`, by this machine's clock, once a second.

function counted(seconds) {
  const whole = Math.max(Math.trunc(seconds), 0);
  const [hours, minutes] = [Math.trunc(whole / 3600), Math.trunc(whole / 60) % 60];
  const second = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${second}` : `${minutes}:${second}`;
}

function tick() {
  const now = Date.now();
  for (const each of document.querySelectorAll(".ticking")) {
    const { since, until } = each.dataset;
    each.textContent = counted((since ? now - Date.parse(since) : Date.parse(until) - now) / 1000);
  }
}

setInterval(tick, 1000);
