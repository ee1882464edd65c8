import { outFolder } from "../run/paths.ts";
import { writeJson } from "../run/write-atomic.ts";

/** Path below `out/` of what a notebook saved under a name. */
export function savedFile(name: string): string {
  return `results/${name}.json`;
}

/** Keeps plain data that a figure is drawn from. */
export async function save(name: string, data: unknown): Promise<void> {
  await writeJson(`${outFolder()}/${savedFile(name)}`, data);
}

/**
 * Reads what {@link save} kept.
 *
 * @throws Error naming the file and the task that makes it when there is none.
 */
export async function load<T>(name: string): Promise<T> {
  const path = `${outFolder()}/${savedFile(name)}`;
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Error(`nothing in ${path}: run "deno task report" first`, { cause: error });
  });
  return JSON.parse(text) as T;
}
