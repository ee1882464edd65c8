/**
 * Starts a task with the rights it needs and no others: `deno task NAME` runs this with the name
 * and the user's arguments. What the table below does not name, the task cannot do: no other
 * program, no write elsewhere, no other host, variable or native library.
 *
 * Nothing but Deno and Node's path functions is imported here, for this process may start Deno.
 */
import { delimiter, dirname, isAbsolute, resolve } from "node:path";

/**
 * What a task may do besides reading, writing `out/` and `.cache/`, and seeing the settings of
 * `docs/settings.md`.
 */
export interface Rights {
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
}

const SETTINGS = [
  ...["CSC_DATA", "CSC_PROFILE", "CSC_SEED", "CSC_WORKERS", "CSC_MIRROR", "CSC_OUT"],
];
/** What the set-up needs: see `docs/permissions.md`. */
const SET_UP = {
  run: [
    ...["deno", ".cache/python/bin/python", "python3", "python"],
    ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`),
    ...["emcc", "em-config", "apt-get"],
  ],
  env: ["CSC_NO_APT", "NODE_PATH"],
  // whether root, who may install
  sys: ["uid"],
};
/** What polars' loader looks at to tell which C library this Linux has. */
const POLARS = { sys: ["cpus", "hostname", "networkInterfaces"] };
const PUBLISHED = "raw.githubusercontent.com";
/** The archives, and this machine for the recorded ones. */
const ARCHIVES = [
  ...["cda.cfa.harvard.edu", "cxc.cfa.harvard.edu", "heasarc.gsfc.nasa.gov"],
  ...["tapvizier.cds.unistra.fr", "simbad.cds.unistra.fr", "cdsxmatch.cds.unistra.fr"],
  ...["ned.ipac.caltech.edu", "127.0.0.1"],
];

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
  figures: { script: "tools/tasks/figures.ts", run: ["git"], polars: true },
  score: {
    script: "tools/tasks/score.ts",
    setUp: true,
    run: ["git"],
    writeOptions: ["--out", "--rejects"],
    net: [PUBLISHED],
    polars: true,
  },
  acquire: {
    script: "tools/tasks/acquire.ts",
    run: ["deno", "git"],
    writeOptions: ["--out", "--cache", "--score"],
    net: ARCHIVES,
    netVariables: ["CSC_ARCHIVES"],
    polars: true,
  },
  probe: {
    script: "tools/tasks/probe.ts",
    net: ARCHIVES,
    netVariables: ["CSC_ARCHIVES"],
    polars: true,
  },
  lab: { script: "tools/tasks/lab.ts", setUp: true, write: ["notebooks"] },
  setup: { script: "tools/tasks/set-up.ts", setUp: true },
  test: { script: "tools/tasks/run-tests.ts", setUp: true },
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
  archive: { script: "tools/publish/archive.ts", run: ["git", "tar"], writeOptions: ["--to"] },
  restore: { script: "tools/publish/restore.ts", run: ["git", "tar"] },
  version: { script: "tools/publish/version.ts", run: ["git"], write: ["."] },
};

/** Where tasks run and what surrounds them. */
export interface Surroundings {
  /** Root folder of the project. */
  readonly root: string;
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
  { root, deno, npmCache, env: given }: Surroundings,
): string[] {
  const { setUp, run = [], write = [], writeOptions = [], net = [], env = [], polars } = rights;
  const { runVariables = [], netVariables = [] } = rights;
  const below = (path: string) => resolve(root, path);
  const named = runVariables.map((name) => given[name]).filter((path) => path !== undefined);
  const addresses = netVariables.flatMap((name) => [
    ...(given[name] ?? "").matchAll(/https?:\/\/([^/|?\s]+)/g),
  ]);
  const programs = [...setUp ? SET_UP.run : [], ...run, ...named];
  const lists = {
    write: [
      ...[given.CSC_OUT || "out", ".cache", ...write].map(below),
      ...valuesOf(args, writeOptions).flatMap((path) => [below(path), dirname(below(path))]),
      ...rights.writeFolders ? args.map(below).filter((path) => stat(path)?.isDirectory) : [],
    ],
    run: programs.map((name) => name === "deno" ? deno : programPath(name, root, given.PATH)),
    net: [...net, ...addresses.map(([, host]) => host)],
    env: [...SETTINGS, ...setUp ? SET_UP.env : [], ...env, ...runVariables, ...netVariables],
    sys: [...setUp ? SET_UP.sys : [], ...polars ? POLARS.sys : []],
    ffi: polars ? [npmCache] : [],
  };
  const flags = Object.entries(lists)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `--allow-${name}=${[...new Set(values.map(withoutComma))].join()}`);
  return ["--no-prompt", "--allow-read", "--ignore-env", ...flags];
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
    return options.includes(args[i - 1]) && !arg.startsWith("-") ? [arg] : [];
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

/** Arguments of the Deno that runs, for a task with its rights. */
export function commandOf(name: string, args: readonly string[]): string[] {
  const root = resolve(import.meta.dirname!, "../..");
  const rights = TASKS[name], deno = Deno.execPath(), env = Deno.env.toObject();
  const npmCache = rights.polars ? npmCacheOf(deno) : "";
  const flags = flagsOf(rights, args, { root, deno, npmCache, env });
  return ["run", ...flags, resolve(root, rights.script), ...args];
}

function npmCacheOf(deno: string): string {
  const { stdout } = new Deno.Command(deno, { args: ["info", "--json"] }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

if (import.meta.main) {
  // where one of these is set, Deno starts nothing by a list: see docs/permissions.md
  for (const name of Object.keys(Deno.env.toObject())) {
    if (/^(LD|DYLD)_/.test(name)) Deno.env.delete(name);
  }
  const [name, ...args] = Deno.args;
  const child = new Deno.Command(Deno.execPath(), { args: commandOf(name, args) }).spawn();
  // a terminal sends Ctrl-C to both; the task ends in its own time
  Deno.addSignalListener("SIGINT", () => {});
  const end = () => child.kill("SIGTERM");
  Deno.addSignalListener("SIGTERM", end);
  // whoever started this and was killed outright could not say so
  const parent = Deno.ppid;
  Deno.unrefTimer(setInterval(() => Deno.ppid !== parent && end(), 500));
  const { code } = await child.status;
  Deno.exit(code);
}
