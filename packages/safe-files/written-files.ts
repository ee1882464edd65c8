import { promises as fs } from "node:fs";
import { resolve } from "node:path";
import { makeFolders } from "./made-folders.ts";
import { OutputError } from "./output-error.ts";
import { realPath } from "./places.ts";
import { fileSha256, sha256 } from "./sha256.ts";
import { waitedFor } from "./system.ts";
import { kindOf, writeAtomic } from "./write-files.ts";

/** From so many notes on those of files that are gone are removed. */
const MANY = 5000;

/**
 * What commands have written into places that users name: of each file its place and what it held,
 * as SHA-256, by which one that was changed since is known, and one that was never theirs. Each note
 * is a file of its own in a folder of the project, so that commands may note side by side.
 */
export class WrittenFiles {
  /**
   * @param folder Made when first written to; without it nothing is known.
   * @param replacesOthers Whether files that are not as they were written may be replaced.
   */
  constructor(readonly folder: string, readonly replacesOthers = false) {}

  /** The same notes, of a command whose user wants files of others replaced: `--overwrite`. */
  replacing(others = true): WrittenFiles {
    return new WrittenFiles(this.folder, others);
  }

  /**
   * Refuses, at the moment before it is replaced, a file that was put there or changed while the
   * command worked, which may be for hours.
   *
   * @throws OutputError naming it.
   */
  async refuseOthers(path: string): Promise<void> {
    if (this.replacesOthers || await kindOf(path) === undefined) return;
    if (await this.isAsWritten(path)) return;
    throw new OutputError(
      `${path} was put there or changed by somebody else while this command worked: it is not ` +
        "replaced; move it away, or name another",
    );
  }

  /**
   * Notes that a file is going to hold what another holds now: before it does, so that it is known
   * though the process be killed next. Where the folder cannot be written nothing is noted, and the
   * file is taken for the user's.
   */
  async note(path: string, source: string): Promise<void> {
    const note = await this.#noteOf(path, source);
    try {
      await writeAtomic(note, resolve(path));
      const names = await fs.readdir(this.folder);
      if (names.length > MANY) await this.#sweep(names);
    } catch {
      // a folder of another user, or a full disk: the next command asks
    }
  }

  /**
   * Does something while no other process does so with the same notes; where there are no locks,
   * just does it.
   */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    using _held = await makeFolders(this.folder)
      .then(() => waitedFor(`${this.folder}/.lock`)).catch(() => undefined);
    return await work();
  }

  /** Whether a file is there and holds, to the byte, what was noted of it. */
  async isAsWritten(path: string): Promise<boolean> {
    try {
      if (await kindOf(path) !== "a file") return false;
      return await kindOf(await this.#noteOf(path, path)) === "a file";
    } catch {
      return false; // what cannot be read says nothing
    }
  }

  async #noteOf(path: string, source: string): Promise<string> {
    const place = await realPath(resolve(path));
    return `${this.folder}/${sha256(`${place}\0${await fileSha256(source)}`)}`;
  }

  async #sweep(names: readonly string[]): Promise<void> {
    for (const name of names.filter((name) => /^[0-9a-f]{64}$/.test(name))) {
      const path = await fs.readFile(`${this.folder}/${name}`, "utf8");
      const isGone = await kindOf(path).then((kind) => kind === undefined, () => false);
      if (isGone) await fs.unlink(`${this.folder}/${name}`).catch(() => {});
    }
  }
}
