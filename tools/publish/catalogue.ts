import pl from "nodejs-polars";
import config from "../../deno.json" with { type: "json" };
import { ROOT, writeAtomic, writeJson } from "#lib/run/files.ts";
import { fileSha256 } from "#lib/run/provenance.ts";
import { fromArrowSchema } from "#lib/scoring/scored-batch.ts";
import { writeParquet } from "#lib/scoring/write-parquet.ts";
import { writeVotable } from "#lib/scoring/write-votable.ts";
import { openArrowFile } from "#lib/tables/arrow-file.ts";
import { finishHats, writeParts } from "../cluster/hats.ts";
import { runCommand } from "../setup/run-command.ts";
import { catalogueWork, citationFiles } from "./citation.ts";
import { resourceDescriptor } from "./dachs.ts";
import publication from "./publication.json" with { type: "json" };

/** How {@link publishCatalogue} works. */
export interface PublishOptions {
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
 * of its own: VOTable, FITS, Parquet, CDS ReadMe and table, HATS, coverage, DaCHS descriptor,
 * column dictionary, provenance, citation files and checksums.
 *
 * @throws RangeError for a simulated catalogue unless `simulated`, and for a source without a
 * position; Error of the Python libraries.
 */
export async function publishCatalogue(
  arrow: string,
  folder: string,
  { python, simulated = false, made = new Date().toISOString(), signal }: PublishOptions,
): Promise<void> {
  const { schema, batches } = await openArrowFile(arrow);
  await batches[Symbol.asyncIterator]().return?.();
  const { columns, metadata } = fromArrowSchema(schema);
  if (metadata.simulated && !simulated) {
    throw new RangeError(
      `${arrow} holds SIMULATED sources: nothing for an archive; --simulated publishes it marked so`,
    );
  }
  if (!metadata.simulated && simulated) {
    throw new RangeError(`${arrow} holds real sources, --simulated is for simulated ones`);
  }
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  const { catalogue, creators, licence, keywords } = publication;
  const mark = metadata.simulated ? "SIMULATED: " : "";
  const about = {
    ...metadata,
    title: mark + (metadata.title || catalogue.title),
    description: mark + (metadata.description || catalogue.description),
  };
  const creator = creators.map(({ name }) => name).join("; ");
  const word = catalogue.word + (metadata.simulated ? "_simulated" : "");

  await writeVotable(arrow, `${folder}/catalogue.vot`);
  await writeParquet(arrow, `${folder}/catalogue.parquet`);
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
  await Deno.remove(job);
  const { skyFraction, moc } = JSON.parse(answer.trim().split("\n").at(-1)!);

  const parts = await writeParts(pl.scanIPC(arrow).collectSync(), `${folder}/hats`, LIMITS);
  await finishHats(`${folder}/hats`, parts, {
    ...{ name: word, title: about.title, description: about.description, made, creator },
    ...{ simulated: metadata.simulated, licence: licence.catalogue },
  });
  const [first] = pl.scanIPC(arrow).select("ra", "dec").limit(1).collectSync().toRecords();
  const position = { ra: Number(first.ra), dec: Number(first.dec) };
  const nulls = pl.scanIPC(arrow).select(pl.all().nullCount()).collectSync().toRecords()[0];
  const complete = new Set(columns.map(({ name }) => name).filter((name) => !Number(nulls[name])));
  const service = { schema: word, made, moc, complete, example: position };
  await writeAtomic(`${folder}/q.rd`, resourceDescriptor(columns, about, service));

  await writeJson(`${folder}/columns.json`, columns);
  await writeJson(`${folder}/provenance.json`, {
    ...{ made, version: config.version, simulated: metadata.simulated, skyFraction },
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
  const lines: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
      const path = below ? `${below}/${name}` : name;
      if (isDirectory) await walk(path);
      else lines.push(`${path}\0${await fileSha256(`${folder}/${path}`)}`);
    }
  };
  await walk("");
  const sums = lines.sort().map((line) => line.split("\0")).map(([path, sum]) =>
    `${sum}  ${path}\n`
  );
  await writeAtomic(`${folder}/SHA256SUMS`, sums.join(""));
}
