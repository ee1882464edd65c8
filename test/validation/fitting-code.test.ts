import assert from "node:assert/strict";
import { dirname } from "node:path";
import { ROOT } from "#lib/run/files.ts";
import { crossValidate } from "#lib/validation/cross-validate.ts";
import { fittingCode } from "#lib/validation/fitting-code.ts";
import closure from "#lib/validation/fold-code.json" with { type: "json" };
import { foldName } from "#lib/validation/fold-store.ts";
import { foldCode } from "#tools/derive/fold-code.ts";
import { smallRun } from "./small-run.ts";

Deno.test("the list of what decides a fold is what its worker loads: deno run -A tools/derive/fold-code.ts", async () => {
  assert.deepEqual(closure, await foldCode());
  assert.ok(closure.modules.includes("lib/validation/pool.ts"));
  assert.ok(closure.packages.some((name) => name.startsWith("apache-arrow@")));
});

Deno.test("a comment or a line break changes no key of folds, a statement anywhere in the code does", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const path of closure.modules) {
      await Deno.mkdir(dirname(`${root}/${path}`), { recursive: true });
      await Deno.copyFile(`${ROOT}/${path}`, `${root}/${path}`);
    }
    const before = await fittingCode(root);
    assert.equal(before, await fittingCode());
    for (const path of closure.modules) {
      const text = await Deno.readTextFile(`${root}/${path}`);
      const commented = `// a new remark\n${
        text.replace("\n}\n", "\n\n  /* and one more */\n}\n")
      }`;
      await Deno.writeTextFile(`${root}/${path}`, commented);
    }
    assert.equal(await fittingCode(root), before);
    for (const path of closure.modules) {
      const text = await Deno.readTextFile(`${root}/${path}`);
      await Deno.writeTextFile(`${root}/${path}`, `${text}0;\n`);
      assert.notEqual(await fittingCode(root), before, path);
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    // what looks like a comment in a text or a pattern is none
    const [path] = closure.modules, text = await Deno.readTextFile(`${root}/${path}`);
    const keys = await Promise.all(['"// a"', '"// b"', "/\\/* a/", "/\\/* b/"].map(async (one) => {
      const folder = `${root}/${crypto.randomUUID()}`;
      await new Deno.Command("cp", { args: ["-r", `${root}/lib`, `${folder}-lib`] }).output();
      await Deno.mkdir(folder);
      await Deno.rename(`${folder}-lib`, `${folder}/lib`);
      await Deno.symlink(`${root}/packages`, `${folder}/packages`);
      await Deno.writeTextFile(`${folder}/${path}`, `${text}export const mark = ${one};\n`);
      return await fittingCode(folder);
    }));
    assert.equal(new Set(keys).size, 4);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a fold is kept under its assignment, its number and its seed", () => {
  const task = { iteration: 0, fold: 1, assignment: Int32Array.of(0, 1, 2, 0), seed: 7 };
  const names = [
    task,
    { ...task, assignment: Int32Array.of(0, 1, 0, 2) },
    { ...task, seed: 8 },
    { ...task, fold: 2 },
  ].map(foldName);
  assert.equal(new Set(names).size, 4);
  assert.equal(foldName({ ...task, assignment: task.assignment.slice() }), names[0]);
});

Deno.test("another pipeline, another seed or other groups fit anew; the same finds all folds", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = { ...smallRun(folder, 1), iterations: 1 };
    const spec = { ...run.spec, parameters: { trees: 2, maxDepth: 3 } };
    const fitted = async (changed: Partial<typeof run>) =>
      (await crossValidate({ ...run, spec, ...changed })).fitted;
    assert.equal(await fitted({}), 5);
    assert.equal(await fitted({}), 0);
    assert.equal(await fitted({ spec: { ...spec, parameters: { trees: 3, maxDepth: 3 } } }), 5);
    assert.equal(await fitted({ seed: 10 }), 5);
    assert.equal(await fitted({ folds: 4 }), 4);
    assert.equal(await fitted({ groups: Int32Array.from(run.labels, (_, i) => i % 60) }), 5);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
