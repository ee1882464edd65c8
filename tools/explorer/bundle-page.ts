import { fileURLToPath } from "node:url";
import { ROOT } from "#lib/run/files.ts";
import { runCommand } from "../setup/run-command.ts";

/**
 * A TypeScript module and all it imports as one script for browsers, by `deno bundle`: no names of
 * it are seen outside.
 *
 * @throws Error with what `deno bundle` said of a module that it cannot bundle.
 */
export async function bundlePage(entry: URL): Promise<string> {
  const script = await runCommand(
    Deno.execPath(),
    ["bundle", "--quiet", "--platform", "browser", "--format", "iife", fileURLToPath(entry)],
    { cwd: ROOT },
  );
  // paths of the modules, some of them of this machine
  return `"use strict";\n${script.replace(/^ *\/\/ \S+\.(ts|js|json)\n/gm, "")}`;
}
