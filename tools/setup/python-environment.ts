import { dirname } from "node:path";
import { makeFolder, sha256, writeJson } from "@csc-classify/safe-files";
import { CACHE, ROOT } from "#lib/run/files.ts";
import { emptyEnvironment, interpreter } from "./empty-environment.ts";
import { isDropped, withTries } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

/** The project's own Python environment. */
export const PYTHON_FOLDER = `${CACHE}/python`;

/** The interpreter of {@link PYTHON_FOLDER}. */
export const PYTHON = interpreter(PYTHON_FOLDER);

/** Exact versions and hashes: `uv pip compile --universal --python-version 3.10 --generate-hashes`. */
const REQUIREMENTS = `${ROOT}/tools/setup/requirements.txt`;

/** How {@link pythonEnvironment} reports and is stopped. */
interface PythonOptions {
  /** A line for the user, with packages done and in all. */
  readonly onProgress?: (step: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Where to make it; {@link PYTHON_FOLDER}. */
  readonly folder?: string;
  /** File of packages with versions and hashes; the project's own list. */
  readonly requirements?: string;
  /** What is in it, for messages; JupyterLab, nbconvert, nbclient. */
  readonly contents?: string;
}

/**
 * Makes the environment with JupyterLab, nbconvert and nbclient in `.cache/python`. Does nothing
 * when it is there and whole; one left half-made by an interruption is made anew.
 *
 * @returns the path of its interpreter.
 * @throws SetupError naming the step, why it failed and the command that mends it.
 */
export async function pythonEnvironment(options: PythonOptions = {}): Promise<string> {
  const { folder = PYTHON_FOLDER, requirements = REQUIREMENTS, signal } = options;
  await makeFolder(dirname(folder));
  // two tasks started at once must not build in the same folder; a dead task's lock is released
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  const list = await Deno.readTextFile(requirements);
  // scripts in the environment carry its place, so a moved project needs a new one
  const key = sha256(list + folder);
  if (await isWhole(folder, key)) return interpreter(folder);
  options.onProgress?.("Python environment: looking for Python", 0, 1);
  await emptyEnvironment(folder, signal);
  // what has come is kept, so that the next try begins where this one was cut off
  await withTries(() => installPackages(interpreter(folder), requirements, list, options), {
    isPassing: isDropped,
    tries: 4,
    waitMs: 2000,
    signal,
    onWait: () => options.onProgress?.("Python environment: the network dropped it; again", 0, 1),
  });
  await writeJson(`${folder}/whole.json`, { key });
  return interpreter(folder);
}

/** Whether the environment is finished, for these requirements and at this place. */
async function isWhole(folder: string, key: string): Promise<boolean> {
  try {
    const marker = JSON.parse(await Deno.readTextFile(`${folder}/whole.json`));
    return marker.key === key && (await Deno.stat(interpreter(folder))).isFile;
  } catch {
    return false;
  }
}

async function installPackages(
  python: string,
  requirements: string,
  list: string,
  options: PythonOptions,
): Promise<void> {
  const total = list.match(/^[\w.-]+==/gm)?.length ?? 1;
  const install =
    "-m pip install --no-deps --require-hashes --disable-pip-version-check --no-input";
  const command = new Deno.Command(python, {
    args: [...install.split(" "), "--progress-bar", "off", "-r", requirements],
    env: {
      PIP_CACHE_DIR: `${CACHE}/pip`,
      PYTHONNOUSERSITE: "1",
      PIP_REQUIRE_VIRTUALENV: "0",
      PIP_USER: "0",
    },
    stdout: "piped",
    stderr: "piped",
    signal: options.signal,
  });
  const process = command.spawn();
  const errors = new Response(process.stderr).text();
  const { contents = "JupyterLab, nbconvert, nbclient" } = options;
  let done = 0;
  for await (const line of process.stdout.pipeThrough(new TextDecoderStream())) {
    done += line.match(/^Collecting /gm)?.length ?? 0;
    options.onProgress?.(`Python environment: ${contents}`, done, total);
  }
  const { success } = await process.status;
  options.signal?.throwIfAborted();
  if (success) return;
  throw new SetupError(
    `installing ${contents}`,
    `pip failed (is the network there?)\n${(await errors).trim().slice(-1500)}`,
    { "any system": `${python} ${install} -r ${requirements}` },
  );
}
