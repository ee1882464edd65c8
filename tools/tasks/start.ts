/**
 * Starts a task with the rights it needs and no others: `deno task NAME` runs this with the name
 * and the user's arguments. What the table below does not name, the task cannot do: no other
 * program, no write elsewhere, no other host, variable or native library.
 *
 * Nothing but Deno and Node's path functions is imported here, for this process may start Deno.
 */
import { delimiter, dirname, isAbsolute, resolve } from "node:path";

/** What a task may do besides reading and writing `out/` and `.cache/`. */
export interface Rights {
  /** Module below the project's root. */
  readonly script: string;
  /** Programs, by name on PATH or by path below the root; `deno` is the one that runs. */
  readonly run?: readonly string[];
  /** Folders and files to write, below the root. */
  readonly write?: readonly string[];
  /** Options whose values name files to write, `*` for every argument; their folders too. */
  readonly writeOptions?: readonly string[];
  /** Hosts to ask. */
  readonly net?: readonly string[];
  /** Whether polars, a native library, is used. */
  readonly polars?: boolean;
}

const PYTHON = ".cache/python/bin/python";
/** What the set-up runs: see `docs/permissions.md`. */
const SET_UP = [
  ...["deno", PYTHON, "python3", "python"],
  ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`),
  ...["emcc", "em-config", "apt-get"],
];
const PUBLISHED = "raw.githubusercontent.com";
/** The archives, and this machine for the recorded ones. */
const ARCHIVES = [
  ...["cda.cfa.harvard.edu", "cxc.cfa.harvard.edu", "heasarc.gsfc.nasa.gov"],
  ...["tapvizier.cds.unistra.fr", "simbad.cds.unistra.fr", "cdsxmatch.cds.unistra.fr"],
  ...["ned.ipac.caltech.edu", "127.0.0.1"],
];
const NOT_OURS = /^(-|https?:|auto$|published$|simulated$)/;

/** The rights of every task. */
export const TASKS: Readonly<Record<string, Rights>> = {
  // the network only to see whether the published files can be had
  report: { script: "tools/tasks/report.ts", run: [...SET_UP, "git"], net: [PUBLISHED] },
  figures: { script: "tools/tasks/figures.ts", run: ["git"], polars: true },
  score: {
    script: "tools/tasks/score.ts",
    run: [...SET_UP, "git"],
    writeOptions: ["--out", "--rejects"],
    net: [PUBLISHED],
    polars: true,
  },
  acquire: {
    script: "tools/tasks/acquire.ts",
    run: ["deno", "git"],
    writeOptions: ["--out", "--cache", "--score"],
    net: ARCHIVES,
    polars: true,
  },
  probe: { script: "tools/tasks/probe.ts", net: ARCHIVES, polars: true },
  lab: { script: "tools/tasks/lab.ts", run: SET_UP, write: ["notebooks"] },
  setup: { script: "tools/tasks/set-up.ts", run: SET_UP },
  test: { script: "tools/tasks/run-tests.ts", run: SET_UP },
  clean: { script: "tools/tasks/clean.ts" },
  strip: { script: "tools/tasks/strip.ts", write: ["notebooks"] },
  bench: {
    script: "tools/bench/compare.ts",
    run: [...SET_UP, ".cache/bench-env/bin/python", "git", "stilts"],
    net: [PUBLISHED],
    polars: true,
  },
  cluster: {
    script: "tools/cluster/submit.ts",
    run: ["sbatch", "cp", "deno", ".cache/deno/bin/deno"],
    writeOptions: ["--store", "*"],
    net: [PUBLISHED],
    polars: true,
  },
  shard: {
    script: "tools/cluster/work.ts",
    run: ["git"],
    writeOptions: ["--store", "--out", "*"],
    net: [PUBLISHED],
    polars: true,
  },
  publish: {
    script: "tools/publish/publish.ts",
    run: [...SET_UP, ".cache/publish-python/bin/python", "git"],
    writeOptions: ["--to"],
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
  /** The Deno that runs, and its cache. */
  readonly deno: string;
  readonly denoCache: string;
  /** The user's variables. */
  readonly env: Readonly<Record<string, string>>;
}

/** Flags of `deno run` that give a task its rights, for these arguments of the user. */
export function flagsOf(
  { run = [], write = [], writeOptions = [], net, polars }: Rights,
  args: readonly string[],
  { root, deno, denoCache, env }: Surroundings,
): string[] {
  const below = (path: string) => resolve(root, path);
  const writable = [
    ...[env.CSC_OUT || "out", ".cache", ...write].map(below),
    ...valuesOf(args, writeOptions).flatMap((path) => [below(path), dirname(below(path))]),
  ];
  const programs = run.map((name) => name === "deno" ? deno : programPath(name, root, env.PATH));
  const flag = (name: string, values: readonly string[]) =>
    `--allow-${name}=${[...new Set(values.map(withoutComma))].join()}`;
  return [
    "--no-prompt",
    "--allow-read",
    "--allow-env",
    "--allow-sys",
    flag("write", writable),
    ...programs.length > 0 ? [flag("run", programs)] : [],
    ...net ? [flag("net", net)] : [],
    ...polars ? [flag("ffi", [`${denoCache}/npm`])] : [],
  ];
}

/** The nearest folder above that Deno can name: commas part the paths of a flag. */
function withoutComma(path: string): string {
  return path.includes(",") ? withoutComma(dirname(path)) : path;
}

/** Values of the given options, in both spellings; of `*`, whatever else names no option. */
function valuesOf(args: readonly string[], options: readonly string[]): string[] {
  return args.flatMap((arg, i) => {
    const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(arg) ?? [];
    if (options.includes(option)) return [value];
    const isNamed = options.includes(args[i - 1]) || options.includes("*");
    return isNamed && !NOT_OURS.test(arg) ? [arg] : [];
  });
}

/** Path of a program: the first on PATH, where a package manager would put it if there is none. */
function programPath(name: string, root: string, path = ""): string {
  if (name.includes("/")) return isAbsolute(name) ? name : resolve(root, name);
  const places = path.split(delimiter).filter(Boolean).map((folder) => `${folder}/${name}`);
  const found = places.find((place) => {
    try {
      return Deno.statSync(place).isFile;
    } catch {
      return false;
    }
  });
  return found ?? `/usr/bin/${name}`;
}

/** Arguments of the Deno that runs, for a task with its rights. */
export function commandOf(name: string, args: readonly string[]): string[] {
  const root = resolve(import.meta.dirname!, "../..");
  const env = Deno.env.toObject();
  const surroundings = { root, deno: Deno.execPath(), denoCache: cacheOfDeno(), env };
  const flags = flagsOf(TASKS[name], args, surroundings);
  return ["run", ...flags, resolve(root, TASKS[name].script), ...args];
}

/** Folder of Deno's cache: as its variable says, else the system's place for caches. */
function cacheOfDeno(): string {
  const given = Deno.env.get("DENO_DIR");
  if (given) return resolve(given);
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "";
  if (Deno.build.os === "darwin") return `${home}/Library/Caches/deno`;
  if (Deno.build.os === "windows") return `${Deno.env.get("LOCALAPPDATA")}/deno`;
  return `${Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`}/deno`;
}

if (import.meta.main) {
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
