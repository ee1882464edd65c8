/** What a notebook needs to show things: `import { ... } from "#lib/notebook/mod.ts"`. */
export { document } from "../figures/document.ts";
export { COLUMN_PX, PAGE_PX } from "../figures/figure.ts";
export { type Progress, progress } from "./progress.ts";
export { showBanner } from "./show-banner.ts";
export { showFigure } from "./show-figure.ts";
export { showMarkdown } from "./show-markdown.ts";
export { showPlot } from "./show-plot.ts";
export { showTable } from "./show-table.ts";
export type { TableOptions } from "./table-html.ts";
