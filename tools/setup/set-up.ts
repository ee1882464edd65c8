import { makeFolder } from "@csc-classify/safe-files";
import { CACHE } from "#lib/run/files.ts";
import { bundlePage } from "../explorer/bundle-page.ts";
import { buildLightgbm, isLightgbmBuilt } from "./build-lightgbm.ts";
import { registerKernel } from "./kernelspec.ts";
import { pythonEnvironment } from "./python-environment.ts";
import { writeTo } from "./terminal.ts";

/**
 * Makes everything a task needs, once: the Python environment, the kernel, LightGBM. What is
 * there is left alone; what an interruption left half-made is finished or made anew.
 *
 * @throws SetupError naming the step, why it failed and the command that mends it.
 */
export async function setUp(signal?: AbortSignal): Promise<void> {
  await makeFolder(CACHE, "cache");
  await withBar((onProgress) => pythonEnvironment({ onProgress, signal }));
  await registerKernel();
  if (await isLightgbmBuilt()) return;
  const python = await pythonEnvironment();
  await withBar((onProgress) => buildLightgbm({ python, onProgress, signal }));
  // Deno's bundler fetches itself when first used: pages can then be made without a network
  await bundlePage(new URL("../explorer/page/csc-name.ts", import.meta.url)).catch(() => {});
}

type OnProgress = (step: string, done: number, total: number) => void;

/** Runs a step with its bar in a terminal, or with a line for each stage elsewhere. */
async function withBar(step: (onProgress: OnProgress) => Promise<unknown>): Promise<void> {
  let last = "";
  await step((text, done, total) => {
    const stage = text.replace(/ \d+ of \d+/, "");
    if (Deno.stderr.isTerminal()) {
      const share = total > 1 ? ` (${done} of ${total})` : "";
      write(`\r\x1b[K${stage}${share}`);
    } else if (stage !== last) write(`${stage}\n`);
    last = stage;
  });
  if (last && Deno.stderr.isTerminal()) write("\n");
}

function write(text: string): void {
  writeTo(Deno.stderr, text);
}
