import { runCommand } from "./run-command.ts";

/**
 * Installs packages of Debian, where this user may.
 *
 * @throws Error saying why not: no apt-get, not root, or apt-get's own message.
 */
export async function aptInstall(packages: readonly string[], signal?: AbortSignal): Promise<void> {
  try {
    await runCommand("apt-get", ["--version"], { signal });
  } catch {
    signal?.throwIfAborted();
    throw new Error("there is no apt-get to install it with");
  }
  if (Deno.uid() !== 0) throw new Error("only root may install it");
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, signal };
  try {
    await runCommand("apt-get", ["update", "-q"], options);
    const args = ["install", "-q", "-y", "--no-install-recommends", ...packages];
    await runCommand("apt-get", args, options);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`apt-get could not install it\n${(error as Error).message}`);
  }
}
