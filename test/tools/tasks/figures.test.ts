import assert from "node:assert/strict";
import { ALL_FIGURES } from "#figures/mod.ts";
import { savedFile } from "#figures/saves.ts";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { ROOT } from "#lib/run/files.ts";
import { CMP_BINS } from "#lib/scoring/cmp-distribution.ts";

async function figures(out: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/figures.ts`, ...args],
    env: { CSC_OUT: out },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("each figure has an id of its own and reads files below out/", () => {
  assert.equal(new Set(ALL_FIGURES.map(({ id }) => id)).size, ALL_FIGURES.length);
  for (const { id, inputs } of ALL_FIGURES) {
    assert.match(id, /^[a-z0-9-]+$/);
    for (const input of inputs) assert.match(input, /^results\//, id);
  }
});

Deno.test("a figure comes as SVG, PDF and PNG with a sidecar that says what made it", () =>
  inFolder(async (folder) => {
    const histograms = Object.fromEntries(CLASSES.map((name) => [name, Array(CMP_BINS).fill(1)]));
    await Deno.mkdir(`${folder}/results`);
    await Deno.writeTextFile(
      `${folder}/${savedFile("cmp-distribution")}`,
      JSON.stringify({ catalogue: "c", simulated: true, histograms }),
    );
    const run = await figures(folder, "figure-6");
    assert.equal(run.code, 0, run.err);
    const files = [...Deno.readDirSync(`${folder}/figures`)].map(({ name }) => name).sort();
    assert.deepEqual(files, ["figure-6.json", "figure-6.pdf", "figure-6.png", "figure-6.svg"]);
    const sidecar = JSON.parse(await Deno.readTextFile(`${folder}/figures/figure-6.json`));
    assert.match(sidecar.caption, /SIMULATED/);
    const { inputs, seed, profile, versions } = sidecar.provenance;
    assert.match(Object.values(inputs)[0] as string, /^[0-9a-f]{64}$/);
    assert.deepEqual([seed, profile, versions.lightgbm], [42, "quick", "4.6.0"]);
    assert.match(sidecar.provenance.code.commit ?? "", /^([0-9a-f]{40})?$/);
  }));

Deno.test("without results a figure says what to run and the code is 1; --skip-missing is silent", () =>
  inFolder(async (folder) => {
    const run = await figures(folder, "figure-6");
    assert.equal(run.code, 1);
    assert.match(run.err, /figure-6: nothing in .*cmp-distribution.* run "deno task report" first/);
    const rest = await figures(folder, "--skip-missing");
    assert.deepEqual([rest.code, rest.err, rest.out.includes("figure-6")], [0, "", false]);
  }));

Deno.test("an unknown figure is refused with code 2", () =>
  inFolder(async (folder) => {
    const run = await figures(folder, "figure-99");
    assert.equal(run.code, 2);
    assert.match(run.err, /no figure "figure-99"/);
  }));
