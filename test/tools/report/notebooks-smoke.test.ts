import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { ROOT } from "#lib/run/files.ts";
import { registerKernel } from "#tools/setup/kernelspec.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";
import { HEADLINES } from "#tools/report/render-index.ts";
import { sectionOf } from "#tools/report/results-words.ts";
import { runNotebook } from "#tools/report/run-notebook.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { settingsVariables } from "#tools/tasks/options.ts";

const notebooks = [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();

/** Results that the notebooks must leave behind for the published table. */
const EXPECTED = [
  ...["table5.rf.AGN.f1", "table5.gbdt.AGN.f1", "table5.lightgbm.AGN.f1"],
  ...["table5.knn.f1", "table5.mlp.f1", "tuning.random.gain", "tuning.blocked.gain"],
  ...["headline.macro_f1", "headline.limits_gain", "plane.agn.recall", "likeness.auroc"],
  ...["macro_f1", "f1", "ece", "AGN.coverage"].map((score) => `shipped.blocked.${score}`),
  ...["ned", "gaia", "counterparts"].map((group) => `shipped.without.${group}.macro_f1`),
  ...["real.sources", "real.agreement.confident", "real.agreement.ours"],
  ...["trained_on_theirs.balanced_accuracy", "union.balanced_accuracy", "ece", "coverage"]
    .map((score) => `external.${score}`),
  ...["acquire.labels.CV.reachable", "acquire.faults.survived"],
  "acquire.partial.rows_equal",
];

function checkResults(text: string): void {
  const { head, results } = JSON.parse(text);
  for (const [name, { value, low, high }] of Object.entries<Record<string, number>>(results)) {
    if (low === undefined) continue;
    assert.ok(low <= value && value <= high, `${name}: ${value} is not in [${low}, ${high}]`);
  }
  assert.deepEqual(Object.keys(results).filter((key) => !sectionOf(key)), [], "no words for these");
  assert.equal(results["acquire.walk.equal"].value, 1);
  assert.equal(results["acquire.partial.rows_equal"].value, 1);
  if (head.simulated) return;
  const named = [...EXPECTED, ...Object.keys(HEADLINES)];
  assert.deepEqual(named.filter((name) => !Number.isFinite(results[name]?.value)), []);
  assert.equal(results["table4.AGN.count"].value, 2395);
  assert.ok(results["real.agreement.paper"].value >= 96, "the published model is not the authors'");
}

Deno.test("every notebook runs from top to bottom through the kernel in the smoke profile", async (t) => {
  await pythonEnvironment();
  await registerKernel();
  // one folder for all: later notebooks read what earlier ones saved
  const out = await Deno.makeTempDir();
  const env = settingsVariables({ profile: "smoke" });
  try {
    for (const name of notebooks) {
      await t.step(name, async () => {
        const { failure } = await runNotebook(`${ROOT}/notebooks/${name}`, { out, env });
        const told = failure && `cell ${failure.number}: ${failure.name}: ${failure.message}`;
        assert.equal(told, undefined);
        const html = await Deno.readTextFile(`${out}/${name.replace(".ipynb", ".html")}`);
        assert.equal(html.split("<script").length, 2, "a script that is not the page's own");
        assert.doesNotMatch(html, /<link|src="(?:https?:)?\/\//);
      });
    }
    await t.step("their results are there, finite and within their intervals", async () => {
      checkResults(await Deno.readTextFile(`${out}/results.json`));
    });
    await t.step("what a user takes away is there", async () => {
      const pages = ["run", "--no-check", "-A", `${ROOT}/tools/tasks/pages.ts`];
      await runCommand(Deno.execPath(), pages, { env: { CSC_OUT: out } });
      for (const path of ["explorer.html", "classify.html", "model/lightgbm.txt", "figures"]) {
        assert.ok(existsSync(`${out}/${path}`), path);
      }
    });
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
