/* Tells the market of a search that found nothing. Nobody waits for it, and nothing depends on it. */
for (const form of document.querySelectorAll("form[data-unmet]")) {
  const body = new URLSearchParams(new FormData(form));
  fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {});
}
