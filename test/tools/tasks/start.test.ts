import assert from "node:assert/strict";
import { relative } from "node:path";
import config from "../../../deno.json" with { type: "json" };
import { ROOT } from "#lib/run/files.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { flagsOf, TASKS } from "#tools/tasks/start.ts";

const HERE = { root: "/p", deno: "/opt/deno", npmCache: "/cache/npm", env: { PATH: "/nowhere" } };
const COMMANDS = Object.entries(config.tasks).map(([name, { command }]) => [name, command]);

/** Rights without a list but reading, or all of them. */
const BARE = /--allow-(run|write|ffi|net|import|env|sys)(?![=\w-])|--allow-all|\s-[WNIESA](?!=)/;

Deno.test("no task may run, write, ask, load or see what it does not name", () => {
  const onNodes = Deno.readTextFileSync(`${ROOT}/tools/cluster/shard.sh`);
  for (const [name, command] of [...COMMANDS, ["shard.sh", onNodes]]) {
    assert.doesNotMatch(command, BARE, name);
  }
  for (const [name, rights] of Object.entries(TASKS)) {
    const flags = flagsOf(rights, [], HERE);
    assert.doesNotMatch(flags.join(" "), BARE, name);
    assert.ok(flags.includes("--no-prompt"), name);
    assert.ok(Deno.statSync(`${ROOT}/${rights.script}`).isFile);
  }
});

Deno.test("tasks that start through the table are in it, and the table has no others", () => {
  const started = COMMANDS.flatMap(([, command]) => /start\.ts (\w+)$/.exec(command)?.[1] ?? []);
  assert.deepEqual(started.sort(), Object.keys(TASKS).sort());
});

/** What `deno info --json` tells of a module and all that it leads to. */
interface Info {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
  }[];
}

/** Whether polars is loaded with a module; what is imported for its types alone loads nothing. */
function loadsPolars({ roots, modules }: Info): boolean {
  const next = new Map(
    modules.map(({ specifier, dependencies = [] }) =>
      [specifier, dependencies.flatMap(({ code }) => code?.specifier ?? [])] as const
    ),
  );
  const loaded = new Set(roots);
  // a set goes on with what is added while it is walked
  for (const module of loaded) for (const other of next.get(module) ?? []) loaded.add(other);
  return [...loaded].some((module) => /^npm:\/?nodejs-polars@/.test(module));
}

Deno.test("polars may be loaded by the tasks that import it, and by no other", async () => {
  for (const [name, { script, polars = false }] of Object.entries(TASKS)) {
    const info = await runCommand(Deno.execPath(), ["info", "--json", script], { cwd: ROOT });
    assert.equal(loadsPolars(JSON.parse(info)), polars, name);
  }
});

Deno.test("rights are the project's folders, programs by path, and the files that the user names", () => {
  const flags = (args: string[], env = {}) =>
    flagsOf(
      { script: "x.ts", run: ["deno", "git", ".cache/tool"], writeOptions: ["--out"] },
      args,
      { ...HERE, env: { ...HERE.env, ...env } },
    ).slice(3, 5);
  assert.deepEqual(flags([]), [
    "--allow-write=/p/out,/p/.cache",
    "--allow-run=/opt/deno,/usr/bin/git,/p/.cache/tool",
  ]);
  const [write] = flags(["t.csv", "--out", "/data/o.csv", "--rejects", "r"], { CSC_OUT: "/o" });
  assert.equal(write, "--allow-write=/o,/p/.cache,/data/o.csv,/data");
  assert.equal(flags(["--out=sub/o.csv"])[0], "--allow-write=/p/out,/p/.cache,/p/sub/o.csv,/p/sub");
  // the command line takes what follows an option for its value, a dash before it or not
  assert.equal(flags(["--out", "-o.csv"])[0], "--allow-write=/p/out,/p/.cache,/p/-o.csv,/p");
  const folder = Deno.makeTempDirSync();
  const shard = { script: "x.ts", writeFolders: true };
  assert.equal(
    flagsOf(shard, ["score", "--shard", "1/3", folder], HERE)[3],
    `--allow-write=/p/out,/p/.cache,${folder}`,
  );
  const table = `${folder}/t.csv`;
  Deno.writeTextFileSync(table, "");
  const beside = { script: "x.ts", writeOptions: ["--out"], writeBeside: "--out" };
  assert.equal(flagsOf(beside, [table], HERE)[3], `--allow-write=/p/out,/p/.cache,${folder}`);
  assert.equal(
    flagsOf(beside, [table, "--out=/o/o.csv"], HERE)[3],
    "--allow-write=/p/out,/p/.cache,/o/o.csv,/o",
  );
  Deno.removeSync(folder, { recursive: true });
  // commas part the paths of a flag: the folder above stands for such a path
  assert.equal(flags(["--out", "/a/b,c/d.csv"])[0], "--allow-write=/p/out,/p/.cache,/a");
  const settings =
    "CSC_DATA,CSC_PROFILE,CSC_LABELS,CSC_SEED,CSC_WORKERS,CSC_MIRROR,CSC_OUT,HOME,USERPROFILE,CSC_STARTER";
  const polars = { script: "x.ts", polars: true, net: ["h"], env: ["X"] };
  assert.deepEqual(flagsOf(polars, [], HERE).slice(4), [
    "--allow-net=h",
    `--allow-env=${settings},X`,
    "--allow-sys=cpus,hostname,networkInterfaces",
    "--allow-ffi=/cache/npm",
  ]);
  const other = { script: "x.ts", run: ["git"], runVariables: ["CSC_P", "CSC_Q"] };
  assert.deepEqual(flagsOf(other, [], { ...HERE, env: { CSC_P: "/a/python" } }).slice(4), [
    "--allow-run=/usr/bin/git,/a/python",
    `--allow-env=${settings},CSC_P,CSC_Q`,
  ]);
  const archives = { script: "x.ts", net: ["h"], netVariables: ["CSC_A"] };
  const elsewhere = { CSC_A: "csc21=https://a.b:81/tap|vizier=http://c.d/x" };
  assert.deepEqual(flagsOf(archives, [], { ...HERE, env: elsewhere }).slice(4), [
    "--allow-net=h,a.b:81,c.d",
    `--allow-env=${settings},CSC_A`,
  ]);
  const setUp = flagsOf({ script: "x.ts", setUp: true, run: ["git"] }, [], HERE);
  assert.match(setUp[4], /^--allow-run=\/opt\/deno,\/p\/.*\/usr\/bin\/apt-get,\/usr\/bin\/git$/);
  assert.deepEqual(setUp.slice(5), [
    `--allow-env=${settings},CSC_NO_APT,NODE_PATH`,
    "--allow-sys=uid",
  ]);
});

Deno.test("tasks start where variables are set that Deno hands to no program of a list", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "version"],
    cwd: ROOT,
    env: { LD_LIBRARY_PATH: "/nowhere", DYLD_LIBRARY_PATH: "/nowhere" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stdout), new RegExp(`^${config.version}`));
});

Deno.test("a task cannot write, run, ask, load or see beyond its rights", async () => {
  const folder = await Deno.makeTempDir();
  const probe = `${folder}/probe.ts`;
  await Deno.writeTextFile(
    probe,
    `const tries = {
      write: () => Deno.writeTextFile("${folder}/x", ""),
      run: () => new Deno.Command("id").output(),
      ask: () => Deno.connect({ port: 9 }),
      load: () => Promise.resolve(Deno.dlopen("libm.so.6", {})),
      know: () => Promise.resolve(Deno.osRelease()),
      see: () => Promise.reject(new Error(String(Deno.env.get("PATH")))),
      set: () => Promise.reject(new Error(Deno.env.get("CSC_SEED"))),
    };
    for (const [name, attempt] of Object.entries(tries)) {
      try { await attempt(); console.log(name, "done"); }
      catch (error) { console.log(name, error.message.startsWith("Req") ? error.name : error.message); }
    }`,
  );
  const flags = flagsOf(TASKS.score, [], { ...HERE, root: ROOT, env: Deno.env.toObject() });
  try {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, probe],
      env: { CSC_SEED: "7" },
    }).output();
    assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n"), [
      "write NotCapable",
      "run NotCapable",
      "ask NotCapable",
      "load NotCapable",
      "know NotCapable",
      "see undefined",
      "set 7",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("relative paths are those of the folder in which the user is, below the project or anywhere", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "else where " }));
  try {
    await Deno.writeTextFile(`${folder}/t.csv`, "name,ra,dec,flux_b\na,1,2,1e-14\n");
    const read = async (cwd: string, ...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", ...args],
        cwd,
        clearEnv: true,
        env: { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME") ?? "/", NO_COLOR: "1" },
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    const dry = ["score", "t.csv", "--dry-run"];
    assert.match(await read(folder, "--config", `${ROOT}/deno.json`, ...dry), /^t\.csv .*1 rows/);
    assert.match(await read(folder, "--cwd", ROOT, ...dry), /^t\.csv .*1 rows/);
    const way = relative(`${ROOT}/docs`, `${folder}/t.csv`);
    assert.match(await read(`${ROOT}/docs`, "score", way, "--dry-run"), /1 rows/);
    // what is written, too, with the rights to
    await read(folder, "--cwd", ROOT, "acquire", "--recorded", "--out", "field");
    assert.ok((await Deno.stat(`${folder}/field/acquired.json`)).isFile);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("rights follow the user's folder, those of the project its root", () => {
  const rights = { script: "x.ts", writeOptions: ["--out"], runVariables: ["CSC_P"] };
  const flags = flagsOf(rights, ["--out", "sub/o.csv"], {
    ...HERE,
    cwd: "/home/me",
    env: { CSC_OUT: "o", CSC_P: "venv/python" },
  });
  assert.equal(flags[3], "--allow-write=/p/o,/p/.cache,/home/me/sub/o.csv,/home/me/sub");
  assert.equal(flags[4], "--allow-run=/home/me/venv/python");
});
