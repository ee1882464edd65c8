// Slow: npm installs what each package needs.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import ts from "typescript";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { DATA, ROOT } from "#lib/run/files.ts";
import { filesBelow } from "@csc-classify/safe-files";
import { writeNpmPackage } from "#tools/derive/npm-package.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { FakeServer } from "../packages/vo-archives/test/fake-server.ts";
import { serve, tableData, votable } from "../packages/vo-archives/test/fake-catalogue.ts";
import { inFolder } from "./in-folder.ts";

const PACKAGES = [...Deno.readDirSync(`${ROOT}/packages`)].map(({ name }) => name).sort();
const hasRegistry = await runCommand("npm", [
  "view",
  "@hscmap/healpix@1.4.12",
  "version",
  "--prefer-offline",
  "--fetch-retries=0",
]).then(() => true, () => false);
const hasLightgbm = existsSync(LIGHTGBM_BUILD.module);
if (!hasRegistry) console.log("skipped: packages from npm: no npm, or it reaches no registry");
if (!hasLightgbm) console.log("skipped: examples with LightGBM: deno task setup builds it");

/** What the example of each package prints. */
const PRINTED: Readonly<Record<string, RegExp>> = {
  "chandra-archives": /^\d+ point sources; 0 services failed;/,
  "chandra-sources": /mine.*NGC 4486.*3\.1e-14/s,
  "forests": /^true true$/,
  "lightgbm-wasm": /^true true$/,
  "safe-files": /^\[ ["']scored\.csv["'] \]$/,
  "sky": /^0,1 1,0$/,
  "vo-archives": /^\d+ rows of name,ra,dec,flux,flag$/,
  "vo-tables": /^VOTable \[.*name \(no unit\).*\n(.*,.*\n?)+$/s,
};

/** Packages whose examples use polars, which asks for Node 22. */
const WITH_POLARS = ["chandra-archives", "vo-archives"];

let node22: Promise<string> | undefined;

/** A Node of at least that version: the one that is here, or else one from npm. */
async function nodeFrom(version: number): Promise<string> {
  const here = await runCommand("node", ["-p", "parseInt(process.versions.node)"]);
  if (Number(here) >= version) return "node";
  return await (node22 ??= Deno.makeTempDir().then(async (folder) => {
    addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    await runCommand("npm", ["install", ...QUIET, "node@22"], { cwd: folder });
    return `${folder}/node_modules/.bin/node`;
  }));
}

const QUIET = ["--silent", "--no-audit", "--no-fund", "--prefer-offline"];
/** Where npm itself lies, for another Node to run it. */
const NPM = await runCommand("npm", ["root", "--global"]).then((root) => `${root.trim()}/npm`)
  .catch(() => "");

/** The example of a package's README. */
async function exampleOf(name: string): Promise<string> {
  const [, example] = /```ts\n(.*?)```/s.exec(
    await Deno.readTextFile(`${ROOT}/packages/${name}/README.md`),
  )!;
  return example;
}

/** Puts the example, and what it reads, into a folder: archives are asked of a server here. */
async function prepare(name: string, folder: string, server: FakeServer): Promise<string> {
  const example = (await exampleOf(name)).replace(/https:\/\/[^"]+/, server.url)
    .replace(/TOP 5 \* FROM "II\/246\/out"/, "name, ra, dec, flux, flag FROM t")
    // the field of this example is the one whose answers are recorded
    .replace("import { FolderCache }", "import { RecordedCache }")
    .replace('new FolderCache("answers"),\n});', "new RecordedCache(recorded.answers),\n});")
    .replace(
      /^(?=.*\n.*RecordedCache)/,
      'import recorded from "./recorded.json" with { type: "json" };\n',
    );
  await Deno.copyFile(`${DATA}/recorded-answers.json`, `${folder}/recorded.json`);
  await Deno.writeTextFile(`${folder}/table.csv`, "name,class\n");
  await Deno.writeTextFile(`${folder}/sources.vot`, votable(tableData()));
  if (hasLightgbm) await Deno.copyFile(LIGHTGBM_BUILD.module, `${folder}/lightgbm.wasm`);
  return example;
}

for (const name of PACKAGES) {
  const ignore = name === "lightgbm-wasm" && !hasLightgbm;

  Deno.test({
    name: `the example in the README of ${name} runs as it stands`,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        await using server = new FakeServer((request) => serve(request));
        await Deno.writeTextFile(`${folder}/example.ts`, await prepare(name, folder, server));
        const config = ["--config", `${ROOT}/deno.json`, "--frozen"];
        const args = ["run", "-A", "--no-check", ...config, "example.ts"];
        const printed = await runCommand(Deno.execPath(), args, { cwd: folder });
        assert.match(printed.trim(), PRINTED[name]);
      }),
  });

  Deno.test({
    name: `${name}, packed by npm and installed in an empty folder, does its example in Node`,
    ignore: ignore || !hasRegistry,
    fn: () =>
      inFolder(async (folder) => {
        await using server = new FakeServer((request) => serve(request));
        const user = `${folder}/user`;
        await Deno.mkdir(user);
        await Deno.writeTextFile(`${user}/package.json`, "{}");
        const example = await prepare(name, user, server);
        const imported = example.matchAll(/from "@csc-classify\/([\w-]+)/g);
        const names = new Set(Array.from(imported, ([, one]) => one));
        const packed = await Promise.all([...names].map(async (one) => {
          await writeNpmPackage(one, `${folder}/${one}`);
          const pack = ["pack", "--silent", "--pack-destination", folder];
          const file = await runCommand("npm", pack, { cwd: `${folder}/${one}` });
          return `${folder}/${file.trim()}`;
        }));
        const node = await nodeFrom(WITH_POLARS.includes(name) ? 22 : 20);
        await runCommand(node, [`${NPM}/bin/npm-cli.js`, "install", ...QUIET, ...packed], {
          cwd: user,
        });
        if (name === "lightgbm-wasm") {
          const installed = `${user}/node_modules/@csc-classify/lightgbm-wasm`;
          await Deno.copyFile(`${installed}/lightgbm.wasm`, `${user}/lightgbm.wasm`);
        }
        const target = ts.ScriptTarget.ES2022, module = ts.ModuleKind.ESNext;
        const { outputText } = ts.transpileModule(example, { compilerOptions: { target, module } });
        await Deno.writeTextFile(`${user}/example.mjs`, outputText);
        const printed = await runCommand(node, ["--no-warnings", "example.mjs"], { cwd: user });
        assert.match(printed.trim(), PRINTED[name]);
      }),
  });

  Deno.test(`deno publish takes ${name} as it is`, async () => {
    const args = ["publish", "--dry-run", "--allow-dirty", "--no-check", "--quiet"];
    await runCommand(Deno.execPath(), args, { cwd: `${ROOT}/packages/${name}` });
  });
}

/** What Node 20 lacks of what Deno and browsers have. */
const LATER = [
  /\b(Map|Object)\.groupBy\b/,
  /\bArray\.fromAsync\b/,
  /\bPromise\.(withResolvers|try)\b/,
  /\bURL\.parse\(/,
  /\bIterator\.|\.(keys|values|entries)\(\)\s*\.(map|filter|some|every|take|drop|find|toArray|reduce)\(/,
  /\.(toBase64|toHex|setFromBase64|setFromHex)\(|\bUint8Array\.from(Base64|Hex)\b/,
  /\.(union|intersection|difference|symmetricDifference|is(Subset|Superset|Disjoint)\w+)\(/,
  /\bimport \{[^}]*zstd[^}]*\} from "node:zlib"/i,
];

Deno.test("no package uses what Node 20 has not, wherever its example may not come", async () => {
  const found: string[] = [];
  for (const name of PACKAGES) {
    for (const path of await filesBelow(`${ROOT}/packages/${name}`)) {
      if (!path.endsWith(".ts") || path.startsWith("test/")) continue;
      const text = await Deno.readTextFile(`${ROOT}/packages/${name}/${path}`);
      found.push(
        ...LATER.flatMap((later) => later.exec(text)?.[0] ?? []).map((one) =>
          `${name}/${path}: ${one}`
        ),
      );
    }
  }
  assert.deepEqual(found, []);
});

/** Entries that say that they need nothing but a browser. */
const FOR_BROWSERS = [
  ["chandra-sources", "."],
  ["forests", "."],
  ["lightgbm-wasm", "."],
  ["sky", "."],
  ["vo-tables", "./browser"],
] as const;

for (const [name, entry] of FOR_BROWSERS) {
  Deno.test({
    name: `entry ${entry} of ${name}, packed for npm, asks nothing of Node or Deno`,
    ignore: name === "lightgbm-wasm" && !hasLightgbm,
    fn: () =>
      inFolder(async (folder) => {
        await writeNpmPackage(name, folder);
        const read = (path: string) => Deno.readTextFile(`${folder}/${path}`);
        const { exports } = JSON.parse(await read("package.json"));
        const seen = new Set<string>(), asked: string[] = [];
        const visit = async (path: string) => {
          if (seen.has(path)) return;
          seen.add(path);
          const text = await read(path);
          asked.push(...text.match(/\bDeno\.\w+/g) ?? []);
          for (
            const [, one] of text.matchAll(/^(?:import|export) (?:[^";]* from )?"([^"]+)";$/gm)
          ) {
            if (one.startsWith("./")) await visit(one);
            else if (one.startsWith("node:")) asked.push(one);
          }
        };
        await visit(exports[entry]);
        assert.deepEqual(asked, []);
      }),
  });
}

Deno.test("the examples have the types that they claim", () =>
  inFolder(async (folder) => {
    for (const name of PACKAGES) {
      await Deno.writeTextFile(`${folder}/${name}.ts`, await exampleOf(name));
    }
    const config = ["--config", `${ROOT}/deno.json`, "--frozen"];
    const files = PACKAGES.map((name) => `${name}.ts`);
    await runCommand(Deno.execPath(), ["check", ...config, ...files], { cwd: folder });
  }));
