import { basename } from "node:path";
import pl from "nodejs-polars";
import {
  fileSha256,
  type Output,
  placeFiles,
  workFolder,
  writeAtomic,
  writeJson,
} from "@csc-classify/safe-files";
import {
  ACQUIRED_FORMAT,
  type AcquiredNote,
  type Acquisition,
  type Asked,
  type ChangedChoices,
  type Choice,
  FLAGS,
} from "@csc-classify/chandra-archives";
import { outFolder } from "#lib/run/files.ts";
import { ownOutput, WRITTEN } from "../tasks/own-product.ts";
import { takeSources, toFrame } from "@csc-classify/chandra-sources/files";

/** The files that {@link saveAcquired} writes, as outputs to check; the note is the last. */
export function acquiredOutputs(folder: string): Output[] {
  return ["catalogue.parquet", "training.parquet", "acquired.json"]
    .map((name) => ({ ...ownOutput(`${folder}/${name}`, "--out"), makesFolders: true }));
}

/**
 * Writes `catalogue.parquet` (every source), `training.parquet` (the selected ones with a class) and
 * `acquired.json` into a folder, the last as a sign that it is whole.
 *
 * @param invented Whether the answers were written by hand.
 * @param asked What was asked for, kept so that a later run can take up what was left out.
 * @param overwrite Whether files that are not as this project wrote them are replaced.
 */
export async function saveAcquired(
  acquisition: Acquisition,
  folder: string = `${outFolder()}/acquired/${acquisition.release}`,
  invented = false,
  asked?: Asked,
  overwrite = false,
): Promise<AcquiredNote> {
  const { sources, labelNames, release, area, flux, nSelected, problems, leftOut } = acquisition;
  const without = leftOut.map(({ id }) => id).join(", ") || null;
  const flags = [...FLAGS, "selected"];
  const text = (name: string, cells: readonly (string | null)[]) =>
    pl.Series(name, [...cells], pl.Utf8);
  const frame = toFrame(sources).withColumns(
    text("catalogue", sources.catalogues!.map((id) => id || null)),
    text("label_name", labelNames),
    text("release", labelNames.map(() => `${release}${invented ? ", invented" : ""}`)),
    ...[...acquisition.qualities].map(([name, letters]) => text(name, letters)),
    text("counterpart_doubt", acquisition.doubts),
    text("without", labelNames.map(() => without)),
    ...flags.map((name) => pl.col(name).cast(pl.Bool).as(name)),
  );
  const training = frame.filter(pl.col("class").isNotNull().and(pl.col("selected")));
  await using work = await workFolder(folder, ".acquire-");
  await writeAtomic(`${work.folder}/catalogue.parquet`, frame.writeParquet());
  await writeAtomic(`${work.folder}/training.parquet`, training.writeParquet());
  const note: AcquiredNote = {
    format: ACQUIRED_FORMAT,
    release,
    area: area?.words,
    invented,
    sources: frame.height,
    selected: nSelected,
    labelled: training.height,
    flux: `${flux.kind}: ${flux.why}`,
    problems,
    complete: leftOut.length === 0,
    leftOut,
    asked,
    choices: changedChoices(acquisition, asked?.counterpart),
    tables: {
      "catalogue.parquet": await fileSha256(`${work.folder}/catalogue.parquet`),
      "training.parquet": await fileSha256(`${work.folder}/training.parquet`),
    },
  };
  await writeJson(`${work.folder}/acquired.json`, note);
  const files = acquiredOutputs(folder).map(({ path }) => path);
  await placeFiles(
    files.map((to) => ({ from: `${work.folder}/${basename(to)}`, to })),
    WRITTEN.replacing(overwrite),
  );
  return note;
}

/** How many choices of counterparts the other rule would change. */
function changedChoices(
  { counterparts, otherwise }: Acquisition,
  rule: Choice = "nearest",
): ChangedChoices {
  const known = counterparts.flatMap(({ id, disputed }) =>
    disputed === undefined ? [] : [[id, disputed] as const]
  );
  return {
    rule,
    other: rule === "nearest" ? "probable" : "nearest",
    bySurvey: Object.fromEntries(known),
    sources: otherwise.rows.length,
  };
}

/**
 * Writes the sources that the other rule gives other counterparts twice, as they are under each rule:
 * the `i`-th as `i` and, as the other rule has it, `i, otherwise`.
 */
export async function writeBothChoices(
  path: string,
  { sources, otherwise, release }: Acquisition,
): Promise<void> {
  const both = [takeSources(sources, otherwise.rows), otherwise.sources()].map((part, k) =>
    toFrame({ ...part, names: part.names.map((_, i) => k === 0 ? `${i}` : `${i}, otherwise`) })
  );
  const frame = pl.concat(both, { how: "vertical" })
    .withColumns(pl.Series("release", Array(2 * otherwise.rows.length).fill(release), pl.Utf8));
  await writeAtomic(path, frame.writeParquet());
}

/** Of how many sources the class differs between the rules, in a scored table of both. */
export function countChangedClasses(path: string): number {
  const frame = pl.readParquet(path);
  const [names, classes] = ["name", "class"].map((name) =>
    frame.getColumn(name).toArray().map(String)
  );
  const of = new Map(names.map((name, row) => [name, classes[row]]));
  return names.filter((name) =>
    of.has(`${name}, otherwise`) && of.get(`${name}, otherwise`) !== of.get(name)
  ).length;
}
