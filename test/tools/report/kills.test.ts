import assert from "node:assert/strict";
import { CACHE } from "#lib/run/files.ts";
import { random } from "@csc-classify/forests";
import { forgetFits, products, type Report, startReport, wholeReport } from "./whole-report.ts";
import { THOROUGH } from "../../thorough.ts";

/**
 * How often a report is killed, which notebooks it has, and in which profile. For the whole:
 * `CSC_KILLS=20 CSC_KILLS_ONLY=0,1 CSC_KILLS_WITHIN=0.2 deno task test test/tools/report/kills.test.ts`.
 */
const KILLS = Number(Deno.env.get("CSC_KILLS") ?? (THOROUGH ? 3 : 1));
const ONLY = (Deno.env.get("CSC_KILLS_ONLY") ?? "01").split(",");
/** Moments of kills lie within this share of the time of an undisturbed report. */
const WITHIN = Number(Deno.env.get("CSC_KILLS_WITHIN") ?? 0.9);
const PROFILE = Deno.env.get("CSC_KILLS_PROFILE") ?? "smoke";
const HAS_PROC = Deno.build.os === "linux";

const REPORT: Report = { profile: PROFILE, only: ONLY, workers: 2 };

interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Processes that work for a folder: those that have it in their environment. */
async function processesOf(out: string): Promise<Process[]> {
  const found: Process[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
    if (!(await read("environ")).split("\0").includes(`CSC_OUT=${out}`)) continue;
    const command = (await read("cmdline")).replaceAll("\0", " ").trim();
    // "setsid" only waits
    if (command && !command.startsWith("setsid")) found.push({ pid: Number(name), command });
  }
  return found;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills outright all that works for a folder, or only the process that fits. */
async function kill(out: string, which: RegExp): Promise<void> {
  for (const { pid, command } of await processesOf(out)) {
    if (!which.test(command)) continue;
    try {
      Deno.kill(pid, "SIGKILL");
    } catch { /* ended by itself */ }
  }
}

/** Everything; the command that the user gave; the task; the runner; the kernel. */
const VICTIMS = [/./, /deno task report/, /report\.ts/, /run-notebook\.py/, /jupyter --kernel/];

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    for (const out of ["calm", "killed"]) await kill(`${folder}/${out}`, /./);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: `a report killed ${KILLS} times and then left alone gives what an undisturbed one gives`,
  ignore: !HAS_PROC,
  fn: () =>
    inFolder(async (folder) => {
      const calm = `${folder}/calm`, killed = `${folder}/killed`;
      const start = performance.now();
      await wholeReport(calm, REPORT);
      const seconds = (performance.now() - start) / 1000;
      // or the second run would find every fold and model finished
      if (KILLS > 3) await forgetFits();
      const draw = random(17, "kills");
      let hits = 0;
      if (KILLS > 3) console.log(`undisturbed: ${seconds.toFixed(0)} s`);
      for (let i = 0; i < KILLS; i++) {
        // again, or a notebook once finished would leave the later kills nothing to hit
        const report = startReport(killed, REPORT, "--again"),
          moment = draw.uniform() * seconds * WITHIN;
        await pause(1000 * moment);
        const isHit = (await processesOf(killed)).length > 0;
        if (isHit) hits++;
        await kill(killed, VICTIMS[i % VICTIMS.length]);
        if (i % VICTIMS.length >= 3) {
          // the report goes on with the next notebook, until it is killed as well
          await pause(3000);
          await kill(killed, /./);
        }
        // nothing may work on that the user does not see
        const patience = performance.now() + 20_000;
        let left = await processesOf(killed);
        while (left.length > 0 && performance.now() < patience) {
          await pause(250);
          left = await processesOf(killed);
        }
        assert.deepEqual(left, [], `kill ${i} of ${VICTIMS[i % VICTIMS.length]} left orphans`);
        const { stdout } = await report.output();
        const last = new TextDecoder().decode(stdout).trim().split("\n").at(-1);
        if (KILLS > 3) {
          const told = `${moment.toFixed(1)} s${isHit ? "" : ", hit nothing"}: ${last}`;
          console.log(`kill ${i}, ${VICTIMS[i % VICTIMS.length]}, ${told}`);
        }
      }
      if (KILLS > 3) console.log(`${hits} of ${KILLS} kills hit a report at work`);
      assert.ok(hits >= KILLS / 2);
      await wholeReport(killed, REPORT);
      assert.deepEqual(await processesOf(killed), []);
      const expected = await products(calm);
      assert.ok(Object.keys(expected).length > 0);
      assert.deepEqual(await products(killed), expected);
      await products(`${CACHE}/folds`).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }),
});

Deno.test({
  name: "of two reports in one folder the second waits for the first, and says so",
  ignore: !HAS_PROC,
  fn: () =>
    inFolder(async (folder) => {
      const out = `${folder}/calm`;
      const first = wholeReport(out, REPORT);
      while (!await Deno.stat(`${out}/.report.lock`).catch(() => undefined)) await pause(100);
      await pause(200);
      const said = await wholeReport(out, REPORT);
      assert.match(said, /The report of process \d+ is writing to .*waiting for it to end/);
      await first;
    }),
});
