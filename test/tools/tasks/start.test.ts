import assert from "node:assert/strict";
import config from "../../../deno.json" with { type: "json" };
import { ROOT } from "#lib/run/files.ts";
import { flagsOf, TASKS } from "#tools/tasks/start.ts";

const HERE = { root: "/p", deno: "/opt/deno", denoCache: "/cache", env: { PATH: "/nowhere" } };
const COMMANDS = Object.entries(config.tasks).map(([name, { command }]) => [name, command]);

/** Rights without a list, or all of them. */
const BARE = /--allow-(run|write|ffi|net|import)(?![=\w-])|--allow-all|\s-[A-Za-z]*A\b/;

Deno.test("no task may run, write, ask or load what it does not name", () => {
  for (const [name, command] of COMMANDS) assert.doesNotMatch(command, BARE, name);
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

Deno.test("rights are the project's folders, programs by path, and the files that the user names", () => {
  const flags = (args: string[], env = {}) =>
    flagsOf(
      { script: "x.ts", run: ["deno", "git", ".cache/tool"], writeOptions: ["--out"] },
      args,
      { ...HERE, env: { ...HERE.env, ...env } },
    ).slice(4);
  assert.deepEqual(flags([]), [
    "--allow-write=/p/out,/p/.cache",
    "--allow-run=/opt/deno,/usr/bin/git,/p/.cache/tool",
  ]);
  const [write] = flags(["t.csv", "--out", "/data/o.csv", "--rejects", "r"], { CSC_OUT: "/o" });
  assert.equal(write, "--allow-write=/o,/p/.cache,/data/o.csv,/data");
  assert.equal(flags(["--out=sub/o.csv"])[0], "--allow-write=/p/out,/p/.cache,/p/sub/o.csv,/p/sub");
  // commas part the paths of a flag: the folder above stands for such a path
  assert.equal(flags(["--out", "/a/b,c/d.csv"])[0], "--allow-write=/p/out,/p/.cache,/a");
  assert.deepEqual(flagsOf({ script: "x.ts", polars: true, net: ["h"] }, [], HERE).slice(5), [
    "--allow-net=h",
    "--allow-ffi=/cache/npm",
  ]);
});

Deno.test("a task cannot write, run or ask beyond its rights", async () => {
  const folder = await Deno.makeTempDir();
  const probe = `${folder}/probe.ts`;
  await Deno.writeTextFile(
    probe,
    `const tries = {
      write: () => Deno.writeTextFile("${folder}/x", ""),
      run: () => new Deno.Command("id").output(),
      ask: () => Deno.connect({ port: 9 }),
      load: () => Promise.resolve(Deno.dlopen("libm.so.6", {})),
    };
    for (const [name, attempt] of Object.entries(tries)) {
      try { await attempt(); console.log(name, "done"); }
      catch (error) { console.log(name, error.name); }
    }`,
  );
  const flags = flagsOf(TASKS.score, [], { ...HERE, root: ROOT, env: Deno.env.toObject() });
  try {
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["run", ...flags, probe] })
      .output();
    assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n"), [
      "write NotCapable",
      "run NotCapable",
      "ask NotCapable",
      "load NotCapable",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
