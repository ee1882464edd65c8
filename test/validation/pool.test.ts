import assert from "node:assert/strict";
import { runTasks } from "#lib/validation/pool.ts";

const worker = new URL("./echo-worker.ts", import.meta.url);
const tasks = Array.from({ length: 20 }, (_, i) => i);

for (const workers of [1, 2, 30]) {
  Deno.test(`every task is answered exactly once by ${workers} workers`, async () => {
    const answers = new Map<number, number>();
    await runTasks<number, number>(tasks, {
      worker,
      workers,
      setup: { factor: 3 },
      onAnswer: (task, answer) => {
        assert.ok(!answers.has(task));
        answers.set(task, answer);
      },
    });
    assert.deepEqual(
      [...answers.entries()].sort(([a], [b]) => a - b),
      tasks.map((t) => [t, 3 * t]),
    );
  });
}

Deno.test("a worker gets no new task before its last answer has been taken", async () => {
  let taking = 0, most = 0;
  await runTasks<number, number>(tasks, {
    worker,
    workers: 2,
    setup: { factor: 1 },
    onAnswer: async () => {
      most = Math.max(most, ++taking);
      await new Promise((resolve) => setTimeout(resolve, 2));
      taking--;
    },
  });
  assert.ok(most <= 2, `${most} answers at once`);
});

Deno.test("an error in a worker stops the run and keeps its message", async () => {
  const run = runTasks<number, number>([1, -2, 3], {
    worker,
    workers: 1,
    setup: { factor: 1 },
    onAnswer: (task) => assert.equal(task, 1),
  });
  await assert.rejects(run, /task -2 is negative/);
});

Deno.test("cancelling rejects with the signal's reason and takes no further answers", async () => {
  const controller = new AbortController();
  let answers = 0;
  const run = runTasks<number, number>(tasks, {
    worker,
    workers: 1,
    setup: { factor: 1 },
    signal: controller.signal,
    onAnswer: () => {
      if (++answers === 3) controller.abort(new Error("stopped by the user"));
    },
  });
  await assert.rejects(run, /stopped by the user/);
  assert.ok(answers <= 4);
});
