import {
  addedTo,
  emptyFolder,
  filesBelow,
  isPart,
  MARK,
  markOf,
  whyGuarded,
} from "@csc-classify/safe-files";

/** What the project's commands write directly into `out/`. */
const IN_OUT: readonly RegExp[] = [
  /^(index|explorer|classify)\.html$/,
  /^(\d\d-[\w-]+)(\.failed)?\.(html|ipynb)$/,
  /^(results|report|\.manifest)\.json$/,
  /^bench(-\w+)?\.(json|png|svg)$/,
  /^probe\.md$/,
  /^(figures|results|model|catalogue|acquired|publish|cluster)$/,
  /^csc-classify-[\w.-]+\.tar\.gz$/,
  /^\.(report|results|\d\d-[\w-]+)\.lock$/,
];

/** What commands write into folders of `out/` that people look into; of the others all is theirs. */
const IN_FOLDERS: Readonly<Record<string, RegExp>> = {
  figures: /^[\w-]+\.(svg|png|pdf|json)$/,
  acquired: /^[^/]+\/(acquired\.json|(catalogue|training)\.parquet)$/,
  catalogue: /^[\w-]+\.(parquet|arrow|csv|csv-metadata\.json|vot)$/,
  model:
    /^(pipeline\.json|likeness\.json|lightgbm\.txt|training\.csv|SHA256SUMS|csc_classify\.py|__pycache__\/.*)$/,
};

/**
 * Files of others in folders of `out/`: those that no command writes there, and in `figures` what
 * has no sidecar, which every figure of ours has.
 */
export async function filesOfOthers(out: string): Promise<string[]> {
  const found: string[] = [];
  for (const [folder, ours] of Object.entries(IN_FOLDERS)) {
    const stat = await Deno.lstat(`${out}/${folder}`).catch(() => undefined);
    if (!stat?.isDirectory) continue;
    const files = await filesBelow(`${out}/${folder}`), all = new Set(files);
    const isOurs = (file: string) =>
      isPart(file) ||
      ours.test(file) && (folder !== "figures" || all.has(file.replace(/\.\w+$/, ".json")));
    found.push(...files.filter((file) => !isOurs(file)).map((file) => `${folder}/${file}`));
  }
  return [...found, ...await addedToPublished(`${out}/publish`)];
}

/** What others put into the folder of what was published, and into those that are in it. */
async function addedToPublished(publish: string): Promise<string[]> {
  const stat = await Deno.lstat(publish).catch(() => undefined);
  if (!stat?.isDirectory) return [];
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(publish)) {
    const isOurs = isDirectory && await markOf(`${publish}/${name}`) !== undefined;
    if (isOurs) {
      found.push(...(await addedTo(`${publish}/${name}`)).map((path) => `publish/${name}/${path}`));
    } else if (name !== MARK && !isPart(name)) found.push(`publish/${name}`);
  }
  return found.sort();
}

/** What in `.cache/` takes long to make again or comes from the network, with its locks. */
const BUILT =
  /^(python|publish-python|checkers-python|bench-env|lightgbm|emscripten|published|deno)(\.lock)?$/;

/** The rest of `.cache/`. */
const FITTED =
  /^(folds|fits|model|archives|bench|jupyter|pip|test|cdp|\.(work|restore|score|held-out)-.*)$/;

/** Whether a name in `out/` is that of something that a command of this project writes there. */
export function isOfOut(name: string): boolean {
  return isPart(name) || IN_OUT.some((pattern) => pattern.test(name));
}

/** The same of `.cache/`; without `all` only what is quickly made again. */
export function isOfCache(name: string, all: boolean): boolean {
  return isPart(name) || FITTED.test(name) || all && BUILT.test(name);
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
      isNamedOurs(name) && !mixed.some((file) => file.startsWith(`${name}/`));
    if (!made && !yes) {
      const names = await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
      const ours = names.filter(isOurs).sort();
      if (ours.length === 0) continue;
      tell(`${path} was there before this project marked the folders that it makes. Of it,`);
      tell(`"deno task clean --yes" removes: ${ours.join(", ")}`);
      isDone = false;
      continue;
    }
    const isNamed = made && yes ? (name: string) => !isKept(name) : isOurs;
    const { removed, left } = await emptyFolder(path, isNamed, { confirmed: yes });
    const others = left.filter((name) => !isKept(name))
      .flatMap((name) => {
        const inside = mixed.filter((file) => file.startsWith(`${name}/`));
        return inside.length > 0 ? inside : [name];
      });
    if (removed.length > 0 || left.length === 0) {
      const isGone = left.length === 0 && made;
      tell(isGone ? `removed ${path}` : `removed from ${path}: ${removed.join(", ")}`);
    }
    if (others.length === 0) continue;
    isDone = false;
    tell(`left in ${path}, for no command of this project makes them: ${others.join(", ")}`);
    if (made) tell('"deno task clean --yes" removes them too');
  }
  return isDone;
}
