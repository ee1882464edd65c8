import { CACHE } from "#lib/run/files.ts";
import { aptInstall } from "./apt-install.ts";
import { runCommand } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

/** A compiler from C++ to WebAssembly. */
export interface Emscripten {
  readonly command: string;
  /** What its commands need in their environment. */
  readonly env: Record<string, string>;
}

/** How {@link findEmscripten} reports and is stopped. */
interface FindOptions {
  readonly onProgress?: (step: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const STEP = "compiling LightGBM";
const REMEDIES = {
  Debian: "sudo apt-get install emscripten",
  Fedora: "sudo dnf install emscripten",
  macOS: "brew install emscripten",
  "without root": "emsdk in a folder of yours: " +
    "https://emscripten.org/docs/getting_started/downloads.html; then source its emsdk_env.sh",
};

/**
 * The Emscripten on PATH; else Debian's, installed, when this user may.
 *
 * @throws SetupError when there is none and none can be installed.
 */
export async function findEmscripten(options: FindOptions = {}): Promise<Emscripten> {
  const { signal } = options;
  if (!await runs("emcc", signal)) {
    await install(options);
    if (!await runs("emcc", signal)) {
      throw new SetupError(
        STEP,
        "Debian's emscripten is installed, but emcc does not run",
        REMEDIES,
      );
    }
  }
  return { command: "emcc", env: await environment(signal) };
}

async function runs(command: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await runCommand(command, ["--version"], { signal });
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

async function install({ onProgress, signal }: FindOptions): Promise<void> {
  onProgress?.("LightGBM: installing Emscripten", 0, 1);
  try {
    await aptInstall(["emscripten"], signal);
  } catch (error) {
    signal?.throwIfAborted();
    const reason = (error as Error).message;
    throw new SetupError(STEP, `emcc (Emscripten) is not on PATH, and ${reason}`, REMEDIES);
  }
}

async function environment(signal?: AbortSignal): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  // Debian keeps the JavaScript libraries of the link step where node does not look
  const modules = "/usr/share/nodejs";
  if (await Deno.stat(modules).catch(() => undefined)) {
    env.NODE_PATH = [Deno.env.get("NODE_PATH"), modules].filter(Boolean).join(":");
  }
  const cache = await runCommand("em-config", ["CACHE"], { signal }).catch(() => "");
  // an Emscripten that cannot write beside itself would write into the user's home
  if (cache.trim().endsWith("/.emscripten_cache")) env.EM_CACHE = `${CACHE}/emscripten`;
  return env;
}
