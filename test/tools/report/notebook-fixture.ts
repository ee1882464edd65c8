import { CACHE } from "#lib/run/files.ts";
import { registerKernel } from "#tools/setup/kernelspec.ts";
import { pythonEnvironment } from "#tools/setup/python-environment.ts";

/** A cell's source, with what kind it is. */
export type Cell = readonly ["markdown" | "code", string];

/** A folder inside the project, where `#lib/` means something, with one notebook; removed at the end. */
export async function notebookFixture(cells: readonly Cell[]) {
  await pythonEnvironment();
  await registerKernel();
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  const path = `${folder}/00-trial.ipynb`;
  const code = { outputs: [], execution_count: null };
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      cells: cells.map(([cell_type, source], i) => ({
        cell_type,
        source,
        id: `cell-${i}`,
        metadata: {},
        ...(cell_type === "code" ? code : {}),
      })),
      metadata: { kernelspec: { name: "deno", display_name: "Deno", language: "typescript" } },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  );
  return {
    folder,
    path,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
