import { serveTasks } from "#lib/validation/pool.ts";

serveTasks<{ factor: number }, number, number>(({ factor }) => (task) =>
  task < 0
    ? Promise.reject(new RangeError(`task ${task} is negative`))
    : Promise.resolve(task * factor)
);
