import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import {
  CONTENTS,
  fileSha256,
  isPart,
  MARK,
  placeFiles,
  refuseLinks,
  removeParts,
  workFolder,
  writeStream,
  WRITTEN_BELOW,
  type WrittenFiles,
} from "@csc-classify/safe-files";
import config from "../../deno.json" with { type: "json" };
import { CACHE, outFolder, ROOT } from "#lib/run/files.ts";
import { useOutFolder } from "../tasks/out-folder.ts";
import { WRITTEN } from "../tasks/own-product.ts";
import { codeVersion } from "#lib/run/provenance.ts";
import { readResults } from "#lib/run/results.ts";
import { fittingCode } from "#lib/validation/fitting-code.ts";
import {
  type Bundle,
  type BundledFile,
  FORMAT,
  listBundle,
  type ListedBundle,
  MANIFEST,
  openBundle,
  problemOf,
  SUMS,
} from "./read-bundle.ts";
import { holdIfUsed } from "../report/hold-folder.ts";
import { type TarFile, writeTar } from "./tar.ts";

/** Folders of a bundle, and where each belongs. */
type Places = Readonly<Record<string, string>>;

const PLACES = (): Places => ({
  out: outFolder(),
  folds: `${CACHE}/folds`,
  model: `${CACHE}/model`,
});

/** What {@link writeBundle} has made. */
interface Written {
  readonly bundle: Bundle;
  /** Sentences on what was taken from elsewhere by a link, or left out. */
  readonly notes: readonly string[];
}

/**
 * Bundles what a run has made: reports, results, figures, catalogue and model of `out/`, and the
 * finished folds and fits. `bundle.json`, the first member, and `SHA256SUMS` (for `sha256sum -c`)
 * list every file. Links are followed and named; what is neither file nor folder is named.
 *
 * @param path Archive to write, `.tar.gz`.
 * @param written Where it is noted, if anywhere.
 * @throws RangeError where no report has been made; Error for a file that changes meanwhile.
 */
export async function writeBundle(
  path: string,
  { places = PLACES(), written, signal }: {
    readonly places?: Places;
    readonly written?: WrittenFiles;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Written> {
  const results = await readResults();
  if (!results) {
    throw new RangeError(`no results in ${outFolder()}; run "deno task report" first`);
  }
  const notes: string[] = [], found = new Map<string, string>();
  for (const [name, place] of Object.entries(places)) {
    for await (const file of filesBelow(place, name, notes)) {
      // neither this bundle nor an earlier one
      if (/^out\/[^/]+\.(tar\.gz|tgz)$/.test(file.name) && await isBundle(file.path)) continue;
      found.set(file.name, file.path);
    }
  }
  const files: Record<string, BundledFile> = {};
  for (const name of [...found.keys()].sort()) {
    signal?.throwIfAborted();
    const at = found.get(name)!;
    files[name] = { bytes: (await Deno.stat(at)).size, sha256: await fileSha256(at) };
  }
  const bundle: Bundle = {
    format: FORMAT,
    version: config.version,
    code: await codeVersion(),
    fittingCode: await fittingCode(),
    head: results.head,
    files,
  };
  const sums = Object.entries(files).map(([name, { sha256 }]) => `${sha256}  ${name}\n`);
  const texts = { [MANIFEST]: JSON.stringify(bundle, null, 2) + "\n", [SUMS]: sums.join("") };
  async function* members(): AsyncGenerator<TarFile> {
    for (const [name, text] of Object.entries(texts)) {
      const content = new TextEncoder().encode(text), changed = Date.now() / 1000;
      yield { name, bytes: content.length, changed, content: () => pieces([content]) };
    }
    for (const [name, { bytes, sha256 }] of Object.entries(files)) {
      const at = found.get(name)!, { mtime } = await Deno.stat(at);
      const changed = (mtime?.getTime() ?? 0) / 1000;
      yield { name, bytes, changed, content: () => unchanged(at, sha256, signal) };
    }
  }
  await removeParts(dirname(path), new Set([basename(path)])); // of a process that was killed
  const tar = ReadableStream.from(writeTar(members())) as ReadableStream<Uint8Array<ArrayBuffer>>;
  await writeStream(path, tar.pipeThrough(new CompressionStream("gzip")), written);
  return { bundle, notes };
}

async function* pieces(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of all) yield await Promise.resolve(piece);
}

/** Content of a file, if it is what it was when it was listed. */
async function* unchanged(
  path: string,
  sha256: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const piece of file.readable) {
    signal?.throwIfAborted();
    hash.update(piece);
    yield piece;
  }
  if (hash.digest("hex") === sha256) return;
  throw new Error(`${path} changed while it was bundled; run it again when nothing writes there`);
}

/**
 * Regular files below a folder, with their names in the bundle; none where it is missing. Marks,
 * locks and half-written files are not listed.
 */
async function* filesBelow(
  folder: string,
  name: string,
  notes: string[],
  above: readonly string[] = [],
): AsyncGenerator<{ name: string; path: string }> {
  const real = await Deno.realPath(folder).catch(() => undefined);
  if (real === undefined) return;
  for (const entry of await Array.fromAsync(Deno.readDir(folder))) {
    const path = `${folder}/${entry.name}`, inside = `${name}/${entry.name}`;
    if (
      [MARK, CONTENTS, WRITTEN_BELOW].includes(entry.name) || isPart(entry.name) ||
      /^\..*\.lock$/.test(entry.name)
    ) continue;
    const stat = await Deno.stat(path).catch(() => undefined);
    const problem = problemOf(inside);
    if (!stat) notes.push(`${path} is left out: it is a link to nothing`);
    else if (problem) notes.push(`${path} is left out: ${problem}`);
    else if (!stat.isFile && !stat.isDirectory) {
      notes.push(`${path} is left out: it is neither a file nor a folder`);
    } else {
      if (entry.isSymlink) {
        const target = await Deno.realPath(path);
        if ([...above, real].includes(target)) {
          notes.push(`${path} is left out: it is a link to a folder above it`);
          continue;
        }
        notes.push(`${path} is a link: what is in the bundle is that of ${target}`);
      }
      if (stat.isFile) yield { name: inside, path };
      else yield* filesBelow(path, inside, notes, [...above, real]);
    }
  }
}

/** Whether a file is a bundle of this format: its first member is the manifest. */
export async function isBundle(path: string): Promise<boolean> {
  try {
    for await (const { name, kind, content } of openBundle(path)) {
      if (name !== MANIFEST || kind !== "file") return false;
      let text = "";
      for await (const piece of content()) {
        text += new TextDecoder().decode(piece);
        if (text.length > 1000) break;
      }
      return text.slice(0, 200).includes(`"format": "${FORMAT}"`);
    }
  } catch {
    return false;
  }
  return false;
}

/** What {@link restoreBundle} has done. */
interface Restored {
  readonly bundle: Bundle;
  /** Whether the bundle's folds are those of this code: else a report fits them anew. */
  readonly sameCode: boolean;
}

/**
 * Puts a bundle back. Every member is looked at before the first is unpacked, into a folder of its
 * own; every file is checked there before the first is put in place; nothing outside `out/` and
 * `.cache/` is written.
 *
 * @param force Whether files of an earlier run in `out/`, and edited ones, may be replaced.
 * @throws RangeError naming a file that is missing, changed or not listed, or what is in the way.
 */
export async function restoreBundle(
  path: string,
  { force = false, places = PLACES(), signal }: {
    readonly force?: boolean;
    readonly places?: Places;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Restored> {
  const listed = await listBundle(path, Object.keys(places), signal);
  const { bundle } = listed;
  const present = force ? undefined : await readResults();
  if (present && JSON.stringify(present.head) !== JSON.stringify(bundle.head)) {
    throw new RangeError(
      `${outFolder()} holds the results of another run (${present.head.profile} profile of ` +
        `${present.head.data}); move it away, or give --force`,
    );
  }
  const targets = new Map(
    Object.keys(bundle.files).map((name) => {
      const [place, ...below] = name.split("/");
      return [name, `${places[place]}/${below.join("/")}`];
    }),
  );
  using _held = await holdIfUsed(await useOutFolder(), { tell: console.error, signal });
  for (const [name, target] of targets) {
    await refuseLinks(
      places[name.split("/")[0]],
      target,
      "nothing was restored: move it away first",
    );
  }
  if (!force) await refuseOthers(targets, bundle);
  await using work = await workFolder(CACHE, ".restore-");
  await unpack(path, work.folder, listed, signal);
  if (!force) await refuseOthers(targets, bundle); // somebody may have edited one meanwhile
  await placeFiles(
    [...targets].map(([name, to]) => ({ from: `${work.folder}/${name}`, to })),
    WRITTEN.replacing(),
  );
  return { bundle, sameCode: bundle.fittingCode === await fittingCode(ROOT) };
}

/**
 * Refuses to replace files of `out/` that hold something else than the bundle's and are not as an
 * earlier one left them: somebody may have edited them.
 *
 * @throws RangeError naming some of them.
 */
async function refuseOthers(
  targets: ReadonlyMap<string, string>,
  { files }: Bundle,
): Promise<void> {
  const others: string[] = [];
  for (const [name, target] of targets) {
    if (!name.startsWith("out/") || name === "out/.manifest.json") continue;
    const now = await fileSha256(target).catch(() => undefined);
    if (now === undefined || now === files[name].sha256) continue;
    if (!await WRITTEN.isAsWritten(target)) others.push(name);
  }
  if (others.length === 0) return;
  const more = others.length > 5 ? ` and ${others.length - 5} more` : "";
  throw new RangeError(
    `${outFolder()} holds other files than the bundle under the names ${
      others.slice(0, 5).join(", ")
    }${more}, which may have been edited: nothing was restored; move it away, or give --force`,
  );
}

/** Writes the files of a bundle that was looked at into a folder, each as its list says. */
async function unpack(
  path: string,
  folder: string,
  { bundle: { files }, members }: ListedBundle,
  signal?: AbortSignal,
): Promise<void> {
  const left = new Map(Object.entries(files));
  const changed = (name: string) =>
    new RangeError(`${basename(path)} is damaged, nothing was restored:\n- ${name} is changed`);
  let next = 0;
  for await (const { name, content } of openBundle(path, signal)) {
    // the same archive as was looked at
    if (members[next++] !== name) throw changed(name);
    const file = left.get(name);
    if (!file) continue;
    left.delete(name);
    if (await Deno.lstat(`${folder}/${name}`).catch(() => undefined)) {
      throw new RangeError(`${name} and another name of the bundle are one on this file system`);
    }
    const hash = createHash("sha256");
    await writeStream(
      `${folder}/${name}`,
      async function* () {
        let done = 0;
        for await (const piece of content()) {
          done += piece.length;
          if (done > file.bytes) throw changed(name);
          hash.update(piece);
          yield piece;
        }
      }(),
    );
    if (hash.digest("hex") !== file.sha256) throw changed(name);
  }
  for (const name of left.keys()) throw changed(name);
}
