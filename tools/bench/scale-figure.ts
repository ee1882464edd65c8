import * as Plot from "@observablehq/plot";
import { FONT_PX, INK } from "#figures/fonts.ts";
import { PAGE_PX, panels, plotTheme } from "#figures/plot-kit.ts";
import { type StandaloneSvg, standaloneSvg } from "#figures/standalone-svg.ts";

/** One fit of `scale.ts`: processor seconds of ours and of Python's, where it was made. */
interface ScalePoint {
  readonly axis: "rows" | "columns" | "classes";
  readonly at: number;
  /** Title of the model, "ours / theirs". */
  readonly model: string;
  readonly ours?: number;
  readonly python?: number;
}

const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7"];
const TITLES = { rows: "rows, times the table's", columns: "columns", classes: "classes" };

/** Costs against rows, columns and classes, both scales logarithmic. */
export function scaleFigure(points: readonly ScalePoint[]): StandaloneSvg {
  const models = [...new Set(points.map(({ model }) => model))];
  const values = points.flatMap(({ ours, python }) => [ours ?? 1, python ?? 1]);
  const domain = [0.8 * Math.min(...values), 1.3 * Math.max(...values)];
  const plots = (Object.keys(TITLES) as ScalePoint["axis"][]).map((axis) => {
    const own = points.filter((point) => point.axis === axis);
    const lines = (["ours", "python"] as const).map((side) =>
      Plot.lineY(own, {
        x: "at",
        y: side,
        stroke: "model",
        strokeDasharray: side === "ours" ? "" : "3,3",
        strokeWidth: 1.5,
        marker: "dot" as const,
      })
    );
    return Plot.plot({
      ...plotTheme(PAGE_PX / 3),
      height: 250,
      marginLeft: 40,
      marginTop: 24 + 13 * models.length,
      marginRight: 8,
      x: { type: "log", label: TITLES[axis], labelArrow: "none", ticks: own.map(({ at }) => at) },
      y: {
        type: "log",
        domain,
        label: axis === "rows" ? "processor seconds of a fit" : null,
        tickFormat: String,
        labelArrow: "none",
        grid: true,
      },
      color: { domain: models, range: COLOURS },
      marks: [
        ...lines,
        ...axis === "rows"
          ? models.map((model, i) =>
            Plot.text([model], {
              frameAnchor: "top-left",
              dy: 13 * (i - models.length) + 4,
              fill: COLOURS[i],
              text: [model],
              fontSize: FONT_PX.label,
              lineAnchor: "bottom" as const,
            })
          )
          : [],
        ...axis === "columns"
          ? [Plot.text(["solid: the first named; dashed: the second"], {
            frameAnchor: "top-left" as const,
            dy: -8,
            lineAnchor: "bottom" as const,
            fill: INK.quiet,
          })]
          : [],
      ],
    }) as SVGSVGElement;
  });
  return standaloneSvg(panels(plots, 3, { left: 0, bottom: 0 }));
}
