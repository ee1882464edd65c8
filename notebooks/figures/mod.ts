/** What the figures of the notebooks are drawn and printed with. */
export { dots } from "./dots.ts";
export { validationFlow } from "./figure-3.ts";
export { densityPanels, mostProbable } from "./figure-6.ts";
export { CLASS_SCALES, classLegend, PAGE_PX } from "./plot-kit.ts";
export { print } from "./print.ts";
export { save } from "./saves.ts";
