import { basename, dirname } from "node:path";
import {
  changedIn,
  emptyFolder,
  filesBelow,
  fileSha256,
  isAsNoted,
  isPart,
  MARK,
  markOf,
  readRegularText,
  whyGuarded,
  WRITTEN_BELOW,
} from "@csc-classify/safe-files";
import { ROOT } from "#lib/run/files.ts";
import { isAsWritten } from "../cluster/sealed-script.ts";
import { TASKS_LOCK } from "./hold-cache.ts";
import { WRITTEN } from "./own-product.ts";

/** What the project's commands write directly into `out/`, besides the pages of notebooks. */
const IN_OUT: readonly RegExp[] = [
  /^(index|results|explorer|classify)\.html$/,
  /^(results|report|\.manifest|bench)\.json$/,
  /^probe\.md$/,
  /^(figures|results|model|catalogue|acquired|publish|cluster)$/,
  /^csc-classify-\d+\.\d+\.\d+-(smoke|quick|paper|none)\.tar\.gz$/,
  /^\.(report|results|\d\d-[\w-]+)\.lock$/,
  // of a process that was killed
  /^\.(work|acquire|score|examine)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
];

/** Pages of a notebook: `05-catalogue.html`, that of a run that failed, what it was run as. */
const OF_NOTEBOOK = /^(\d\d-[\w-]+?)(\.failed)?\.(html|ipynb)$/;

/** What commands write into folders of `out/`; of figures and acquisitions see {@link OWN}. */
const IN_FOLDERS: Readonly<Record<string, RegExp>> = {
  figures: /^[a-z0-9-]+\.(svg|png|pdf|json)$/,
  results: /^[a-z-]+\.json$/,
  acquired: /^[^/]+\/(acquired\.json|(catalogue|training)\.parquet)$/,
  catalogue:
    /^((real-sources|acquired|simulated-catalogue)(-sources)?\.(parquet|arrow|csv|csv-metadata\.json|vot)|real-disagreements\.csv)$/,
  cluster:
    /^((validate|score)(-gather)?\.sh|(validate|score)-(\d+|gather)\.log|validation\.json|shard-\d+\.done)$/,
  model:
    /^(pipeline\.json|likeness\.json|lightgbm\.txt|training\.csv|SHA256SUMS|csc_classify\.py|__pycache__\/csc_classify\.[\w-]+\.pyc)$/,
};

/** Whether files of a folder that have a name of ours are ours, by what lies beside them. */
const OWN: Readonly<Record<string, (path: string) => Promise<boolean>>> = {
  async figures(path) {
    const sidecar = await readJson(path.replace(/\.\w+$/, ".json"));
    return sidecar?.figure === basename(path).replace(/\.\w+$/, "");
  },
  async cluster(path) {
    return !path.endsWith(".sh") || await isAsWritten(path);
  },
  // what was changed by hand is its user's; notes of earlier versions have no digests
  async acquired(path) {
    const tables = (await readJson(`${dirname(path)}/acquired.json`))?.tables;
    if (!tables) return true;
    if (path.endsWith(".json")) return await WRITTEN.isAsWritten(path);
    return tables[basename(path)] === await fileSha256(path);
  },
};

/** What is written by Slurm and Python, and what came with a folder that has a list of its own. */
const NOT_NOTED = /^(cluster|publish|model\/__pycache__)\//;

/** What a process that was killed left in a folder that it worked in. */
const OF_WORK = /(^|\/)\.(work|acquire|score|examine)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\//;

// deno-lint-ignore no-explicit-any
async function readJson(path: string): Promise<any> {
  return await readRegularText(path).then((text) => JSON.parse(text!)).catch(() => undefined);
}

/**
 * Files of others in folders of `out/`: those that no command writes there, hidden ones among them,
 * those of a name of ours that do not fit what lies beside them or that no command wrote there, links,
 * which no command makes, and what was edited; then what was written there stays known too.
 */
export async function filesOfOthers(out: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isFile, isDirectory } of Deno.readDir(out)) {
    if (!isFile && !isDirectory) found.push(name);
  }
  for (const [folder, ours] of Object.entries(IN_FOLDERS)) {
    const stat = await Deno.lstat(`${out}/${folder}`).catch(() => undefined);
    if (!stat?.isDirectory) continue;
    for (const file of await filesBelow(`${out}/${folder}`, { hidden: true })) {
      const path = `${out}/${folder}/${file}`, name = basename(file);
      if (isPart(name) || name === MARK || OF_WORK.test(file)) continue;
      if (ours.test(file) && (await OWN[folder]?.(path) ?? true)) continue;
      found.push(`${folder}/${file}`);
    }
  }
  // an earlier version noted nothing, and some files are written by others for us
  const areNoted = await Deno.lstat(`${out}/${WRITTEN_BELOW}`).catch(() => undefined);
  for (const file of areNoted ? await filesBelow(out) : []) {
    const isAs = await isAsNoted(`${out}/${file}`);
    const isOurs = isAs ?? NOT_NOTED.test(file);
    if (!isOurs && !found.includes(file)) found.push(file);
  }
  found.push(...await addedToPublished(`${out}/publish`));
  return found.length > 0 ? [...found, WRITTEN_BELOW] : found;
}

/** What others put into the folder of what was published, and into those that are in it. */
async function addedToPublished(publish: string): Promise<string[]> {
  const stat = await Deno.lstat(publish).catch(() => undefined);
  if (!stat?.isDirectory) return [];
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(publish)) {
    const isOurs = isDirectory && await markOf(`${publish}/${name}`) !== undefined;
    if (isOurs) {
      found.push(
        ...(await changedIn(`${publish}/${name}`)).map((path) => `publish/${name}/${path}`),
      );
    } else if (name !== MARK && !isPart(name)) found.push(`publish/${name}`);
  }
  return found.sort();
}

/**
 * What in `.cache/` takes long to make again or comes from the network, with its locks, and what is
 * known of files written elsewhere.
 */
const BUILT =
  /^(written|python|publish-python|checkers-python|bench-env|lightgbm|emscripten|published|deno)(\.lock)?$/;

/** The rest of `.cache/`. */
const FITTED =
  /^(folds|fits|model|archives|bench|jupyter|pip|test|cdp|\.(work|restore|score|held-out)-.*)$/;

/** Whether a name in `out/` is that of something that a command of this project writes there. */
export function isOfOut(name: string): boolean {
  const [, notebook] = OF_NOTEBOOK.exec(name) ?? [];
  return isPart(name) || name === WRITTEN_BELOW || IN_OUT.some((pattern) => pattern.test(name)) ||
    notebook !== undefined && notebooks().includes(notebook);
}

/** Names of the project's notebooks. */
function notebooks(): string[] {
  try {
    return [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => basename(name, ".ipynb"));
  } catch {
    return []; // a copy of the project without them
  }
}

/** The same of `.cache/`; without `all` only what is quickly made again. */
export function isOfCache(name: string, all: boolean): boolean {
  return isPart(name) || name === TASKS_LOCK || FITTED.test(name) || all && BUILT.test(name);
}

/** A folder that is to be emptied. */
interface Cleaning {
  readonly path: string;
  /** Whether a name in it is to be removed. */
  readonly isOurs: (name: string) => boolean;
  /** Whether a name in it is kept on purpose and not worth a word. */
  readonly isKept?: (name: string) => boolean;
  /** Files of others in folders that are ours by name: such a folder stays. */
  readonly filesOfOthers?: (path: string) => Promise<readonly string[]>;
  /** Whether a folder without a mark is one of an earlier version. */
  readonly isEarlier: (path: string) => Promise<boolean>;
}

/**
 * Removes from folders what the project made in them, and a folder that it made and that holds
 * nothing else. All are looked at before the first is touched.
 *
 * @param yes Whether also what other hands put into a folder of the project, and what an earlier
 * version left, which marked no folders.
 * @param tell Takes a line for the user.
 * @returns Whether all that was asked is removed.
 * @throws RangeError naming a folder that is not the project's; then nothing is removed.
 */
export async function cleanFolders(
  folders: readonly Cleaning[],
  { yes, tell }: { readonly yes: boolean; readonly tell: (line: string) => void },
): Promise<boolean> {
  const there: (Cleaning & { made: boolean })[] = [];
  for (const cleaning of folders) {
    const { path } = cleaning, stat = await Deno.lstat(path).catch(() => undefined);
    if (!stat) continue;
    const why = stat.isDirectory ? await whyGuarded(path) : "is a link or a file";
    const mark = why ? undefined : await markOf(path);
    if (why || !mark && !await cleaning.isEarlier(path)) {
      throw new RangeError(
        `${path} ${why ?? "was not made by this project"}; nothing is removed, remove it by hand`,
      );
    }
    there.push({ ...cleaning, made: mark?.made ?? false });
  }
  let isDone = true;
  for (
    const {
      path,
      isOurs: isNamedOurs,
      isKept = () => false,
      filesOfOthers = () => Promise.resolve([]),
      made,
    } of there
  ) {
    const mixed = made && yes ? [] : await filesOfOthers(path);
    const isOurs = (name: string) =>
      isNamedOurs(name) && !mixed.some((file) => file === name || file.startsWith(`${name}/`));
    if (!made && !yes) {
      const names = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
      const ours = names.filter((name) => isOurs(name) && name !== TASKS_LOCK).sort();
      if (ours.length === 0) continue;
      tell(`${path} was there before this project marked the folders that it makes. Of it,`);
      tell(`"deno task clean --yes" removes: ${ours.join(", ")}`);
      isDone = false;
      continue;
    }
    const isNamed = made && yes ? (name: string) => !isKept(name) : isOurs;
    const { removed, left } = await emptyFolder(path, isNamed, { confirmed: yes });
    const others = left.filter((name) => !isKept(name) && name !== WRITTEN_BELOW)
      .flatMap((name) => {
        const inside = mixed.filter((file) => file.startsWith(`${name}/`));
        return inside.length > 0 ? inside : [name];
      });
    const told = removed.filter((name) => name !== TASKS_LOCK), isGone = left.length === 0 && made;
    if (isGone) tell(`removed ${path}`);
    else if (told.length > 0) tell(`removed from ${path}: ${told.join(", ")}`);

    if (others.length === 0) continue;
    isDone = false;
    tell(
      `left in ${path}, for no command of this project makes them, or they were edited: ${
        others.join(", ")
      }`,
    );
    if (made) tell('"deno task clean --yes" removes them too');
  }
  return isDone;
}
