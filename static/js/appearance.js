/* Light unless the reader has chosen dark. Loaded before the page is drawn, so that a dark page
   never flashes light; without script the page stays light and the switch stays hidden. */
(() => {
  "use strict";
  const root = document.documentElement;
  const KEY = "appearance";

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be closed
    }
  }

  function keep(name) {
    try {
      localStorage.setItem(KEY, name);
    } catch {
      /* then it lasts for this page */
    }
  }

  function show(name) {
    root.dataset.bsTheme = name;
    for (const button of document.querySelectorAll("[data-appearance]")) {
      button.textContent =
        name === "dark" ? button.dataset.appearanceLight : button.dataset.appearance;
      button.hidden = false;
    }
  }

  show(kept() === "dark" ? "dark" : "light");
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.bsTheme));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-appearance]")) return;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    show(next);
    keep(next);
  });
})();
