import assert from "node:assert/strict";
import * as Plot from "@observablehq/plot";
import { useFolder } from "@csc-classify/safe-files";
import { print } from "#figures/print.ts";
import { ROOT } from "#lib/run/files.ts";

async function figures(out: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/figures.ts`, ...args],
    env: { CSC_OUT: out },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** In a folder for `out/` in which a notebook has drawn one figure, or none. */
async function inFolder(drawn: boolean, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  Deno.env.set("CSC_OUT", folder);
  try {
    await useFolder(folder);
    const marks = [Plot.dot([[1, 2], [3, 4]])];
    if (drawn) await print("figure-6", { title: "A trial", marks }, "Two points.");
    await test(folder);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the saved drawing of a notebook comes as PDF and PNG beside it, and is left as it is", () =>
  inFolder(true, async (folder) => {
    const svg = await Deno.readTextFile(`${folder}/figures/figure-6.svg`);
    const run = await figures(folder, "figure-6");
    assert.equal(run.code, 0, run.err);
    const files = [...Deno.readDirSync(`${folder}/figures`)].map(({ name }) => name).sort();
    assert.deepEqual(files, ["figure-6.json", "figure-6.pdf", "figure-6.png", "figure-6.svg"]);
    assert.equal(await Deno.readTextFile(`${folder}/figures/figure-6.svg`), svg);
    assert.match((await figures(folder, "--list")).out, /^figure-6 +A trial\n$/);
  }));

Deno.test("a broken drawing is named with what to do, and the code is 1", () =>
  inFolder(true, async (folder) => {
    const path = `${folder}/figures/figure-6.svg`;
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).slice(0, -20));
    const run = await figures(folder);
    assert.equal(run.code, 1);
    assert.match(run.err, /figure-6\.svg: .*not a whole figure.*deno task report --again/);
  }));

Deno.test("without figures it says what to run and the code is 1; --skip-missing is silent", () =>
  inFolder(false, async (folder) => {
    const run = await figures(folder);
    assert.equal(run.code, 1);
    assert.match(run.err, /no figures in .*: run "deno task report" first/);
    const rest = await figures(folder, "--skip-missing");
    assert.deepEqual([rest.code, rest.err, rest.out], [0, "", ""]);
  }));

Deno.test("an unknown figure is refused with code 2", () =>
  inFolder(true, async (folder) => {
    const run = await figures(folder, "figure-99");
    assert.equal(run.code, 2);
    assert.match(run.err, /no figure "figure-99"/);
  }));

Deno.test("titles and names reach no terminal as what it would obey; a broken sidecar is named", () =>
  inFolder(false, async (folder) => {
    await Deno.mkdir(`${folder}/figures`);
    const sidecar = `${folder}/figures/a.json`;
    await Deno.writeTextFile(sidecar, JSON.stringify({ title: "\u001b]0;owned\u0007\u202efdp" }));
    const listed = await figures(folder, "--list");
    assert.equal(listed.code, 0, listed.err);
    assert.equal(listed.out, `${"a".padEnd(24)} \\u001b]0;owned\\u0007\\u202efdp\n`);
    for (const text of ["", "{", "null"]) {
      await Deno.writeTextFile(sidecar, text);
      const { code, err } = await figures(folder, "--list");
      assert.equal(code, 1);
      assert.match(err, /a\.json is damaged \(.*\): move it away, or run its notebook/);
      assert.doesNotMatch(err, /^\s+at /m);
    }
  }));
