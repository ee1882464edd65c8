import assert from "node:assert/strict";
import { Crew, runTasks } from "#lib/validation/pool.ts";

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

Deno.test("a crew's workers serve one run after another, each with its own setup", async () => {
  using crew = new Crew();
  const started: Worker[] = [];
  const take = crew.take.bind(crew);
  crew.take = (module) => {
    const worker = take(module);
    started.push(worker);
    return worker;
  };
  for (const factor of [2, 5]) {
    const answers: number[] = [];
    await runTasks<number, number>([1, 2, 3], {
      worker,
      workers: 1,
      setup: { factor },
      crew,
      onAnswer: (_, answer) => void answers.push(answer),
    });
    assert.deepEqual(answers, [factor, 2 * factor, 3 * factor]);
  }
  assert.equal(started.length, 2);
  assert.equal(started[0], started[1]);
});

Deno.test("a worker that failed is not given back to its crew", async () => {
  using crew = new Crew();
  const run = (tasks: number[]) =>
    runTasks<number, number>(tasks, {
      ...{ worker, workers: 1, setup: { factor: 3 }, crew },
      onAnswer: (task, answer) => assert.equal(answer, 3 * task),
    });
  await assert.rejects(run([-1]), /task -1 is negative/);
  await run([4]);
});
