import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import pMap from "p-map";
import { ROOT } from "#lib/run/files.ts";
import { EXIT } from "#tools/tasks/options.ts";
import { TASKS } from "#tools/tasks/start.ts";

const PARTS = ["lib", "tools", "packages", "data", "notebooks", "deno.json", "deno.lock"];

/** Digests of all files below a folder by path. */
async function trace(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name;
    if (isDirectory) Object.assign(found, { [path]: "/" }, await trace(folder, `${path}/`));
    else {
      const bytes = await Deno.readFile(`${folder}/${path}`);
      found[path] = createHash("sha256").update(bytes).digest("hex");
    }
  }
  return found;
}

/** A copy of the project, nothing set up, whose notebooks have outputs to strip. */
async function withProject(test: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await new Deno.Command("cp", { args: ["-r", ...PARTS.map((part) => `${ROOT}/${part}`), root] })
      .output();
    const notebook = `${root}/notebooks/03-audit.ipynb`;
    const text = await Deno.readTextFile(notebook);
    await Deno.writeTextFile(
      notebook,
      text.replace('"execution_count": null', '"execution_count": 1'),
    );
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function runIn(root: string, script: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${root}/${script}`, ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("every task explains itself, refuses an option that it does not know with 2, and does nothing else", () =>
  withProject(async (root) => {
    const before = await trace(root);
    await pMap(Object.entries(TASKS), async ([name, { script }]) => {
      const help = await runIn(root, script, "--help");
      assert.equal(help.code, EXIT.done, `${name}: ${help.err}`);
      assert.match(
        help.out,
        new RegExp(`^Usage: deno task ${name}\\b[^]+\n\n[A-Z][^]+--help`),
        name,
      );
      const odd = await runIn(root, script, "--no-such-option");
      assert.equal(odd.code, EXIT.refused, `${name}: ${odd.err}`);
      assert.match(odd.err, /unknown option '--no-such-option'/, name);
      assert.ok(odd.err.includes(`(deno task ${name} --help explains it)`), odd.err);
    }, { concurrency: navigator.hardwareConcurrency });
    assert.deepEqual(await trace(root), before);
  }));

Deno.test("settings and arguments that cannot be end with 2, and nothing is made but the empty cache", () =>
  withProject(async (root) => {
    const cases: [string, ...string[]][] = [
      ["report", "--only", "99"],
      ["report", "--data", "nowhere.csv"],
      ["figures", "no-such-figure"],
      ["acquire", "--area", "10 95 1"],
      ["shard", "validate", "--shard", "3/2"],
      ["shard", "no-such-command"],
      ["shard"],
      ["cluster", "validate", "--shards", "0"],
      ["bench", "--folds", "many"],
      ["version", "abc"],
      ["restore", "no-such-bundle.tar.gz"],
      ["strip", "more"],
      // as of variables that are not set
      ["score", "t.csv", "--model", ""],
      ["score", ""],
      ["examine", "t.csv", "--out="],
      ["acquire", "--area", "10 10 0.1", "--labels", "", "--dry-run"],
      ["shard", "partition", "t.csv", "--to", " "],
      ["shard", "validate", "--store", ""],
      ["archive", "--to", ""],
      ["report", "--data", ""],
      // what is no folder of a model, or of parts
      ["shard", "partition", "deno.json", "--to", "p", "--model", "deno.json"],
      ["shard", "partition", "deno.json", "--to", "p", "--model", "nowhere"],
      ["shard", "partition", "deno.json", "--to", "/dev/stdout", "--model", "nowhere"],
      ["score", "deno.json", "--out", "/dev/stdout"],
      ["score", "deno.json", "--out", "/dev/stdout.csv"],
      ["cluster", "validate", "--shards", "2", "--partition", "a\n#SBATCH --wrap=x", "--print"],
    ];
    await pMap(cases, async ([name, ...args]) => {
      const { code, err } = await runIn(root, TASKS[name].script, ...args);
      assert.equal(code, EXIT.refused, `${name} ${args.join(" ")}: ${err}`);
      // in words, each with what to do
      assert.doesNotMatch(err, /^\s+at /m, `${name} ${args.join(" ")}`);
    }, { concurrency: navigator.hardwareConcurrency });
    const made = [...Deno.readDirSync(root)].map(({ name }) => name);
    assert.deepEqual(made.filter((name) => !PARTS.includes(name)), [".cache"]);
  }));

Deno.test("the page of commands has every task and every exit code, and no other", () => {
  const page = Deno.readTextFileSync(`${ROOT}/docs/commands.md`);
  const rows = [...page.matchAll(/^\| `(\w+)`.*$/gm)];
  assert.deepEqual(rows.map(([, name]) => name).sort(), Object.keys(TASKS).sort());
  const codes = page.match(/\b\d+(?= means|`: )/g) ?? [];
  assert.deepEqual(codes.map(Number).sort((a, b) => a - b), Object.values(EXIT));
  // who can end with 3 says so
  const withRemarks = rows.filter(([row]) => !/\|\s*\|$/.test(row)).map(([, name]) => name).sort();
  const ends = Object.entries(TASKS).filter(([, { script }]) =>
    /EXIT\.remarks|\bscore\(/.test(Deno.readTextFileSync(`${ROOT}/${script}`)) &&
    script.includes("tasks/")
  );
  assert.deepEqual(withRemarks, ends.map(([name]) => name).sort());
});
