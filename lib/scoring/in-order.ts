/** Answers ready before their turn that are kept; a worker further ahead waits. */
const AHEAD = 4;

/**
 * Turns answers that workers push in any order into a sequence in the order of their tasks, with
 * a bound on the answers in memory.
 *
 * @param run Does the tasks and hands over each answer; its error ends the sequence. Its signal
 * is aborted when nobody takes the sequence any more.
 */
export async function* inOrder<Task extends { readonly index: number }, Answer>(
  tasks: readonly Task[],
  run: (
    onAnswer: (task: Task, answer: Answer) => Promise<void>,
    signal: AbortSignal,
  ) => Promise<void>,
): AsyncGenerator<Answer> {
  const abandoned = new AbortController();
  const ready = new Map<number, Answer>();
  let next = 0;
  let wake = Promise.withResolvers<void>();
  const signal = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const running = run(async ({ index }, answer) => {
    ready.set(index, answer);
    signal();
    while (index >= next + AHEAD) await wake.promise;
  }, abandoned.signal);
  let failure: { error: unknown } | undefined;
  running.catch((error) => {
    failure = { error };
    signal();
  });
  try {
    while (next < tasks.length) {
      while (!ready.has(next) && !failure) await wake.promise;
      if (failure) throw failure.error;
      const answer = ready.get(next)!;
      ready.delete(next++);
      signal();
      yield answer;
    }
    await running;
  } finally {
    abandoned.abort();
  }
}
