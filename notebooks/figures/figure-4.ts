import * as Plot from "@observablehq/plot";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { predictedLabels } from "#lib/models/classifier.ts";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, savedFile } from "./saves.ts";

const MODELS = [
  { name: "rf", title: "Random forest", colour: "#0072B2", dash: "2 2" },
  { name: "gbdt", title: "GBDT", colour: "#D55E00", dash: "6 2" },
  { name: "lightgbm", title: "LightGBM", colour: "#222222", dash: "none" },
] as const;

/** Sources below a CMP, on a grid of CMPs. */
interface Curve {
  readonly title: string;
  readonly colour: string;
  readonly dash: string;
  readonly points: readonly { readonly cmp: number; readonly below: number }[];
}

interface Data {
  readonly curves: readonly Curve[];
  readonly nSources: number;
}

/** Figure 4: cumulative histogram of the CMP of the three models. */
export const figure4: Figure<Data> = {
  id: "figure-4",
  title: "Confidence of the three models",
  inputs: MODELS.map(({ name }) => savedFile(`predictions-${name}`)),
  async load() {
    let nSources = 0;
    const curves: Curve[] = [];
    for (const { name, ...look } of MODELS) {
      const { iterations, labels } = await load(`predictions-${name}`);
      nSources = labels.length;
      const cmps = iterations.map(({ probabilities }) =>
        membershipProbabilities(probabilities, CLASSES.length)
      );
      curves.push({ ...look, points: cumulative(cmps) });
    }
    return { curves, nSources };
  },
  caption: ({ curves, nSources }) => {
    const below = curves.map(({ title, points }) => {
      const at = points.find(({ cmp }) => cmp >= 0.8 - 1e-9)!;
      return `${title} ${Math.round(at.below).toLocaleString("en")}`;
    });
    return `Number of sources whose class membership probability (CMP) lies below the value on ` +
      `the horizontal axis, for ${nSources.toLocaleString("en")} labelled sources in cumulative ` +
      `cross-validation (mean of iterations). Below 0.8: ${below.join(", ")}. The later a curve ` +
      `rises, the more confident the model; whether the confidence is earned is another question.`;
  },
  draw({ curves, nSources }, widthPx) {
    return Plot.plot({
      ...plotTheme(widthPx),
      height: widthPx * 0.78,
      marginLeft: 44,
      marginBottom: 34,
      marginRight: 10,
      x: { domain: [0, 1], label: "CMP", labelAnchor: "center", labelArrow: "none", ticks: 6 },
      y: {
        domain: [0, nSources],
        label: "sources below",
        labelArrow: "none",
        grid: true,
        ticks: 5,
      },
      marks: [
        Plot.ruleX([0.8], { stroke: INK.quiet, strokeDasharray: "1 3" }),
        ...curves.map(({ points, colour, dash }) =>
          Plot.line(points, {
            x: "cmp",
            y: "below",
            stroke: colour,
            strokeWidth: 1.6,
            strokeDasharray: dash,
          })
        ),
        // a key with the dashes: colour is not the only sign
        Plot.link(curves, {
          x1: 0.05,
          x2: 0.16,
          y1: (_: Curve, i: number) => nSources * (0.93 - 0.09 * i),
          y2: (_: Curve, i: number) => nSources * (0.93 - 0.09 * i),
          stroke: "colour",
          strokeWidth: 1.6,
          strokeDasharray: (curve: Curve) => curve.dash,
        } as unknown as Plot.LinkOptions),
        Plot.text(curves, {
          x: 0.18,
          y: (_, i) => nSources * (0.93 - 0.09 * i),
          text: "title",
          textAnchor: "start",
          fill: INK.text,
        }),
      ],
    }) as unknown as SVGSVGElement;
  },
};

function cumulative(iterations: readonly Float64Array[]): Curve["points"] {
  const steps = 200, counts = new Float64Array(steps + 1);
  for (const cmps of iterations) {
    // the first grid value above the CMP and all later ones count it
    for (const cmp of cmps) counts[Math.min(steps, Math.floor(cmp * steps) + 1)]++;
  }
  let below = 0;
  return Array.from(counts, (count, i) => {
    below += count / iterations.length;
    return { cmp: i / steps, below };
  });
}

/**
 * The highest probability of each row: the class membership probability (CMP) of section 4.
 *
 * @param probabilities `[nRows x nClasses]`, row-major.
 * @returns `[nRows]`.
 */
export function membershipProbabilities(
  probabilities: Float64Array,
  nClasses: number,
): Float64Array {
  return Float64Array.from(
    predictedLabels(probabilities, nClasses),
    (label, row) => probabilities[row * nClasses + label],
  );
}
