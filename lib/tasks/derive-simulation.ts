/** Derives `data/simulated-statistics.json` from the published table. */
import { deriveSimulation } from "../sources/derive-simulation.ts";
import { publishedTrainingTable } from "../sources/training-table.ts";
import { DATA } from "../run/paths.ts";
import { writeAtomic } from "../run/write-atomic.ts";

const { frame } = await publishedTrainingTable();
await writeAtomic(
  `${DATA}/simulated-statistics.json`,
  JSON.stringify({
    about: "statistics per class from which lib/sources/simulated.ts draws; " +
      "derived by lib/tasks/derive-simulation.ts; no row of any source",
    classes: deriveSimulation(frame),
  }) + "\n",
);
