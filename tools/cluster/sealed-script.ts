import { OutputError, readRegularText, sha256 } from "@csc-classify/safe-files";

/** What a job script ends with, by which one that was edited is known. */
const SEAL = /^# written by deno task cluster, SHA-256 of the lines above: ([0-9a-f]{64})\n$/m;

/** A job script with its digest in a last line. */
export function sealedScript(text: string): string {
  return `${text}# written by deno task cluster, SHA-256 of the lines above: ${sha256(text)}\n`;
}

/** Whether a file is a job script as it was written. */
export async function isAsWritten(path: string): Promise<boolean> {
  const text = await readRegularText(path) ?? "", seal = SEAL.exec(text);
  return seal !== null && sha256(text.slice(0, seal.index)) === seal[1];
}

/** @throws OutputError for a script that is there and was edited since, or is none of these. */
export async function refuseEdited(path: string): Promise<void> {
  const isThere = await Deno.lstat(path).then(() => true, () => false);
  if (!isThere || await isAsWritten(path)) return;
  throw new OutputError(
    `${path} was edited since it was written, or is no script of this project: it is not replaced; ` +
      "move it elsewhere, or submit it yourself with sbatch",
  );
}
