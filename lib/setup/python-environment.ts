import { createHash } from "node:crypto";
import { CACHE, ROOT } from "../run/paths.ts";
import { writeAtomic, writeJson } from "../run/write-atomic.ts";
import { runCommand } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

/** The project's own Python environment. */
export const PYTHON_FOLDER = `${CACHE}/python`;

/** The interpreter of {@link PYTHON_FOLDER}. */
export const PYTHON = `${PYTHON_FOLDER}/${
  Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python"
}`;

/** Exact versions and hashes: `uv pip compile --universal --python-version 3.10 --generate-hashes`. */
const REQUIREMENTS = `${ROOT}/lib/setup/requirements.txt`;

/** Used where Python comes without pip and without ensurepip, as on Debian. */
const PIP = {
  url: "https://files.pythonhosted.org/packages/py3/p/pip/pip-25.3-py3-none-any.whl",
  sha256: "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd",
};

const STEP = "making the Python environment";
const REMEDIES = {
  Debian: "sudo apt-get install python3 python3-venv",
  Fedora: "sudo dnf install python3 python3-pip",
  macOS: "brew install python",
};

/** How {@link pythonEnvironment} reports and is stopped. */
export interface PythonOptions {
  /** A line for the user, with packages done and in all. */
  readonly onProgress?: (step: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes the environment with JupyterLab, nbconvert and nbclient in `.cache/python`. Does nothing
 * when it is there and whole; one left half-made by an interruption is made anew.
 *
 * @returns the path of its interpreter.
 * @throws SetupError naming the step, why it failed and the command that mends it.
 */
export async function pythonEnvironment(options: PythonOptions = {}): Promise<string> {
  await Deno.mkdir(CACHE, { recursive: true });
  // two tasks started at once must not build in the same folder; a dead task's lock is released
  using lock = await Deno.open(`${CACHE}/python.lock`, { create: true, write: true });
  await lock.lock(true);
  const requirements = await Deno.readTextFile(REQUIREMENTS);
  const key = createHash("sha256").update(requirements).update(ROOT).digest("hex");
  if (await isWhole(key)) return PYTHON;
  await Deno.remove(PYTHON_FOLDER, { recursive: true }).catch(() => {});
  options.onProgress?.("Python environment: looking for Python", 0, 1);
  const host = await findPython(options.signal);
  await makeEnvironment(host, options.signal);
  await installPackages(requirements, options);
  await writeJson(`${PYTHON_FOLDER}/whole.json`, { key });
  return PYTHON;
}

/** Whether the environment is finished, for these requirements and at this place. */
async function isWhole(key: string): Promise<boolean> {
  try {
    const marker = JSON.parse(await Deno.readTextFile(`${PYTHON_FOLDER}/whole.json`));
    return marker.key === key && (await Deno.stat(PYTHON)).isFile;
  } catch {
    return false;
  }
}

/** The first Python on PATH that is new enough. */
async function findPython(signal?: AbortSignal): Promise<string> {
  const tooOld: string[] = [];
  const names = ["python3", "python", ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  for (const name of names) {
    const script = "import sys; print('%d.%d' % sys.version_info[:2])";
    const version = await runCommand(name, ["-c", script], { signal }).catch(() => "");
    signal?.throwIfAborted();
    const [major, minor] = version.trim().split(".").map(Number);
    if (major === 3 && minor >= 10) return name;
    if (version) tooOld.push(`${name} is ${version.trim()}`);
  }
  const why = tooOld.length
    ? `Python 3.10 or newer is needed, but ${tooOld.join(", ")}`
    : "there is no python3 on PATH";
  throw new SetupError(STEP, why, REMEDIES);
}

/** An empty environment with pip, by the first of three ways that works. */
async function makeEnvironment(host: string, signal?: AbortSignal): Promise<void> {
  try {
    await runCommand(host, ["-m", "venv", "--without-pip", PYTHON_FOLDER], { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new SetupError(STEP, `Python's venv module fails\n${(error as Error).message}`, REMEDIES);
  }
  const ways: (() => Promise<unknown>)[] = [
    () => runCommand(PYTHON, ["-m", "ensurepip", "--default-pip"], { signal }),
    () =>
      runCommand(host, ["-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"], { signal }),
    () => fetchPip(signal),
  ];
  const reasons: string[] = [];
  for (const way of ways) {
    try {
      return void await way();
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push((error as Error).message);
    }
  }
  throw new SetupError(STEP, `pip could not be had\n${reasons.join("\n")}`, REMEDIES);
}

async function fetchPip(signal?: AbortSignal): Promise<void> {
  const response = await fetch(PIP.url, { signal });
  if (!response.ok) throw new Error(`${PIP.url}: HTTP ${response.status}`);
  const bytes = await response.bytes();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== PIP.sha256) {
    throw new Error(`SHA-256 of ${PIP.url} is ${sha256}, not ${PIP.sha256}`);
  }
  const wheel = `${PYTHON_FOLDER}/${PIP.url.split("/").at(-1)}`;
  await writeAtomic(wheel, bytes);
  await runCommand(PYTHON, [`${wheel}/pip`, "install", "--quiet", "--no-index", wheel], { signal });
}

async function installPackages(requirements: string, options: PythonOptions): Promise<void> {
  const total = requirements.match(/^[\w.-]+==/gm)?.length ?? 1;
  const install =
    "-m pip install --no-deps --require-hashes --disable-pip-version-check --no-input";
  const command = new Deno.Command(PYTHON, {
    args: [...install.split(" "), "--progress-bar", "off", "-r", REQUIREMENTS],
    env: { PYTHONNOUSERSITE: "1", PIP_REQUIRE_VIRTUALENV: "0", PIP_USER: "0" },
    stdout: "piped",
    stderr: "piped",
    signal: options.signal,
  });
  const process = command.spawn();
  const errors = new Response(process.stderr).text();
  let done = 0;
  for await (const line of process.stdout.pipeThrough(new TextDecoderStream())) {
    done += line.match(/^Collecting /gm)?.length ?? 0;
    options.onProgress?.("Python environment: JupyterLab, nbconvert, nbclient", done, total);
  }
  const { success } = await process.status;
  options.signal?.throwIfAborted();
  if (success) return;
  throw new SetupError(
    "installing JupyterLab, nbconvert and nbclient",
    `pip failed (is the network there?)\n${(await errors).trim().slice(-1500)}`,
    { "any system": `${PYTHON} ${install} -r ${REQUIREMENTS}` },
  );
}
