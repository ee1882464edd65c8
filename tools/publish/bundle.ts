import { basename, dirname, resolve } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { CACHE, outFolder, ROOT, writeAtomic, writeJson } from "#lib/run/files.ts";
import { type CodeVersion, codeVersion, fileSha256 } from "#lib/run/provenance.ts";
import { readResults, type ResultsHead } from "#lib/run/results.ts";
import { fittingCode } from "#lib/validation/fold-store.ts";
import { runCommand } from "../setup/run-command.ts";

/** What a bundle says of itself, in its `bundle.json`. */
export interface Bundle {
  readonly format: "csc-classify bundle 1";
  readonly version: string;
  readonly code: CodeVersion;
  /** Hash of the code that fits folds: where it differs, folds are fitted anew. */
  readonly fittingCode: string;
  /** Data, profile and seed of its results. */
  readonly head: ResultsHead;
  /** Path in the bundle to SHA-256. */
  readonly files: Readonly<Record<string, string>>;
}

/** Folders of a bundle, and where each belongs. */
export type Places = Readonly<Record<string, string>>;

const PLACES = (): Places => ({
  out: outFolder(),
  folds: `${CACHE}/folds`,
  fits: `${CACHE}/fits`,
  model: `${CACHE}/model`,
});

const FORMAT = "csc-classify bundle 1";
const MANIFEST = "bundle.json", SUMS = "SHA256SUMS";

/**
 * Bundles what a run has made: reports, results, figures, catalogue and model of `out/`, and the
 * finished folds and fits. `bundle.json` and `SHA256SUMS` (for `sha256sum -c`) list every file.
 *
 * @param path Archive to write, `.tar.gz`.
 * @throws RangeError where no report has been made; Error of tar.
 */
export async function writeBundle(
  path: string,
  { places = PLACES(), signal }: { readonly places?: Places; readonly signal?: AbortSignal } = {},
): Promise<Bundle> {
  const results = await readResults();
  if (!results) {
    throw new RangeError(`no results in ${outFolder()}; run "deno task report" first`);
  }
  const files: Record<string, string> = {};
  const folder = `${resolve(path)}.${crypto.randomUUID()}.part`;
  try {
    for (const [name, place] of Object.entries(places)) {
      for await (const below of filesBelow(place)) {
        // neither this bundle nor an earlier one
        if (resolve(`${place}/${below}`).startsWith(dirname(resolve(path)) + "/csc-classify-")) {
          continue;
        }
        const target = `${folder}/${name}/${below}`;
        await Deno.mkdir(dirname(target), { recursive: true });
        await Deno.link(`${place}/${below}`, target)
          .catch(() => Deno.copyFile(`${place}/${below}`, target));
        files[`${name}/${below}`] = await fileSha256(target);
      }
    }
    const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1));
    const bundle: Bundle = {
      format: FORMAT,
      version: config.version,
      code: await codeVersion(),
      fittingCode: await fittingCode(),
      head: results.head,
      files: sorted,
    };
    await writeJson(`${folder}/${MANIFEST}`, bundle);
    const sums = Object.entries(sorted).map(([name, sum]) => `${sum}  ${name}\n`);
    await writeAtomic(`${folder}/${SUMS}`, sums.join(""));
    await runCommand("tar", ["-czf", `${folder}.tar.gz`, "-C", folder, "."], { signal });
    await Deno.rename(`${folder}.tar.gz`, path);
    return bundle;
  } finally {
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.remove(`${folder}.tar.gz`).catch(() => {});
  }
}

/** Regular files below a folder, by relative path; none where it is missing. Half-written ones are not listed. */
async function* filesBelow(folder: string, below = ""): AsyncGenerator<string> {
  const entries = await Array.fromAsync(Deno.readDir(`${folder}/${below}`)).catch(() => []);
  for (const { name, isDirectory, isFile } of entries) {
    const path = below ? `${below}/${name}` : name;
    if (isDirectory) yield* filesBelow(folder, path);
    else if (isFile && !name.endsWith(".part")) yield path;
  }
}

/** What {@link restoreBundle} has done. */
export interface Restored {
  readonly bundle: Bundle;
  /** Whether the bundle's folds are those of this code: else a report fits them anew. */
  readonly sameCode: boolean;
}

/**
 * Puts a bundle back. Every file is checked before the first is put in place; nothing outside
 * `out/` and `.cache/` is written.
 *
 * @param force Whether files of an earlier run in `out/` may be replaced.
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
  const folder = `${CACHE}/restore-${crypto.randomUUID()}`;
  await Deno.mkdir(folder, { recursive: true });
  try {
    await runCommand("tar", ["-xzf", path, "--no-same-owner", "-C", folder], { signal })
      .catch((error: Error) => {
        throw new RangeError(`${path} cannot be unpacked: ${error.message}`);
      });
    const bundle = await readManifest(folder, path);
    await checkFiles(folder, path, bundle, Object.keys(places));
    const present = force ? undefined : await readResults();
    if (present && JSON.stringify(present.head) !== JSON.stringify(bundle.head)) {
      throw new RangeError(
        `${outFolder()} holds the results of another run (${present.head.profile} profile of ` +
          `${present.head.data}); move it away, or give --force`,
      );
    }
    for (const name of Object.keys(bundle.files)) {
      const [place, ...below] = name.split("/");
      const target = `${places[place]}/${below.join("/")}`;
      await Deno.mkdir(dirname(target), { recursive: true });
      await move(`${folder}/${name}`, target);
    }
    return { bundle, sameCode: bundle.fittingCode === await fittingCode(ROOT) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readManifest(folder: string, path: string): Promise<Bundle> {
  const text = await Deno.readTextFile(`${folder}/${MANIFEST}`).catch(() => "{}");
  const bundle = JSON.parse(text) as Bundle;
  if (bundle.format === FORMAT) return bundle;
  throw new RangeError(
    `${basename(path)} is no bundle of "deno task archive": no ${MANIFEST} of it`,
  );
}

async function checkFiles(
  folder: string,
  path: string,
  { files }: Bundle,
  places: readonly string[],
): Promise<void> {
  const wrong: string[] = [];
  for (const [name, sum] of Object.entries(files)) {
    const parts = name.split("/");
    if (!places.includes(parts[0]) || parts.some((part) => part === ".." || part === "")) {
      wrong.push(`${name}: not a place of a bundle`);
    } else if (await isLink(`${folder}/${name}`)) {
      wrong.push(`${name}: a link`);
    } else if (await fileSha256(`${folder}/${name}`).catch(() => "missing") !== sum) {
      wrong.push(`${name}: missing or changed`);
    }
  }
  for await (const name of filesBelow(folder)) {
    if (name !== MANIFEST && name !== SUMS && !(name in files)) wrong.push(`${name}: not listed`);
  }
  if (wrong.length === 0) return;
  throw new RangeError(
    `${basename(path)} is damaged, nothing was restored:\n- ${wrong.slice(0, 10).join("\n- ")}` +
      (wrong.length > 10 ? `\n- and ${wrong.length - 10} more` : ""),
  );
}

function isLink(path: string): Promise<boolean> {
  return Deno.lstat(path).then(({ isSymlink }) => isSymlink, () => false);
}

/** Moves a file, also to another file system. */
async function move(from: string, to: string): Promise<void> {
  await Deno.rename(from, to).catch(async () => {
    await Deno.copyFile(from, `${to}.part`);
    await Deno.rename(`${to}.part`, to);
  });
}
