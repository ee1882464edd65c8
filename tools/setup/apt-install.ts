import { runCommand } from "./run-command.ts";

/**
 * Installs packages of Debian, where this user may, after saying so. The variable `CSC_NO_APT`
 * forbids it.
 *
 * @throws Error saying why not: forbidden, no apt-get, not root, or apt-get's own message.
 */
export async function aptInstall(packages: readonly string[], signal?: AbortSignal): Promise<void> {
  if (Deno.env.get("CSC_NO_APT")) throw new Error("CSC_NO_APT forbids to install it");
  try {
    await runCommand("apt-get", ["--version"], { signal });
  } catch {
    signal?.throwIfAborted();
    throw new Error("there is no apt-get to install it with");
  }
  if (Deno.uid() !== 0) throw new Error("only root may install it");
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" }, signal };
  const args = ["install", "-q", "-y", "--no-install-recommends", ...packages];
  console.error(
    `\nInstalling Debian's package ${packages.join(", ")}, with what it needs: ` +
      `apt-get ${args.join(" ")} (CSC_NO_APT=1 forbids this)`,
  );
  try {
    await runCommand("apt-get", ["update", "-q"], options);
    await runCommand("apt-get", args, options);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`apt-get could not install it\n${(error as Error).message}`);
  }
}
