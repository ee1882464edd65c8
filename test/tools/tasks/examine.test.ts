import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";

Deno.test("examine says that a class is missing, and replaces no page", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "tools/tasks/examine.ts", `${folder}/${name}`],
        cwd: ROOT,
      }).output();
      return { code, said: new TextDecoder().decode(stderr) };
    };
    const plain = await run("plain.csv", "name,ra,dec,flux_b\nZed 1,10.5,20.5,1e-14\n");
    assert.equal(plain.code, 2);
    assert.match(plain.said, /no column holds the class; name it class/);
    await Deno.writeTextFile(`${folder}/known.examined.html`, "a page of mine");
    const known = await run("known.csv", "name,class,ra,dec,flux_b\nZed 1,AGN,10.5,20.5,1e-14\n");
    assert.equal(known.code, 2);
    assert.match(known.said, /known\.examined\.html.*--overwrite/);
    assert.equal(await Deno.readTextFile(`${folder}/known.examined.html`), "a page of mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
