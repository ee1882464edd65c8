/** Derives `packages/chandra-sources/data/feature-scale.json` from the public files. Run after a change to its derivation. */
import { ROOT } from "#lib/run/files.ts";
import { writeJson } from "@csc-classify/safe-files";
import { fetchPublished } from "#lib/tables/published-files.ts";
import { readCsv } from "@csc-classify/chandra-sources/files";
import { readPublishedModel } from "#lib/tables/published-model.ts";
import { deriveScale } from "#tools/derive/scale.ts";

const [model, candidates, ned, raw] = await Promise.all([
  fetchPublished("chandra-ml/lightGBM-new.pkl").then(readPublishedModel),
  fetchPublished("chandra-ml/id_frame.csv").then(readCsv),
  fetchPublished("aurora-server/df_mw_final.csv").then(readCsv),
  fetchPublished("muwclass/NGC3532_MW_clean.csv").then(readCsv),
]);
await writeJson(`${ROOT}/packages/chandra-sources/data/feature-scale.json`, {
  about: "undoes the 0-10 normalisation of the published training table: " +
    "value = min + (max - min) x / 10; derived by tools/tasks/derive-scale.ts",
  features: deriveScale({ model, candidates, ned, raw }),
});
