import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { registerKernel } from "#tools/setup/kernelspec.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";
import { runNotebook } from "#tools/report/run-notebook.ts";
import { settingsVariables } from "#tools/tasks/options.ts";

const notebooks = [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();

Deno.test("every notebook runs from top to bottom through the kernel in the smoke profile", async (t) => {
  await pythonEnvironment();
  await registerKernel();
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  // one folder for all: later notebooks read what earlier ones saved
  const out = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  const env = settingsVariables({ profile: "smoke" });
  try {
    for (const name of notebooks) {
      await t.step(name, async () => {
        const { failure } = await runNotebook(`${ROOT}/notebooks/${name}`, { out, env });
        const told = failure && `cell ${failure.number}: ${failure.name}: ${failure.message}`;
        assert.equal(told, undefined);
        const html = await Deno.readTextFile(`${out}/${name.replace(".ipynb", ".html")}`);
        assert.doesNotMatch(html, /<script|<link|src="(?:https?:)?\/\//);
      });
    }
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
