/**
 * What a notebook waits for, by numbers: those whose folds or classifier it would otherwise fit a
 * second time. Results do not depend on it, except those of 11, which sums up what these found.
 */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  "05": ["01"],
  "06": ["03"],
  "07": ["06"],
  "08": ["06", "07"],
  "09": ["05"],
  "10": ["05"],
  "11": ["06", "07", "08", "09"],
  "pages": ["05"],
};
/** The explorer and the classifying page: no notebook, and written from what 05 left. */
export const PAGES = "pages";
/** The figures as files: no notebook, and run when all have ended. */
export const FIGURES = "figures";

const longest = (chains: string[][]) =>
  chains.reduce((best, chain) => chain.length > best.length ? chain : best, []);
/** The longest chain of those that wait for each other, up to a notebook. */
const chainTo = (number: string): string[] => [
  ...longest((AFTER[number] ?? []).map(chainTo)),
  number,
];
/** The longest of all: a report takes at least as long. */
const CHAIN = longest(Object.keys(AFTER).map(chainTo));

const numberOf = (name: string) => name === FIGURES || name === PAGES ? name : name.slice(0, 2);

/** Whether a notebook can let those go first that others wait for. */
export const canWait = (name: string) => !CHAIN.includes(numberOf(name));

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
    const before = number === FIGURES
      ? [...open].filter((other) => other !== FIGURES)
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
