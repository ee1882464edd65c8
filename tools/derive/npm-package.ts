/**
 * Writes a package as npm takes it: `deno run -A tools/derive/npm-package.ts sky FOLDER`, then
 * `npm publish FOLDER`. One ES module for each entry point, other packages left to npm. For the
 * packages that ask nothing of Deno: forests, lightgbm-wasm (with the WebAssembly), sky.
 */
import ts from "typescript";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { ROOT } from "#lib/run/files.ts";
import { makeFolder, writeAtomic, writeJson } from "@csc-classify/safe-files";
import config from "../../deno.json" with { type: "json" };
import { runCommand } from "../setup/run-command.ts";

/** Packages that run wherever JavaScript does. */
export const NPM_PACKAGES = ["forests", "lightgbm-wasm", "sky"] as const;

/** What npm installs beside a package is not put into it. */
const OTHERS = Object.keys(config.imports).map((name) => `--external=${name}`);

/** A module for Node 20, which knows no `using`; without comments, of which some name this machine. */
function plain(module: string): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    removeComments: true,
  };
  return ts.transpileModule(module, { compilerOptions }).outputText;
}

/** Writes a package into a folder. */
export async function writeNpmPackage(
  name: typeof NPM_PACKAGES[number],
  folder: string,
): Promise<void> {
  const source = `${ROOT}/packages/${name}`, read = (path: string) => Deno.readTextFile(path);
  const { exports, license, ...about } = JSON.parse(await read(`${source}/deno.json`));
  await makeFolder(folder);
  const entries: Record<string, string> = {}, dependencies: Record<string, string> = {};
  for (const [entry, path] of Object.entries<string>(exports)) {
    const bundle = ["bundle", "--quiet", "--platform", "browser", ...OTHERS, `${source}/${path}`];
    const bundled = plain(await runCommand(Deno.execPath(), bundle, { cwd: ROOT }));
    entries[entry] = path.replace(/\.ts$/, ".js");
    await writeAtomic(`${folder}/${entries[entry]}`, bundled);
    for (const [, other] of bundled.matchAll(/^import .* from "([^"]+)";$/gm)) {
      const locked = config.imports[other as keyof typeof config.imports];
      if (!locked) throw new Error(`${name} imports ${other}, which deno.json does not pin`);
      dependencies[other] = locked.slice(`npm:${other}@`.length);
    }
  }
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
    engines: { node: ">=20" },
  });
  await writeAtomic(`${folder}/README.md`, await read(`${source}/README.md`));
  await writeAtomic(`${folder}/LICENSE`, await read(`${ROOT}/LICENSE`));
}

if (import.meta.main) {
  const [name, folder] = Deno.args, known = NPM_PACKAGES.find((one) => one === name);
  if (!known || !folder) {
    console.error(`give one of ${NPM_PACKAGES.join(", ")} and a folder`);
    Deno.exit(2);
  }
  await writeNpmPackage(known, folder);
}
