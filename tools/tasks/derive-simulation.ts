/** Derives `packages/chandra-sources/data/simulated-statistics.json` from the published table. */
import { ROOT } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";
import { toFrame } from "@csc-classify/chandra-sources/files";
import { publishedTrainingTable } from "#lib/tables/training-table.ts";
import { deriveSimulation } from "../derive/simulation.ts";

const sources = await publishedTrainingTable();
await writeAtomic(
  `${ROOT}/packages/chandra-sources/data/simulated-statistics.json`,
  JSON.stringify({
    about: "statistics per class from which packages/chandra-sources/simulated.ts draws; " +
      "derived by tools/tasks/derive-simulation.ts; no row of any source",
    classes: deriveSimulation(toFrame(sources)),
  }) + "\n",
);
