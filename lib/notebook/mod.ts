/** What a notebook needs to show things: `import { ... } from "#lib/notebook/mod.ts"`. */
export { progress } from "./progress.ts";
export { showBanner, showMarkdown } from "./display.ts";
export { show, showTable } from "./tables.ts";
