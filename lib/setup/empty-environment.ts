import { createHash } from "node:crypto";
import { writeAtomic } from "../run/write-atomic.ts";
import { runCommand } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

/** Used where Python comes without pip and without ensurepip, as on Debian. */
const PIP = {
  url: "https://files.pythonhosted.org/packages/44/3c/" +
    "d717024885424591d5376220b5e836c2d5293ce2011523c9de23ff7bf068/pip-25.3-py3-none-any.whl",
  sha256: "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd",
};

const STEP = "making the Python environment";
const REMEDIES = {
  Debian: "sudo apt-get install python3 python3-venv",
  Fedora: "sudo dnf install python3 python3-pip",
  macOS: "brew install python",
};

/** The interpreter of an environment. */
export function interpreter(folder: string): string {
  return `${folder}/${Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python"}`;
}

/**
 * Makes an environment with nothing but pip in it, from the first Python on PATH that is new
 * enough. pip comes from ensurepip, else by the host's own pip, else from the package index.
 *
 * @throws SetupError naming what is missing and the command that mends it.
 */
export async function emptyEnvironment(folder: string, signal?: AbortSignal): Promise<void> {
  const host = await findPython(signal);
  try {
    await runCommand(host, ["-m", "venv", "--without-pip", folder], { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new SetupError(STEP, `Python's venv module fails\n${(error as Error).message}`, REMEDIES);
  }
  const python = interpreter(folder);
  const ways: (() => Promise<unknown>)[] = [
    () => runCommand(python, ["-m", "ensurepip", "--default-pip"], { signal }),
    () =>
      runCommand(host, ["-m", "pip", "--python", python, "install", "--quiet", "pip"], { signal }),
    () => fetchPip(folder, signal),
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

async function fetchPip(folder: string, signal?: AbortSignal): Promise<void> {
  const response = await fetch(PIP.url, { signal });
  if (!response.ok) throw new Error(`${PIP.url}: HTTP ${response.status}`);
  const bytes = await response.bytes();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== PIP.sha256) {
    throw new Error(`SHA-256 of ${PIP.url} is ${sha256}, not ${PIP.sha256}`);
  }
  const wheel = `${folder}/${PIP.url.split("/").at(-1)}`;
  await writeAtomic(wheel, bytes);
  await runCommand(
    interpreter(folder),
    [`${wheel}/pip`, "install", "--quiet", "--no-index", wheel],
    { signal },
  );
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
