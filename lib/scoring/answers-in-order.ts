import { pMapIterable } from "p-map";
import { ask } from "../validation/pool.ts";

/** How {@link answersInOrder} spreads work over workers. */
interface StreamOptions<Task> {
  /** Module of the workers, which calls `serveTasks`. */
  readonly worker: URL;
  readonly workers: number;
  /** Handed once to every worker; must be structured-cloneable. */
  readonly setup: unknown;
  /** Buffers of a task to hand over instead of copying. */
  readonly transfer: (task: Task) => Transferable[];
  /** Stops the workers; in the place of the next answer the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Answers ready before their turn that are kept, besides those being worked on. */
const AHEAD = 4;

/**
 * Answers of workers to tasks that come as they are asked for, in the order of the tasks, with a
 * bound on the tasks and answers in memory.
 *
 * @throws Error with the worker's message; the signal's reason if cancelled.
 */
export async function* answersInOrder<Task, Answer>(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  { worker: module, workers, setup, transfer, signal }: StreamOptions<Task>,
): AsyncGenerator<Awaited<Answer>> {
  signal?.throwIfAborted();
  const all: Worker[] = [], idle: Worker[] = [];
  const cancelled = Promise.withResolvers<never>();
  cancelled.promise.catch(() => {}); // where nobody waits for it
  const cancel = () => cancelled.reject(signal!.reason);
  signal?.addEventListener("abort", cancel);
  const start = () => {
    const worker = new Worker(module, { type: "module" });
    worker.postMessage({ setup });
    all.push(worker);
    return worker;
  };
  const answer = async (task: Task): Promise<Awaited<Answer>> => {
    const worker = idle.pop() ?? start();
    const asked = ask<Task, Awaited<Answer>>(worker, task, transfer(task));
    await Promise.race([cancelled.promise, asked]);
    idle.push(worker);
    return await asked;
  };
  try {
    yield* pMapIterable<Task, Awaited<Answer>>(tasks, answer, {
      concurrency: workers,
      backpressure: workers + AHEAD,
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
    for (const worker of all) worker.terminate();
  }
}
