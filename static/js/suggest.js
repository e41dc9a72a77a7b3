/* Suggestions under the search box: an ARIA combobox. The list is a listbox, the field keeps the
   focus; it opens while typing, never on focus alone. Without script the field just searches. */
const WAIT_MS = 120;

function withSuggestions(input, number) {
  const id = `suggestions-${number}`;
  let list = null;
  let at = -1;
  let timer = 0;
  let asked = 0;
  let isComposing = false;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", id);

  function clear() {
    list?.remove();
    list = null;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function close() {
    clear();
    asked += 1;
    clearTimeout(timer);
  }

  function mark(position) {
    const options = list.children;
    if (at >= 0) options[at].setAttribute("aria-selected", "false");
    at = (position + options.length) % options.length;
    options[at].setAttribute("aria-selected", "true");
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  function optionFor(suggestion, position) {
    const option = document.createElement("li");
    const word = document.createElement("span");
    const count = document.createElement("small");
    option.id = `${id}-${position}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.address = suggestion.address;
    word.textContent = suggestion.text;
    count.textContent = suggestion.count;
    option.append(word, count);
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      location.assign(suggestion.address);
    });
    return option;
  }

  function open(suggestions) {
    /* What was typed meanwhile will still be asked. */
    clear();
    if (!suggestions.length) return;
    list = document.createElement("ul");
    list.className = "m-suggest";
    list.id = id;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.suggestLabel);
    list.append(...suggestions.map(optionFor));
    input.parentNode.append(list);
    input.setAttribute("aria-expanded", "true");
  }

  async function ask() {
    const text = input.value.trim();
    if (!text) {
      close();
      return;
    }
    const mine = (asked += 1);
    const address = new URL(input.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    const kind = input.form?.elements.kind?.value;
    if (kind) address.searchParams.set("kind", kind);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok || mine !== asked) return;
      const { suggestions } = await answer.json();
      if (mine === asked && document.activeElement === input) open(suggestions);
    } catch {
      /* no suggestions then; the search itself is a plain form */
    }
  }

  input.addEventListener("compositionstart", () => {
    isComposing = true;
  });
  input.addEventListener("compositionend", () => {
    isComposing = false;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (!isComposing) timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (!list || event.isComposing) return;
    if (event.key === "Escape") {
      close();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? -1 : at + step);
      event.preventDefault();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(list.children[at].dataset.address);
    }
  });
}

document.querySelectorAll("[data-suggest]").forEach(withSuggestions);
