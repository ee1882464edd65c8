import assert from "node:assert/strict";
import { CACHE, ROOT } from "#lib/run/files.ts";

/** The code cells of a notebook as one module. */
function toModule(text: string): string {
  const { cells } = JSON.parse(text) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  return cells.filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => [source].flat().join("")).join("\n;\n") + "\nexport {};\n";
}

Deno.test("the kernel does not check types, so this does: all notebooks", async () => {
  await Deno.mkdir(`${CACHE}/test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${CACHE}/test` });
  try {
    const names = [...Deno.readDirSync(`${ROOT}/notebooks`)].map(({ name }) => name)
      .filter((name) => name.endsWith(".ipynb"));
    const paths = names.map((name) => `${folder}/${name}.ts`);
    for (const [i, name] of names.entries()) {
      const text = await Deno.readTextFile(`${ROOT}/notebooks/${name}`);
      await Deno.writeTextFile(paths[i], toModule(text));
    }
    // `deno check` passes over the cache folder, which deno.json excludes; this does not
    const check = new Deno.Command(Deno.execPath(), {
      args: ["cache", "--check", "--quiet", ...paths],
      env: { NO_COLOR: "1" },
    });
    const { success, stderr } = await check.output();
    assert.ok(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
