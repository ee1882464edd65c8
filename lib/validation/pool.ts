/**
 * Workers that outlive a run: one that starts up loads and compiles code for a third of a second,
 * which many short runs in a row need not pay each time. Dispose of it after the last of them.
 */
export class Crew implements Disposable {
  readonly #idle: { readonly module: string; readonly worker: Worker }[] = [];

  /** An idle worker of that module, or a new one. */
  take(module: URL): Worker {
    const at = this.#idle.findIndex((idle) => idle.module === module.href);
    return at < 0 ? new Worker(module, { type: "module" }) : this.#idle.splice(at, 1)[0].worker;
  }

  /** Gives back a worker that has answered all it was asked. */
  giveBack(module: URL, worker: Worker): void {
    this.#idle.push({ module: module.href, worker });
  }

  [Symbol.dispose](): void {
    for (const { worker } of this.#idle.splice(0)) worker.terminate();
  }
}

/** How {@link runTasks} spreads work over workers. */
interface PoolOptions<Task, Answer> {
  /** Module of the worker, which calls {@link serveTasks}. */
  readonly worker: URL;
  readonly workers: number;
  /** Handed once to every worker; must be structured-cloneable. */
  readonly setup: unknown;
  /** Receives each answer; its worker gets no new task before this has settled. */
  readonly onAnswer: (task: Task, answer: Answer) => void | Promise<void>;
  /** Stops the workers; {@link runTasks} then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where workers are taken from and given back to; a crew of this run alone if absent. */
  readonly crew?: Crew;
}

type Reply<Answer> = { answer: Answer } | { error: string };

/**
 * Runs tasks over module workers, each worker one task at a time, in the order given.
 * Resolves when the last answer has been taken; after the first error all workers are stopped.
 *
 * @throws Error with the worker's message and the task at fault; the signal's reason if cancelled.
 */
export async function runTasks<Task, Answer>(
  tasks: readonly Task[],
  options: PoolOptions<Task, Answer>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const queue = tasks.values();
  using own = new Crew();
  const { worker: module, crew = own } = options;
  const busy = new Set<Worker>();
  let cancel: () => void = () => {};
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => reject(options.signal!.reason);
    options.signal?.addEventListener("abort", cancel);
  });
  const work = async () => {
    const worker = crew.take(module);
    busy.add(worker);
    worker.postMessage({ setup: options.setup });
    for (const task of queue) {
      await options.onAnswer(task, await ask<Task, Answer>(worker, task));
    }
    // not after a failure or a cancel, which have ended it
    if (busy.delete(worker)) crew.giveBack(module, worker);
  };
  try {
    const size = Math.min(options.workers, tasks.length);
    await Promise.race([cancelled, Promise.all(Array.from({ length: size }, work))]);
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    for (const worker of busy) worker.terminate();
    busy.clear();
  }
}

/**
 * A worker's answer to a task.
 *
 * @param transfer Buffers of the task to hand over instead of copying.
 * @throws Error with the worker's message.
 */
export function ask<Task, Answer>(
  worker: Worker,
  task: Task,
  transfer: Transferable[] = [],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Reply<Answer>>) => {
      if ("error" in data) reject(new Error(data.error));
      else resolve(data.answer);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`a worker failed to start: ${event.message}`));
    };
    worker.postMessage({ task }, transfer);
  });
}

/**
 * The worker's side of {@link runTasks}.
 *
 * @param prepare Takes the setup once and gives the function that answers tasks.
 * @param transfer Buffers of an answer to hand over instead of copying.
 */
export function serveTasks<Setup, Task, Answer>(
  prepare: (setup: Setup) => (task: Task) => Promise<Answer>,
  transfer: (answer: Answer) => Transferable[] = () => [],
): void {
  let answerTask: (task: Task) => Promise<Answer>;
  const scope = self as {
    onmessage: (event: MessageEvent<{ setup: Setup } | { task: Task }>) => void;
    postMessage(reply: Reply<Answer>, transfer?: Transferable[]): void;
  };
  scope.onmessage = async ({ data }) => {
    try {
      if ("setup" in data) {
        answerTask = prepare(data.setup);
      } else {
        const answer = await answerTask(data.task);
        scope.postMessage({ answer }, transfer(answer));
      }
    } catch (error) {
      scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}
