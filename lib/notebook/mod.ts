/** What a notebook needs to show things: `import { ... } from "#lib/notebook/mod.ts"`. */
export { document } from "./plot-kit.ts";
export { COLUMN_PX, PAGE_PX } from "./plot-kit.ts";
export { type Progress, progress } from "./progress.ts";
export { showBanner } from "./display.ts";
export { showFigure } from "./show-figure.ts";
export { showMarkdown } from "./display.ts";
export { showPlot } from "./show-figure.ts";
export { showTable } from "./tables.ts";
export type { TableOptions } from "./tables.ts";
