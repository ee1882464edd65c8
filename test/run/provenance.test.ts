import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";
import { provenance } from "#lib/run/provenance.ts";
import { readSettings } from "#lib/run/settings.ts";

Deno.test("a product is said to lie in out wherever CSC_OUT has it, a user's file by its name", async () => {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  try {
    const settings = readSettings(() => undefined);
    for (const out of [`${folder}/a`, `${folder}/b`]) {
      await Deno.mkdir(`${out}/catalogue`, { recursive: true });
      await Deno.writeTextFile(`${out}/catalogue/sources.csv`, "abc");
      await Deno.writeTextFile(`${folder}/mine.csv`, "abc");
      Deno.env.set("CSC_OUT", out);
      const { inputs } = await provenance(settings, [
        `${out}/catalogue/sources.csv`,
        `${folder}/mine.csv`,
        `${ROOT}/LICENSE`,
      ]);
      assert.deepEqual(Object.keys(inputs), ["out/catalogue/sources.csv", "mine.csv", "LICENSE"]);
      // of FIPS 180-2, appendix B.1
      const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      assert.equal(inputs["mine.csv"], digest);
      assert.equal(inputs["out/catalogue/sources.csv"], digest);
    }
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
});
