/** What a notebook needs to show things: `import { ... } from "#lib/notebook/mod.ts"`. */
export { type Progress, progress } from "./progress.ts";
export { showBanner, showMarkdown } from "./display.ts";
export { showTable, type TableOptions } from "./tables.ts";
