import assert from "node:assert/strict";
import { restoreBundle } from "#tools/publish/bundle.ts";
import { HONEST, HOSTILE_BUNDLES, pack } from "./hostile-bundles.ts";

/** What a path names and holds, of all below a folder. */
async function trace(folder: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory, isSymlink, isFile } of Deno.readDir(`${folder}/${below}`)) {
    const path = below + name, at = `${folder}/${path}`;
    if (isDirectory) Object.assign(found, { [path]: "/" }, await trace(folder, `${path}/`));
    else if (isSymlink) found[path] = `-> ${await Deno.readLink(at)}`;
    else found[path] = isFile ? await Deno.readTextFile(at) : "no file";
  }
  return found;
}

type Places = Readonly<Record<string, string>>;

/** A folder with `out/`, folds and, outside them, a thesis. */
async function withPlaces(test: (folder: string, places: Places) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir()), before = Deno.env.get("CSC_OUT");
  const places = { out: `${folder}/out`, folds: `${folder}/folds` };
  for (const place of [...Object.values(places), `${folder}/outside`]) await Deno.mkdir(place);
  await Deno.writeTextFile(`${folder}/outside/1.tex`, "mine");
  Deno.env.set("CSC_OUT", places.out);
  try {
    await test(folder, places);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
}

const cases = Object.entries(HOSTILE_BUNDLES);

Deno.test(`${cases.length} hostile bundles are refused by name, and nothing changes anywhere`, () =>
  withPlaces(async (folder, places) => {
    assert.ok(cases.length >= 60);
    const path = `${folder}/bundle.tar.gz`;
    for (const [what, { members = [], end, bytes, says }] of cases) {
      const aimed = members.map((member) =>
        member instanceof Uint8Array || !member.link
          ? member
          : { ...member, link: member.link.replace("OUTSIDE", `${folder}/outside`) }
      );
      await Deno.writeFile(path, bytes ? await bytes() : await pack(aimed, end));
      const before = await trace(folder), start = performance.now();
      await assert.rejects(restoreBundle(path, { places }), (error: Error) => {
        assert.match(error.message, says, what);
        assert.match(error.message, /bundle\.tar\.gz/, what);
        // deno-lint-ignore no-control-regex
        assert.doesNotMatch(error.message, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, what);
        return true;
      });
      assert.ok(performance.now() - start < 20_000, `${what} takes too long`);
      const after = await trace(folder);
      // an empty folder for results may be marked as used
      delete after["out/.csc-classify.json"];
      delete before["out/.csc-classify.json"];
      assert.deepEqual(after, before, what);
    }
  }));

Deno.test("an honest bundle gives files that nobody else may write and that run as nobody", () =>
  withPlaces(async (folder, places) => {
    await Deno.writeFile(`${folder}/bundle.tar.gz`, await pack(HONEST));
    await restoreBundle(`${folder}/bundle.tar.gz`, { places });
    const { mode } = await Deno.stat(`${places.out}/figures/a.svg`);
    assert.equal(mode! & 0o7022, 0);
    assert.equal(await Deno.readTextFile(`${places.out}/figures/a.svg`), "<svg/>");
  }));

Deno.test("what is no file is not opened as a bundle", () =>
  withPlaces(async (folder, places) => {
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe.tar.gz`] }).output();
    const cases = { "pipe.tar.gz": /no regular file/, outside: /no regular file/, none: /none/ };
    for (const [name, message] of Object.entries(cases)) {
      await assert.rejects(restoreBundle(`${folder}/${name}`, { places }), message);
    }
  }));

Deno.test("a bundle is put into real folders only, and over files only", () =>
  withPlaces(async (folder, places) => {
    const path = `${folder}/bundle.tar.gz`, target = `${places.out}/figures`;
    await Deno.writeFile(path, await pack(HONEST));
    const hindrances: Record<string, () => Promise<unknown>> = {
      "figures is a link": () => Deno.symlink(`${folder}/outside`, target),
      "figures is no folder": () => Deno.writeTextFile(target, "mine"),
      "a.svg is a link": async () => {
        await Deno.mkdir(target);
        await Deno.symlink(`${folder}/outside/1.tex`, `${target}/a.svg`);
      },
      "a.svg is no file": () => Deno.mkdir(`${target}/a.svg`, { recursive: true }),
    };
    for (const [what, make] of Object.entries(hindrances)) {
      await Deno.writeTextFile(
        `${places.out}/results.json`,
        '{"head": {"dataSha256": ""}, "results": {}}',
      );
      await make();
      const before = await trace(folder);
      const restoring = restoreBundle(path, { places, force: true });
      await assert.rejects(restoring, /nothing was restored: move it away|holds files that/, what);
      const after = await trace(folder);
      delete after["out/.csc-classify.json"];
      delete before["out/.csc-classify.json"];
      assert.deepEqual(after, before, what);
      await Deno.remove(target, { recursive: true });
    }
  }));
