import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";

async function report(...args: string[]) {
  const task = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/report.ts`, ...args],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await task.output();
  return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("the help shows the settings and examples", async () => {
  const { code, said } = await report("--help");
  assert.equal(code, 0);
  assert.match(said, /--data <source>[^]+--profile <name>[^]+Examples:\n {2}deno task report/);
});

Deno.test("--only that fits no notebook is refused before any set-up, with what there is", async () => {
  const { code, said } = await report("--only", "99");
  assert.equal(code, 2);
  assert.match(said, /--only 99 fits none of \d\d-/);
});

Deno.test("a misspelt option is refused", async () => {
  const { code, said } = await report("--profil", "smoke");
  assert.equal(code, 2);
  assert.match(said, /unknown option '--profil'/);
});
