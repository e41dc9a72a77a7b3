/* Small shortenings of the way; every form works without them. */

/* Fields left empty stay out of the address. (The server drops them too, one step later.) */
for (const form of document.querySelectorAll("form[data-search], form[data-filter]")) {
  form.addEventListener("formdata", (event) => {
    const filled = [...event.formData].filter(([, value]) => value !== "");
    for (const name of [...event.formData.keys()]) event.formData.delete(name);
    for (const [name, value] of filled) event.formData.append(name, value);
  });
}

/* The button of the filter panel says how many records its conditions would leave. */
const pluralRules = new Intl.PluralRules(document.documentElement.lang);
for (const button of document.querySelectorAll("[data-shows-other]")) {
  const { showsOne, showsOther } = button.dataset;
  let asked = 0;
  button.form.addEventListener("change", async () => {
    const mine = (asked += 1);
    const address = new URL(button.form.action, location.href);
    address.search = new URLSearchParams(new FormData(button.form));
    try {
      const answer = await fetch(address);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const total = Number(page.getElementById("sum")?.dataset.total);
      if (mine !== asked || Number.isNaN(total)) return;
      const wording = pluralRules.select(total) === "one" ? showsOne : showsOther;
      button.textContent = wording.replace("{n}", total.toLocaleString("en"));
    } catch {
      /* the button still leads to the list */
    }
  });
}

/* A chosen order or kind applies at once; the button for it is for those without script. */
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

/* A row of tabs that is wider than the screen starts at the present one. */
for (const present of document.querySelectorAll(".m-tabs [aria-current]")) {
  const row = present.parentNode;
  if (row.scrollWidth > row.clientWidth)
    row.scrollLeft = Math.max(0, present.offsetLeft - row.offsetLeft - 48);
}

/* The menu closes when the focus or a tap goes elsewhere, and by Esc. */
for (const menu of document.querySelectorAll("details.m-menu")) {
  const closeUnlessInside = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeUnlessInside);
  document.addEventListener("focusin", closeUnlessInside);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/* A part that shows how far something is asks again every two seconds; when it is done the page
   opens anew. Without script the page does that by itself. */
const REFRESH_MS = 2000;
const refreshing = document.querySelector("[data-refresh]");
if (refreshing) {
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = answer.ok && page.querySelector("[data-refresh]");
      if (next) {
        refreshing.replaceChildren(...next.childNodes);
      } else if (answer.ok) {
        clearInterval(timer);
        location.replace(location.href);
      }
    } catch {
      /* asked again soon */
    }
  }, REFRESH_MS);
}
