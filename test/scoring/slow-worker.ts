import { serveTasks } from "#lib/validation/pool.ts";

/** A task of {@link ./answers-in-order.test.ts}. */
export interface SlowTask {
  readonly number: number;
  readonly milliseconds: number;
  readonly fails?: boolean;
}

serveTasks<number, SlowTask, number>((factor) => async ({ number, milliseconds, fails }) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (fails) throw new Error(`task ${number} failed`);
  return factor * number;
});
