/** What a notebook needs to show things: `import { ... } from "#lib/notebook/mod.ts"`. */
export { COLUMN_PX, document, PAGE_PX } from "./plot-kit.ts";
export { type Progress, progress } from "./progress.ts";
export { showBanner, showMarkdown } from "./display.ts";
export { showFigure } from "./show-figure.ts";
export { showTable, type TableOptions } from "./tables.ts";
