// of reports, index and results: dark or light, all code at once, wide tables, a search
"use strict";
const root = document.documentElement, KEY = "csc-classify theme";
const remember = (theme) => {
  try {
    localStorage.setItem(KEY, theme);
  } catch { /* a browser that keeps nothing */ }
};
const remembered = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

function onSwitch(name, act) {
  for (const button of document.querySelectorAll(`[data-switch=${name}]`)) {
    button.hidden = false;
    const set = (isOn) => button.setAttribute("aria-pressed", String(isOn));
    act(button, set);
  }
}

onSwitch("theme", (button, set) => {
  const isSystemDark = matchMedia("(prefers-color-scheme: dark)");
  const show = (theme) => {
    root.style.colorScheme = theme ?? "";
    set((theme ?? (isSystemDark.matches ? "dark" : "light")) === "dark");
  };
  show(remembered());
  button.addEventListener("click", () => {
    const theme = button.getAttribute("aria-pressed") === "true" ? "light" : "dark";
    remember(theme);
    show(theme);
  });
  isSystemDark.addEventListener("change", () => show(remembered()));
});

onSwitch("code", (button, set) => {
  const blocks = document.querySelectorAll("details.code");
  button.hidden = blocks.length === 0;
  set(false);
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    for (const block of blocks) block.open = isOn;
    set(isOn);
  });
});

// a table or figure that is wider than its place says so, and the keyboard can scroll it
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const isWide = target.scrollWidth > target.clientWidth + 1;
    target.classList.toggle("scrolls", isWide);
    if (isWide) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const frame of document.querySelectorAll(".csc-scroll, .csc-paper, pre, .prose table")) {
  if (frame.matches(".csc-scroll, .csc-paper")) {
    frame.setAttribute("role", "group");
    const label = frame.querySelector("table")?.getAttribute("aria-label");
    if (label) frame.setAttribute("aria-label", label);
    // what it shows is the name of the drawing in it
    if (frame.matches(".csc-paper")) frame.setAttribute("aria-label", "Figure");
  }
  widths.observe(frame);
}

// on a wide screen the contents lie open at the side, on a narrow one folded
const contents = document.querySelector("nav.contents details");
if (contents) contents.open = matchMedia("(min-width: 80rem)").matches;

const search = document.getElementById("search");
search?.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
  let shown = 0;
  for (const section of document.querySelectorAll("[data-result]")) {
    const title = section.querySelector("h2, h3, .csc-caption, figcaption")?.textContent ?? "";
    const rows = [...section.querySelectorAll("tbody tr")];
    let hits = 0;
    for (const row of rows) {
      row.hidden = !fits(`${title} ${row.closest("table").tHead.textContent} ${row.textContent}`);
      if (!row.hidden) hits++;
    }
    section.hidden = rows.length > 0 ? hits === 0 : !fits(section.textContent);
    if (!section.hidden) shown++;
  }
  document.getElementById("found").textContent = words.length === 0
    ? ""
    : `${shown} ${shown === 1 ? "table or figure fits" : "tables and figures fit"}`;
});
