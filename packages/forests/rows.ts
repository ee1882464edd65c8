/** What models take and give, and what prepares rows for them, without any model. */
export { predictedLabels, softmaxRows } from "./algorithm.ts";
export { takeColumns, takeRows } from "./matrix.ts";
export { scaleMinMax } from "./preprocess.ts";
export { random, shuffle } from "./random.ts";
