import { outFolder } from "#lib/run/files.ts";
import { currentRun } from "#lib/run/results.ts";
import { writeJson } from "@csc-classify/safe-files";
import type { Advice } from "#studies/what-to-believe.ts";

/** Everything that a notebook keeps for a task after it, by name. */
interface Saves {
  readonly "what-to-believe": readonly Advice[];
  readonly pages: SavedPages;
}

/** A name that {@link save} takes. */
type SaveName = keyof Saves & string;

/** Path below `out/` of what a notebook saved under a name. */
export function savedFile(name: SaveName): string {
  return `results/${name}.json`;
}

/** Keeps plain data, with the name of the run. */
export async function save<Name extends SaveName>(name: Name, data: Saves[Name]): Promise<void> {
  await writeJson(`${outFolder()}/${savedFile(name)}`, { run: await currentRun(), data });
}

/** What a run has not left, or another run has. */
export class NotSaved extends Error {}

/**
 * Reads what {@link save} kept.
 *
 * @throws NotSaved naming the file and the task that makes it when there is none of this run.
 */
export async function load<Name extends SaveName>(name: Name): Promise<Saves[Name]> {
  const path = `${outFolder()}/${savedFile(name)}`;
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new NotSaved(`nothing in ${path}: run "deno task report" first`, { cause: error });
  });
  const { run, data } = JSON.parse(text);
  const now = await currentRun();
  if (run !== now) {
    throw new NotSaved(
      `${path} is of another run (${run ?? "unnamed"}, now ${now ?? "none"}): ` +
        `run "deno task report" first`,
    );
  }
  return data;
}

/** `pages`: the catalogue that the explorer shows, by paths below `out/`. */
interface SavedPages {
  /** What the scoring wrote, and what it was scored from. */
  readonly scored: string;
  readonly sources: string;
  /** The same as VOTable, for other tools to load. */
  readonly votable?: string;
}
