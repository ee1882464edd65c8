import assert from "node:assert/strict";
import { random } from "@csc-classify/forests";
import { answersInOrder } from "#lib/scoring/answers-in-order.ts";
import type { SlowTask } from "./slow-worker.ts";

const FACTOR = 3;

function answers(
  tasks: AsyncIterable<SlowTask> | Iterable<SlowTask>,
  options: { readonly workers: number; readonly signal?: AbortSignal },
): AsyncGenerator<number> {
  const worker = new URL("./slow-worker.ts", import.meta.url);
  return answersInOrder<SlowTask, number>(tasks, {
    worker,
    setup: FACTOR,
    transfer: () => [],
    ...options,
  });
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("answers come in the order of the tasks, whoever is slow: source, workers or taker", async () => {
  for (const [seed, workers] of [[1, 1], [2, 2], [3, 3], [4, 7]]) {
    const stream = random(seed, "answers in order"), some = () => stream.integer(4);
    const tasks = Array.from({ length: 40 }, (_, number) => ({ number, milliseconds: some() }));
    let asked = 0;
    const source = async function* () {
      for (const task of tasks) {
        if (some() === 0) await wait(some());
        asked++;
        yield task;
      }
    };
    const taken: number[] = [];
    for await (const answer of answers(source(), { workers })) {
      taken.push(answer);
      assert.ok(asked <= taken.length + workers + 3, `${asked} asked, ${taken.length} taken`);
      if (some() === 0) await wait(some());
    }
    assert.deepEqual(taken, tasks.map(({ number }) => FACTOR * number));
  }
});

Deno.test("answers before a failure are given, then the failure: of a worker or of the source", async () => {
  const task = (number: number) => ({ number, milliseconds: 5 - number, fails: number === 3 });
  const taken: number[] = [];
  await assert.rejects(async () => {
    for await (const answer of answers([0, 1, 2, 3, 4, 5].map(task), { workers: 4 })) {
      taken.push(answer);
    }
  }, /task 3 failed/);
  assert.deepEqual(taken, [0, 3, 6]);
  async function* broken() {
    yield* [0, 1].map(task);
    await wait(1);
    throw new Error("the source is broken");
  }
  await assert.rejects(async () => {
    for await (const answer of answers(broken(), { workers: 1 })) taken.push(answer);
  }, /the source is broken/);
  assert.deepEqual(taken, [0, 3, 6, 0, 3]);
});

Deno.test("a cancel ends the waiting for a worker that does not answer", async () => {
  const cancel = new AbortController(), endless = { number: 1, milliseconds: 1e9 };
  const stream = answers([{ number: 0, milliseconds: 0 }, endless, endless], {
    workers: 2,
    signal: cancel.signal,
  });
  assert.deepEqual(await stream.next(), { value: 0, done: false });
  const next = stream.next();
  cancel.abort(new Error("enough"));
  await assert.rejects(next, /enough/);
});
