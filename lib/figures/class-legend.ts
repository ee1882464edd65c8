import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES } from "../catalogue/classes.ts";

/**
 * The class names in their colours along the top of a plot, each after a dot.
 *
 * @param step Distance from name to name, CSS pixels.
 * @param dy Height above the frame, CSS pixels, negative upwards.
 * @param perRow Names in one row; the rest goes below.
 */
export function classLegend(step: number, dy: number, perRow: number = CLASSES.length) {
  return CLASSES.flatMap((name, i) => {
    const dx = (i % perRow) * step, down = dy + Math.floor(i / perRow) * 13;
    const at = { frameAnchor: "top-left", fill: CLASS_COLOURS[name] } as const;
    return [
      Plot.dot([name], { ...at, r: 3, dx: dx + 3, dy: down }),
      Plot.text([name], { ...at, text: [name], dx: dx + 9, dy: down - 5, textAnchor: "start" }),
    ];
  });
}
