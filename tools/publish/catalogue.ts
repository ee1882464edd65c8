import pl from "nodejs-polars";
import config from "../../deno.json" with { type: "json" };
import {
  checkOutputs,
  filesBelow,
  fileSha256,
  refuseReplacing,
  removeFile,
  replaceFolder,
  writeAtomic,
  writeJson,
} from "@csc-classify/safe-files";
import { ROOT } from "#lib/run/files.ts";
import { fromArrowSchema } from "@csc-classify/vo-tables/arrow";
import { writeParquet } from "@csc-classify/vo-tables/write";
import { writeVotable } from "@csc-classify/vo-tables/write";
import { openArrowFile, polarsPath } from "@csc-classify/vo-tables";
import { cannotOpen, TableError } from "@csc-classify/vo-tables/browser";
import { finishHats, writeParts } from "./hats.ts";
import { runCommand } from "../setup/run-command.ts";
import { catalogueWork, citationFiles } from "./citation.ts";
import { resourceDescriptor } from "./dachs.ts";
import publication from "./publication.json" with { type: "json" };

/** How {@link publishCatalogue} works. */
interface PublishOptions {
  /** Interpreter of `publishPython`. */
  readonly python: string;
  /** Whether simulated sources may be published, marked as such everywhere. */
  readonly simulated?: boolean;
  /** Day of publication, ISO 8601; now if absent. */
  readonly made?: string;
  readonly signal?: AbortSignal;
}

/** Most rows of a partition of the HATS dataset. */
const LIMITS = { maxRows: 100_000, maxOrder: 10 };

/**
 * Makes of one scored Arrow file all that archives and the Virtual Observatory take, into a folder
 * of its own, in the place of an earlier one: VOTable, FITS, Parquet, CDS ReadMe and table, HATS,
 * coverage, DaCHS descriptor, column dictionary, provenance, citation files and checksums.
 *
 * @throws TableError for a file that is no scored catalogue; RangeError for a simulated one unless
 * `simulated`, and for a source without a position, and where the folder is none that this wrote;
 * Error of the Python libraries.
 */
export async function publishCatalogue(
  arrow: string,
  folder: string,
  { python, simulated = false, made = new Date().toISOString(), signal }: PublishOptions,
): Promise<void> {
  const { metadata } = await scoredSchema(arrow);
  if (metadata.simulated && !simulated) {
    throw new RangeError(
      `${arrow} holds SIMULATED sources: nothing for an archive; --simulated publishes it marked so`,
    );
  }
  if (!metadata.simulated && simulated) {
    throw new RangeError(`${arrow} holds real sources, --simulated is for simulated ones`);
  }
  await checkTarget(arrow, folder);
  await replaceFolder(folder, PUBLISHED, async (built) => {
    await writeProducts(arrow, built, { python, simulated, made, signal });
  });
}

/**
 * Columns of a scored Arrow file and what it says of itself.
 *
 * @throws TableError for another file: of one that does not say whether its sources are simulated
 * nobody knows.
 */
export async function scoredSchema(arrow: string): Promise<ReturnType<typeof fromArrowSchema>> {
  const refuse = (why: string) =>
    new TableError(
      "format",
      `cannot read ${arrow}: it is no catalogue of deno task score (${why}); make one: ` +
        "deno task score TABLE --out NAME.arrow",
    );
  const { schema, batches } = await openArrowFile(arrow).catch((error) => {
    throw "syscall" in error ? cannotOpen(arrow, error) : refuse("it is damaged, or no Arrow file");
  });
  await batches[Symbol.asyncIterator]().return?.();
  const names = new Set(schema.fields.map(({ name }) => name));
  const lacking = ["name", "ra", "dec", "class"].filter((name) => !names.has(name));
  if (lacking.length > 0) throw refuse(`it has no column ${lacking.join(", ")}`);
  if (!/^(true|false)$/.test(schema.metadata.get("simulated") ?? "")) {
    throw refuse("it does not say whether its sources are simulated");
  }
  return fromArrowSchema(schema);
}

/** What the mark of such a folder says: only one of these is ever replaced. */
const PUBLISHED = "a catalogue for archives";

/**
 * Refuses a folder that holds what is to be published, or that is there and none of these.
 *
 * @throws OutputError naming it and the remedy; TableError where there is nothing to publish.
 */
export async function checkTarget(arrow: string, folder: string): Promise<void> {
  await Deno.stat(arrow).catch((error: Error) => {
    throw cannotOpen(arrow, error);
  });
  const inputs = [{ path: arrow, what: "the scored file" }];
  await checkOutputs({ inputs, outputs: [{ path: folder, option: "--to", isFolder: true }] });
  await scoredSchema(arrow);
  await refuseReplacing(folder, PUBLISHED);
}

async function writeProducts(
  arrow: string,
  folder: string,
  { python, made, signal }: PublishOptions & { readonly made: string },
): Promise<void> {
  const { columns, metadata } = await scoredSchema(arrow);
  const { catalogue, creators, licence, keywords } = publication;
  const mark = metadata.simulated ? "SIMULATED: " : "";
  const about = {
    ...metadata,
    title: mark + (metadata.title || catalogue.title),
    description: mark + (metadata.description || catalogue.description),
  };
  const creator = creators.map(({ name }) => name).join("; ");
  const word = catalogue.word + (metadata.simulated ? "_simulated" : "");

  await writeVotable(await openArrowFile(arrow), `${folder}/catalogue.vot`);
  await writeParquet(await openArrowFile(arrow), `${folder}/catalogue.parquet`);
  const job = `${folder}/job.json`;
  await writeJson(job, {
    votable: `${folder}/catalogue.vot`,
    columns,
    provenance: Object.entries(metadata.provenance).map(([key, value]) => `${key}: ${value}`),
    head: {
      title: about.title,
      description: about.description,
      author: creator,
      about: catalogue.description,
      license: licence.catalogue,
      version: config.version,
      date: made,
      keywords: keywords.join(", "),
      simulated: metadata.simulated,
    },
  });
  const answer = await runCommand(python, [`${ROOT}/tools/publish/publish.py`, folder, job], {
    env: { PYTHONWARNINGS: "ignore" },
    signal,
  });
  await removeFile(job);
  const { skyFraction, moc } = JSON.parse(answer.trim().split("\n").at(-1)!);

  const parts = await writeParts(
    pl.scanIPC(polarsPath(arrow)).collectSync(),
    `${folder}/hats`,
    LIMITS,
  );
  await finishHats(`${folder}/hats`, parts, {
    name: word,
    title: about.title,
    description: about.description,
    made,
    creator,
    simulated: metadata.simulated,
    licence: licence.catalogue,
  });
  const [first] = pl.scanIPC(polarsPath(arrow)).select("ra", "dec").limit(1).collectSync()
    .toRecords();
  const position = { ra: Number(first.ra), dec: Number(first.dec) };
  const nulls =
    pl.scanIPC(polarsPath(arrow)).select(pl.all().nullCount()).collectSync().toRecords()[0];
  const complete = new Set(columns.map(({ name }) => name).filter((name) => !Number(nulls[name])));
  const service = { schema: word, made, moc, complete, example: position };
  await writeAtomic(`${folder}/q.rd`, resourceDescriptor(columns, about, service));

  await writeJson(`${folder}/columns.json`, columns);
  await writeJson(`${folder}/provenance.json`, {
    made,
    version: config.version,
    simulated: metadata.simulated,
    skyFraction,
    ...metadata.provenance,
    "sha256 of the scored file": await fileSha256(arrow),
  });
  const work = catalogueWork(made.slice(0, 10), about.description, about.title);
  for (const [name, text] of Object.entries(citationFiles(work))) {
    await writeAtomic(`${folder}/${name}`, text);
  }
  await writeSums(folder);
}

async function writeSums(folder: string): Promise<void> {
  const sums: string[] = [];
  for (const path of await filesBelow(folder)) {
    sums.push(`${await fileSha256(`${folder}/${path}`)}  ${path}\n`);
  }
  await writeAtomic(`${folder}/SHA256SUMS`, sums.join(""));
}
