import pMap from "p-map";

/**
 * Does short jobs side by side, each with its share of the workers: one after the other, each would
 * leave workers idle at its end. Results that do not depend on the number of workers do not depend
 * on this either.
 *
 * @param work Called with each job and the number of workers it may use.
 * @returns the answers in the order of the jobs.
 * @throws what the first job to fail throws.
 */
export function sideBySide<Job, Answer>(
  jobs: readonly Job[],
  workers: number,
  work: (job: Job, workers: number) => Promise<Answer>,
): Promise<Answer[]> {
  const share = Math.ceil(workers / jobs.length);
  return pMap(jobs, (job) => work(job, share), { concurrency: workers });
}
