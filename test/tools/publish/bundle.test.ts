import assert from "node:assert/strict";
import { MARK, WRITTEN_BELOW } from "@csc-classify/safe-files";
import { restoreBundle, writeBundle } from "#tools/publish/bundle.ts";
import { runCommand } from "#tools/setup/run-command.ts";
import { digests } from "../cluster/small-job.ts";
import { HEAD } from "./hostile-bundles.ts";

/** A folder with results, a figure and folds; `CSC_OUT` is its `out`. */
async function madeBy(run: (folder: string, places: Record<string, string>) => Promise<void>) {
  const folder = await Deno.makeTempDir(), before = Deno.env.get("CSC_OUT");
  const places = { out: `${folder}/out`, folds: `${folder}/folds` };
  await Deno.mkdir(`${folder}/out/figures`, { recursive: true });
  await Deno.mkdir(`${folder}/folds/key`, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/out/results.json`,
    JSON.stringify({ head: HEAD, results: {} }),
  );
  await Deno.writeTextFile(`${folder}/out/figures/a.svg`, "<svg/>");
  await Deno.writeTextFile(`${folder}/folds/key/iteration-0-fold-0.arrow`, "fold");
  await Deno.writeTextFile(`${folder}/folds/key/half.arrow.${crypto.randomUUID()}.part`, "ha");
  Deno.env.set("CSC_OUT", places.out);
  try {
    await run(folder, places);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_OUT");
    else Deno.env.set("CSC_OUT", before);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Unpacks a bundle, lets it be changed, packs it again. */
async function repacked(bundle: string, change: (folder: string) => Promise<unknown>) {
  const folder = await Deno.makeTempDir();
  await runCommand("tar", ["-xzf", bundle, "-C", folder]);
  await change(folder);
  await runCommand("tar", ["-czf", bundle, "-C", folder, "."]);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("a bundle restores every finished file to the byte, and none that is half written", () =>
  madeBy(async (folder, places) => {
    const path = `${folder}/bundle.tar.gz`;
    const { bundle: { files } } = await writeBundle(path, { places });
    assert.deepEqual(Object.keys(files), [
      "folds/key/iteration-0-fold-0.arrow",
      "out/figures/a.svg",
      "out/results.json",
    ]);
    const out = await digests(places.out);
    for (const place of Object.values(places)) await Deno.remove(place, { recursive: true });
    const { sameCode } = await restoreBundle(path, { places });
    assert.equal(sameCode, true);
    const restored = await digests(places.out);
    const isNote = (line: string) => line.startsWith(MARK) || line.startsWith(WRITTEN_BELOW);
    assert.deepEqual(restored.filter((line) => !isNote(line)), out);
    assert.deepEqual((await digests(places.folds)).length, 1);
  }));

Deno.test("a bundle holds neither itself nor an earlier one in the same folder", () =>
  madeBy(async (_, places) => {
    const path = (version: string) => `${places.out}/csc-classify-${version}-smoke.tar.gz`;
    await writeBundle(path("1.0.0"), { places });
    const { bundle: { files } } = await writeBundle(path("1.1.0"), { places });
    assert.deepEqual(Object.keys(files).filter((name) => name.endsWith(".gz")), []);
  }));

Deno.test("sha256sum agrees with the list in the bundle", () =>
  madeBy(async (folder, places) => {
    const path = `${folder}/bundle.tar.gz`, unpacked = `${folder}/unpacked`;
    await writeBundle(path, { places });
    await Deno.mkdir(unpacked);
    await runCommand("tar", ["-xzf", path, "-C", unpacked]);
    await runCommand("sha256sum", ["--strict", "--quiet", "-c", "SHA256SUMS"], { cwd: unpacked });
  }));

const DAMAGES: Record<string, { change(folder: string): Promise<unknown>; message: RegExp }> = {
  "a changed file": {
    change: (folder) => Deno.writeTextFile(`${folder}/out/figures/a.svg`, "<svg onload=''/>"),
    message: /out\/figures\/a\.svg: missing or changed/,
  },
  "a missing file": {
    change: (folder) => Deno.remove(`${folder}/folds/key/iteration-0-fold-0.arrow`),
    message: /iteration-0-fold-0\.arrow: missing or changed/,
  },
  "a file that is not listed": {
    change: (folder) => Deno.writeTextFile(`${folder}/out/more.html`, ""),
    message: /out\/more\.html: not listed/,
  },
  "a link": {
    async change(folder) {
      await Deno.rename(`${folder}/out/figures/a.svg`, `${folder}/out/b.svg`);
      await Deno.symlink("../b.svg", `${folder}/out/figures/a.svg`);
    },
    message: /a\.svg: a symbolic link/,
  },
  "a path that leaves the project": {
    async change(folder) {
      const text = await Deno.readTextFile(`${folder}/bundle.json`);
      await Deno.writeTextFile(
        `${folder}/bundle.json`,
        text.replace("out/figures", "out/../figures"),
      );
    },
    message: /not a place of a bundle/,
  },
  "no manifest": {
    change: (folder) => Deno.remove(`${folder}/bundle.json`),
    message: /no bundle of "deno task archive"/,
  },
};

for (const [damage, { change, message }] of Object.entries(DAMAGES)) {
  Deno.test(`a bundle with ${damage} is refused and nothing is restored`, () =>
    madeBy(async (folder, places) => {
      const path = `${folder}/bundle.tar.gz`;
      await writeBundle(path, { places });
      await repacked(path, change);
      await Deno.remove(places.out, { recursive: true });
      await assert.rejects(restoreBundle(path, { places }), message);
      assert.equal(await Deno.stat(places.out).catch(() => "none"), "none");
    }));
}

Deno.test("an archive cut short is refused", () =>
  madeBy(async (folder, places) => {
    const path = `${folder}/bundle.tar.gz`;
    await writeBundle(path, { places });
    await Deno.truncate(path, 200);
    await assert.rejects(restoreBundle(path, { places }), /cannot be unpacked/);
  }));

Deno.test("files of out/ that were edited are not replaced unless forced; as an earlier bundle left them they are", () =>
  madeBy(async (folder, places) => {
    const path = `${folder}/bundle.tar.gz`, figure = `${places.out}/figures/a.svg`;
    await writeBundle(path, { places });
    await restoreBundle(path, { places });
    const made = await Deno.readTextFile(figure);
    await Deno.writeTextFile(figure, "edited");
    await Deno.remove(`${places.out}/results.json`);
    await assert.rejects(
      restoreBundle(path, { places }),
      /under the names out\/figures\/a\.svg, which may have been edited: nothing was .*--force/,
    );
    assert.equal(await Deno.readTextFile(figure), "edited");
    assert.equal(await Deno.stat(`${places.out}/results.json`).catch(() => "none"), "none");
    await restoreBundle(path, { places, force: true });
    assert.equal(await Deno.readTextFile(figure), made);
    // what a bundle brought and nobody changed gives way to the next
    const later = `${folder}/later.tar.gz`;
    await Deno.writeTextFile(figure, "drawn anew");
    await writeBundle(later, { places });
    await restoreBundle(path, { places, force: true });
    await restoreBundle(later, { places });
    assert.equal(await Deno.readTextFile(figure), "drawn anew");
  }));

Deno.test("results of another run are not replaced unless forced", () =>
  madeBy(async (folder, places) => {
    const path = `${folder}/bundle.tar.gz`;
    await writeBundle(path, { places });
    const other = JSON.stringify({ head: { ...HEAD, profile: "paper" }, results: {} });
    await Deno.writeTextFile(`${places.out}/results.json`, other);
    await assert.rejects(restoreBundle(path, { places }), /another run \(paper profile.*--force/);
    await restoreBundle(path, { places, force: true });
    assert.match(await Deno.readTextFile(`${places.out}/results.json`), /smoke/);
  }));
