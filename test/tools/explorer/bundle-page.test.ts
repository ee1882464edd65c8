import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { bundlePage } from "#tools/explorer/bundle-page.ts";

async function bundle(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    return await bundlePage(pathToFileURL(`${folder}/main.ts`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("modules become one script: types gone, private names apart, each module once", async () => {
  const script = await bundle({
    "main.ts":
      'import { twice, type N } from "./a.ts";\nimport ONE from "./one.json" with { type: ' +
      '"json" };\nimport { LOG as log } from "./b.ts";\n' +
      "const helper: N = ONE.value;\nlog.push(String(twice(helper + 1)));\n",
    "a.ts": 'import { LOG } from "./b.ts";\nexport type N = number;\nconst helper = 2;\n' +
      'export function twice(x: N): N {\n  LOG.push("a");\n  return helper * x;\n}\n',
    "one.json": '{ "value": 1 }',
    "b.ts": "export const LOG: string[] = (globalThis as { bundled?: string[] }).bundled!;\n",
  });
  const bundled: string[] = [];
  Object.assign(globalThis, { bundled });
  new Function(script)();
  assert.deepEqual(bundled, ["a", "4"]);
});

Deno.test("a module that is not there is named", async () => {
  await assert.rejects(bundle({ "main.ts": 'import { x } from "./gone.ts";\nx();\n' }), /gone\.ts/);
});
