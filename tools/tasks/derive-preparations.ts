/** Derives `data/preparation-scores.json` from the published table: some ten minutes. */
import { DATA } from "#lib/run/files.ts";
import { writeJson } from "@csc-classify/safe-files";
import { publishedTrainingTable } from "#lib/tables/training-table.ts";
import { PREPARATIONS, preparationScores } from "../derive/preparations.ts";

const scores = await preparationScores(await publishedTrainingTable(), {
  seed: 42,
  workers: navigator.hardwareConcurrency,
  onRun: (title) => console.log(title),
});
await writeJson(`${DATA}/preparation-scores.json`, {
  about:
    "random forest and GBDT on the published table's 7,703 sources under preparations that the " +
    "paper's text leaves open: stratified 20-fold cumulative cross-validation, seed 42. Per cent; " +
    "MCC as it is. Derived by tools/tasks/derive-preparations.ts",
  preparations: Object.fromEntries(
    Object.entries(PREPARATIONS).map(([key, { title }]) => [key, title]),
  ),
  scores,
});
