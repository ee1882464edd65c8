import type { Figure } from "./plot-kit.ts";
import { type ConfusionPanel, confusionPlot, totalCounts } from "./confusion-plot.ts";
import { load, savedFile } from "./saves.ts";

interface Data {
  readonly panels: readonly ConfusionPanel[];
  readonly nSources: number;
  readonly iterations: number;
}

/** Figure 5: confusion matrices of LightGBM with all features and with the X-ray ones only. */
export const figure5: Figure<Data> = {
  id: "figure-5",
  title: "LightGBM with all features and with X-ray features only",
  inputs: [savedFile("predictions-lightgbm"), savedFile("predictions-lightgbm-xray")],
  async load() {
    const all = await load("predictions-lightgbm"), xray = await load("predictions-lightgbm-xray");
    return {
      nSources: all.labels.length,
      iterations: all.iterations.length,
      panels: [
        { title: "All 41 features", counts: totalCounts(all, all.labels) },
        { title: "X-ray features only", counts: totalCounts(xray, xray.labels) },
      ],
    };
  },
  caption: ({ nSources, iterations }) =>
    `Confusion matrices of LightGBM by cumulative cross-validation of ` +
    `${nSources.toLocaleString("en")} sources (iterations: ${iterations}), with all 41 features ` +
    `(top) and with the fourteen X-ray columns only (bottom). Vertical: true class; horizontal: ` +
    `predicted class; per cent of the true class. Without counterparts, ULXs drift to AGN and ` +
    `pulsars to stars.`,
  draw: ({ panels }, widthPx) => confusionPlot(panels, widthPx),
};
