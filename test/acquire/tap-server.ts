import { existsSync, readFileSync } from "node:fs";
import { ROOT } from "#lib/run/files.ts";

const START = `${ROOT}/../shared/tap-server/start.sh`;

/** Why the real TAP server cannot run here; undefined when it can. */
export const NO_TAP_SERVER: string | undefined = !existsSync(START)
  ? "no ../shared"
  : Deno.build.os !== "linux" || !existsSync("/etc/debian_version")
  ? "not on Debian"
  : Deno.uid() !== 0
  ? "not root"
  : undefined;

/** Base address of the real TAP server while it runs. */
export const TAP_URL = "http://127.0.0.1:8080/tap";

/** Starts the real TAP server, or takes the one that runs; call the result to stop what we started. */
export async function startTapServer(): Promise<() => Promise<void>> {
  if (await isUp()) return () => Promise.resolve();
  const databaseRan = (await run("pg_lsclusters", "-h").catch(() => "")).includes("online");
  const folder = await Deno.makeTempDir();
  const pid = Number((await run(START, folder)).trim().split("\n").at(-1));
  return async () => {
    for (let tries = 0; isRunning(pid); tries++) {
      Deno.kill(pid, tries < 50 ? "SIGTERM" : "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (!databaseRan) await run("pg_ctlcluster", "15", "main", "stop");
    await Deno.remove(folder, { recursive: true });
  };
}

/** A process that has ended but that nobody has waited for stays listed as Z. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) &&
    !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

async function isUp(): Promise<boolean> {
  try {
    const response = await fetch(`${TAP_URL}/availability`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Output of a command, by way of a file: the server it starts would keep a pipe open. */
export async function run(command: string, ...args: string[]): Promise<string> {
  const output = await Deno.makeTempFile();
  try {
    const line = `"$@" > ${output} 2> ${output}.errors`;
    const shell = new Deno.Command("sh", { args: ["-c", line, "sh", command, ...args] });
    const { success } = await shell.spawn().status;
    if (!success) {
      throw new Error(`${command} failed: ${await Deno.readTextFile(`${output}.errors`)}`);
    }
    return await Deno.readTextFile(output);
  } finally {
    await Deno.remove(output);
    await Deno.remove(`${output}.errors`).catch(() => {});
  }
}
