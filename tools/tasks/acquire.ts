import { Command, InvalidArgumentError, Option } from "commander";
import { acquire, type AcquireOptions, type Acquisition } from "#lib/archives/acquire.ts";
import type { Area } from "#lib/archives/area.ts";
import { ArchiveError } from "#lib/archives/archive-error.ts";
import { FolderCache, type ResponseCache } from "#lib/archives/response-cache.ts";
import type { CscRelease } from "#lib/archives/services.ts";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { CACHE, outFolder, ROOT } from "#lib/run/files.ts";
import {
  archivesOf,
  folderName,
  parseArea,
  parseCone,
  planAcquisition,
  type PlannedRequests,
} from "../acquire/plan.ts";
import { readRecorded, RecordedCache } from "../acquire/recorded.ts";
import { saveAcquired } from "../acquire/save-acquired.ts";
import { runTask } from "./run-task.ts";

const HELP = `
Downloads sources of the Chandra Source Catalog with all their features and labels into
out/acquired/<release>[-<area>]/: catalogue.parquet has every source (flags of Table 1 as columns,
and "selected" for those that pass them), training.parquet the selected ones with a class. Every
answer is kept in .cache/archives/: what was stopped goes on from there, with the same result.
The whole catalogue takes hours; a field of a fraction of a degree a minute or two.

An area is right ascension, declination and radius in degrees (coordinates also sexagesimal), or a
text file with one such line for each position (radius 3 arcsec where none is given).

Examples:
  deno task acquire --area "10:32:00 -57:30:00 0.2"              a small field
  deno task acquire --area "158.0 -57.5 0.2" --score field.vot   and classify it
  deno task acquire --area positions.txt --release 2.0 --ned     sources near positions, NED's flux
  deno task acquire --dry-run                                    what the whole catalogue would ask
  deno task acquire                                              the whole catalogue

Then: deno task score out/acquired/.../catalogue.parquet --out catalogue.vot
      deno task report --data out/acquired/.../training.parquet

CSC_ARCHIVES names other addresses than the archives' own: csc21=URL|vizier=URL|xmatch=URL|...`;

interface Options {
  readonly release: CscRelease;
  readonly area?: string;
  readonly limit?: number;
  readonly ned?: boolean;
  readonly nedMany?: boolean;
  readonly dryRun?: boolean;
  readonly fresh?: boolean;
  readonly recorded?: boolean;
  readonly out?: string;
  readonly cache?: string;
  readonly score?: string;
}

const options = new Command("deno task acquire")
  .description("Downloads sources with features and labels from the archives.")
  .addOption(
    new Option("--release <number>", "release of the catalogue").choices(["2.0", "2.1"])
      .default("2.1"),
  )
  .option("--area <area>", "circle, or a file of positions; all of the sky when absent")
  .option("--limit <n>", "at most so many sources, from the south", wholeNumber)
  .option("--ned", "ask NED for each source's 0.3-8 keV flux, one a second (release 2.0 only)")
  .option("--ned-many", "the same for more than 20,000 sources, NED's help desk being told")
  .option("--dry-run", "say what would be asked, how often and how long it takes; ask nothing")
  .option("--fresh", "ask everything again, whatever is kept")
  .option("--recorded", "use answers written by hand, without a network: no real sources")
  .option("--score <file>", "classify the sources afterwards: file as in deno task score --out")
  .option("--out <folder>", "where results go (default: out/acquired/<release>[-<area>])")
  .option("--cache <folder>", "where answers are kept (default: .cache/archives/...)")
  .addHelpText("after", HELP)
  .parse(Deno.args, { from: "user" })
  .opts<Options>();

await runTask(async (signal) => {
  const recorded = options.recorded ? await readRecorded() : undefined;
  const what: AcquireOptions = {
    release: recorded?.release ?? options.release,
    area: recorded?.area ?? await areaOf(options.area),
    limit: options.limit,
    ned: options.nedMany ? "many" : options.ned ? "few" : undefined,
    archives: archivesOf(Deno.env.get("CSC_ARCHIVES")),
    signal,
  };
  if (options.dryRun) {
    console.log(dryRun(what, planAcquisition(what)));
    return 0;
  }
  const name = options.recorded ? `${what.release}-recorded` : folderName(what);
  const kept = options.cache ?? `${CACHE}/archives/${name}`;
  if (options.fresh) await Deno.remove(kept, { recursive: true }).catch(() => {});
  const cache: ResponseCache = recorded
    ? new RecordedCache(recorded.answers)
    : new FolderCache(kept);
  const folder = options.out ?? `${outFolder()}/acquired/${name}`;
  try {
    const [{ date = "" } = {}] = await cache.manifest();
    if (date) console.error(`Answers kept since ${date.slice(0, 10)} are used; --fresh asks anew.`);
    using lines = progressLines();
    const acquisition = await acquire({ ...what, cache, onStep: lines.show });
    const note = await saveAcquired(acquisition, folder, options.recorded);
    await cache.manifest();
    console.log(summary(acquisition, cache.fetched));
    console.log(
      `\n${folder}/catalogue.parquet: ${note.sources} sources, ${note.selected} selected`,
    );
    console.log(`${folder}/training.parquet: ${note.labelled} selected sources with a class`);
    if (options.recorded) console.log("These sources are INVENTED: no archive was asked.");
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    console.error(`\n${error.message}`);
    return 1;
  }
  return options.score ? await score(`${folder}/catalogue.parquet`, options.score, signal) : 0;
});

async function areaOf(text: string | undefined): Promise<Area | undefined> {
  if (text === undefined) return undefined;
  const list = await Deno.readTextFile(text).catch(() => undefined);
  return list === undefined
    ? { cones: [parseCone(text)], words: text.trim() }
    : parseArea(list, `the positions of ${text.replace(/^.*\//, "")}`);
}

/** Scores what was acquired by the task that scores anything. */
async function score(table: string, out: string, signal: AbortSignal): Promise<number> {
  const args = ["task", "--quiet", "--cwd", ROOT, "score", Deno.realPathSync(table), "--out"];
  const path = out.startsWith("/") ? out : `${Deno.cwd()}/${out}`;
  const task = new Deno.Command(Deno.execPath(), { args: [...args, path], signal });
  return (await task.spawn().status).code;
}

function dryRun({ release, area }: AcquireOptions, plan: readonly PlannedRequests[]): string {
  const lines = plan.map(({ service, what, requests }) =>
    `  ${String(isNaN(requests) ? "?" : requests).padStart(6)}  ${service}: ${what}`
  );
  const [csc, ...others] = plan.map(({ requests }) => requests || 0);
  const total = csc + others.reduce((sum, n) => sum + n, 0);
  // the services are asked side by side once the sources are known
  const least = csc + Math.max(...others);
  const time = (seconds: number) =>
    seconds < 600 ? `${Math.ceil(seconds)} s` : `${(seconds / 3600).toFixed(1)} h`;
  return [
    `CSC ${release}, ${area?.words ?? "all of the sky"}: about ${total} requests`,
    ...lines,
    `${time(least)} when each is answered within a second, ${
      time(20 * least)
    } when each takes 20 s.`,
    "Nothing was asked.",
  ].join("\n");
}

function summary(
  { account, flux, counterparts, labels, counts, ned, problems }: Acquisition,
  fetched: number,
): string {
  const steps = account.map(({ step, left }) => `${step} ${left}`).join(", ");
  const matches = counterparts.map(({ title, rows, shift, limits = 0 }) =>
    `  ${title}: ${rows}` + (limits > 0 ? `, ${limits} upper limits left out` : "") +
    (shift && rows > 0
      ? `; median offset ${shift.east.toFixed(2)}" east, ${shift.north.toFixed(2)}" north`
      : "")
  );
  return [
    `${fetched} requests; left after each flag: ${steps}`,
    `Fluxes are ${flux.kind}: ${flux.why}.`,
    "Sources with a counterpart:",
    ...matches,
    `Labels read: ${
      labels.reduce((sum, { rows }) => sum + rows, 0)
    }. Selected sources with a class: ` +
    CLASSES.map((name) => `${name} ${counts[name]}`).join(", "),
    ned
      ? `NED has a 0.3-8 keV flux of ${ned.flux} of ${ned.asked} sources.`
      : "NED was not asked: flux_ned is missing, which the shipped model does not use.",
    ...(problems.length > 0 ? ["Not as expected:", ...problems.map((one) => `  ${one}`)] : []),
  ].join("\n");
}

/** How far each step is: one line in a terminal, a line a step elsewhere. */
function progressLines(): Disposable & { show: NonNullable<AcquireOptions["onStep"]> } {
  const live = Deno.stderr.isTerminal(), steps = new Map<string, string>();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  return {
    show(step, done, total, note) {
      steps.set(step, `${done} of ${total} ${step}${note ? ` (${note})` : ""}`);
      if (live) write(`\r\x1b[K${[...steps.values()].join("; ").slice(0, 110)}`);
      else if (done === total) write(`${done} ${step}\n`);
      if (done === total) steps.delete(step);
    },
    [Symbol.dispose]: () => live && write("\r\x1b[K"),
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new InvalidArgumentError("Give a whole number from 1.");
}
