// A small scored catalogue of simulated sources, published once for the tests of this folder.
import { readModel } from "#lib/scoring/model-folder.ts";
import { scoreFile } from "#lib/scoring/score-file.ts";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";
import { writeSources } from "@csc-classify/chandra-sources/files";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import { publishCatalogue } from "#tools/publish/catalogue.ts";
import { publishPython } from "#tools/publish/python.ts";
import { writeScoringJob } from "../cluster/small-job.ts";

/** When the tests' catalogues are made. */
export const MADE = "2026-11-25T12:00:00.000Z";

/** Scores 2,000 simulated sources and publishes them below a folder. */
export async function publishSmall(folder: string): Promise<{ arrow: string; published: string }> {
  const arrow = `${folder}/scored.arrow`, published = `${folder}/published`;
  await scoreSmall(folder, arrow, true);
  const python = await publishPython();
  await publishCatalogue(arrow, published, { python, simulated: true, made: MADE });
  return { arrow, published };
}

/** The scored file alone; `simulated` is what it says of itself. */
export async function scoreSmall(folder: string, arrow: string, simulated: boolean): Promise<void> {
  await writeScoringJob(`${folder}/table.csv`, `${folder}/model`);
  const classifier = (await readModel(`${folder}/model`)).save();
  const input = `${folder}/sources.parquet`;
  const batches = simulateCatalogue({ rows: 2000, seed: 6, labelled: false, batchRows: 500 });
  await writeSources(input, SOURCE_COLUMNS, batches);
  const provenance = { seed: "6", commit: "none" };
  const metadata = {
    title: "Classified sources",
    description: '2,000 < sources & "more"',
    simulated,
    provenance,
  };
  await scoreFile({ input, output: arrow, classifier, workers: 1, metadata });
}
