import type { RecordBatch } from "apache-arrow";
import {
  fileSha256,
  OutputError,
  readRegularText,
  refuseLinks,
  removeFile,
  removeLeftBeside,
  replaceFolder,
  sha256,
  writeJson,
} from "@csc-classify/safe-files";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import pl from "nodejs-polars";
import { type OutputMetadata, polarsPath } from "@csc-classify/vo-tables";
import { classifyBatches } from "#lib/scoring/classify-batches.ts";
import { writeParquet } from "@csc-classify/vo-tables/write";
import { type Sources } from "@csc-classify/chandra-sources";
import { extraColumns, sourceBatches, writeSources } from "@csc-classify/chandra-sources/files";
import { SOURCE_COLUMNS } from "#lib/trust/classify.ts";
import {
  finishHats,
  type HatsHead,
  INDEX_COLUMN,
  partPath,
  readParts,
  writeParts,
} from "../publish/hats.ts";
import { healpix29, type Part } from "@csc-classify/sky/healpix";
import { WRITTEN } from "../tasks/own-product.ts";
import { type Shard, share } from "./shards.ts";

/** Rows of a partition unless said otherwise: some seconds of one core, some 300 MB at work. */
export const PART_ROWS = 500_000;

/** Fields denser than this leave larger partitions: pixels of 3.4 arcmin. */
const MAX_ORDER = 10;

/** What a folder of parts was made for, in its `job.json`. */
interface ScoringJob {
  readonly head: HatsHead;
  readonly metadata: OutputMetadata;
  /** SHA-256 of the model that scores the parts. */
  readonly model: string;
}

/**
 * Partitions sources into `<folder>/sources`, a HATS dataset of what scoring reads: name, ra, dec
 * and the features; and keeps what the scored catalogue is to say of itself.
 *
 * @throws RangeError for a source without a position, and where the folder is there already.
 */
export async function partitionSources(
  folder: string,
  batches: AsyncIterable<Sources> | Iterable<Sources>,
  job: ScoringJob,
  { limits = { maxRows: PART_ROWS, maxOrder: MAX_ORDER }, overwrite = false }: PartitionOptions =
    {},
): Promise<Part[]> {
  if (!overwrite && await Deno.lstat(folder).catch(() => undefined)) {
    await removeLeftBeside(folder);
    throw new OutputError(
      `${folder} is there; name a new folder for the parts, or give --overwrite to lose the parts ` +
        "of an earlier partition with what was scored of them",
    );
  }
  return await replaceFolder(folder, PARTS, async (built) => {
    const whole = `${built}/sources.parquet`, sources = `${built}/sources`;
    await writeSources(whole, SOURCE_COLUMNS, batches);
    const parts = await writeParts(
      pl.scanParquet(polarsPath(whole)).collectSync(),
      sources,
      limits,
    );
    await removeFile(whole);
    await finishHats(sources, parts, { ...job.head, name: `${job.head.name}_sources` });
    await writeJson(`${built}/job.json`, job);
    return parts;
  }, (file) => SCORED.test(file));
}

/** Files that gathering writes below `scored`, besides the parts. */
const HEADS = [
  "classes.json",
  "hats.properties",
  "properties",
  "partition_info.csv",
  "dataset/_common_metadata",
];

/** What was scored of parts, which goes with them. */
const SCORED =
  /^scored\/(classes\.json|(hats\.)?properties|partition_info\.csv|dataset\/(_common_metadata|Norder=\d+\/Dir=\d+\/Npix=\d+\.parquet(\.[\w-]+\.part)?))$/;

/** What the mark of a folder of parts says: only one of these is ever replaced. */
const PARTS = "parts of a catalogue";

/** How {@link partitionSources} cuts. */
interface PartitionOptions {
  readonly limits?: { readonly maxRows: number; readonly maxOrder: number };
  /** Whether the parts of an earlier partition may be replaced. */
  readonly overwrite?: boolean;
}

/** How parts are scored. */
interface PartsOptions {
  readonly shard: Shard;
  /** Text of a saved classifier. */
  readonly classifier: string;
  readonly workers: number;
  readonly signal?: AbortSignal;
  /** Called after each part, with whether it was found scored. */
  readonly onPart?: (part: Part, found: boolean) => void;
}

/**
 * Scores one share of the parts of `<folder>/sources` into `<folder>/scored`, part by part; those
 * that the same model has scored already are left alone.
 *
 * @throws RangeError where the folder holds no parts, or parts for another model.
 */
export async function scoreParts(
  folder: string,
  { shard, classifier, workers, signal, onPart }: PartsOptions,
): Promise<void> {
  const job = await readJob(folder);
  if (sha256(classifier) !== job.model) {
    throw new RangeError(`the parts in ${folder} are for another model; partition the table again`);
  }
  const parts = (await readParts(`${folder}/sources`)).map((part) => ({
    ...part,
    cost: part.rows,
  }));
  for (const part of share(parts, shard)) {
    signal?.throwIfAborted();
    const input = `${folder}/sources/${partPath(part)}`;
    const output = `${folder}/scored/${partPath(part)}`;
    await refuseLinks(folder, output);
    const key = sha256(`${job.model} ${await fileSha256(input)}`);
    if (await keyOf(output) === key) {
      onPart?.(part, true);
      continue;
    }
    if (await Deno.lstat(output).catch(() => undefined)) await refuseChanged(output);
    const extras = extraColumns(input);
    const scored = classifyBatches(sourceBatches(input, SOURCE_COLUMNS, extras), {
      extras,
      classifier,
      workers,
      metadata: job.metadata,
      signal,
    });
    await writeParquet(scored, output, {
      index: { name: INDEX_COLUMN, of: indexOf },
      pairs: { key },
    });
    await WRITTEN.note(output, output);
    onPart?.(part, false);
  }
}

/** @throws OutputError for a file that is not as a shard, or gathering, wrote it. */
async function refuseChanged(path: string): Promise<void> {
  if (await WRITTEN.isAsWritten(path)) return;
  throw new OutputError(
    `${path} is no part of this job, or was changed since it was written: it is not replaced; move ` +
      "it away",
  );
}

/** Sources of each class, in all and with a probability above 0.9. */
interface ClassTotals {
  readonly [name: string]: { readonly all: number; readonly sure: number };
}

/**
 * Makes one HATS catalogue of the scored parts, when all are there: each part's key is checked
 * against its sources and the model. Any number of processes may do it at once.
 *
 * @throws Error naming the parts that are missing.
 */
export async function gatherParts(folder: string): Promise<ClassTotals> {
  const job = await readJob(folder);
  const parts = await readParts(`${folder}/sources`);
  const missing: string[] = [];
  for (const part of parts) {
    const key = sha256(`${job.model} ${await fileSha256(`${folder}/sources/${partPath(part)}`)}`);
    if (await keyOf(`${folder}/scored/${partPath(part)}`) !== key) missing.push(partPath(part));
  }
  if (missing.length > 0) {
    throw new RangeError(
      `${missing.length} of ${parts.length} parts are not scored: ${
        missing.slice(0, 5).join(", ")
      }` +
        `${missing.length > 5 ? " ..." : ""}; run their shards again`,
    );
  }
  for (const file of HEADS) {
    const path = `${folder}/scored/${file}`;
    if (await Deno.lstat(path).catch(() => undefined)) await refuseChanged(path);
  }
  await finishHats(`${folder}/scored`, parts, job.head, WRITTEN);
  const rows = pl.scanParquet(`${polarsPath(folder)}/scored/dataset/Norder=*/Dir=*/Npix=*.parquet`);
  const totals = (await rows.groupBy("class").agg(
    pl.len().alias("all"),
    pl.col("cmp").gt(0.9).sum().alias("sure"),
  ).collect()).sort("class").toRecords();
  const byClass = Object.fromEntries(
    totals.map((row) => [row.class, { all: Number(row.all), sure: Number(row.sure) }]),
  );
  await writeJson(`${folder}/scored/classes.json`, byClass, WRITTEN);
  return byClass;
}

/** What the parts are for, where no link would lead what is written for all of them elsewhere. */
async function readJob(folder: string): Promise<ScoringJob> {
  for (const file of HEADS) await refuseLinks(folder, `${folder}/scored/${file}`);
  const path = `${folder}/job.json`;
  const text = await readRegularText(path);
  if (text === undefined) {
    throw new RangeError(`${folder} holds no parts; run "deno task shard partition" first`);
  }
  try {
    const job: ScoringJob = JSON.parse(text);
    if (typeof job.model === "string" && job.head && job.metadata) return job;
  } catch {
    // told below
  }
  throw new RangeError(`${path} is damaged; partition the table again`);
}

/** The key of a scored part; undefined where there is none or it cannot be read. */
async function keyOf(path: string): Promise<string | undefined> {
  try {
    const { key_value_metadata } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    return key_value_metadata?.find(({ key }) => key === "key")?.value;
  } catch {
    return undefined;
  }
}

function indexOf(batch: RecordBatch): BigInt64Array {
  const [ra, dec] = ["ra", "dec"].map((name) => batch.getChild(name)!.toArray() as Float64Array);
  return healpix29(ra, dec);
}
