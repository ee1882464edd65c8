/**
 * Starts a task with the rights it needs and no others: `deno task NAME` runs this with the name
 * and the user's arguments. What the table below does not name, the task cannot do: no other
 * program, no write elsewhere, no other host, variable or native library.
 *
 * Nothing but Deno, Node's path functions, its signals and a list of hosts is imported here, for this
 * process may start Deno.
 */
import { delimiter, dirname, isAbsolute, resolve } from "node:path";
import ARCHIVES from "../../packages/chandra-archives/data/archive-hosts.json" with {
  type: "json",
};
import { onStop, type Stop, STOPPED } from "./signals.ts";

/**
 * What a task may do besides reading, writing `out/` and `.cache/`, and seeing the settings of
 * `docs/settings.md`.
 */
interface Rights {
  /** Module below the project's root. */
  readonly script: string;
  /** Whether it makes what is missing: see {@link SET_UP}. */
  readonly setUp?: boolean;
  /** Programs, by name on PATH or by path below the root; `deno` is the one that runs. */
  readonly run?: readonly string[];
  /** Variables that name a program to run in place of its own. */
  readonly runVariables?: readonly string[];
  /** Folders and files to write, below the root. */
  readonly write?: readonly string[];
  /** Options whose values name files to write; their folders too. */
  readonly writeOptions?: readonly string[];
  /** Option without which it writes beside the files that are among its arguments. */
  readonly writeBeside?: string;
  /** Whether it writes into the folders that are among its arguments. */
  readonly writeFolders?: boolean;
  /** Hosts to ask. */
  readonly net?: readonly string[];
  /** Variables that name addresses to ask besides. */
  readonly netVariables?: readonly string[];
  /** Variables to see; any other is as if it were not set. */
  readonly env?: readonly string[];
  /** Whether polars, a native library, is used: see {@link POLARS}. */
  readonly polars?: boolean;
  /** Whether it goes through tables of any length: see {@link LEAN}. */
  readonly lean?: boolean;
}

const SETTINGS = [
  "CSC_DATA",
  "CSC_PROFILE",
  "CSC_LABELS",
  "CSC_SEED",
  "CSC_WORKERS",
  "CSC_MIRROR",
  "CSC_OUT",
];
/** How long a task may take to end once it was told to. */
const LAST_MS = 1700;
/** Where the user called `deno task`, which itself goes to the project's root. */
const CALLED_IN = "INIT_CWD";
/** The process that starts a task, which ends when that one does. */
const STARTER = "CSC_STARTER";
/** Where the user is at home, which no command treats as its own. */
const HOMES = ["HOME", "USERPROFILE"];
/** What the set-up needs: see `docs/permissions.md`. */
const SET_UP = {
  run: [
    "deno",
    ".cache/python/bin/python",
    "python3",
    "python",
    ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`),
    "emcc",
    "em-config",
    "apt-get",
  ],
  env: ["CSC_NO_APT", "NODE_PATH"],
  // whether root, who may install
  sys: ["uid"],
};
/** What polars' loader looks at to tell which C library this Linux has. */
const POLARS = { sys: ["cpus", "hostname", "networkInterfaces"] };
/**
 * What keeps the memory of a process small through which millions of rows go: a young generation of
 * 6 MB in each thread instead of 48, V8's `gc` for `lib/scoring/sweep.ts`, and of glibc fewer heaps,
 * of which what is free at the end goes back to the system, as do blocks of 256 KB and more at once.
 */
export const LEAN = {
  flags: ["--v8-flags=--max-semi-space-size=2,--expose-gc"],
  env: {
    MALLOC_ARENA_MAX: "2",
    MALLOC_TRIM_THRESHOLD_: "131072",
    MALLOC_MMAP_THRESHOLD_: "262144",
  },
};
const PUBLISHED = "raw.githubusercontent.com";
/** The rights of every task. */
export const TASKS: Readonly<Record<string, Rights>> = {
  // the network only to see whether the published files can be had
  report: {
    script: "tools/tasks/report.ts",
    setUp: true,
    run: ["git"],
    net: [PUBLISHED],
    // it starts the figures' task as this file does
    env: ["PATH"],
  },
  figures: { script: "tools/tasks/figures.ts" },
  pages: { script: "tools/tasks/pages.ts", run: ["deno"], polars: true },
  score: {
    script: "tools/tasks/score.ts",
    setUp: true,
    lean: true,
    run: ["git"],
    writeOptions: ["--out", "--rejects"],
    writeBeside: "--out",
    net: [PUBLISHED],
    polars: true,
  },
  examine: {
    script: "tools/tasks/examine.ts",
    setUp: true,
    writeOptions: ["--out"],
    writeBeside: "--out",
    net: [PUBLISHED],
    polars: true,
  },
  acquire: {
    script: "tools/tasks/acquire.ts",
    run: ["deno", "git"],
    writeOptions: ["--out", "--cache", "--score"],
    net: ARCHIVES.hosts,
    netVariables: ["CSC_ARCHIVES"],
    polars: true,
  },
  probe: {
    script: "tools/tasks/probe.ts",
    net: ARCHIVES.hosts,
    netVariables: ["CSC_ARCHIVES"],
    polars: true,
  },
  lab: { script: "tools/tasks/lab.ts", setUp: true, write: ["notebooks"] },
  setup: { script: "tools/tasks/set-up.ts", setUp: true },
  test: { script: "tools/tasks/run-tests.ts", setUp: true },
  check: { script: "tools/tasks/check.ts", run: ["deno"] },
  clean: { script: "tools/tasks/clean.ts" },
  strip: { script: "tools/tasks/strip.ts", write: ["notebooks"] },
  bench: {
    script: "tools/bench/compare.ts",
    setUp: true,
    run: [".cache/bench-env/bin/python", "git", "stilts"],
    net: [PUBLISHED],
    runVariables: ["CSC_REFERENCE_PYTHON"],
    polars: true,
  },
  cluster: {
    script: "tools/cluster/submit.ts",
    run: ["sbatch", "cp", "deno"],
    writeOptions: ["--store"],
    net: [PUBLISHED],
    polars: true,
  },
  shard: {
    script: "tools/cluster/work.ts",
    run: ["git"],
    writeOptions: ["--store", "--to"],
    writeFolders: true,
    net: [PUBLISHED],
    env: ["ID", "MIN", "MAX", "COUNT"].map((name) => `SLURM_ARRAY_TASK_${name}`),
    polars: true,
  },
  publish: {
    script: "tools/publish/publish.ts",
    setUp: true,
    run: [".cache/publish-python/bin/python", "git"],
    writeOptions: ["--to"],
    runVariables: ["CSC_PUBLISH_PYTHON"],
    polars: true,
  },
  archive: { script: "tools/publish/archive.ts", run: ["git"], writeOptions: ["--to"] },
  restore: { script: "tools/publish/restore.ts", run: ["git"] },
  version: { script: "tools/publish/version.ts", run: ["git"], write: ["."] },
};

/** Where tasks run and what surrounds them. */
interface Surroundings {
  /** Root folder of the project. */
  readonly root: string;
  /** Folder that the user's relative paths are meant from; the root if absent. */
  readonly cwd?: string;
  /** The Deno that runs, and where it keeps npm packages. */
  readonly deno: string;
  readonly npmCache: string;
  /** The user's variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** Flags of `deno run` that give a task its rights, for these arguments of the user. */
export function flagsOf(
  rights: Rights,
  args: readonly string[],
  { root, cwd = root, deno, npmCache, env: given }: Surroundings,
): string[] {
  const { setUp, run = [], write = [], writeOptions = [], net = [], env = [], polars } = rights;
  const { runVariables = [], netVariables = [] } = rights;
  const below = (path: string) => resolve(root, path), named = (path: string) => resolve(cwd, path);
  const others = runVariables.map((name) => given[name]).filter((path) => path !== undefined);
  const addresses = netVariables.flatMap((name) => [
    ...(given[name] ?? "").matchAll(/https?:\/\/([^/|?\s]+)/g),
  ]);
  const { writeBeside } = rights;
  const writesBeside = writeBeside && !args.some((arg) => arg.split("=")[0] === writeBeside);
  const programs = [...setUp ? SET_UP.run : [], ...run];
  const lists = {
    write: [
      ...[given.CSC_OUT || "out", ".cache", ...write].map(below),
      ...valuesOf(args, writeOptions).flatMap((path) => [named(path), dirname(named(path))]),
      ...writesBeside ? args.map(named).filter((path) => stat(path)?.isFile).map(dirname) : [],
      ...rights.writeFolders ? args.map(named).filter((path) => stat(path)?.isDirectory) : [],
    ],
    run: [
      ...programs.map((name) => name === "deno" ? deno : programPath(name, root, given.PATH)),
      ...others.map((name) => programPath(name, cwd, given.PATH)),
    ],
    net: [...net, ...addresses.map(([, host]) => host)],
    env: [
      ...SETTINGS,
      ...HOMES,
      STARTER,
      ...setUp ? SET_UP.env : [],
      ...env,
      ...runVariables,
      ...netVariables,
    ],
    sys: [...setUp ? SET_UP.sys : [], ...polars ? POLARS.sys : []],
    ffi: polars ? [npmCache] : [],
  };
  const flags = Object.entries(lists)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `--allow-${name}=${[...new Set(values.map(withoutComma))].join()}`);
  const ours = rights.lean ? LEAN.flags : [];
  return ["--no-prompt", "--allow-read", "--ignore-env", ...ours, ...flags];
}

/** The nearest folder above that Deno can name: commas part the paths of a flag. */
function withoutComma(path: string): string {
  return path.includes(",") ? withoutComma(dirname(path)) : path;
}

/** Values of the given options, in both spellings. */
function valuesOf(args: readonly string[], options: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(arg) ?? [];
    if (options.includes(option)) return [value];
    return options.includes(args[i - 1]) ? [arg] : []; // "-x.csv" is a name, too
  });
}

/** Path of a program: the first on PATH, where a package manager would put it if there is none. */
function programPath(name: string, root: string, path = ""): string {
  if (name.includes("/")) return isAbsolute(name) ? name : resolve(root, name);
  const places = path.split(delimiter).filter(Boolean).map((folder) => `${folder}/${name}`);
  return places.find((place) => stat(place)?.isFile) ?? `/usr/bin/${name}`;
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Arguments of the Deno that runs, for a task with its rights.
 *
 * @throws an `AbortError` named by the signal that stopped this.
 */
export function commandOf(name: string, args: readonly string[], cwd?: string): string[] {
  const root = resolve(import.meta.dirname!, "../..");
  const rights = TASKS[name], deno = Deno.execPath(), env = Deno.env.toObject();
  const npmCache = rights.polars ? npmCacheOf(deno) : "";
  const flags = flagsOf(rights, args, { root, cwd, deno, npmCache, env });
  return ["run", ...flags, resolve(root, rights.script), ...args];
}

function npmCacheOf(deno: string): string {
  const { stdout, signal } = new Deno.Command(deno, { args: ["info", "--json"] }).outputSync();
  // Ctrl-C in a terminal reaches it too
  if (signal) throw new DOMException(signal, "AbortError");
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

if (import.meta.main) {
  // where one of these is set, Deno starts nothing by a list: see docs/permissions.md
  for (const name of Object.keys(Deno.env.toObject())) {
    if (/^(LD|DYLD)_/.test(name)) Deno.env.delete(name);
  }
  const calledIn = Deno.env.get(CALLED_IN) ?? "", [name, ...args] = Deno.args;
  Deno.env.delete(CALLED_IN); // of what a task starts it says nothing
  try {
    const cwd = isAbsolute(calledIn) && stat(calledIn)?.isDirectory ? calledIn : undefined;
    Deno.exit(await runTask(name, args, cwd));
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    Deno.exit(codeOf(error.message));
  }
}

/**
 * Runs a task to its end, or to that which a signal makes; returns its exit code.
 *
 * @param cwd Where the user is; where this runs if absent.
 */
async function runTask(name: string, args: readonly string[], cwd?: string): Promise<number> {
  const stop = new AbortController();
  // a terminal sends Ctrl-C to both, a supervisor to this process alone
  onStop((why) => stop.abort(why));
  const env = { [STARTER]: String(Deno.pid), ...(TASKS[name].lean && LEAN.env) };
  const how = { args: commandOf(name, args, cwd), env, cwd };
  const task = new Deno.Command(Deno.execPath(), how).spawn();
  const tell = () => {
    kill(task, stop.signal.reason);
    // what holds its only thread cannot hear
    Deno.unrefTimer(setTimeout(() => kill(task, "SIGKILL"), LAST_MS));
  };
  if (stop.signal.aborted) tell();
  else stop.signal.addEventListener("abort", tell);
  const { code, signal } = await task.status;
  const wasKilled = stop.signal.aborted && signal === "SIGKILL";
  return wasKilled ? codeOf(stop.signal.reason) : code;
}

/** The exit code of what a signal has stopped. */
function codeOf(signal: string): number {
  return STOPPED[Object.hasOwn(STOPPED, signal) ? signal as Stop : "SIGTERM"];
}

function kill(task: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    task.kill(signal);
  } catch {
    // it has ended
  }
}
