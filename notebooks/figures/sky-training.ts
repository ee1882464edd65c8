import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES } from "#lib/catalogue/classes.ts";
import { takeColumns } from "#lib/catalogue/matrix.ts";
import { classLegend, type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, savedFile } from "./saves.ts";

interface Data {
  readonly sources: readonly {
    readonly className: string;
    readonly l: number;
    readonly b: number;
  }[];
  /** What the sources are, in words. */
  readonly about: string;
}

/** Where the labelled sources lie on the sky. */
export const skyTraining: Figure<Data> = {
  id: "sky-training",
  title: "The labelled sources on the sky",
  width: "page",
  inputs: [savedFile("sources")],
  async load() {
    const { matrix, labels, origin } = await load("sources");
    const { values } = takeColumns(matrix, ["gal_l", "gal_b"]);
    const sources = Array.from(labels, (label, row) => ({
      className: CLASSES[label],
      l: values[2 * row],
      b: values[2 * row + 1],
    }));
    return { sources, about: origin.description };
  },
  caption: ({ sources, about }) =>
    `${sources.length} sources in Galactic coordinates (${about}), equal-area Equal ` +
    `Earth projection centred on l = 0, longitude growing to the left, grid every 10 degrees. ` +
    `Chandra points: sources come in fields of a quarter of a degree, and some classes come from ` +
    `few of them, so a position alone may give a class away.`,
  draw({ sources }, widthPx) {
    const sorted = sources.toSorted((a, b) =>
      CLASSES.indexOf(a.className as "AGN") - CLASSES.indexOf(b.className as "AGN")
    );
    return Plot.plot({
      ...plotTheme(widthPx),
      height: widthPx * 0.49 + 26,
      marginTop: 26,
      marginLeft: 2,
      marginRight: 2,
      marginBottom: 2,
      projection: { type: "equal-earth", inset: 1 },
      marks: [
        Plot.graticule({ stroke: INK.grid, strokeOpacity: 1, strokeWidth: 0.6 }),
        Plot.sphere({ stroke: INK.quiet, strokeWidth: 0.7 }),
        Plot.dot(sorted, {
          // the sky is seen from inside: longitude grows to the left
          x: ({ l }) => -l,
          y: "b",
          r: 1.4,
          fill: ({ className }) => CLASS_COLOURS[className as "AGN"],
          fillOpacity: 0.7,
        }),
        ...classLegend(Math.floor((widthPx - 10) / 8.3), -14),
      ],
    }) as unknown as SVGSVGElement;
  },
};
