import assert from "node:assert/strict";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { findAlgorithm } from "#lib/models/pipeline.ts";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { crossValidate, predictFold } from "#lib/validation/cross-validate.ts";
import { Crew } from "#lib/validation/pool.ts";
import { smallRun } from "./small-run.ts";

const page = await Deno.readTextFile(`${ROOT}/docs/model.md`);
const SHARES = /```ts\n(import type[\s\S]*?)```/.exec(page)![1];

/** A new folder of the project with a module in it, taken away after the test. */
async function project(text: string) {
  await Deno.mkdir(CACHE, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: CACHE });
  await Deno.writeTextFile(`${folder}/own.ts`, text);
  const url = pathToFileURL(`${folder}/own.ts`).href;
  return {
    path: `${folder}/own.ts`,
    algorithm: { module: url },
    folds: `${folder}/folds`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** 160 rows of the first class, 80 of the second: of each fit, two thirds and a third. */
function run(algorithm: { module: string }, cacheFolder: string) {
  const small = smallRun(cacheFolder, 2);
  const labels = small.labels.map((_, row) => row < 160 ? 0 : 1);
  const spec = { ...small.spec, algorithm, parameters: {}, oversample: undefined };
  return { ...small, labels, spec, iterations: 1 };
}

const near = (actual: ArrayLike<number>, expected: number[]) =>
  Array.from(actual).every((value, i) => Math.abs(value - expected[i]) < 1e-15);

Deno.test("the model of docs/model.md is validated, and its one fold predicted, as any other", async () => {
  await using own = await project(SHARES);
  const options = run(own.algorithm, own.folds);
  const { iterations: [{ fold, probabilities }], fitted } = await crossValidate(options);
  assert.equal(fitted, 5);
  const shares = [2 / 3, 1 / 3, 0, 0, 0, 0, 0, 0];
  for (let row = 0; row < 240; row++) {
    assert(near(probabilities.subarray(8 * row, 8 * row + 8), shares), `row ${row}`);
  }
  const one = await predictFold({ ...options, assignment: fold, fold: 3 });
  assert.equal(one.rows.length, 48);
  assert(near(one.probabilities.subarray(0, 8), shares));
});

Deno.test("folds are kept by the module's bytes: another folder finds them, an edit fits anew", async () => {
  await using own = await project(SHARES);
  await using moved = await project(SHARES);
  const asPath = { module: relative(ROOT, moved.path) };
  using crew = new Crew(); // its workers hold the module as it was before the edit
  const first = await crossValidate({ ...run(own.algorithm, own.folds), crew });
  const again = await crossValidate({ ...run(asPath, own.folds), crew });
  assert.equal(again.fitted, 0);
  assert.deepEqual(again.iterations, first.iterations);

  await Deno.writeTextFile(own.path, SHARES.replace("count / labels.length", "1 / nClasses"));
  const edited = await crossValidate({ ...run(own.algorithm, own.folds), crew });
  assert.equal(edited.fitted, 5);
  assert(edited.iterations[0].probabilities.every((p) => p === 1 / 8));
});

Deno.test("nothing from elsewhere is run, and a module without an algorithm is named", async () => {
  const outside = pathToFileURL(await Deno.makeTempFile({ suffix: ".ts" })).href;
  const refused = [
    "https://example.org/model.ts",
    "http://example.org/model.ts",
    "data:text/javascript,export default {}",
    "blob:null/0b0c",
    "../model.ts",
    "lib/../../model.ts",
    "/model.ts",
    "//example.org/model.ts",
    `${pathToFileURL(ROOT)}-other/model.ts`,
    `file://example.org${ROOT}/model.ts`,
    outside,
  ];
  for (const module of refused) {
    const escaped = module.replace(/[.*+?()|[\]\\]/g, "\\$&");
    const error = new RegExp(`module is "${escaped}"; expected a file in .* save it there`);
    await assert.rejects(findAlgorithm({ module }), error);
    await assert.rejects(crossValidate(run({ module }, CACHE)), error);
  }
  await Deno.remove(new URL(outside));

  await using own = await project("export default { fit: () => 1 };");
  await assert.rejects(findAlgorithm(own.algorithm), /own\.ts has no describe; expected an/);
  await assert.rejects(crossValidate(run(own.algorithm, own.folds)), /has no describe/);
});
