import pl from "nodejs-polars";
import type { Acquisition } from "#lib/archives/acquire.ts";
import { FLAGS } from "#lib/archives/csc.ts";
import { outFolder, writeAtomic, writeJson } from "#lib/run/files.ts";
import type { AcquiredNote } from "./acquired.ts";
import { toFrame } from "#lib/tables/sources.ts";

/**
 * Writes `catalogue.parquet` (every source), `training.parquet` (the selected ones with a class) and
 * `acquired.json` into a folder, the last as a sign that it is whole.
 *
 * @param invented Whether the answers were written by hand.
 */
export async function saveAcquired(
  { sources, labelNames, release, area, flux, nSelected, problems }: Acquisition,
  folder: string = `${outFolder()}/acquired/${release}`,
  invented = false,
): Promise<AcquiredNote> {
  const flags = [...FLAGS, "selected"];
  const text = (name: string, cells: readonly (string | null)[]) =>
    pl.Series(name, [...cells], pl.Utf8);
  const frame = toFrame(sources).withColumns(
    text("catalogue", sources.catalogues!.map((id) => id || null)),
    text("label_name", labelNames),
    text("release", labelNames.map(() => `${release}${invented ? ", invented" : ""}`)),
    ...flags.map((name) => pl.col(name).cast(pl.Bool).as(name)),
  );
  const training = frame.filter(pl.col("class").isNotNull().and(pl.col("selected")));
  const note: AcquiredNote = {
    release,
    area: area?.words,
    invented,
    sources: frame.height,
    selected: nSelected,
    labelled: training.height,
    flux: `${flux.kind}: ${flux.why}`,
    problems,
  };
  await Deno.remove(`${folder}/acquired.json`).catch(() => {});
  await writeAtomic(`${folder}/catalogue.parquet`, frame.writeParquet());
  await writeAtomic(`${folder}/training.parquet`, training.writeParquet());
  await writeJson(`${folder}/acquired.json`, note);
  return note;
}
