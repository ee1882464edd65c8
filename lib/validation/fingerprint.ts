import { createHash, type Hash } from "node:crypto";
import { lightgbmKey } from "../setup/build-lightgbm.ts";
import { ROOT } from "../run/paths.ts";

/** The parts of `lib/` that decide what a fit gives. */
const FITTING_CODE = ["forest", "lightgbm", "models", "preprocess", "run/random.ts"];

let code: Promise<string> | undefined;

/** SHA-256 of the code that decides what a fit gives, the LightGBM build included. */
export function fittingCode(): Promise<string> {
  return code ??= (async () => {
    const hash = createHash("sha256").update(lightgbmKey());
    for (const part of FITTING_CODE) await addFiles(hash, `${ROOT}/lib/${part}`);
    return hash.digest("hex");
  })();
}

async function addFiles(hash: Hash, path: string): Promise<void> {
  if ((await Deno.stat(path)).isFile) {
    hash.update(await Deno.readFile(path));
    return;
  }
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  for (const name of names.sort()) await addFiles(hash, `${path}/${name}`);
}
