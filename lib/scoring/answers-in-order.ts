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
const AHEAD = 1;

/** The place of one task in the order: what came of it, once anything did. */
interface Place<Answer> {
  answer?: { readonly value: Answer };
  failure?: { readonly error: unknown };
}

/**
 * Answers of workers to tasks that come as they are asked for, in the order of the tasks, with a
 * bound on the tasks and answers in memory: an answer that was taken is held by nothing here.
 *
 * @throws Error with the worker's message; the signal's reason if cancelled.
 */
export async function* answersInOrder<Task, Answer>(
  tasks: AsyncIterable<Task> | Iterable<Task>,
  { worker: module, workers, setup, transfer, signal }: StreamOptions<Task>,
): AsyncGenerator<Answer> {
  signal?.throwIfAborted();
  const crew: Worker[] = [], idle: Worker[] = [], places: Place<Answer>[] = [];
  let isEnded = false, changed = Promise.withResolvers<void>();
  // whoever waits looks again at everything: nothing is told that could be missed
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const start = () => {
    const worker = new Worker(module, { type: "module" });
    worker.postMessage({ setup });
    crew.push(worker);
    return worker;
  };
  const begin = (task: Task) => {
    const worker = idle.pop() ?? start(), place: Place<Answer> = {};
    places.push(place);
    ask<Task, Answer>(worker, task, transfer(task)).then((value) => {
      place.answer = { value };
      idle.push(worker);
    }, (error) => {
      place.failure = { error };
    }).then(tell);
  };
  const handOut = async () => {
    try {
      const source = each(tasks);
      try {
        let next = taken(source);
        while (!isEnded) {
          const isFree = idle.length > 0 || crew.length < workers;
          if (!isFree || places.length >= workers + AHEAD) {
            await changed.promise;
            continue;
          }
          const { value, done } = await next;
          if (done || isEnded) break;
          begin(value);
          next = taken(source);
        }
      } finally {
        await source.return(undefined);
      }
    } catch (error) {
      places.push({ failure: { error } });
    }
    isEnded = true;
    tell();
  };
  signal?.addEventListener("abort", tell);
  const handedOut = handOut();
  try {
    while (true) {
      signal?.throwIfAborted();
      const [first] = places;
      if (first?.failure) throw first.failure.error;
      if (first?.answer) {
        places.shift();
        tell();
        yield first.answer.value;
      } else if (isEnded && !first) return;
      else await changed.promise;
    }
  } finally {
    signal?.removeEventListener("abort", tell);
    isEnded = true;
    tell();
    for (const worker of crew) worker.terminate();
    await handedOut;
  }
}

/** The next task, made while the workers are busy; its failure is told to whoever waits for it. */
function taken<Task>(source: AsyncGenerator<Task>): Promise<IteratorResult<Task>> {
  const next = source.next();
  next.catch(() => {});
  return next;
}

async function* each<Task>(tasks: AsyncIterable<Task> | Iterable<Task>): AsyncGenerator<Task> {
  yield* tasks;
}
