import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import pMap from "p-map";
import { makeFolder, workFolder } from "@csc-classify/safe-files";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { isLightgbmBuilt } from "../setup/build-lightgbm.ts";
import { setUp } from "../setup/set-up.ts";
import { EXIT, taskCommand } from "./options.ts";
import { runTask } from "./run-task.ts";
import { countTests, type TestCounts } from "./test-counts.ts";

/** Tests run kernels, servers and a browser, whose driver reads what only all permissions open. */
const PERMISSIONS = "--allow-all";

/** Where tests are, if the user names none. */
const PLACES = ["test", "packages"];

/** What a test file says or imports that `--fast` leaves out: set-up, other programs, seconds. */
const SLOW =
  /^\/\/ Slow: |#tools\/setup\/|\/(chromium|checkers|run-notebook|slurm|tap-server|whole-report)\.ts"|Deno\.Command/m;

/** What stands in a test file that cannot do without LightGBM's build. */
const NEEDS_LIGHTGBM = /lightgbm|fitClassifier|nested-choice/i;

/** What stands in test files that share something: those of one line run one after the other. */
const SHARED: readonly RegExp[] = [
  // servers on ports of their own, environments that one of them makes
  /\/(checkers|publishing-python|slurm|tap-server)\.ts"/,
  // .cache/folds, where notebooks leave what others count
  /\/whole-report\.ts"|runNotebook\(`\$\{ROOT\}|readDir\(`\$\{CACHE\}\/folds/,
];

const HELP = `
Each file runs in a process of its own, as many at a time as there are cores.

Examples:
  deno task test                                   all tests, of the long ones a share
  deno task test --fast                            in two minutes, without any set-up
  deno task test test/tables packages/sky          those of two folders
  deno task test --filter "a folder"               those whose title has these words
  deno task test --thorough                        all arrangements, moments and bundles, not a share
  deno task test --again                           files that failed run once more, alone
  deno task test test/run -- --coverage            what follows -- goes to deno test`;

const command = taskCommand("deno task test", "Sets up what is missing and runs the tests.")
  .argument("[files...]", "files or folders of tests; all by default")
  .option("--filter <words>", "only tests whose title has these words, or fits a /pattern/")
  .option("--fail-fast", "stop at the first that fails")
  .option("--fast", "only tests that need no other program and no set-up; none is made")
  .option("--thorough", "the whole of what is tested by a share: also CSC_THOROUGH=1")
  .option("--again", "run files that failed once more, alone; name those that then pass")
  .addHelpText("after", HELP)
  .parse(Deno.args, { from: "user" });
const { filter, again = false, failFast = false, fast = false, thorough = false } = command.opts<{
  filter?: string;
  again?: boolean;
  failFast?: boolean;
  fast?: boolean;
  thorough?: boolean;
}>();

/** What came of some test files, or of the check of their types. */
interface Outcome extends TestCounts {
  readonly what: string;
  readonly seconds: number;
  readonly success: boolean;
  /** What was printed. */
  readonly said: string;
}

/** Where more than these fail, it is no matter of the moment: nothing runs again. */
const MOST_AGAIN = 3;

await runTask(async (signal) => {
  await makeFolder(CACHE, "cache");
  const flags = command.args.filter((arg) => arg.startsWith("-"));
  const files = chosenFiles(command.args.filter((arg) => !arg.startsWith("-")));
  if (filter !== undefined) flags.push(`--filter=${filter}`);
  if (failFast) flags.push("--fail-fast");
  if (!fast) await setUp(signal);
  const jobs = fast ? await fastFiles(files) : inOrder(files);
  await using work = await workFolder(CACHE, ".test-");
  const check = () => run("types", ["check", "--quiet", ...files], signal);
  const isLive = jobs.length === 1;
  const runJob = async (job: readonly string[], i: number) => {
    const junit = `${work.folder}/${i}.xml`, what = job.join(", ");
    const args = ["test", PERMISSIONS, "--no-check", `--junit-path=${junit}`, ...flags, ...job];
    const outcome = await run(what, args, signal, isLive ? "inherit" : "piped");
    const report = await Deno.readTextFile(junit).catch(() => "<none/>");
    return { ...outcome, ...countTests(report) };
  };
  const stop = new AbortController();
  const all = [check, ...jobs.map((job, i) => () => runJob(job, i))];
  const workers = Math.max(1, navigator.hardwareConcurrency);
  const outcomes = await pMap(all, async (start) => {
    if (stop.signal.aborted) return;
    const outcome = await start();
    if (!isLive || !outcome.success) tell(outcome);
    if (failFast && !outcome.success) stop.abort();
    return outcome;
  }, { concurrency: workers, signal });
  const failed = outcomes.flatMap((outcome, i) => outcome?.success === false ? [i] : []);
  const unsteady: string[] = [];
  for (const i of again && failed.length <= MOST_AGAIN ? failed : []) {
    const outcome = await all[i]();
    if (!isLive) tell(outcome);
    if (!outcome.success) continue;
    outcomes[i] = outcome;
    unsteady.push(outcome.what);
  }
  const isGood = summary(outcomes.filter((outcome) => outcome !== undefined), unsteady);
  return isGood ? EXIT.done : EXIT.failed;
}, { makesCache: false }); // not held: commands under test look whether another is at work

/** Test files below the given files and folders, by their paths below the root. */
function chosenFiles(named: readonly string[]): string[] {
  const files = (named.length > 0 ? named : PLACES).flatMap((name) => {
    const path = resolve(ROOT, name);
    if (!existsSync(path)) {
      throw new RangeError(`${name}: there is no such file or folder of tests`);
    }
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((below) => below.endsWith(".test.ts") && !below.includes("node_modules"))
      .map((below) => `${path}/${below}`);
  });
  if (files.length === 0) throw new RangeError(`${named.join(", ")}: no file ends in .test.ts`);
  return [...new Set(files)].map((path) => relative(ROOT, path)).sort();
}

function textOf(file: string): string {
  return readFileSync(resolve(ROOT, file), "utf8");
}

/** Files that take long begin first; those that share something are one job. */
function inOrder(files: readonly string[]): string[][] {
  const groups = SHARED.map((pattern) => files.filter((file) => pattern.test(textOf(file))));
  const alone = files.filter((file) => groups.every((group) => !group.includes(file)));
  const slow = alone.filter((file) => SLOW.test(textOf(file)));
  const others = alone.filter((file) => !slow.includes(file));
  return [...groups, ...[...slow, ...others].map((file) => [file])].filter((job) => job.length > 0);
}

async function fastFiles(files: readonly string[]): Promise<string[][]> {
  const hasLightgbm = await isLightgbmBuilt();
  const isLeftOut = (file: string) =>
    SLOW.test(textOf(file)) || !hasLightgbm && NEEDS_LIGHTGBM.test(textOf(file));
  const left = files.filter(isLeftOut);
  if (left.length > 0) console.log(`${left.length} of ${files.length} files are left out: --fast`);
  if (!hasLightgbm) console.log("skipped: what needs LightGBM; deno task setup builds it");
  // a start costs more than most of these tests
  const rest = files.filter((file) => !left.includes(file));
  const size = Math.ceil(rest.length / (4 * Math.max(1, navigator.hardwareConcurrency)));
  return Array.from(
    { length: Math.ceil(rest.length / size) },
    (_, i) => rest.slice(i * size, (i + 1) * size),
  );
}

/** Runs Deno and waits for its end. */
async function run(
  what: string,
  args: readonly string[],
  signal: AbortSignal,
  output: "piped" | "inherit" = "piped",
): Promise<Outcome> {
  const start = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: thorough ? { CSC_THOROUGH: "1" } : {},
    signal,
    stdout: output,
    stderr: output,
  }).spawn();
  const texts = output === "inherit"
    ? []
    : [process.stdout, process.stderr].map((stream) => new Response(stream).text());
  const said = (await Promise.all(texts)).join("");
  const { success } = await process.status;
  signal.throwIfAborted();
  const seconds = (performance.now() - start) / 1000;
  return { what, seconds, success, said, passed: 0, failed: 0, skipped: 0, ignored: [] };
}

/** A line of what has ended; all that it said where it failed. */
function tell({ what, seconds, success, said, ignored }: Outcome): void {
  const reasons = said.split("\n").filter((line) => line.startsWith("skipped: "));
  // each says its reason where its module is loaded
  for (const line of [...reasons, ...ignored.map((name) => `skipped: ${name}`)]) console.log(line);
  console.log(`${success ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${what}`);
  if (!success) console.log(said);
}

/**
 * Says what failed and how many passed; whether all did.
 *
 * @param unsteady Files that failed beside others and passed alone.
 */
function summary(outcomes: readonly Outcome[], unsteady: readonly string[]): boolean {
  const bad = outcomes.filter(({ success }) => !success);
  const sum = (key: "passed" | "failed" | "skipped") =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  for (const { what, said } of bad) {
    // from deno's list of errors on, or all of it
    const from = Math.max(0, said.search(/^.*\bERRORS\b/m));
    console.log(`\n${what}\n${said.slice(from)}`);
  }
  // a module that does not load fails without a test case of its own
  const lost = bad.filter(({ failed }) => failed === 0).length;
  const slowest = outcomes.toSorted((a, b) => b.seconds - a.seconds).slice(0, 5);
  console.log(
    `\nslowest: ${slowest.map((o) => `${o.what} ${Math.round(o.seconds)} s`).join("; ")}`,
  );
  for (const what of unsteady) console.log(`\nunsteady: ${what} failed, and passed when run again`);
  console.log(
    `\n${sum("passed")} passed, ${sum("failed") + lost} failed, ${sum("skipped")} skipped`,
  );
  return bad.length === 0;
}
