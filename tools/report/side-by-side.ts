/**
 * What a notebook waits for, by numbers: those whose folds or classifier it would otherwise fit a
 * second time. Results do not depend on it, except those of 11, which sums up all before it.
 */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  "05": ["01"],
  "06": ["03"],
  "07": ["06"],
  "08": ["06", "07"],
  "09": ["05"],
  "10": ["05"],
};
/** The figures as files: no notebook, but run beside the last. */
export const FIGURES = "figures";
/** These sum up all others and wait for them. */
const LAST: readonly string[] = ["11", FIGURES];

const numberOf = (name: string) => name === FIGURES ? name : name.slice(0, 2);

/**
 * Runs notebooks side by side, each as soon as those that it waits for have ended: the end of a
 * cross-validation, figures and a kernel's start leave processors idle that another can use.
 *
 * @param names In the order of running; what is not among them is not waited for.
 * @param most How many at a time.
 * @throws what the first to break down throws, when the others have ended.
 */
export async function runSideBySide(
  names: readonly string[],
  most: number,
  run: (name: string) => Promise<void>,
): Promise<void> {
  const waiting = [...names], open = new Set(names.map(numberOf));
  const mayRun = (name: string) => {
    const number = numberOf(name);
    const before = LAST.includes(number)
      ? [...open].filter((other) => !LAST.includes(other))
      : AFTER[number] ?? [];
    return !before.some((other) => open.has(other));
  };
  const running = new Set<Promise<void>>();
  let broken: { error: unknown } | undefined;
  while ((waiting.length > 0 && !broken) || running.size > 0) {
    const next = running.size < most && !broken ? waiting.findIndex(mayRun) : -1;
    if (next < 0) {
      await Promise.race(running);
      continue;
    }
    const [name] = waiting.splice(next, 1);
    const job = run(name).catch((error) => void (broken ??= { error })).then(() => {
      open.delete(numberOf(name));
      running.delete(job);
    });
    running.add(job);
  }
  if (broken) throw broken.error;
}
