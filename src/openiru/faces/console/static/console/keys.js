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
  };

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
