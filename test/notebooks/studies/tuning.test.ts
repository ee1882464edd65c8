import assert from "node:assert/strict";
import { CLASSES } from "@csc-classify/chandra-sources";
import { random } from "@csc-classify/forests";
import { bestOf, costFrugalSearch, nestedTuning, type Tuned } from "#studies/tuning.ts";

/** Best at 40 rounds of 16 leaves and a class weight of 0.8; the other settings do not matter. */
// deno-lint-ignore require-await -- as a real score, which is a cross-validation
async function score({ num_iterations, num_leaves, class_weight_power }: Tuned): Promise<number> {
  return -(Math.log(num_iterations / 40) ** 2) - Math.log(num_leaves / 16) ** 2 -
    4 * (class_weight_power - 0.8) ** 2;
}

Deno.test("the search climbs from the cheap start and keeps to its budget", async () => {
  const trials = await costFrugalSearch({ score, budget: 40, seed: 1 });
  const { tuned } = trials[0];
  assert.deepEqual([tuned.num_iterations, tuned.num_leaves, tuned.feature_fraction], [16, 4, 1]);
  // the start scores -3.76
  assert.ok(bestOf(trials).score > -0.2, JSON.stringify(bestOf(trials)));
  const spent = (some: typeof trials) => some.reduce((sum, t) => sum + Math.max(0.02, t.cost), 0);
  assert.ok(spent(trials) >= 40 && spent(trials.slice(0, -1)) < 40, `${spent(trials)}`);
  assert.ok(trials.every((t) => t.tuned.num_leaves >= 4 && t.tuned.feature_fraction <= 1));
});

Deno.test("a search that cannot improve shrinks its steps and begins anew elsewhere", async () => {
  const seen: number[] = [];
  // deno-lint-ignore require-await -- see above
  const flat = async ({ lambda_l2 }: Tuned) => (seen.push(lambda_l2), 0);
  const trials = await costFrugalSearch({ score: flat, budget: 60, seed: 2 });
  assert.equal(bestOf(trials), trials[0]);
  const far = seen.filter((lambda) => lambda > 1).length;
  assert.ok(far > 0, "all trials lie around the start");
});

Deno.test("a larger budget continues the very trials of a smaller one", async () => {
  const [few, many] = await Promise.all(
    [5, 10].map((budget) => costFrugalSearch({ score, budget, seed: 3 })),
  );
  assert.deepEqual(many.slice(0, few.length), few);
  assert.ok(many.length > few.length);
});

Deno.test("nested tuning keeps groups whole, fits nothing twice and finds the same again", async () => {
  const cacheFolder = await Deno.makeTempDir();
  try {
    const stream = random(4, "tuning"), nRows = 240;
    const labels = Int32Array.from({ length: nRows }, (_, row) => row % 2);
    const groups = Int32Array.from({ length: nRows }, (_, row) => Math.floor(row / 8));
    const values = Float64Array.from(labels, (label) => label + 0.4 * stream.normal());
    const run = () =>
      nestedTuning({
        ...{ labels, groups, cacheFolder, outer: 2, inner: 2, budget: 0.1, seed: 1, workers: 1 },
        matrix: { values, nRows, nColumns: 1, names: ["signal"] },
        spec: {
          ...{ algorithm: "lightgbm", features: ["signal"], transforms: [] },
          parameters: { num_iterations: 5, deterministic: true },
        },
      });
    const first = await run();
    groups.forEach((group, row) =>
      assert.equal(first.tuned.fold[row], first.tuned.fold[8 * group])
    );
    const right = labels.filter((label, row) =>
      first.tuned.probabilities[CLASSES.length * row + label] > 0.5
    );
    assert.ok(right.length > 0.8 * nRows, `${right.length}`);
    const times = async () => {
      const files: string[] = [];
      for (const { name } of Deno.readDirSync(cacheFolder)) {
        for (const file of Deno.readDirSync(`${cacheFolder}/${name}`)) {
          const { mtime } = await Deno.stat(`${cacheFolder}/${name}/${file.name}`);
          files.push(`${name}/${file.name} ${mtime?.getTime()}`);
        }
      }
      return files.sort();
    };
    const before = await times();
    assert.deepEqual(await run(), first);
    assert.deepEqual(await times(), before);
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
});
