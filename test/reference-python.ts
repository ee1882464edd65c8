import { referencePython } from "#tools/bench/reference-python.ts";

const python = await referencePython().catch((error: Error) => {
  console.log(`skipped: no Python with LightGBM to compare with: ${error.message}`);
});

/** Runs code in a Python that has the official LightGBM; undefined where none can be had. */
export const runPython = python === undefined ? undefined : run;

async function run(code: string, ...args: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { success, stdout, stderr } = await new Deno.Command(python!, {
    args: ["-c", code, ...args],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return stdout;
}
