import { createHash, type Hash } from "node:crypto";
import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { outFolder, ROOT } from "#lib/run/files.ts";
import { filesBelow, fileSha256 } from "@csc-classify/safe-files";
import { readResults } from "#lib/run/results.ts";
import type { RunRecord } from "./run-record.ts";

/** Code and shipped data that notebooks are made with, below the project's root. */
const PARTS = [
  "packages",
  "lib",
  "data",
  "notebooks/figures",
  "notebooks/show",
  "notebooks/studies",
  "tools",
  "deno.json",
  "deno.lock",
];

/** Settings that decide what a notebook shows, with their defaults; workers do not. */
const SETTINGS = { CSC_DATA: "auto", CSC_PROFILE: "quick", CSC_LABELS: "union", CSC_SEED: "42" };

/**
 * Names all that decides what the notebooks make, except the notebooks themselves: code, shipped
 * data, packages, the LightGBM build, settings, the user's own table and what was acquired.
 *
 * @param variables Settings of the run, before those of the environment.
 * @param root Folder of the project; tests hash others.
 */
export async function runFingerprint(
  variables: Readonly<Record<string, string>>,
  root = ROOT,
): Promise<string> {
  const hash = createHash("sha256");
  for (const part of PARTS) await addFiles(hash, `${root}/${part}`);
  hash.update(await Deno.readTextFile(LIGHTGBM_BUILD.key).catch(() => "not built"));
  for (const [name, fallback] of Object.entries(SETTINGS)) {
    const value = settingOf(name, variables) ?? fallback;
    hash.update(`${name}=${value}\0`);
    if (name === "CSC_DATA" && /[./\\]/.test(value)) hash.update(await fileSha256(value));
  }
  const acquired = `${outFolder()}/acquired`;
  for (const name of await namesIn(acquired).catch(() => [])) {
    const catalogue = `${acquired}/${name}/catalogue.parquet`;
    hash.update(`${name}\0`).update(await fileSha256(catalogue).catch(() => ""));
  }
  hash.update(JSON.stringify(Deno.version));
  return hash.digest("hex").slice(0, 32);
}

/**
 * Whether running a notebook again would only make again what is there. Never so for one that
 * failed, lacked an external table or showed simulated sources for want of the published ones, or
 * when something that it wrote is gone or is not as it was left.
 */
export async function isUnchanged(
  record: RunRecord | undefined,
  notebook: string,
  { fingerprint, variables, altered = new Set() }: {
    readonly fingerprint: string;
    readonly variables: Readonly<Record<string, string>>;
    /** Files below `out/` that somebody else has changed since. */
    readonly altered?: ReadonlySet<string>;
  },
): Promise<boolean> {
  if (!record || record.failure || record.lacked) return false;
  if (record.fingerprint !== fingerprint) return false;
  if (record.notebook !== await fileSha256(notebook)) return false;
  const head = (await readResults())?.head;
  if (head?.simulated && (settingOf("CSC_DATA", variables) ?? "auto") === "auto") return false;
  for (const path of [`${record.name}.html`, ...record.wrote ?? []]) {
    if (altered.has(path)) return false;
    if (!await Deno.stat(`${outFolder()}/${path}`).catch(() => undefined)) return false;
  }
  return true;
}

function settingOf(name: string, variables: Readonly<Record<string, string>>) {
  return variables[name] ?? Deno.env.get(name);
}

/** Files below `out/` written since a time, milliseconds since 1970. */
export async function filesSince(time: number): Promise<string[]> {
  const found: string[] = [];
  for (const path of await filesBelow(outFolder())) {
    // another notebook at work may have taken it away
    const { mtime } = await Deno.stat(`${outFolder()}/${path}`).catch(() => ({ mtime: null }));
    if ((mtime?.getTime() ?? 0) >= time) found.push(path);
  }
  return found;
}

async function addFiles(hash: Hash, path: string): Promise<void> {
  const info = await Deno.stat(path);
  if (info.isFile) return void hash.update(`${path.length} `).update(await Deno.readFile(path));
  for (const name of await namesIn(path)) {
    hash.update(`${name}\0`);
    await addFiles(hash, `${path}/${name}`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
