import assert from "node:assert/strict";
import { useFolder } from "@csc-classify/safe-files";
import { savedFile } from "#figures/saves.ts";
import { ROOT } from "#lib/run/files.ts";

Deno.test("pages are not made of the catalogue of another run: said, or passed over when asked", async () => {
  const folder = await Deno.makeTempDir();
  const pages = async (...args: string[]) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", `${ROOT}/tools/tasks/pages.ts`, ...args],
      env: { CSC_OUT: folder },
    }).output();
    return { code, said: new TextDecoder().decode(stderr) };
  };
  try {
    await useFolder(folder);
    await Deno.mkdir(`${folder}/results`);
    const saved = { run: "paper 1 0123", data: { scored: "s.arrow", sources: "s.parquet" } };
    await Deno.writeTextFile(`${folder}/${savedFile("pages")}`, JSON.stringify(saved));
    const { code, said } = await pages();
    assert.notEqual(code, 0);
    assert.match(said, /pages\.json is of another run \(paper 1 0123, now none\): run "deno task/);
    assert.doesNotMatch(said, /^ +at /m);
    assert.equal((await pages("--skip-missing")).code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
