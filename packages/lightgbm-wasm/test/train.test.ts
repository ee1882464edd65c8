import assert from "node:assert/strict";
import { Dataset } from "../booster.ts";
import { train } from "../train.ts";
import { builtLightgbm } from "./built.ts";
import { rows, THREE_CLASSES, threeClasses } from "./samples.ts";

const lightgbm = await builtLightgbm();

Deno.test("each round is reported", async () => {
  using dataset = new Dataset(lightgbm, { ...threeClasses(), parameters: THREE_CLASSES });
  const reported: number[] = [];
  const onProgress = (done: number) => reported.push(done);
  using booster = await train(dataset, { ...THREE_CLASSES, num_iterations: 3 }, { onProgress });
  assert.deepEqual(reported, [1 / 3, 2 / 3, 1]);
  assert.equal(booster.rounds, 3);
});

Deno.test("a training is cancelled between rounds with the signal's reason", async () => {
  using dataset = new Dataset(lightgbm, { ...threeClasses(), parameters: THREE_CLASSES });
  const stop = new AbortController();
  let rounds = 0;
  const onProgress = () => {
    if (++rounds === 2) stop.abort(new Error("enough"));
  };
  const { signal } = stop;
  await assert.rejects(train(dataset, THREE_CLASSES, { onProgress, signal }), /enough/);
  assert.equal(rounds, 2);
});

Deno.test("a timer can cancel a long training", async () => {
  const parameters = { ...THREE_CLASSES, num_iterations: 100_000 };
  using dataset = new Dataset(lightgbm, { ...threeClasses(), parameters });
  const signal = AbortSignal.timeout(200);
  await assert.rejects(train(dataset, parameters, { signal }), { name: "TimeoutError" });
});

Deno.test("labels outside the classes are refused", async () => {
  for (const [label, classes] of [[3, 3], [-1, 3], [0.5, 3]]) {
    using dataset = new Dataset(lightgbm, { matrix: rows([1], [2]), labels: [0, label] });
    const parameters = { objective: "multiclass", num_class: classes } as const;
    await assert.rejects(train(dataset, parameters), {
      name: "RangeError",
      message: `labels: row 1 is ${label}; expected a whole number from 0 to 2`,
    });
  }
  using dataset = new Dataset(lightgbm, { matrix: rows([1], [2]), labels: [0, 2] });
  await assert.rejects(train(dataset, { objective: "binary" }), /from 0 to 1/);
  await assert.rejects(train(dataset, { objective: "multiclass" }), /needs num_class/);
});

Deno.test("what LightGBM itself refuses comes as an exception with its message", async () => {
  const parameters = { force_col_wise: true, force_row_wise: true };
  using dataset = new Dataset(lightgbm, { ...threeClasses(), parameters: {} });
  await assert.rejects(train(dataset, parameters), {
    name: "LightgbmError",
    message: /BoosterCreate: .*force_col_wise.*force_row_wise/,
  });
});

Deno.test("200 models trained and freed leave the memory on a plateau", async () => {
  const sample = threeClasses();
  const trainOnce = async () => {
    using dataset = new Dataset(lightgbm, { ...sample, parameters: THREE_CLASSES });
    using booster = await train(dataset, THREE_CLASSES);
    booster.predictProbabilities(sample.matrix);
    booster.save();
  };
  for (let i = 0; i < 20; i++) await trainOnce();
  const plateau = lightgbm.bytes;
  for (let i = 20; i < 200; i++) await trainOnce();
  assert.equal(lightgbm.bytes, plateau);
});

Deno.test("memory grows for large tables, and views made before stay out of use", async () => {
  const nRows = 200_000, { matrix, labels } = threeClasses(1000);
  const values = new Float64Array(5 * nRows);
  for (let i = 0; i < values.length; i++) values[i] = matrix.values[i % 5000];
  const before = lightgbm.bytes;
  const parameters = { ...THREE_CLASSES, num_iterations: 2 };
  using dataset = new Dataset(lightgbm, {
    matrix: { ...matrix, values, nRows },
    labels: Int32Array.from({ length: nRows }, (_, row) => labels[row % 1000]),
    parameters,
  });
  using booster = await train(dataset, parameters);
  assert.ok(lightgbm.bytes > before);
  const sums = booster.predictProbabilities(matrix);
  assert.ok(Math.abs(sums[0] + sums[1] + sums[2] - 1) < 1e-12);
});
