import * as Plot from "@observablehq/plot";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { type Figure, INK, panels, plotTheme } from "./plot-kit.ts";
import { dots } from "./dots.ts";
import { load, type SavedExplanation, savedFile } from "./saves.ts";

/** Steps of colour from the lowest value of a feature to the highest. */
const LEVELS = 10;

/** SHAP values of the strongest features of each class. */
export const shapBeeswarm: Figure<SavedExplanation> = {
  id: "shap-beeswarm",
  title: "What speaks for each class",
  width: "page",
  inputs: [savedFile("explanation")],
  load: () => load("explanation"),
  caption: ({ nSources, sources, rows }) =>
    `SHAP values (exact TreeSHAP, log odds) of the ${Math.max(...rows.map(({ rank }) => rank))} ` +
    `strongest features of each class, for ${nSources} of ${sources}: right of ` +
    `zero a value speaks for the class. Blue: low value of the feature, orange: high, grey: ` +
    `missing.`,
  draw({ rows }, widthPx) {
    const plots = CLASSES.map((name) => {
      const own = rows.filter((row) => row.class === name);
      const points = own.flatMap(({ rank, points }) =>
        // scattered across the row by the golden ratio, so that dense places show as such
        points.map(({ shap, level }, i) => ({
          shap,
          level: level === null ? null : Math.round(LEVELS * level) / LEVELS,
          place: rank + ((i * 0.618) % 1 - 0.5) * 0.6,
        }))
      );
      return Plot.plot({
        ...plotTheme(widthPx / 2),
        height: 26 * own.length + 60,
        marginLeft: 112,
        marginTop: 22,
        marginBottom: 30,
        x: { label: `SHAP value for ${name}`, labelAnchor: "center", labelArrow: "none" },
        y: {
          domain: [own.length + 0.6, 0.4],
          ticks: own.map(({ rank }) => rank),
          tickFormat: (rank: number) => own.find((row) => row.rank === rank)?.feature ?? "",
          tickSize: 0,
          label: null,
        },
        color: { domain: [0, 1], range: ["#0072B2", "#E69F00"], unknown: "#b6bcc2" },
        marks: [
          Plot.ruleX([0], { stroke: INK.grid }),
          dots(points, { x: "shap", y: "place", fill: "level", r: 1.2, fillOpacity: 0.8 }),
        ],
      }) as unknown as SVGSVGElement;
    });
    return panels(plots, 2, { left: 0, bottom: 0 });
  },
};
