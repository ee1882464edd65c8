import * as Plot from "@observablehq/plot";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, savedFile, type SavedMemory } from "./saves.ts";

/** What each class owes to memory of its field: F1 on random and on blocked folds. */
export const classMemory: Figure<SavedMemory> = {
  id: "class-memory",
  title: "F1 on familiar and on unseen sky",
  width: "page",
  inputs: [savedFile("memory")],
  load: () => load("memory"),
  caption: ({ sources }) =>
    `F1 score by class for ${sources}, on random folds ` +
    `(open) and on folds that keep fields and hosts whole (filled), for the paper's LightGBM and ` +
    `for the better pipeline. Bars: scatter between repetitions with new folds, no error of a ` +
    `score on another sky. The length of a line is what the class owes to memory of the field.`,
  draw({ rows }, widthPx) {
    const ends = rows.map((row) => ({
      ...row,
      low: row.f1.mean - (row.f1.sigma ?? 0),
      high: row.f1.mean + (row.f1.sigma ?? 0),
      mean: row.f1.mean,
    }));
    // the widest gap has room for the names of its ends
    const gap = (row: typeof ends[number]) =>
      Math.abs(row.mean - ends.find((other) => isPair(row, other))!.mean);
    const widest = ends.reduce((most, row) => gap(row) > gap(most) ? row : most);
    const named = ends.filter((row) => row === widest || isPair(row, widest));
    return Plot.plot({
      ...plotTheme(widthPx),
      height: 190,
      marginLeft: 56,
      marginBottom: 34,
      x: { domain: [0, 100], label: "F1 (%)", labelAnchor: "center", labelArrow: "none" },
      y: { domain: CLASSES, label: null },
      fx: { label: null, domain: [...new Set(rows.map(({ model }) => model))] },
      marks: [
        Plot.gridX({ stroke: INK.grid, strokeOpacity: 1 }),
        Plot.link(
          rows.filter(({ folds }) => folds === "random").map((row) => ({
            ...row,
            from: row.f1.mean,
            to: rows.find((other) =>
              other.folds === "blocked" && other.model === row.model && other.class === row.class
            )!.f1.mean,
          })),
          { x1: "from", x2: "to", y1: "class", y2: "class", fx: "model", stroke: INK.quiet },
        ),
        Plot.link(ends, {
          ...{ x1: "low", x2: "high", y1: "class", y2: "class", fx: "model" },
          ...{ stroke: INK.text, strokeWidth: 2 },
        }),
        Plot.dot(ends, {
          ...{ x: "mean", y: "class", fx: "model", r: 3.5, stroke: "#0072B2" },
          fill: ({ folds }: { folds: string }) =>
            folds === "blocked" ? "#0072B2" : "white",
        }),
        ...(["blocked", "random"] as const).map((folds) =>
          Plot.text(named.filter((row) => row.folds === folds), {
            ...{ x: "mean", y: "class", fx: "model", dy: -1, fill: INK.text },
            ...{ stroke: "white", strokeWidth: 4 },
            ...(folds === "blocked"
              ? { text: () => "unseen sky", textAnchor: "start", dx: 9 }
              : { text: () => "random folds", textAnchor: "end", dx: -9 }),
          })
        ),
      ],
    }) as unknown as SVGSVGElement;
  },
};

/** Whether two rows are the two ends of one line. */
function isPair(a: SavedMemory["rows"][number], b: SavedMemory["rows"][number]): boolean {
  return a.model === b.model && a.class === b.class && a.folds !== b.folds;
}
