/**
 * Writes a package as npm takes it: `deno run -A tools/derive/npm-package.ts sky FOLDER`, then
 * `npm publish FOLDER`. One ES module for each entry point and one for what they share; the packages
 * of this project that it needs are in them, those of others are left to npm.
 */
import ts from "typescript";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { ROOT } from "#lib/run/files.ts";
import {
  filesBelow,
  makeFolder,
  workFolder,
  writeAtomic,
  writeJson,
} from "@csc-classify/safe-files";
import config from "../../deno.json" with { type: "json" };
import { runCommand } from "../setup/run-command.ts";

/** What npm installs beside a package is not put into it. */
const EXTERNAL = Object.keys(config.imports).filter((name) => !name.startsWith("#"))
  .map((name) => `--external=${name.replace(/\/$/, "")}`);

/** Of these each entry is one file, which a page loads by itself: what entries share has no state. */
const ONE_FILE_AN_ENTRY = ["lightgbm-wasm"];

/** A module for Node 20, which knows no `using`; without comments, of which some name this machine. */
function plain(module: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
  };
  return ts.transpileModule(module, { compilerOptions }).outputText;
}

function importsOf(module: string): string[] {
  const imports = module.matchAll(/^(?:import|export) (?:[^";]* from )?"([^"]+)";$/gm);
  return Array.from(imports, ([, name]) => name);
}

/** Packages from elsewhere that a module imports, with the versions that `deno.json` pins. */
function dependenciesOf(module: string): [name: string, version: string][] {
  const pinned = Object.entries(config.imports).map(([name, to]) =>
    [name.replace(/\/$/, ""), /@([^@/]+)\/?$/.exec(to)?.[1] ?? ""] as const
  );
  return importsOf(module).filter((name) => !/^(\.|node:)/.test(name)).map((imported) => {
    const found = pinned.find(([name]) => `${imported}/`.startsWith(`${name}/`));
    if (!found) throw new Error(`${imported} is imported, which deno.json does not pin`);
    return [...found];
  });
}

/** Writes a package, by the name of its folder, into a folder. */
export async function writeNpmPackage(name: string, folder: string): Promise<void> {
  const source = `${ROOT}/packages/${name}`, read = (path: string) => Deno.readTextFile(path);
  const { exports, license, ...about } = JSON.parse(await read(`${source}/deno.json`));
  await makeFolder(folder);
  await using work = await workFolder(folder);
  const paths = Object.values<string>(exports).map((path) => `${source}/${path}`);
  const split = ["--code-splitting", "--outdir", work.folder, "--platform", "deno"];
  const bundles = ONE_FILE_AN_ENTRY.includes(name) ? paths.map((path) => [path]) : [paths];
  for (const together of bundles) {
    await runCommand(Deno.execPath(), ["bundle", "--quiet", ...split, ...EXTERNAL, ...together], {
      cwd: ROOT,
    });
  }
  const modules = new Map<string, string>(), dependencies: Record<string, string> = {};
  for (const path of await filesBelow(work.folder)) {
    const module = plain(await read(`${work.folder}/${path}`));
    modules.set(`./${path}`, module);
    Object.assign(dependencies, Object.fromEntries(dependenciesOf(module)));
    await writeAtomic(`${folder}/${path}`, module);
  }
  const entries: Record<string, string> = Object.fromEntries(
    Object.entries<string>(exports).map(([entry, path]) => [entry, path.replace(/\.ts$/, ".js")]),
  );
  const needsPolars = (path: string): boolean =>
    importsOf(modules.get(path) ?? "").some((one) =>
      one.startsWith(".") ? needsPolars(one) : one === "nodejs-polars"
    );
  if (name === "lightgbm-wasm") {
    entries["./lightgbm.wasm"] = "./lightgbm.wasm";
    await writeAtomic(`${folder}/lightgbm.wasm`, await Deno.readFile(LIGHTGBM_BUILD.module));
  }
  const [, description] = (await read(`${source}/README.md`)).split(/\n\n/);
  await writeJson(`${folder}/package.json`, {
    ...about,
    description: description.replaceAll("\n", " "),
    license,
    type: "module",
    exports: entries,
    dependencies,
    // polars asks for Node 22; entries without it do with less
    engines: { node: Object.values(entries).every(needsPolars) ? ">=22" : ">=20" },
  });
  await writeAtomic(`${folder}/README.md`, await read(`${source}/README.md`));
  await writeAtomic(`${folder}/LICENSE`, await read(`${ROOT}/LICENSE`));
}

if (import.meta.main) {
  const [name, folder] = Deno.args;
  if (!name || !folder) {
    console.error("give the name of a package, e.g. sky, and a folder");
    Deno.exit(2);
  }
  await writeNpmPackage(name, folder);
}
