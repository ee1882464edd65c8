import assert from "node:assert/strict";
import { CLASSES } from "@csc-classify/chandra-sources";
import { takeSources } from "@csc-classify/chandra-sources/files";
import { simulatedTrainingTable } from "#lib/tables/training-table.ts";
import { hostGroups } from "#lib/trust/sky-blocks.ts";
import { RECIPES } from "#lib/trust/fit-classifier.ts";
import { coverageByGroup, measured, planExamination, runExamination } from "#studies/mod.ts";
import { isLightgbmBuilt } from "#tools/setup/build-lightgbm.ts";

const all = simulatedTrainingTable(42);
const training = takeSources(all, Array.from({ length: 900 }, (_, i) => 8 * i));
/** Half of them from the training set, one of these under another name. */
const table = {
  ...takeSources(all, Array.from({ length: 60 }, (_, i) => 4 * i)),
};
const renamed = { ...table, names: table.names.map((name, i) => i === 0 ? "mine" : name) };

Deno.test("no training row of a fold shares a cell, a host, a name or a place with the fold", () => {
  const plan = planExamination(renamed, training, { folds: 3, seed: 42 });
  assert.equal(plan.nFolds, 3);
  assert.equal(plan.nBlocks, new Set(plan.blocks).size);
  plan.fit.forEach((rows, which) => {
    const held = [...plan.fold.keys()].filter((row) => plan.fold[row] === which);
    const fit = takeSources(training, rows), own = takeSources(renamed, Int32Array.from(held));
    const both = hostGroups({
      ra: Float64Array.of(...own.ra, ...fit.ra),
      dec: Float64Array.of(...own.dec, ...fit.dec),
    });
    const ownBlocks = new Set(both.slice(0, held.length));
    assert.ok(both.slice(held.length).every((block) => !ownBlocks.has(block)));
    const names = new Set(own.names);
    assert.ok(fit.names.every((name) => !names.has(name)));
    assert.ok(rows.length > 500, `${rows.length} rows are left`);
  });
  // the source under another name is left out of its fold by its place
  const twin = training.names.indexOf(table.names[0]);
  assert.ok(twin >= 0 && !plan.fit[plan.fold[0]].includes(twin));
});

Deno.test("a table in one block of sky is one fold", () => {
  const one = { ...table, ra: table.ra.map(() => 10), dec: table.dec.map(() => -30) };
  const plan = planExamination(one, training, { folds: 5, seed: 42 });
  assert.deepEqual([plan.nBlocks, plan.nFolds, plan.fit.length], [1, 1, 1]);
});

Deno.test("scores are those of hand-made rows, with intervals that hold them", () => {
  const [AGN, STAR, YSO] = ["AGN", "STAR", "YSO"].map((name) =>
    CLASSES.indexOf(name as typeof CLASSES[number])
  );
  const labels = Int32Array.of(AGN, STAR, YSO, AGN);
  const named = [AGN, YSO, YSO, STAR], probabilities = new Float64Array(4 * CLASSES.length);
  named.forEach((c, row) => probabilities[row * CLASSES.length + c] = 1);
  const sets = Uint8Array.from(probabilities);
  const few = { ...takeSources(all, [0, 1, 2, 3]), labels };
  const found = measured(few, { probabilities, sets }, Int32Array.of(1, 2, 3, 4), 42);
  assert.equal(found.accuracy.value, 50);
  assert.equal(found.accuracy_star_or_yso.value, 75);
  assert.equal(found.balanced_accuracy.value, 50); // AGN 1/2, STAR 0, YSO 1
  assert.equal(found.coverage.value, 50);
  assert.equal(found.coverage_star_or_yso.value, 75);
  assert.equal(found.set_size.value, 1);
  assert.equal(found.ece.value, 0.5);
  for (const { value, low, high } of Object.values(found)) assert.ok(low <= value && value <= high);
  const rows = coverageByGroup(few, { probabilities, sets }, Int32Array.of(1, 1, 1, 1), 42);
  const agn = rows.find(({ group, class: name }) => group === "all" && name === "AGN")!;
  assert.deepEqual([agn.sources, agn.right, agn.coverage, agn.low], [2, 50, 50, NaN]);
});

Deno.test({
  name:
    "each row is classified by a classifier that was fitted without it, the same for any workers",
  ignore: !await isLightgbmBuilt(),
  async fn() {
    const { spec } = RECIPES.ours;
    const recipe = {
      ...{ ...RECIPES.ours, folds: 2 },
      spec: { ...spec, parameters: { ...spec.parameters, num_iterations: 3 } },
    };
    const plan = planExamination(table, training, { folds: 2, seed: 42 });
    const run = (workers: number) =>
      runExamination(table, training, plan, recipe, { seed: 42, workers });
    const one = await run(1), two = await run(2);
    assert.deepEqual(one, two);
    for (let row = 0; row < table.names.length; row++) {
      const own = one.probabilities.subarray(row * CLASSES.length, (row + 1) * CLASSES.length);
      assert.ok(Math.abs(own.reduce((a, b) => a + b) - 1) < 1e-12);
      assert.equal(one.sets[row * CLASSES.length + own.indexOf(Math.max(...own))], 1);
    }
  },
});
