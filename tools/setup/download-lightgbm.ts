import { fileSha256, moveFolder, workFolder, writeAtomic } from "@csc-classify/safe-files";
import { LIGHTGBM_VERSION } from "@csc-classify/lightgbm-wasm";
import { CACHE } from "#lib/run/files.ts";
import { isDropped, runCommand, withTries } from "./run-command.ts";
import { SetupError } from "./setup-error.ts";

/** Of the source distribution on the Python Package Index. */
const SHA256 = "cb1c59720eb569389c0ba74d14f52351b573af489f230032a1c9f314f8bab7fe";
const NAME = `lightgbm-${LIGHTGBM_VERSION}`;

/**
 * pip asks a source distribution's build system for its metadata even when it only downloads.
 * This stands in for that system: nothing else is fetched, nothing of the package is run.
 */
const STAND_IN = `import os
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    name = "${NAME}.dist-info"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: lightgbm\\nVersion: ${LIGHTGBM_VERSION}\\n")
    return name
`;

/**
 * The official sources of LightGBM, by `pip download`, checked by SHA-256 and unpacked.
 *
 * @returns their folder, below the cache; nothing is fetched when it is there.
 * @throws SetupError when there is no Python, no pip, no network, or the file is another.
 */
export async function downloadLightgbm(
  { python = "python3", signal }: { readonly python?: string; readonly signal?: AbortSignal },
): Promise<string> {
  const folder = `${CACHE}/lightgbm/${NAME}`;
  if (await Deno.stat(folder).catch(() => undefined)) return folder;
  await using unfinished = await workFolder(`${CACHE}/lightgbm`);
  const work = unfinished.folder, standIn = `${work}/stand-in/scikit_build_core`;
  await writeAtomic(`${standIn}/__init__.py`, "");
  await writeAtomic(`${standIn}/build.py`, STAND_IN);
  await writeAtomic(
    `${work}/requirements.txt`,
    `lightgbm==${LIGHTGBM_VERSION} --hash=sha256:${SHA256}\n`,
  );
  await fetchSources(python, work, signal);
  await checkArchive(`${work}/${NAME}.tar.gz`);
  await runCommand(python, ["-m", "tarfile", "-e", `${work}/${NAME}.tar.gz`, work], { signal });
  // another process may have been quicker
  if (!await Deno.stat(folder).catch(() => undefined)) await moveFolder(`${work}/${NAME}`, folder);
  return folder;
}

async function fetchSources(python: string, work: string, signal?: AbortSignal): Promise<void> {
  const choice = "--no-deps --no-binary :all: --no-build-isolation --require-hashes";
  const quiet = "--no-cache-dir --disable-pip-version-check --no-input";
  const args = `-m pip download ${choice} ${quiet} -d . -r requirements.txt`.split(" ");
  const env = { PYTHONPATH: `${work}/stand-in`, PIP_REQUIRE_VIRTUALENV: "0" };
  try {
    await withTries(() => runCommand(python, args, { cwd: work, env, signal }), {
      isPassing: isDropped,
      tries: 4,
      waitMs: 2000,
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    const { message } = error as Error;
    const step = `fetching the sources of LightGBM ${LIGHTGBM_VERSION}`;
    if (error instanceof Deno.errors.NotFound || /No module named pip/.test(message)) {
      throw new SetupError(step, `there is no Python with pip at "${python}"`, {
        Debian: "apt-get install python3-venv python3-pip",
        Fedora: "dnf install python3-pip",
        macOS: "brew install python",
      });
    }
    throw new SetupError(step, `pip could not download it (is the network there?)\n${message}`, {
      "any system": `${python} -m pip download --no-deps lightgbm==${LIGHTGBM_VERSION}`,
    });
  }
}

async function checkArchive(path: string): Promise<void> {
  const sha256 = await fileSha256(path);
  if (sha256 !== SHA256) {
    throw new SetupError(
      "checking the sources of LightGBM",
      `SHA-256 of ${NAME}.tar.gz is ${sha256}; expected ${SHA256}`,
    );
  }
}
