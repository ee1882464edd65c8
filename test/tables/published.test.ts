import assert from "node:assert/strict";
import {
  fetchPublished,
  isPublishedAtHand,
  PUBLISHED_FILES,
  publishedFile,
  sha256,
} from "#lib/tables/published-files.ts";

const PATH = "chandra-ml/id_frame.csv";

Deno.test("the registry pins five files by commit, size and digest", () => {
  assert.equal(PUBLISHED_FILES.length, 5);
  for (const { url, path, bytes, sha256 } of PUBLISHED_FILES) {
    assert.match(url, /^https:\/\/raw\.githubusercontent\.com\/[\w-]+\/[\w-]+\/[0-9a-f]{40}\//);
    assert.ok(url.endsWith(path.split("/").at(-1)!));
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.ok(bytes > 0);
  }
});

Deno.test("a path that is not published is refused with those that are", () => {
  assert.throws(() => publishedFile("id_frame.csv"), /there are chandra-ml\/lightGBM-new\.pkl, /);
});

Deno.test("a mirror without the file is told apart from a mirror with a damaged one", async () => {
  const mirror = await Deno.makeTempDir();
  await assert.rejects(fetchPublished(PATH, { mirror }), /has no chandra-ml\/id_frame\.csv/);
  await Deno.mkdir(`${mirror}/chandra-ml`);
  await Deno.writeTextFile(`${mirror}/${PATH}`, "name,ra\n");
  await assert.rejects(
    fetchPublished(PATH, { mirror }),
    new RegExp(`SHA-256 ${sha256("name,ra\n")} of 8 bytes, expected a4e0b7`),
  );
  assert.equal(await isPublishedAtHand([PATH], { mirror }), false);
  await Deno.remove(mirror, { recursive: true });
});

Deno.test("a cancelled download rejects with the reason of the signal", async () => {
  const cache = await Deno.makeTempDir();
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(fetchPublished(PATH, { cache, mirror: "", signal }), /enough/);
  assert.deepEqual([...Deno.readDirSync(cache)], []);
  await Deno.remove(cache);
});
