import assert from "node:assert/strict";
import { sideBySide } from "#studies/side-by-side.ts";

Deno.test("answers keep the order of the jobs, and no more jobs run at once than workers", async () => {
  let running = 0, most = 0;
  const answers = await sideBySide([30, 10, 20, 1], 2, async (ms, workers) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, ms));
    running--;
    return [ms, workers];
  });
  assert.deepEqual(answers, [[30, 1], [10, 1], [20, 1], [1, 1]]);
  assert.equal(most, 2);
});

Deno.test("fewer jobs than workers share them all", async () => {
  const shares = await sideBySide(["a", "b", "c"], 8, (_, workers) => Promise.resolve(workers));
  assert.deepEqual(shares, [3, 3, 3]);
});

Deno.test("the first job to fail ends all", async () => {
  const started: number[] = [];
  const work = (job: number) => {
    started.push(job);
    return job === 0 ? Promise.reject(new Error("no")) : Promise.resolve(job);
  };
  await assert.rejects(sideBySide([0, 1, 2, 3], 1, work), /^Error: no$/);
  assert.deepEqual(started, [0]);
});
