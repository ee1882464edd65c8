import * as Plot from "@observablehq/plot";
import { CLASS_COLOURS, CLASSES } from "#lib/catalogue/classes.ts";
import { type Figure, INK, panels, plotTheme } from "./plot-kit.ts";
import { dots } from "./dots.ts";
import { load, type SavedExplanation, savedFile } from "./saves.ts";

const COLUMNS = 3;

/** How the two strongest measured features of each class speak for it, value by value. */
export const shapDependence: Figure<SavedExplanation> = {
  id: "shap-dependence",
  title: "How a value speaks for a class",
  width: "page",
  inputs: [savedFile("explanation")],
  load: () => load("explanation"),
  caption: ({ nSources, sources }) =>
    `SHAP value (log odds for the class) against the value of the feature, for the strongest ` +
    `features of each class that have many values; ${nSources} of ${sources}. ` +
    `Filled: sources of the class; grey: all others. Missing values are not shown.`,
  draw({ rows }, widthPx) {
    const plots = CLASSES.flatMap((name) =>
      rows.filter((row) => row.class === name && hasManyValues(row)).slice(0, 3)
    ).map(({ class: name, feature, points }) => {
      const xy = { x: "value", y: "shap", r: 1.5 };
      const there = points.filter(({ value }) => value !== null).map((point) => ({
        ...point,
        value: isFlux(feature) ? Math.log10(point.value!) : point.value,
      }));
      return Plot.plot({
        ...plotTheme(widthPx / COLUMNS),
        height: 130,
        marginLeft: 34,
        marginTop: 18,
        marginBottom: 30,
        x: {
          label: isFlux(feature) ? `log ${feature}` : feature,
          ...{ labelAnchor: "center", labelArrow: "none", ticks: 4 },
        },
        y: { label: `SHAP, ${name}`, labelArrow: "none", ticks: 4 },
        marks: [
          Plot.ruleY([0], { stroke: INK.grid }),
          dots(there.filter(({ own }) => !own), { ...xy, fill: "#b6bcc2" }),
          dots(there.filter(({ own }) => own), { ...xy, fill: CLASS_COLOURS[name] }),
        ],
      }) as unknown as SVGSVGElement;
    });
    return panels(plots, COLUMNS, { left: 0, bottom: 0 });
  },
};

function hasManyValues({ points }: SavedExplanation["rows"][number]): boolean {
  return new Set(points.map(({ value }) => value)).size > 20;
}

/** Fluxes span decades: they are shown as logarithms. */
function isFlux(feature: string): boolean {
  return feature.startsWith("flux_") || feature === "mips_24um";
}
