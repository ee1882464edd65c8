/**
 * Writes lib/validation/fold-code.json: the modules that the worker of folds loads, and the
 * packages that these load, as `deno info` tells: `deno run -A tools/derive/fold-code.ts`.
 */
import { ROOT } from "#lib/run/files.ts";
import { writeJson } from "@csc-classify/safe-files";
import { runCommand } from "../setup/run-command.ts";

/** What a fold worker runs. */
interface FoldCode {
  /** Own modules, by their paths below the root, sorted. */
  readonly modules: readonly string[];
  /** Packages with their versions, sorted. */
  readonly packages: readonly string[];
}

/** What `deno info --json` tells. */
interface Info {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly npmPackage?: string;
    readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
  }[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly npmPackages: Readonly<
    Record<string, { readonly dependencies: readonly string[] }>
  >;
}

/** What the fold worker loads; imports of types alone load nothing. */
export async function foldCode(): Promise<FoldCode> {
  const worker = "lib/validation/fold-worker.ts";
  const args = ["info", "--json", worker];
  const info: Info = JSON.parse(await runCommand(Deno.execPath(), args, { cwd: ROOT }));
  const modules = new Map(info.modules.map((module) => [module.specifier, module]));
  const loaded = new Set(info.roots), packages = new Set<string>();
  // a set goes on with what is added while it is walked
  for (const specifier of loaded) {
    const { dependencies = [], npmPackage } = modules.get(specifier) ?? {};
    if (npmPackage) packages.add(npmPackage);
    for (const { code } of dependencies) {
      if (code) loaded.add(info.redirects[code.specifier] ?? code.specifier);
    }
  }
  for (const name of packages) {
    for (const other of info.npmPackages[name]?.dependencies ?? []) packages.add(other);
  }
  const own = `file://${ROOT}/`;
  return {
    modules: [...loaded].filter((specifier) => specifier.startsWith(own))
      .map((specifier) => specifier.slice(own.length)).sort(),
    packages: [...packages].sort(),
  };
}

if (import.meta.main) await writeJson(`${ROOT}/lib/validation/fold-code.json`, await foldCode());
