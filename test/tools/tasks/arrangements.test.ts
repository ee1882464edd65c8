import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import fc from "fast-check";
import {
  checkOutputs,
  makeFolder,
  MARK,
  placeFiles,
  removeFolder,
  replaceFolder,
  useFolder,
  workFolder,
  writeAtomic,
} from "@csc-classify/safe-files";
import { FolderCache } from "@csc-classify/vo-archives";
import { ownOutput, productOutputs, WRITTEN } from "#tools/tasks/own-product.ts";
import { cleanFolders, isOfCache, isOfOut } from "#tools/tasks/clean-folder.ts";
import { checkScoreOutputs } from "#tools/tasks/score-outputs.ts";

/** 500 arrangements with `deno task test --thorough`; a tenth of them without. */
const RUNS = Deno.env.get("CSC_THOROUGH") === "1" ? 500 : 50;

/** Names that commands know, and others that are hard to get right. */
const NAMES = [
  ...["t.csv", "o.csv", "o.csv-metadata.json", "o.csv.rejects.csv", "out", "model", "folds"],
  ...["index.html", "results.json", "manifest.json", ".score-results", ".work-x", "lock", MARK],
  ...[
    "O.CSV",
    "\u00e9.csv",
    "e\u0301.csv",
    "a\nb.csv",
    "-rf",
    ".o.csv.replaced",
    "index.html.part",
  ],
  "index.html.01234567-0123-0123-0123-0123456789ab.part",
  `${"0".repeat(32)}.json`,
];

const IN_OUT = NAMES.filter(isOfOut), IN_CACHE = NAMES.filter((name) => isOfCache(name, true));

/** One thing in a folder: the user's unless it is said to be the project's. */
const KINDS = [
  ...["file", "file", "read-only file", "pipe", "folder", "folder with a copied mark"],
  ...["link", "hard link", "the project's list", "the project's folder", "the project's results"],
] as const;

interface Thing {
  readonly kind: typeof KINDS[number];
  readonly name: string;
  /** In which of the folders made before; of links, to which of the things. */
  readonly place: number;
  readonly target: number;
}

const THING: fc.Arbitrary<Thing> = fc.record({
  kind: fc.constantFrom(...KINDS),
  name: fc.constantFrom(...NAMES),
  place: fc.nat(9),
  target: fc.nat(11),
});

/** What a command does with files of these numbers. */
const COMMANDS = [
  "score",
  "report",
  "clean",
  "publish",
  "remove",
  "fresh",
  "archive",
  "work",
] as const;

const COMMAND = fc.record({
  command: fc.constantFrom(...COMMANDS),
  paths: fc.array(fc.nat(19), { minLength: 3, maxLength: 3 }),
  /** `--overwrite`, `--yes`. */
  insists: fc.boolean(),
  hasRejects: fc.boolean(),
});

/** All that is there, by path: what it is and holds. */
async function trace(folder: string, below = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { name } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name, at = `${folder}/${path}`, stat = await Deno.lstat(at);
    if (stat.isDirectory) {
      found.set(path, "a folder");
      for (const entry of await trace(folder, `${path}/`)) found.set(...entry);
    } else if (stat.isSymlink) found.set(path, `a link to ${await Deno.readLink(at)}`);
    else if (!stat.isFile) found.set(path, "a pipe");
    else found.set(path, `${stat.mode} ${await Deno.readTextFile(at)}`);
  }
  return found;
}

/** A world of files, and which of them the project has made. */
async function arrange(folder: string, things: readonly Thing[]) {
  const paths = [`${folder}/elsewhere/thesis.tex`], folders = [`${folder}/here`];
  const ours = new Set<string>();
  await Deno.mkdir(`${folder}/here`);
  await Deno.mkdir(`${folder}/elsewhere`);
  await Deno.writeTextFile(paths[0], "mine");
  // for its mark to be copied
  await makeFolder(`${folder}/made`, "results");
  ours.add("made").add(`made/${MARK}`);
  for (const { kind, name, place, target } of things) {
    const path = `${folders[place % folders.length]}/${name}`;
    if (await Deno.lstat(path).catch(() => undefined)) continue;
    const other = paths[target % paths.length],
      own = (at: string) => ours.add(at.slice(folder.length + 1));
    if (kind.startsWith("read-only")) await Deno.writeTextFile(path, "mine", { mode: 0o444 });
    else if (kind === "file") await Deno.writeTextFile(path, `mine: ${name}`);
    else if (kind === "pipe") await new Deno.Command("mkfifo", { args: ["--", path] }).output();
    else if (kind === "link") await Deno.symlink(other, path);
    else if (kind === "hard link") {
      if ((await Deno.lstat(other)).isFile) await Deno.link(other, path);
      else continue;
    } else if (kind === "the project's list") {
      await writeAtomic(path, "row,name,column,value,problem\n1,a,,,bad\n", WRITTEN);
      own(path);
    } else {
      folders.push(path);
      if (kind === "the project's folder") await makeFolder(path, "a catalogue for archives");
      else if (kind === "the project's results") await useFolder(path);
      else await Deno.mkdir(path);
      if (kind.startsWith("the project's")) {
        own(path);
        own(`${path}/${MARK}`);
      } else if (kind === "folder with a copied mark") {
        await Deno.copyFile(`${folder}/made/${MARK}`, `${path}/${MARK}`);
        own(`${path}/${MARK}`); // whose content nobody has written but the project
      }
    }
    paths.push(path);
  }
  return { paths, folders, ours };
}

/** Does what a command does with the files that its arguments name. */
async function obey(
  { command, insists, hasRejects }: { command: string; insists: boolean; hasRejects: boolean },
  [one, two, three]: readonly string[],
  /** Takes what the user lets it change, or what is the project's by its name, of its own folders. */
  allow: (paths: readonly string[], folder?: string) => void,
): Promise<void> {
  if (command === "score") {
    const files = { table: one, out: two, rejects: three, overwrite: insists };
    await checkScoreOutputs(files);
    if (insists) allow([...productOutputs(two, "").map(({ path }) => path), three]);
    await using work = await workFolder(dirname(two), ".score-");
    const all = productOutputs(two, "").map(({ path }) => path);
    for (const path of [...all, three]) {
      await writeAtomic(`${work.folder}/${basename(path)}`, "new");
    }
    const placed = hasRejects ? [...all, three] : all;
    const from = (to: string) => ({ from: `${work.folder}/${basename(to)}`, to });
    await placeFiles(placed.map(from), WRITTEN, hasRejects ? [] : [three]);
  } else if (command === "report") {
    await useFolder(one);
    await writeAtomic(`${one}/07-new.html`, "new");
  } else if (command === "clean") {
    const folders = [
      { path: one, isOurs: isOfOut, isEarlier: () => Promise.resolve(false) },
      {
        path: two,
        isOurs: (name: string) => isOfCache(name, true),
        isEarlier: () => Promise.resolve(false),
      },
    ];
    for (const [at, names] of [[one, IN_OUT], [two, IN_CACHE]] as const) {
      const named = names.flatMap((name) => [`${at}/${name}`, `${at}/${name}/`]);
      allow(insists ? [`${at}/`] : named, at);
    }
    await cleanFolders(folders, { yes: insists, tell: () => {} });
  } else if (command === "publish") {
    await checkOutputs({
      inputs: [{ path: two, what: "the file" }],
      outputs: [{ path: one, option: "--to", isFolder: true }],
    });
    allow([`${one}/`], one);
    await replaceFolder(
      one,
      "a catalogue for archives",
      (built) => writeAtomic(`${built}/q.rd`, "new"),
    );
  } else if (command === "remove") {
    allow([`${one}/`], one);
    await removeFolder(one, "a catalogue for archives");
  } else if (command === "fresh") {
    await (await new FolderCache(one).open()).clear();
  } else if (command === "archive") {
    const output = { ...ownOutput(one, "--to"), makesFolders: true };
    await checkOutputs({ inputs: [], outputs: [output], overwrite: insists });
    if (insists) allow([one]);
    await writeAtomic(one, "new", WRITTEN);
  } else {
    await using _work = await workFolder(one);
  }
}

Deno.test(`in ${RUNS} arrangements of files, links and marks no command changes what the project did not make`, async () => {
  let refused = 0, done = 0;
  const property = fc.asyncProperty(
    fc.array(THING, { minLength: 1, maxLength: 9 }),
    fc.array(COMMAND, { minLength: 1, maxLength: 3 }),
    async (things, commands) => {
      const folder = await Deno.realPath(await Deno.makeTempDir());
      try {
        const { paths, folders, ours } = await arrange(folder, things);
        // outputs that are there, and some that are not
        const all = [...paths, ...folders.flatMap((at) => [`${at}/o.csv`, `${at}/new.csv`, at])];
        const before = await trace(folder), allowed: string[] = [];
        for (const one of commands) {
          const arguments_ = one.paths.map((n) => all[n % all.length]);
          const allow = (some: readonly string[], at?: string) => {
            if (at === undefined || ours.has(at.slice(folder.length + 1))) allowed.push(...some);
          };
          try {
            await obey(one, arguments_, allow);
            done++;
          } catch (error) {
            // a folder that a command before has removed, and all refusals
            assert.ok(error instanceof Error, String(error));
            refused++;
          }
        }
        const after = await trace(folder);
        for (const [path, content] of before) {
          const at = `${folder}/${path}`;
          const isMine = !ours.has(path) &&
            !allowed.some((other) => other.endsWith("/") ? at.startsWith(other) : at === other);
          if (isMine) {
            assert.equal(after.get(path), content, `${path}; ${JSON.stringify(commands)}`);
          }
        }
        for (const [path] of after) {
          assert.doesNotMatch(path, /\.score-[0-9a-f]{8}-|\.work-[0-9a-f]{8}-/);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
  await fc.assert(property, { numRuns: RUNS, seed: 29, timeout: 20_000 });
  // arrangements that are all refused, or none, would tell nothing
  assert.ok(done > RUNS / 4 && refused > RUNS / 4, `${done} done, ${refused} refused`);
});
