import * as Plot from "@observablehq/plot";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { FEATURE_GROUPS, FEATURES } from "#lib/catalogue/features.ts";
import { type Availability, availability } from "#studies/availability.ts";
import { type Figure, INK, plotTheme } from "./plot-kit.ts";
import { load, savedFile } from "./saves.ts";

/** Figure 1: how many sources have each group of features, in all and by class. */
export const figure1: Figure<{ rows: readonly Availability[]; about: string }> = {
  id: "figure-1",
  title: "Availability of features",
  inputs: [savedFile("sources")],
  async load() {
    const { matrix, labels, origin } = await load("sources");
    const classes = Array.from(labels, (label) => CLASSES[label]);
    return { rows: availability(matrix, classes), about: origin.description };
  },
  caption: ({ about }) =>
    `Per cent of sources that have at least one feature of a group, by class and in all ` +
    `(${about}). X-ray features are there for nearly all; GALEX and SDSS cover mostly ` +
    `the fields of AGN, 2MASS mostly stars and YSOs. What is missing tells classes apart as well ` +
    `as what is measured.`,
  draw({ rows }, widthPx) {
    const channels = { x: "className", y: "group" };
    return Plot.plot({
      ...plotTheme(widthPx),
      height: FEATURE_GROUPS.length * 23 + 58,
      marginLeft: 100,
      marginRight: 2,
      marginTop: 4,
      marginBottom: 46,
      x: {
        domain: [...CLASSES, "all"],
        label: null,
        tickSize: 0,
        tickRotate: -45,
        padding: 0,
      },
      y: { domain: FEATURE_GROUPS, label: null, tickSize: 0, padding: 0, tickFormat: withCount },
      color: { domain: [0, 100], range: ["#ffffff", "#08519c"], interpolate: "lab" },
      marks: [
        Plot.cell(rows, { ...channels, fill: "percent", stroke: INK.grid, strokeWidth: 0.5 }),
        Plot.text(rows, {
          ...channels,
          text: ({ percent }) => percent.toFixed(0),
          fill: ({ percent }) => percent > 55 ? "white" : INK.text,
          fontSize: widthPx < 400 ? 9 : 11,
        }),
      ],
    }) as unknown as SVGSVGElement;
  },
};

/** "X-ray flux (6)": the group with its number of features. */
function withCount(group: string): string {
  return `${group} (${FEATURES.filter((feature) => feature.group === group).length})`;
}
