import assert from "node:assert/strict";
import pMap from "p-map";
import { FEATURES } from "@csc-classify/chandra-sources";
import { random } from "@csc-classify/forests";
import { MARK } from "@csc-classify/safe-files";
import { ROOT } from "#lib/run/files.ts";
import { SourceClassifier } from "#lib/trust/classify.ts";
import { writeModel } from "#lib/scoring/model-folder.ts";
import { TASKS } from "#tools/tasks/start.ts";
import { smallClassifier } from "../../scoring/small-pipeline.ts";

/**
 * Whether every task is stopped at each of its phases by each signal: `deno task test --thorough`.
 * Else one of them is drawn for each task.
 */
const THOROUGH = Deno.env.get("CSC_THOROUGH") === "1";
/** Only of this task: `CSC_INTERRUPTS=score`. */
const ONLY = Deno.env.get("CSC_INTERRUPTS");
/** A command has two seconds; the suite runs several processes on each processor. */
const LIMIT_MS = THOROUGH ? 2_000 : 6_000;

/** Who gets the signal: the command alone, as from a supervisor, or its whole group, as from a terminal. */
const WAYS = [
  { signal: "SIGINT", group: false },
  { signal: "SIGTERM", group: false },
  { signal: "SIGINT", group: true },
  { signal: "SIGHUP", group: true },
] as const;

/** A task at work for long enough to be stopped, in a folder of its own. */
interface Work {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it says, or the file it makes, when it works; it is at work at once if absent. */
  readonly sign?: RegExp;
  /** Moments after that at which it is stopped, milliseconds. */
  readonly moments: readonly number[];
}

/** Before the task is there, while its modules load. */
const EARLY = [20, 250];

/** A program that never ends by itself, in place of Python or of a scheduler. */
const IDLE = "#!/bin/sh\necho at work >&2\nexec sleep 60\n";

const WORKS: Readonly<Record<string, (folder: string) => Work>> = {
  report: () => ({
    args: ["--profile", "smoke", "--data", "simulated", "--only", "01", "--again"],
    sign: /\.01-data-acquisition\.lock/,
    moments: [0, 500, 2000, 5000],
  }),
  lab: () => ({ args: ["--", "--no-browser"], sign: /jupyter|Python/i, moments: [0, 1500] }),
  figures: () => ({ args: [], moments: [600] }),
  pages: () => ({ args: [], moments: [600] }),
  score: () => ({
    args: ["s.csv", "--model", "model", "--out", "o.parquet"],
    sign: /\.score-|to score/,
    moments: [0, 100, 300],
  }),
  examine: (folder) => ({ args: [`${folder}/s.csv`, "--out", `${folder}/x.html`], moments: [800] }),
  acquire: (folder) => ({
    args: ["--recorded", "--out", `${folder}/a`, "--score", `${folder}/a.csv`],
    sign: /requests|classif/,
    moments: [0, 400, 1500],
  }),
  probe: () => ({
    args: [],
    env: { CSC_ARCHIVES: "csc21=http://127.0.0.1:9|vizier=http://127.0.0.1:9" },
    moments: [800, 1500],
  }),
  cluster: () => ({ args: ["validate", "--shards", "2", "--print"], moments: [600] }),
  shard: (folder) => ({
    args: ["validate", "--profile", "smoke", "--data", "simulated", "--store", `${folder}/folds`],
    sign: /shard 1 of 1/,
    moments: [0, 300, 1500],
  }),
  publish: (folder) => ({
    args: [`${folder}/none.arrow`, "--simulated", "--to", `${folder}/p`],
    env: { CSC_PUBLISH_PYTHON: `${folder}/idle` },
    moments: [600],
  }),
  archive: () => ({ args: [], moments: [600] }),
  restore: (folder) => ({ args: [`${folder}/s.csv`], moments: [600] }),
  clean: () => ({ args: [], moments: [300] }),
  setup: () => ({ args: [], moments: [500] }),
  test: (folder) => ({ args: [`${folder}/idle.test.ts`], sign: /idle|running/, moments: [0, 500] }),
  check: () => ({ args: [], moments: [800, 2500] }),
  bench: (folder) => ({
    args: ["--data", "simulated", "--models", "rf"],
    env: { CSC_REFERENCE_PYTHON: `${folder}/idle` },
    moments: [800, 2000],
  }),
  strip: () => ({ args: [], moments: [300] }),
  version: () => ({ args: [], moments: [300] }),
};

interface Case {
  readonly task: string;
  readonly way: typeof WAYS[number];
  /** How long after its start, or after its sign. */
  readonly moment: number;
  readonly early: boolean;
}

function cases(): Case[] {
  const draw = random(29, "interrupts");
  return Object.entries(WORKS).filter(([task]) => !ONLY || task === ONLY).flatMap(
    ([task, work]) => {
      const { moments } = work("");
      const all = WAYS.flatMap((way) => [
        ...EARLY.map((moment) => ({ task, way, moment, early: true })),
        ...moments.map((moment) => ({ task, way, moment, early: false })),
      ]);
      return THOROUGH ? all : [all[Math.floor(draw.uniform() * all.length)]];
    },
  );
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A folder with a table, a model and programs that idle. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await writeModel(`${folder}/model`, new SourceClassifier(smallClassifier()));
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `s${i},${i % 360},0,${10 + i % 12},1e-14`,
    );
    await Deno.writeTextFile(
      `${folder}/s.csv`,
      ["name,ra,dec,Gmag,flux_b", ...rows, ""].join("\n"),
    );
    await Deno.writeTextFile(`${folder}/idle`, IDLE, { mode: 0o755 });
    await Deno.writeTextFile(
      `${folder}/idle.test.ts`,
      `Deno.test("idle", () => new Promise((end) => setTimeout(end, 60_000)));`,
    );
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Processes that work for a folder: those that have it in their environment, but zombies. */
async function processesOf(out: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
    if (!(await read("environ")).split("\0").includes(`CSC_OUT=${out}`)) continue;
    const command = (await read("cmdline")).replaceAll("\0", " ").trim();
    if (command) found.push(command);
  }
  return found;
}

/** Names below a folder that no command leaves behind when it ends. */
async function leftovers(folder: string, below = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name;
    if (
      /\.part(\.\w+)?$|\.replaced$|^\.(score|work|restore|held-out|acquire|examine)-/.test(name)
    ) {
      found.push(path);
    }
    if (isDirectory) found.push(...await leftovers(folder, `${path}/`));
  }
  return found;
}

async function stop(
  { task, way, moment, early }: Case,
  work = WORKS[task],
  limitMs = LIMIT_MS,
): Promise<void> {
  await inFolder(async (folder) => {
    const out = `${folder}/out`, said: string[] = [];
    const { args, env, sign } = work(folder);
    // setsid: a session of its own, whose group can be told
    const command = new Deno.Command("setsid", {
      args: [
        "--wait",
        Deno.execPath(),
        "task",
        "--quiet",
        "--cwd",
        ROOT,
        task,
        ...args.map((arg) =>
          /^(s\.csv|model|o\.(csv|parquet))$/.test(arg) ? `${folder}/${arg}` : arg
        ),
      ],
      cwd: ROOT,
      env: { NO_COLOR: "1", ...env, CSC_OUT: out },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const listening = [command.stdout, command.stderr].map(async (stream) => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) said.push(text);
    });
    const names = () =>
      [...Deno.readDirSync(folder)].map(({ name }) => name).join(" ") +
      [...Deno.readDirSync(`${out}/`)].map(({ name }) => name).join(" ");
    const isAtWork = () => {
      try {
        return sign!.test(said.join("")) || sign!.test(names());
      } catch {
        return false; // no out/ yet
      }
    };
    let ended = false;
    const end = command.status.then((status) => {
      ended = true;
      return status;
    });
    while (!early && sign && !ended && !isAtWork()) await pause(20);
    await pause(moment);
    const { pid } = command;
    const start = performance.now();
    try {
      Deno.kill(way.group ? -pid : pid, way.signal);
    } catch { /* it has ended by itself */ }
    const patience = setTimeout(() => Deno.kill(-pid, "SIGKILL"), 3 * limitMs);
    const { code } = await end;
    clearTimeout(patience);
    const ms = performance.now() - start;
    await Promise.all(listening);
    const what = `${task}, ${early ? "early" : "at work"} + ${moment} ms, ${way.signal}` +
      `${way.group ? " to the group" : ""}: code ${code} after ${Math.round(ms)} ms: ${
        said.join("")
      }`;
    if (THOROUGH) console.log(what.slice(0, 100));
    assert.ok(ms < limitMs, what);
    assert.doesNotMatch(said.join(""), /DeadKernelError|^\s+at .*\.ts:\d+/m, what);
    for (let tries = 0; tries < 20 && (await processesOf(out)).length > 0; tries++) {
      await pause(100);
    }
    assert.deepEqual(await processesOf(out), [], what);
    assert.deepEqual(await leftovers(folder), [], what);
    assert.ok(await Deno.stat(`${folder}/s.csv`));
    assert.ok(await Deno.stat(`${folder}/model`));
  });
}

Deno.test("every task is one that is stopped here", () => {
  assert.deepEqual(Object.keys(WORKS).sort(), Object.keys(TASKS).sort());
  assert.ok(MARK);
});

Deno.test({
  name: `a task ends soon after a signal, in whatever phase, and leaves neither process nor part`,
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const failures: unknown[] = [];
    await pMap(cases(), (one) => stop(one).catch((error) => void failures.push(error.message)), {
      concurrency: THOROUGH ? 1 : 2,
    });
    assert.deepEqual(failures, []);
  },
});

/** Rows of a table that takes seconds to be read, of as many columns as the classifier knows. */
const LONG_ROWS = 60_000;

/** Writes a long table beside the short one; its separator is the comma or the tab. */
function longTable(folder: string, separator: string): string {
  const path = `${folder}/long.${separator === "," ? "csv" : "tsv"}`;
  const bands = FEATURES.filter(({ unit, from }) => unit === "mag" && !from)
    .map(({ name }) => name);
  const line = (i: number) =>
    [`s${i}`, i % 360, i % 90, 1e-14, ...bands.map((_, k) => 12 + (i * (k + 3)) % 1009 / 101)]
      .join(separator);
  const lines = Array.from({ length: LONG_ROWS }, (_, i) => line(i));
  const head = ["name", "ra", "dec", "flux_b", ...bands].join(separator);
  Deno.writeTextFileSync(path, [head, ...lines, ""].join("\n"));
  return path;
}

Deno.test({
  name: "score lets go of a long table within a second, while it opens it and while it reads it",
  ignore: Deno.build.os !== "linux" || (ONLY !== undefined && ONLY !== "score"),
  fn: async () => {
    const draw = random(30, "long tables"), failures: unknown[] = [];
    const all = WAYS.flatMap((way) =>
      [0, 200, 400, 800, 1200].map((moment) => ({ task: "score", way, moment, early: false }))
    );
    const some = THOROUGH ? all : [0, 1].map(() => all[Math.floor(draw.uniform() * all.length)]);
    for (const [i, one] of some.entries()) {
      const work = (folder: string): Work => ({
        args: [longTable(folder, i % 2 ? "\t" : ","), "--model", "model", "--out", "o.csv"],
        sign: /\.score-/,
        moments: [],
      });
      // the suite runs beside others
      await stop(one, work, THOROUGH ? 1_000 : LIMIT_MS)
        .catch((error) => void failures.push(error.message));
    }
    assert.deepEqual(failures, []);
  },
});

/** A terminal that is closed once a command in it has said something. */
const CLOSED_TERMINAL = `import os, pty, re, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
said = b""
while not re.search(sys.argv[1].encode(), said):
    said += os.read(terminal, 1000)
os.close(terminal)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))`;

Deno.test({
  name:
    "score whose terminal is closed ends with 129 and leaves nothing, before it scores and while",
  ignore: Deno.build.os !== "linux" || (ONLY !== undefined && ONLY !== "score"),
  fn: async () => {
    for (const sign of ["to score|rows:", "rows scored"]) {
      await inFolder(async (folder) => {
        const table = longTable(folder, ","), out = `${folder}/out`;
        const task = ["task", "--quiet", "--cwd", ROOT, "score", table];
        const to = ["--model", `${folder}/model`, "--out", `${folder}/o.csv`];
        const { stdout, stderr } = await new Deno.Command("python3", {
          args: ["-c", CLOSED_TERMINAL, sign, Deno.execPath(), ...task, ...to],
          env: { CSC_OUT: out },
        }).output();
        const text = new TextDecoder();
        assert.equal(text.decode(stdout).trim(), "129", text.decode(stderr));
        for (let tries = 0; tries < 40 && (await processesOf(out)).length > 0; tries++) {
          await pause(100);
        }
        assert.deepEqual(await processesOf(out), []);
        assert.deepEqual(await leftovers(folder), [], sign);
      });
    }
  },
});
