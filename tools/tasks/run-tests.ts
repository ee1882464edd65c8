import { dirname } from "node:path";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { setUp } from "../setup/set-up.ts";
import { runTask } from "./run-task.ts";
import { countTests } from "./test-counts.ts";

/** Tests run kernels, servers and a browser, whose driver reads what only all permissions open. */
const PERMISSIONS = "--allow-all";

await runTask(async (signal) => {
  await setUp(signal);
  const junit = `${CACHE}/test/junit.xml`;
  await Deno.mkdir(dirname(junit), { recursive: true });
  await Deno.remove(junit).catch(() => {});
  const tests = new Deno.Command(Deno.execPath(), {
    args: ["test", PERMISSIONS, `--junit-path=${junit}`, ...Deno.args],
    cwd: ROOT,
  }).spawn();
  const { code } = await tests.status;
  signal.throwIfAborted();
  const report = await Deno.readTextFile(junit).catch(() => "<none/>");
  const { passed, failed, skipped, ignored } = countTests(report);
  // a module that does not load fails without a test case of its own
  const lost = code !== 0 && failed === 0 ? 1 : 0;
  // each says its reason where its module is loaded
  for (const name of ignored) console.log(`skipped: ${name}`);
  console.log(`\n${passed} passed, ${failed + lost} failed, ${skipped} skipped`);
  return code;
});
