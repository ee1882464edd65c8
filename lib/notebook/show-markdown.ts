import { display } from "./kernel.ts";

/** Shows Markdown in the cell, for prose whose numbers come from the results. */
export function showMarkdown(text: string): Promise<void> {
  return display({ "text/markdown": text, "text/plain": text });
}
