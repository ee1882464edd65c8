import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { fileSha256 } from "@csc-classify/safe-files";

/** What a report is asked to do. */
export interface Report {
  readonly profile: string;
  /** Numbers of notebooks, or what these begin with. */
  readonly only: readonly string[];
  readonly workers: number;
}

/** A report in a session of its own, so that it can be killed with all that it started. */
export function startReport(
  out: string,
  { profile, only, workers }: Report,
  ...more: string[]
): Deno.ChildProcess {
  const task = ["task", "report", "--profile", profile, "--workers", `${workers}`];
  return new Deno.Command("setsid", {
    args: ["--wait", Deno.execPath(), ...task, "--only", ...only, ...more],
    cwd: ROOT,
    env: { CSC_OUT: out, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs a report to its end; what it said. */
export async function wholeReport(out: string, report: Report): Promise<string> {
  const { code, stdout, stderr } = await startReport(out, report).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  return said;
}

/** Files of a report that carry no times, by SHA-256; fails where a part of a file is left. */
export async function products(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name;
    assert.doesNotMatch(name, /\.part/);
    if (isDirectory) Object.assign(found, await products(folder, `${path}/`));
    else if (
      /^(results\.json|(catalogue|results|model)\/.*|figures\/.*\.(svg|pdf|png))$/.test(path)
    ) {
      found[path] = await fileSha256(`${folder}/${path}`);
    }
  }
  return found;
}

/** Removes finished folds and kept models, or the next report would fit nothing. */
export async function forgetFits(): Promise<void> {
  for (const kept of ["folds", "model"]) {
    await Deno.remove(`${CACHE}/${kept}`, { recursive: true }).catch(() => {});
  }
}
