/** Derives `data/simulated-statistics.json` from the published table. */
import { DATA, writeAtomic } from "#lib/run/files.ts";
import { toFrame } from "#lib/tables/sources.ts";
import { publishedTrainingTable } from "#lib/tables/training-table.ts";
import { deriveSimulation } from "../derive/simulation.ts";

const sources = await publishedTrainingTable();
await writeAtomic(
  `${DATA}/simulated-statistics.json`,
  JSON.stringify({
    about: "statistics per class from which lib/tables/simulated.ts draws; " +
      "derived by tools/tasks/derive-simulation.ts; no row of any source",
    classes: deriveSimulation(toFrame(sources)),
  }) + "\n",
);
