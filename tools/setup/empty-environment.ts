import { aptInstall } from "./apt-install.ts";
import { runCommand } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

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
 * enough; what was in the folder is removed. pip comes from ensurepip, else by the host's own pip,
 * else from Debian's python3-venv, which is installed where this user may.
 *
 * @throws SetupError naming what is missing and the command that mends it.
 */
export async function emptyEnvironment(folder: string, signal?: AbortSignal): Promise<void> {
  const host = await findPython(signal);
  try {
    // Python clears the folder: Deno lets no task remove a program that it may run
    await runCommand(host, ["-m", "venv", "--clear", "--without-pip", folder], { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new SetupError(STEP, `Python's venv module fails\n${(error as Error).message}`, REMEDIES);
  }
  const python = interpreter(folder);
  const ensurePip = () => runCommand(python, ["-m", "ensurepip", "--default-pip"], { signal });
  const ways: (() => Promise<unknown>)[] = [
    ensurePip,
    () =>
      runCommand(host, ["-m", "pip", "--python", python, "install", "--quiet", "pip"], { signal }),
    () => aptInstall(["python3-venv"], signal).then(ensurePip),
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
