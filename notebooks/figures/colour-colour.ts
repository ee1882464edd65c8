import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES } from "#lib/catalogue/classes.ts";
import { takeColumns } from "#lib/catalogue/matrix.ts";
import { classLegend, type Figure, INK, panels, plotTheme } from "./plot-kit.ts";
import { load, savedFile } from "./saves.ts";

/** A source in one of the two planes. */
interface Point {
  readonly className: string;
  readonly x: number;
  readonly y: number;
}

interface Data {
  readonly planes: readonly (readonly Point[])[];
  /** What the sources are, in words. */
  readonly about: string;
}

/** Colours on the axes of each plane, and the range that is drawn (mag). */
const PLANES = [
  {
    x: "G_W2",
    y: "W1_W2",
    xLabel: "G − W2 (mag)",
    yLabel: "W1 − W2 (mag)",
    xDomain: [-1, 10],
    yDomain: [-0.6, 2.6],
  },
  {
    x: "Bp_Rp",
    y: "G_J",
    xLabel: "G_BP − G_RP (mag)",
    yLabel: "G − J (mag)",
    xDomain: [-0.6, 5],
    yDomain: [-1, 7],
  },
] as const;

/** Two colour-colour planes in the manner of section 2.2: where the classes cluster. */
export const colourColour: Figure<Data> = {
  id: "colour-colour",
  title: "Colours of the labelled sources",
  width: "page",
  inputs: [savedFile("sources")],
  async load() {
    const { matrix, labels, origin } = await load("sources");
    const planes = PLANES.map((plane) => {
      const { values } = takeColumns(matrix, [plane.x, plane.y]);
      return Array.from(labels, (label, row) => ({
        className: CLASSES[label],
        x: values[2 * row],
        y: values[2 * row + 1],
      })).filter(({ x, y }) => isWithin(x, plane.xDomain) && isWithin(y, plane.yDomain));
    });
    return { planes, about: origin.description };
  },
  caption: ({ planes, about }) =>
    `Left: WISE colour against Gaia-WISE colour, ${planes[0].length} sources; right: Gaia-2MASS ` +
    `against Gaia colour, ${planes[1].length} sources (${about}; Vega magnitudes). ` +
    `AGN lie at W1 − W2 near 1, stars near 0 along a sequence in Gaia and 2MASS colours, YSOs ` +
    `redder than stars. The small classes overlap all others. Small classes are drawn on top.`,
  draw({ planes }, widthPx) {
    const side = Math.floor(widthPx / 2);
    const plots = planes.map((points, i) => planePlot(points, PLANES[i], side, i === 0));
    return panels(plots, 2, { left: 0, bottom: 0 });
  },
};

function planePlot(
  points: readonly Point[],
  plane: (typeof PLANES)[number],
  widthPx: number,
  hasLegend: boolean,
): SVGSVGElement {
  // CLASSES runs from large to small classes: the order of drawing
  const sorted = points.toSorted((a, b) =>
    CLASSES.indexOf(a.className as "AGN") - CLASSES.indexOf(b.className as "AGN")
  );
  const colour = ({ className }: Point) => CLASS_COLOURS[className as "AGN"];
  return Plot.plot({
    ...plotTheme(widthPx),
    height: widthPx * 0.86,
    marginTop: 24,
    marginLeft: 42,
    marginRight: 10,
    marginBottom: 34,
    x: { domain: plane.xDomain, label: plane.xLabel, labelAnchor: "center", labelArrow: "none" },
    y: { domain: plane.yDomain, label: plane.yLabel, labelAnchor: "center", labelArrow: "none" },
    marks: [
      Plot.frame({ stroke: INK.quiet, strokeWidth: 0.6 }),
      Plot.dot(sorted, {
        x: "x",
        y: "y",
        r: 1.5,
        fill: colour,
        fillOpacity: ({ className }) => CLASSES.indexOf(className) < 3 ? 0.45 : 0.9,
      }),
      ...(hasLegend ? classLegend(40, -12) : []),
    ],
  }) as unknown as SVGSVGElement;
}

function isWithin(value: number, [from, to]: readonly [number, number]): boolean {
  return value >= from && value <= to;
}
