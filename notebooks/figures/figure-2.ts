import type { Figure } from "./plot-kit.ts";
import { type ConfusionPanel, confusionPlot, totalCounts } from "./confusion-plot.ts";
import { load, savedFile } from "./saves.ts";

interface Data {
  readonly panels: readonly ConfusionPanel[];
  readonly nSources: number;
  readonly iterations: readonly number[];
}

/** Figure 2: confusion matrices of the random forest without and with SMOTE. */
export const figure2: Figure<Data> = {
  id: "figure-2",
  title: "Random forest without and with SMOTE",
  inputs: [savedFile("predictions-rf-plain"), savedFile("predictions-rf")],
  async load() {
    const plain = await load("predictions-rf-plain"), smote = await load("predictions-rf");
    return {
      nSources: smote.labels.length,
      iterations: [plain.iterations.length, smote.iterations.length],
      panels: [
        { title: "No oversampling", counts: totalCounts(plain, plain.labels) },
        { title: "SMOTE", counts: totalCounts(smote, smote.labels) },
      ],
    };
  },
  caption: ({ nSources, iterations }) =>
    `Confusion matrices of the random forest by cumulative cross-validation of ` +
    `${nSources.toLocaleString("en")} sources, without oversampling (top, iterations: ` +
    `${iterations[0]}) and with SMOTE inside each fold (bottom, iterations: ${iterations[1]}). ` +
    `Vertical: true class; horizontal: predicted class; per cent of the true class. SMOTE moves ` +
    `the rare classes (lower rows) towards the diagonal.`,
  draw: ({ panels }, widthPx) => confusionPlot(panels, widthPx),
};
