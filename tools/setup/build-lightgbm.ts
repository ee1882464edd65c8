import { LIGHTGBM_BUILD } from "#lib/models/load-lightgbm.ts";
import { CACHE } from "#lib/run/files.ts";
import {
  fileSha256,
  makeFolder,
  placeFiles,
  removeFile,
  sha256,
  writeAtomic,
} from "@csc-classify/safe-files";
import { LIGHTGBM_VERSION } from "@csc-classify/lightgbm-wasm";
import { downloadLightgbm } from "./download-lightgbm.ts";
import { type Emscripten, findEmscripten } from "./emscripten.ts";
import { runCommand } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

const COMPILE_FLAGS = [
  "-std=c++17",
  "-msimd128",
  // zeroing histograms by memory.fill instead of a loop saves some 2 per cent of a fit
  "-mbulk-memory",
  // rounding to whole numbers in the search for splits without a test each time: 7 per cent of a fit
  "-mnontrapping-fptoint",
  "-msign-ext",
  // with bulk memory Clang would ask for atomics too: there is one thread
  "-Dthread_local=",
  "-fwasm-exceptions",
  "-DNDEBUG",
  "-DEIGEN_MPL2_ONLY",
  "-DEIGEN_DONT_PARALLELIZE",
  "-w",
];

const EXPORTS = [
  "malloc",
  "free",
  ...[
    "GetLastError",
    "DatasetCreateFromMat",
    "DatasetSetFeatureNames",
    "DatasetSetField",
    "DatasetUpdateParamChecking",
    "DatasetFree",
    "BoosterCreate",
    "BoosterUpdateOneIter",
    "BoosterGetCurrentIteration",
    "BoosterGetNumClasses",
    "BoosterPredictForMat",
    "BoosterFeatureImportance",
    "BoosterSaveModelToString",
    "BoosterLoadModelFromString",
    "BoosterFree",
  ].map((name) => `LGBM_${name}`),
];

const LINK_FLAGS = [
  // more would run Binaryen for half a minute of processor time and gain one per cent of a fit
  "-O1",
  "-Wl,--strip-all",
  "-msimd128",
  "-mbulk-memory",
  "-mnontrapping-fptoint",
  "-msign-ext",
  "-fwasm-exceptions",
  "--no-entry",
  "-sWASM_BIGINT",
  "-sALLOW_MEMORY_GROWTH",
  "-sMAXIMUM_MEMORY=4GB",
  // what is left out is declared but not compiled: the loader refuses a call, which nothing makes
  "-sERROR_ON_UNDEFINED_SYMBOLS=0",
  `-sEXPORTED_FUNCTIONS=${EXPORTS.map((name) => `_${name}`).join()}`,
  "-w",
];

const INCLUDES = ["include", "eigen", "fast_double_parser/include", "fmt/include"]
  .map((folder, i) => `-I${i === 0 ? folder : `external_libs/${folder}`}`);

/**
 * What neither training nor prediction here ever calls: command line, graphics cards, R, other
 * machines, reading files, and kinds of learning that the binding has no parameter for (linear
 * trees, categorical columns). The loader refuses a call into any of it by name. Two of these
 * files, which instantiate searches for a split anew, took a third of the build.
 */
const LEFT_OUT = new RegExp(
  [
    "application/",
    "cuda/",
    "main\\.cpp",
    "gpu_\\w+\\.cpp",
    "\\w+_R\\.cpp",
    "linkers_\\w+\\.cpp",
    "\\w+_parallel_tree_learner\\.cpp",
    "linear_tree_learner\\.cpp",
    "feature_histogram\\.cpp",
    "file_io\\.cpp",
    "parser\\.cpp",
  ].map((part) => `/${part}`).join("|"),
);

/** Run once a training or less: optimising them costs more than it saves. */
const COLD =
  /\/(boosting|config\w*|dataset_loader|dcg_calculator|gbdt_model_text|json11|linker_topo|metadata|metric|network)\.cpp/;

/** What {@link buildLightgbm} takes. */
interface BuildOptions {
  /** The Python whose pip fetches the sources. `python3` on PATH. */
  readonly python?: string;
  /** A line for the user, with steps done and in all. */
  readonly onProgress?: (step: string, done: number, total: number) => void;
  /** Stops the build; the next one goes on where it ended. */
  readonly signal?: AbortSignal;
}

/** Version and flags: a name for the very binary that these would make. */
export function lightgbmKey(): string {
  const files = [LEFT_OUT, COLD].map(({ source }) => source);
  const flags = JSON.stringify([COMPILE_FLAGS, LINK_FLAGS, INCLUDES, ...files]);
  return `${LIGHTGBM_VERSION}-${sha256(flags).slice(0, 12)}`;
}

/** Folder of the object files of this build; git-ignored. */
function lightgbmFolder(): string {
  return `${CACHE}/lightgbm/${lightgbmKey()}`;
}

/** Whether the built module is there, whole, and is what today's version and flags make. */
export async function isLightgbmBuilt(build = LIGHTGBM_BUILD): Promise<boolean> {
  const read = (path: string) => Deno.readTextFile(path).catch(() => undefined);
  if (await read(build.key) !== lightgbmKey()) return false;
  const now = await fileSha256(build.module).catch(() => undefined);
  return now !== undefined && now === (await read(build.sum) ?? now);
}

/**
 * Builds LightGBM as a WebAssembly module: the official sources, fetched by pip and compiled with
 * Emscripten, one job a core. Does nothing when it is built; goes on where an interrupted build
 * ended, for each object file takes its name only when whole.
 *
 * @returns the module's path.
 * @throws SetupError naming the step, why it failed and the command that mends it.
 */
export async function buildLightgbm(options: BuildOptions = {}): Promise<string> {
  if (await isLightgbmBuilt()) return LIGHTGBM_BUILD.module;
  const { onProgress, signal } = options;
  onProgress?.("LightGBM: fetching the sources", 0, 1);
  const source = await downloadLightgbm(options);
  onProgress?.("LightGBM: looking for a compiler", 0, 1);
  const emscripten = await findEmscripten({ onProgress, signal });
  const objects = await compile(source, emscripten, options);
  onProgress?.("LightGBM: linking", objects.length, objects.length);
  try {
    await link(objects, emscripten, signal);
  } catch (error) {
    // a damaged object would fail for ever: the next set-up compiles all of them
    if (!signal?.aborted) { for (const object of objects) await removeFile(object); }
    throw error;
  }
  return LIGHTGBM_BUILD.module;
}

async function compile(source: string, emscripten: Emscripten, options: BuildOptions) {
  const files = await sourceFiles(source);
  const folder = `${lightgbmFolder()}/objects`;
  await makeFolder(folder);
  const objects = files.map((file) => `${folder}/${file.replaceAll("/", "-")}.o`);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...options.signal ? [options.signal] : []]);
  let next = 0, done = 0;
  const job = async () => {
    while (next < files.length) {
      const i = next++;
      await compileFile(files[i], objects[i], source, emscripten, signal);
      const step = `LightGBM: compiled ${++done} of ${files.length} files`;
      options.onProgress?.(step, done, files.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: navigator.hardwareConcurrency || 1 }, job));
  } catch (error) {
    stop.abort(error);
    throw error;
  }
  return objects;
}

async function compileFile(
  file: string,
  object: string,
  cwd: string,
  { command, env }: Emscripten,
  signal: AbortSignal,
): Promise<void> {
  if (await Deno.stat(object).catch(() => undefined)) return;
  const part = `${object}.${crypto.randomUUID()}.part.o`;
  const effort = COLD.test(file) ? "-O1" : "-O3";
  const args = [...COMPILE_FLAGS, effort, ...INCLUDES, "-c", file, "-o", part];
  await runStep(`compiling LightGBM's ${file}`, command, args, { cwd, env, signal });
  await placeFiles([{ from: part, to: object }]);
}

async function link(objects: string[], { command, env }: Emscripten, signal?: AbortSignal) {
  const part = `${lightgbmFolder()}/${crypto.randomUUID()}.part.wasm`;
  await runStep("linking LightGBM", command, [...LINK_FLAGS, ...objects, "-o", part], {
    env,
    signal,
  });
  await removeFile(LIGHTGBM_BUILD.key);
  await writeAtomic(LIGHTGBM_BUILD.sum, await fileSha256(part));
  await placeFiles([{ from: part, to: LIGHTGBM_BUILD.module }]);
  await writeAtomic(LIGHTGBM_BUILD.key, lightgbmKey());
}

async function runStep(step: string, ...command: Parameters<typeof runCommand>): Promise<void> {
  try {
    await runCommand(...command);
  } catch (error) {
    command[2]?.signal?.throwIfAborted();
    throw new SetupError(step, (error as Error).message, {
      "any system": "deno task clean --all, then deno task setup, which does all of it again",
    });
  }
}

/** The files to compile, the largest first so that the jobs end together. */
async function sourceFiles(source: string): Promise<string[]> {
  const files: { path: string; size: number }[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(`${source}/${folder}`)) {
      const path = `${folder}/${entry.name}`;
      if (LEFT_OUT.test(path)) continue;
      if (entry.isDirectory) await walk(path);
      else if (path.endsWith(".cpp")) {
        files.push({ path, size: (await Deno.stat(`${source}/${path}`)).size });
      }
    }
  };
  await walk("src");
  return files.sort((a, b) => b.size - a.size).map(({ path }) => path);
}
