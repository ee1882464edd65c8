import { LIGHTGBM_VERSION } from "@csc-classify/lightgbm-wasm/parameters";
import { basename, relative } from "node:path";
import { fileSha256 } from "@csc-classify/safe-files";
import config from "../../deno.json" with { type: "json" };
import { outFolder, ROOT } from "./files.ts";
import type { Settings } from "./settings.ts";

/** Where a product comes from: enough to make it again and to tell whether it is the same. */
interface Provenance {
  /** SHA-256 of each file it was made from, by path below the project's root or `out`, else name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly code: CodeVersion;
  readonly seed: number;
  readonly profile: string;
  /** Versions of Deno, V8, LightGBM and every package of `deno.json`. */
  readonly versions: Readonly<Record<string, string>>;
  /** When it was made, ISO 8601 in UTC. */
  readonly made: string;
}

/** The state of the code; undefined members where the project is not a git clone. */
export interface CodeVersion {
  readonly commit?: string;
  /** Whether tracked files were as committed. */
  readonly clean?: boolean;
}

/** Provenance of something made now from the given files. */
export async function provenance(
  settings: Pick<Settings, "seed" | "profile">,
  inputs: readonly string[],
): Promise<Provenance> {
  const hashes = await Promise.all(
    inputs.map(async (path) => [shortPath(path), await fileSha256(path)] as const),
  );
  return {
    inputs: Object.fromEntries(hashes),
    code: await codeVersion(),
    seed: settings.seed,
    profile: settings.profile.name,
    versions: versions(),
    made: new Date().toISOString(),
  };
}

/**
 * Path below the project's root; products are said to lie in `out`, wherever `CSC_OUT` has them, so
 * that their bytes are the same in every place. Of a file elsewhere only the name, for it is
 * nobody's business.
 */
function shortPath(path: string): string {
  const ofOut = relative(outFolder(), path), below = relative(ROOT, path);
  if (!ofOut.startsWith("..")) return `out/${ofOut}`;
  return below.startsWith("..") ? basename(path) : below;
}

/** Versions of the runtime and of every pinned package. */
function versions(): Record<string, string> {
  const packages = Object.values(config.imports)
    .map((specifier) => /^npm:(.+)@([^@]+)$/.exec(specifier))
    .filter((match) => match !== null)
    .map(([, name, version]) => [name, version] as const);
  return { ...runtimeVersions(), ...Object.fromEntries(packages) };
}

/** Versions of what computes: the same of these, the same numbers. */
export function runtimeVersions(): Record<string, string> {
  return { deno: Deno.version.deno, v8: Deno.version.v8, lightgbm: LIGHTGBM_VERSION };
}

/** Commit of the project and whether its tracked files were as committed. */
export async function codeVersion(): Promise<CodeVersion> {
  const commit = await git("rev-parse", "HEAD");
  if (commit === undefined) return {};
  return { commit, clean: await git("status", "--porcelain", "--untracked-files=no") === "" };
}

async function git(...args: string[]): Promise<string | undefined> {
  try {
    const command = new Deno.Command("git", { args, cwd: ROOT, stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined; // no git on this machine, or no permission to run it
  }
}
