import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES, type SourceClass } from "#lib/catalogue/classes.ts";
import { type Figure, INK, panels, plotTheme } from "./plot-kit.ts";
import { wilsonInterval } from "#studies/intervals.ts";
import { load, type SavedConformal, savedFile } from "./saves.ts";

/** Coverage and size of conformal sets, by class. */
export const conformalSetsFigure: Figure<SavedConformal> = {
  id: "conformal-sets",
  title: "Coverage and size of conformal sets",
  width: "page",
  inputs: [savedFile("conformal")],
  load: () => load("conformal"),
  caption: ({ sources, coverage, rows }) =>
    `Conformal sets at ${
      100 * coverage
    } per cent for ${sources}, on folds of 1 degree sky cells. Left: share of ` +
    `the sources of each class whose set holds the class, with 95 per cent intervals; dashed: ` +
    `what was asked for. Right: mean number of classes in a set. ` +
    `${rows.map(({ class: name, n }) => `${name} ${n}`).join(", ")} sources.`,
  draw({ coverage, rows }, widthPx) {
    const colour = ({ class: name }: { class: SourceClass }) => CLASS_COLOURS[name];
    const shares = rows.map((row) => ({
      ...row,
      ...wilsonInterval(row.covered, row.n),
      panel: "coverage (%)",
    }));
    const percent = (value: (row: typeof shares[number]) => number) =>
      shares.map((row) => ({ ...row, value: 100 * value(row) }));
    const sizes = rows.map((row) => ({ ...row, panel: "classes in a set" }));
    const y = { domain: CLASSES, label: null };
    const half = { ...plotTheme(widthPx / 2), height: 190, marginBottom: 34, y };
    const left = Plot.plot({
      ...half,
      marginLeft: 56,
      x: {
        label: "coverage (%)",
        labelAnchor: "center",
        labelArrow: "none",
        grid: true,
        nice: true,
      },
      marks: [
        Plot.ruleX([100 * coverage], { stroke: INK.quiet, strokeDasharray: "3 2" }),
        Plot.link(shares, {
          ...{ x1: ({ low }: { low: number }) => 100 * low, y1: "class", y2: "class" },
          ...{ x2: ({ high }: { high: number }) => 100 * high, stroke: colour, strokeWidth: 2 },
        }),
        Plot.dot(percent(({ share }) => share), { x: "value", y: "class", r: 4, fill: colour }),
      ],
    });
    const right = Plot.plot({
      ...half,
      marginLeft: 56,
      x: { label: "classes in a set", labelAnchor: "center", labelArrow: "none", grid: true },
      marks: [Plot.barX(sizes, { x: "meanSize", y: "class", fill: colour }), Plot.ruleX([0])],
    });
    return panels([left, right] as unknown as SVGSVGElement[], 2, { left: 0, bottom: 0 });
  },
};
