/**
 * A function that does what it is given one after the other, in the order of asking. What fails
 * does not hold up the next.
 */
export function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const made = last.then(work);
    last = made.catch(() => {});
    return made;
  };
}
