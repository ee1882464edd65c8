import { byId } from "./element.ts";

/** Where a browser keeps the choice: the reports' own key, so that all pages turn together. */
const KEY = "csc-classify theme";

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // the choice lasts as long as the page
  }
}

/**
 * The button that turns a page dark or light against the system's wish; colours follow by CSS.
 *
 * @param onChange Called after each change, the system's too: for what is drawn by hand.
 */
export function themeSwitch(onChange: () => void = () => {}): void {
  const button = byId("theme"), isSystemDark = matchMedia("(prefers-color-scheme: dark)");
  let theme = remembered();
  const show = () => {
    document.documentElement.style.colorScheme = theme ?? "";
    const isDark = (theme ?? (isSystemDark.matches ? "dark" : "light")) === "dark";
    button.setAttribute("aria-pressed", String(isDark));
  };
  show();
  button.addEventListener("click", () => {
    theme = button.getAttribute("aria-pressed") === "true" ? "light" : "dark";
    remember(theme);
    show();
    onChange();
  });
  isSystemDark.addEventListener("change", () => {
    show();
    onChange();
  });
  // paper is white
  addEventListener("beforeprint", () => {
    document.documentElement.style.colorScheme = "light";
    onChange();
  });
  addEventListener("afterprint", () => {
    show();
    onChange();
  });
}
