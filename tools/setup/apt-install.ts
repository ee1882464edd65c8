import { runCommand, withTries } from "./run-command.ts";

/** The lock of the lists of packages is not waited for by apt-get itself: five minutes. */
const WAITING = {
  isPassing: (message: string) => /Could not get lock|Unable to (lock|acquire)/i.test(message),
  tries: 60,
};

/**
 * Installs packages of Debian, where this user may, after saying so. The variable `CSC_NO_APT`
 * forbids it.
 *
 * @throws Error saying why not: forbidden, no apt-get, not root, or apt-get's own message.
 */
export async function aptInstall(
  packages: readonly string[],
  signal?: AbortSignal,
  waitMs = 5000,
): Promise<void> {
  if (Deno.env.get("CSC_NO_APT")) throw new Error("CSC_NO_APT forbids to install it");
  try {
    await runCommand("apt-get", ["--version"], { signal });
  } catch {
    signal?.throwIfAborted();
    throw new Error("there is no apt-get to install it with");
  }
  if (Deno.uid() !== 0) throw new Error("only root may install it");
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, signal };
  // as long as it takes on a machine that has just been made
  const patience = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
  const args = [...patience, "install", "-q", "-y", "--no-install-recommends", ...packages];
  console.error(
    `\nInstalling Debian's package ${packages.join(", ")}, with what it needs: ` +
      `apt-get ${args.join(" ")} (CSC_NO_APT=1 forbids this)`,
  );
  let told = false;
  const run = (...args: readonly string[]) =>
    withTries(() => runCommand("apt-get", args, options), {
      ...WAITING,
      waitMs,
      signal,
      onWait() {
        if (!told) console.error("Another process installs packages; waiting for it to end.");
        told = true;
      },
    });
  try {
    await run(...patience, "update", "-q");
    await run(...args);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`apt-get could not install it\n${(error as Error).message}`);
  }
}
