import { resolve } from "node:path";
import { Option } from "commander";
import { checkInputs, checkOutputs, workFolder, writeJson } from "@csc-classify/safe-files";
import {
  acquire,
  type AcquiredNote,
  type AcquireOptions,
  type Acquisition,
  acquisitionsIn,
  type Asked,
  type Choice,
  CHOICES,
  type CscRelease,
  type LeftOut,
  readNote,
  readOwnLabels,
  readPositions,
} from "@csc-classify/chandra-archives";
import { ArchiveError, type Area, FolderCache, RecordedCache } from "@csc-classify/vo-archives";
import { CLASSES, shellWord, type SourceClass } from "@csc-classify/chandra-sources";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { useOutFolder } from "./out-folder.ts";
import { productOutputs, WRITTEN } from "./own-product.ts";
import {
  archivesOf,
  folderName,
  parseArea,
  parseCone,
  planAcquisition,
  type PlannedRequests,
  POSITION_RADIUS,
  withRadiusInDegrees,
} from "../acquire/plan.ts";
import { readRecorded } from "#lib/tables/acquired.ts";
import { namedArea } from "../acquire/named-area.ts";
import { networkCheck } from "../acquire/network-check.ts";
import {
  acquiredOutputs,
  countChangedClasses,
  saveAcquired,
  writeBothChoices,
} from "../acquire/save-acquired.ts";
import { SettingError } from "#lib/run/settings.ts";
import { writeTo } from "../setup/terminal.ts";
import { EXIT, namedFolder, taskCommand, wholeNumberFrom } from "./options.ts";
import { productFile } from "./score-outputs.ts";
import { runTask } from "./run-task.ts";

/** What is said of the user's labels. */
const LABELS = "the table of labels";

const HELP = `
Downloads sources of the Chandra Source Catalog with all their features and labels into
out/acquired/<release>[-<area>]/: catalogue.parquet has every source (flags of Table 1 as columns,
and "selected" for those that pass them), training.parquet the selected ones with a class. Every
answer is kept in .cache/archives/: what was stopped goes on from there, with the same result.
The whole catalogue takes hours; a field of a fraction of a degree a minute or two.

An area is right ascension, declination and radius in degrees (coordinates also sexagesimal, the
radius also as 12' or 12 arcmin), a text file with one such line for each position (radius 3 arcsec
where none is given), a table of positions in any form that deno task score reads (3 arcsec around
each), or a name, also with a radius behind a comma: of a galaxy, cluster or region of our lists, else
as the CDS knows it.

Examples:
  deno task acquire --area "10:32:00 -57:30:00 0.2"              a small field
  deno task acquire --area "158.0 -57.5 0.2" --score field.vot   and classify it
  deno task acquire --area "NGC 3603, 0.2"                       around a name
  deno task acquire --area "M 31" --labels mine.csv              with labels of your own
  deno task acquire --area positions.txt --release 2.0 --ned     sources near positions, NED's flux
  deno task acquire --dry-run                                    what the whole catalogue would ask
  deno task acquire                                              the whole catalogue

A service that fails is left out and named, here, in acquired.json and in the column "without" of the
tables; deno task acquire --retry asks for what is missing and for nothing else. The last line says
"complete" or "without ..."; the exit code is 0 where it is complete, 3 where something was left out,
1 where there is no catalogue.

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
  readonly retry?: boolean;
  readonly patience: number;
  readonly labels?: string;
  readonly labelsClass?: SourceClass;
  readonly counterpart: Choice;
  readonly recorded?: boolean;
  readonly out?: string;
  readonly cache?: string;
  readonly score?: string;
  readonly overwrite?: boolean;
}

const options = taskCommand(
  "deno task acquire",
  "Downloads sources with features and labels from the archives.",
)
  .addOption(
    new Option("--release <number>", "release of the catalogue").choices(["2.0", "2.1"])
      .default("2.1"),
  )
  .option("--area <area>", "circle, name, or a file of positions; all of the sky when absent")
  .option("--limit <n>", "at most so many sources, from the south", wholeNumberFrom(1))
  .option("--ned", "ask NED for each source's 0.3-8 keV flux, one a second (release 2.0 only)")
  .option("--ned-many", "the same for more than 20,000 sources, NED's help desk being told")
  .option("--dry-run", "say what would be asked, how often and how long it takes; ask nothing")
  .option("--fresh", "ask everything again, whatever is kept")
  .option("--labels <table>", "labels of your own: name, ra, dec, class; candidates are left out")
  .addOption(
    new Option("--labels-class <class>", "class of all rows of --labels").choices([...CLASSES]),
  )
  .addOption(
    new Option("--counterpart <rule>", "nearest inside the error ellipse, or the most probable one")
      .choices([...CHOICES]).default("nearest"),
  )
  .addOption(
    new Option(
      "--retry",
      "take up what the last run of this area had to leave out, from where it was",
    ).conflicts(["labels", "labelsClass", "ned", "nedMany", "fresh"]),
  )
  .option(
    "--patience <seconds>",
    "longest silence of a service before it counts as failed",
    wholeNumberFrom(1),
    600,
  )
  .addOption(
    new Option("--recorded", "use answers written by hand, without a network: no real sources")
      .conflicts(["area", "release", "limit", "ned", "nedMany", "fresh", "retry", "cache"]),
  )
  .option(
    "--score <file>",
    "classify the sources afterwards: file as in deno task score --out",
    productFile,
  )
  .option("--overwrite", "replace files that are not as this project wrote them")
  .option(
    "--out <folder>",
    "where results go (default: out/acquired/<release>[-<area>])",
    namedFolder,
  )
  .option("--cache <folder>", "where answers are kept (default: .cache/archives/...)", namedFolder)
  .addHelpText("after", HELP)
  .parse(Deno.args, { from: "user" })
  .opts<Options>();

await runTask(async (signal) => {
  await checkInputs(inputsOf(options));
  const recorded = options.recorded ? await readRecorded() : undefined;
  const retried = options.retry ? await toRetry(options, signal) : undefined;
  if (retried === "complete") return 0;
  const { labels, labelsClass, ned, nedMany, limit, counterpart } = options;
  if (labelsClass && !labels) throw new SettingError("--labels-class is of --labels: give both");
  const asked: Asked = retried ?? {
    release: recorded?.release ?? options.release,
    area: recorded?.area ?? await areaOf(options, signal),
    limit,
    ned: nedMany ? "many" : ned ? "few" : undefined,
    counterpart,
    ...labels && { labels: { path: absolute(labels), of: labelsClass } },
  };
  if (asked.ned && asked.release !== "2.0") {
    throw new SettingError(
      `NED does not know names of CSC ${asked.release}; leave --ned out, or take --release 2.0`,
    );
  }
  await checkInputs(asked.labels ? [{ ...asked.labels, what: LABELS }] : []);
  const what: AcquireOptions = {
    ...asked,
    ...connection(options, signal),
    ownLabels: asked.labels && await readOwnLabels(asked.labels.path, asked.labels.of),
  };
  if (options.dryRun) {
    console.log(dryRun(what, planAcquisition(what)));
    return 0;
  }
  const name = options.recorded ? `${what.release}-recorded` : folderName(what);
  const kept = options.cache ?? `${CACHE}/archives/${name}`;
  const folder = options.out ?? `${await useOutFolder()}/acquired/${name}`;
  await checkAcquireOutputs(folder, options);
  if (absolute(kept) === absolute(folder)) {
    throw new SettingError(`--out and --cache are both ${kept}; give each a folder of its own`);
  }
  const cache = recorded
    ? new RecordedCache(recorded.answers)
    : await new FolderCache(kept).open(options.cache && "--cache");
  if (options.fresh && cache instanceof FolderCache) await cache.clear();
  let note: AcquiredNote, acquisition: Acquisition;
  try {
    const [{ date = "" } = {}] = await cache.manifest();
    if (date) console.error(`Answers kept since ${date.slice(0, 10)} are used; --fresh asks anew.`);
    using lines = progressLines();
    acquisition = await acquire({ ...what, cache, onStep: lines.show });
    note = await saveAcquired(acquisition, folder, options.recorded, asked, options.overwrite);
    await cache.manifest();
    console.log(summary(acquisition, cache.fetched, asked.counterpart));
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
  const code = options.score ? await score(`${folder}/catalogue.parquet`, options, signal) : 0;
  if (options.score && (code === EXIT.done || code === EXIT.remarks) && note.choices) {
    const choices = { ...note.choices, classes: await changedClasses(acquisition, folder, signal) };
    await writeJson(`${folder}/acquired.json`, { ...note, choices }, WRITTEN);
    console.log(
      `${choices.classes} of the ${choices.sources} sources to which --counterpart ` +
        `${choices.other} gives other counterparts get another class by it`,
    );
  }
  console.log(lastLine(note.leftOut ?? [], options));
  return code !== 0 ? code : note.complete ? EXIT.done : EXIT.remarks;
});

/** The archives, and how they are asked. */
function connection({ patience, recorded }: Options, signal: AbortSignal) {
  // recorded answers are those of the archives' own addresses
  const archives = archivesOf(recorded ? undefined : Deno.env.get("CSC_ARCHIVES"));
  const onSlow = (line: string) => console.error(line);
  const ready = networkCheck(archives, { onSlow });
  return { archives, hosts: archives.hosts, ready, ...patienceOf(patience), signal };
}

/** How long is waited for a service that is silent for so many seconds, and between the tries. */
function patienceOf(seconds: number) {
  return { stallMs: 1000 * seconds, deadlineMs: 3000 * seconds, firstWaitMs: 1000 * seconds / 600 };
}

/**
 * What the acquisition asked for that is to be taken up: that of the area given, or else the only
 * one there is with something left out.
 *
 * @returns `complete`, and says so, where nothing was left out.
 * @throws RangeError where there is none, or more than one.
 */
async function toRetry(options: Options, signal: AbortSignal): Promise<Asked | "complete"> {
  const out = await useOutFolder(), { release, limit, counterpart } = options;
  const isNamed = options.area !== undefined || limit !== undefined || options.out !== undefined;
  const area = await areaOf(options, signal);
  const name = folderName({ release, limit, area, counterpart });
  const folder = options.out ?? `${out}/acquired/${name}`;
  const notes = isNamed
    ? [{ folder, note: await readNote(`${folder}/acquired.json`) }]
    : (await acquisitionsIn(`${out}/acquired`)).map((one) => ({ folder: one.folder, note: one }));
  const known = notes.filter(({ note }) => note?.asked);
  const open = known.filter(({ note }) => note!.complete === false);
  if (known.length === 0) {
    throw new RangeError(
      `${isNamed ? folder : `${out}/acquired`} has no acquisition to take up: run without --retry`,
    );
  }
  if (open.length === 0) {
    console.log(`Nothing was left out of ${known.map((one) => one.folder).join(", ")}: complete`);
    return "complete";
  }
  if (open.length > 1) {
    const list = open.map((one) => `\n  --out ${one.folder}`).join("");
    throw new RangeError(`several acquisitions have something left out; say which:${list}`);
  }
  return open[0].note!.asked!;
}

/** "complete", or what is missing, by service, and the command that takes it up. */
function lastLine(leftOut: readonly LeftOut[], { out, cache }: Options): string {
  if (leftOut.length === 0) return "complete";
  const services = Map.groupBy(leftOut, ({ service }) => service);
  const parts = [...services].map(([service, parts]) => {
    const titles = parts.slice(0, 3).map(({ title }) => title).join(", ");
    const more = parts.length > 3 ? ` and ${parts.length - 3} more` : "";
    return `${titles}${more} (${service}: ${parts[0].why})`;
  });
  // folders of the user's own are found by their names alone
  const folders = Object.entries({ out, cache }).flatMap(([name, folder]) =>
    folder === undefined ? [] : [` --${name} ${shellWord(folder)}`]
  );
  return `without ${parts.join("; ")}. Take it up later: deno task acquire --retry${
    folders.join("")
  }`;
}

/** Refuses, before anything is asked, files that would replace others or each other. */
async function checkAcquireOutputs(
  folder: string,
  options: Options,
): Promise<void> {
  const { score, overwrite } = options;
  await checkOutputs({
    inputs: inputsOf(options),
    outputs: [
      ...acquiredOutputs(folder),
      ...score === undefined ? [] : productOutputs(absolute(score), "--score"),
    ],
    overwrite,
    remedy: "give --overwrite",
  });
}

/** The files that are read, if they are files: an area may be a circle or a name. */
function inputsOf({ area, labels }: Options) {
  return [
    ...area === undefined ? [] : [{ path: area, what: "the list of positions" }],
    ...labels === undefined ? [] : [{ path: labels, what: LABELS }],
  ];
}

/** A path as the task of scoring, which runs elsewhere, is to take it. */
function absolute(path: string): string {
  return resolve(Deno.cwd(), path);
}

/** The area of the option: a file of positions, a circle, or else a name, which is shown. */
async function areaOf(options: Options, signal: AbortSignal): Promise<Area | undefined> {
  const { area: text } = options;
  if (text === undefined) return undefined;
  const list = await Deno.readTextFile(text).catch(() => undefined);
  if (list !== undefined) return await areaOfFile(text, list);
  if (/[\\/]|\.(txt|dat|lis|list|csv|tsv|ecsv|tbl|reg|fits?|vot|xml|parquet)$/i.test(text)) {
    const isFolder = await Deno.stat(text).then((stat) => stat.isDirectory, () => false);
    const why = isFolder ? "which is a folder" : "which is not there";
    throw new SettingError(`--area names the file ${text}, ${why}; check the path`);
  }
  // a name has a letter, and is no attempt at coordinates
  const plain = withRadiusInDegrees(text);
  const isAngles = /^\s*[+-]?\d(?:[\d\s:,;+.hmsd°'"-]|(?<=[\d.])e(?=[+-]?\d))*$/.test(plain);
  const isName = /\p{L}/u.test(plain) && !isAngles;
  if (!isName) return { cones: [parseCone(text)], words: text.trim() };
  const { archives, ...how } = connection(options, signal);
  const cache = new FolderCache(`${CACHE}/archives/names`);
  const { area, shown } = await namedArea(text, { ...how, cache, url: archives.sesameUrl });
  console.error(shown);
  return area;
}

/** The area of a file: a list of circles, one a line, or a table with positions. */
async function areaOfFile(path: string, content: string): Promise<Area> {
  const words = `the positions of ${path.replace(/^.*\//, "")}`;
  try {
    return parseArea(content, words);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    // what is no table either is a list with a fault
    const table = await readPositions(path).catch((reason) => {
      throw /^.*[\t,;|].*$/m.test(content.slice(0, 10_000)) || content.includes("\0")
        ? reason
        : error;
    });
    const { places, unplaced } = table;
    const cones = places.map((place) => ({ ...place, radius: POSITION_RADIUS }));
    console.error(
      `${path}: ${cones.length} positions, 3 arcsec around each` +
        (unplaced > 0 ? `; ${unplaced} rows without a position are left out` : ""),
    );
    return { cones, words };
  }
}

/** Scores what was acquired by the task that scores anything. */
async function score(
  table: string,
  { score: out = "", overwrite }: Options,
  signal: AbortSignal,
): Promise<number> {
  const args = scoring(table, absolute(out), overwrite);
  const { code } = await new Deno.Command(Deno.execPath(), { args, signal }).spawn().status;
  signal.throwIfAborted();
  return code;
}

function scoring(table: string, out: string, overwrite = false): string[] {
  const args = ["task", "--quiet", "--cwd", ROOT, "score", Deno.realPathSync(table), "--out", out];
  return [...args, ...overwrite ? ["--overwrite"] : []];
}

/**
 * How many classes depend on the rule by which counterparts are chosen: the sources to which the
 * other rule gives other ones are classified under both.
 */
async function changedClasses(
  acquisition: Acquisition,
  folder: string,
  signal: AbortSignal,
): Promise<number> {
  if (acquisition.otherwise.rows.length === 0) return 0;
  await using work = await workFolder(folder, ".acquire-");
  const [table, scored] = [`${work.folder}/both.parquet`, `${work.folder}/scored.parquet`];
  await writeBothChoices(table, acquisition);
  const args = scoring(table, scored);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, signal }).output();
  signal.throwIfAborted();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return countChangedClasses(scored);
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
    "Nothing was asked of them.",
  ].join("\n");
}

function summary(
  { account, flux, counterparts, labels, counts, ned, problems, otherwise }: Acquisition,
  fetched: number,
  counterpart: Choice = "nearest",
): string {
  const other = counterpart === "nearest" ? "probable" : "nearest";
  const steps = account.map(({ step, left }) => `${step} ${left}`).join(", ");
  const matches = counterparts.map(({ title, rows, shift, ...match }) =>
    `  ${title}: ${rows}` + (match.limits ? `, ${match.limits} upper limits left out` : "") +
    (match.unusable ? `, ${match.unusable} unusable magnitudes left out` : "") +
    (match.moved ? `, ${match.moved} other than without proper motion` : "") +
    (match.doubtful ? `, ${match.doubtful} doubtful` : "") +
    (match.disputed ? `, ${match.disputed} other by --counterpart ${other}` : "") +
    (shift && rows > 0
      ? `; median offset ${shift.east.toFixed(2)}" east, ${shift.north.toFixed(2)}" north`
      : "")
  );
  return [
    `${fetched} requests; left after each flag: ${steps}`,
    `Fluxes are ${flux.kind}: ${flux.why}.`,
    "Sources with a counterpart:",
    ...matches,
    `By --counterpart ${other} ${otherwise.rows.length} of them have another one, or none, in a survey.`,
    ...labels.filter(({ id }) => id === "own").map(({ rows, given }) =>
      `Of ${rows} labels of your own ${given} are given to sources.`
    ),
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
  const write = (text: string) => writeTo(Deno.stderr, text);
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
