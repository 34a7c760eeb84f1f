/* Keys for the queue, pictures that show only while a button is held, and a warning before typed words are lost. */
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const typing = (at) => at.matches("input, textarea, select, [contenteditable]");
  let current = -1;

  function go(step) {
    const all = rows();
    if (!all.length) return;
    current = Math.min(all.length - 1, Math.max(0, current + step));
    all.forEach((row, number) => row.toggleAttribute("data-current", number === current));
    const link = all[current].querySelector("a");
    if (link) link.focus({ preventScroll: true });
    all[current].scrollIntoView({ block: "nearest" });
  }

  function open() {
    const link = rows()[current]?.querySelector("a");
    if (link) link.click();
  }

  function reach(name) {
    const found = document.querySelector(`[data-key="${name}"]`);
    if (!found) return;
    if (found.matches("a")) return void found.click();
    const hidden = found.closest("details");
    if (hidden) hidden.open = true;
    found.scrollIntoView({ block: "start" });
    (found.matches("textarea, input, select, button") ? found : found.querySelector("textarea, input, select, button"))?.focus();
  }

  const actions = {
    j: () => go(1),
    k: () => go(-1),
    Enter: open,
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    n: () => reach("next"),
    u: () => reach("back"),
    s: () => reach("assess"),
    a: () => reach("approve"),
    t: () => press("take-next"),
    w: () => press("take"),
    ".": () => reach("more"),
    ":": () => palette(),
  };

  function press(name) {
    document.querySelector(`button[data-key="${name}"]`)?.click();
  }

  /* The command palette: every place, every button with a key and every saved query of the page, found by typing. */
  const board = document.getElementById("palette");
  const asked = board?.querySelector("input");
  const list = board?.querySelector("ul");
  function commands() {
    const links = [...document.querySelectorAll("header nav a, [data-command], main a[data-key], main .head a")];
    const buttons = [...document.querySelectorAll("main button[data-key], main summary")];
    const named = (one) => [(one.dataset.command || one.textContent).trim().replace(/\s+/g, " "), one];
    return [...links, ...buttons].map(named).filter(([name]) => name);
  }
  function fill() {
    const words = asked.value.trim().toLowerCase();
    const number = words.match(/^c-?0*(\d{1,15})$/);
    const found = commands().filter(([name]) => name.toLowerCase().includes(words)).slice(0, 12);
    if (number) found.unshift([`C-${number[1].padStart(6, "0")}`, null]);
    list.replaceChildren(...found.map(([name, one]) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain";
      button.dir = "auto";
      button.textContent = name;
      button.addEventListener("click", () => run(one, number));
      row.append(button);
      return row;
    }));
  }
  function run(one, number) {
    board.close();
    if (!one) return void location.assign(`/cases/${number[1]}`);
    if (one.matches("summary")) {
      one.parentElement.open = true;
      one.scrollIntoView({ block: "start" });
      return void one.focus();
    }
    one.click();
  }
  function palette() {
    if (!board || board.open) return;
    asked.value = "";
    fill();
    board.showModal();
    asked.focus();
  }
  asked?.addEventListener("input", fill);
  board?.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === asked) {
      event.preventDefault();
      all[0]?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? asked : all[Math.min(next, all.length - 1)])?.focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "k") {
      event.preventDefault();
      palette();
    }
    const form = event.target.closest?.("form");
    if (event.key === "Enter" && form) {
      const button = form.querySelector(event.shiftKey ? "[data-submit-next]" : "[data-submit]");
      if (button) {
        event.preventDefault();
        form.requestSubmit(button);
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (typing(event.target) || event.target.closest("dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });

  /* What is captured shows only while a button is held, by pointer or by the space bar; it goes back when the hand, the focus or the page goes. */
  let shown = null;
  function hide() {
    shown?.classList.remove("in-grey");
    shown?.classList.add("blurred");
    shown = null;
  }
  function reveal(button) {
    hide();
    shown = document.getElementById(button.dataset.reveal);
    shown?.classList.remove("blurred");
    if ("grey" in button.dataset) shown?.classList.add("in-grey");
  }
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("[data-reveal]");
    if (button) reveal(button);
  });
  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.("[data-reveal]");
    if (button && event.key === " ") {
      event.preventDefault();
      if (!event.repeat) reveal(button);
    }
  });
  for (const end of ["pointerup", "pointercancel", "keyup", "focusout", "visibilitychange"]) document.addEventListener(end, hide);
  window.addEventListener("blur", hide);

  document.addEventListener("htmx:afterSwap", () => { current = -1; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.status < 500) event.detail.shouldSwap = true;
  });

  let dirty = false;
  document.addEventListener("input", (event) => { if (event.target.closest("form[data-keep]")) dirty = true; });
  document.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
})();
