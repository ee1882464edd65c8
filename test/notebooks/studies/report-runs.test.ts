import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { PROFILES, readSettings } from "#lib/run/settings.ts";
import { simulateCatalogue } from "@csc-classify/chandra-sources/simulated";
import { notebookRuns, reportRuns } from "#studies/report-runs.ts";

const [sources] = simulateCatalogue({ rows: 240, seed: 3, labelled: true, batchRows: 240 });

/** The code of the notebook of that number. */
async function codeOf(number: string): Promise<string> {
  const names = Array.from(Deno.readDirSync(`${ROOT}/notebooks`), ({ name }) => name);
  const name = names.find((one) => one.startsWith(number) && one.endsWith(".ipynb"))!;
  const { cells } = JSON.parse(await Deno.readTextFile(`${ROOT}/notebooks/${name}`)) as {
    cells: { cell_type: string; source: string[] }[];
  };
  return cells.filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => source.join("")).join("\n");
}

/** Names that the code asks for, `*` where it puts in a value. */
function askedNames(code: string): string[] {
  const calls = code.matchAll(
    /(?<![.\w])(?:runs\.|validations\.)?validate\(\s*["`](.+?)["`]\s*[,)]/g,
  );
  return Array.from(calls, ([, name]) => name.replace(/\$\{[^}]*\}/g, "*"));
}

for (const number of ["04", "06", "07", "08"]) {
  Deno.test(`notebook ${number} validates what the list of runs has for it, and nothing else`, async () => {
    const code = await codeOf(number);
    assert.ok(code.includes(`notebookRuns(notebook, "${number}")`));
    // no way round the list
    assert.doesNotMatch(code, /\bcrossValidate\b|\bnotebook\.validate\b/);
    const calls = [...code.matchAll(/\bvalidate\(/g)].length;
    let patterns = askedNames(code);
    assert.equal(patterns.length, calls, patterns.join("; "));
    // notebook 4 asks by way of one function
    const judged = [...code.matchAll(/\bjudge\([^\n]*?, "([\w-]+)"\)/g)].map(([, name]) => name);
    if (number === "04") {
      assert.deepEqual(judged.sort(), ["lightgbm-csc13", "lightgbm-xray", "rf-plain"]);
    }
    patterns = patterns.map((name) => name.split("*").map(RegExp.escape).join(".+"));
    for (const profile of Object.values(PROFILES)) {
      const runs = reportRuns({ ...readSettings(() => ""), profile }, sources);
      const own = runs.filter(({ notebooks }) => notebooks.includes(number));
      for (const pattern of patterns) {
        assert.ok(own.some(({ name }) => new RegExp(`^${pattern}$`).test(name)), pattern);
      }
      for (const { name } of own) {
        assert.ok(patterns.some((pattern) => new RegExp(`^${pattern}$`).test(name)), name);
      }
    }
  });
}

Deno.test("notebook 9 examines the classifiers that the list of runs has", async () => {
  const code = await codeOf("09");
  assert.match(code, /\{ recipe, folds: FOLDS, iterations: ITERATIONS \} = productRun\(settings\)/);
  assert.match(code, /scoreHeldOut\(sources, recipe, \{/);
  assert.doesNotMatch(code, /\bcrossValidate\b|\bvalidate\(|\bRECIPES\b/);
});

Deno.test("no two runs have one name; what is no run of a notebook is refused with those there are", async () => {
  const settings = readSettings(() => "");
  for (const profile of Object.values(PROFILES)) {
    const names = reportRuns({ ...settings, profile }, sources).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  }
  const validate = () => Promise.reject(new Error("asked"));
  const { validate: ask } = notebookRuns({ settings, sources, validate }, "08");
  await assert.rejects(ask("better, random"), /no run of notebook 08.*better, blocked/);
  await assert.rejects(ask("better, blocked"), /asked/);
});
