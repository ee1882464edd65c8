// Slow: starts the task that runs tests.
import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";

/** What `deno task test --fast` says of a file of tests that stands in a folder of its own. */
async function runOn(test: string, ...options: string[]): Promise<{ code: number; said: string }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a.test.ts`, test.replaceAll("FOLDER", folder));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${ROOT}/tools/tasks/run-tests.ts`, "--fast", ...options, folder],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stderr: "null",
    }).output();
    return { code, said: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Fails at its first run, passes at the second. */
const UNSTEADY = `Deno.test("b", () => {
  try {
    Deno.mkdirSync("FOLDER/once");
  } catch {
    return;
  }
  throw new Error("the first time");
});`;

Deno.test("with --again a file that failed runs once more, and is named when it then passes", async () => {
  const { code, said } = await runOn(UNSTEADY, "--again");
  assert.match(
    said,
    /the first time[^]*unsteady: \S*a\.test\.ts failed, and passed when run again/,
  );
  assert.match(said, /^1 passed, 0 failed, 0 skipped$/m);
  assert.equal(code, 0);
});

Deno.test("a file that fails again has failed, and none runs again unasked", async () => {
  const always = await runOn(`Deno.test("b", () => { throw new Error("always"); });`, "--again");
  assert.match(always.said, /^0 passed, 1 failed, 0 skipped$/m);
  assert.equal(always.code, 1);
  const unasked = await runOn(UNSTEADY);
  assert.match(unasked.said, /^0 passed, 1 failed, 0 skipped$/m);
  assert.equal(unasked.code, 1);
});
