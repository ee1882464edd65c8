import assert from "node:assert/strict";
import {
  fetchPublished,
  isPublishedAtHand,
  PUBLISHED_FILES,
  publishedFile,
} from "#lib/tables/published-files.ts";
import { gitBlobId } from "../../packages/vo-archives/pinned-files.ts";
import { ignore, published } from "../published.ts";

const PATH = "chandra-ml/id_frame.csv";

Deno.test("the registry pins each file by commit and digest, and says whose it is", () => {
  assert.equal(PUBLISHED_FILES.length, 12);
  for (const { url, path, bytes, sha256, blob, credit } of PUBLISHED_FILES) {
    assert.match(url, /^https:\/\/raw\.githubusercontent\.com\/[\w-]+\/[\w-]+\/[0-9a-f]{40}\//);
    assert.ok(url.endsWith(path.split("/").at(-1)!));
    assert.match(blob, /^[0-9a-f]{40}$/);
    assert.match(credit, /(Kumaran|Yang|Ohlson) et al\. 20\d\d/);
    // what was at hand has both, the others are known by git's name alone
    assert.equal(sha256 === undefined, bytes === undefined);
    if (sha256) assert.match(sha256, /^[0-9a-f]{64}$/);
  }
});

Deno.test({
  name: "every file at hand has its SHA-256 and its git name",
  ignore,
  async fn() {
    for (const { path, blob, bytes } of PUBLISHED_FILES) {
      if (bytes !== undefined) assert.equal(gitBlobId(await published(path)), blob, path);
    }
  },
});

Deno.test("a path that is not published is refused with those that are", () => {
  assert.throws(() => publishedFile("id_frame.csv"), /there are chandra-ml\/lightGBM-new\.pkl, /);
});

Deno.test("a published file is at hand where the mirror has it, by its size, and fetched from there", async () => {
  const mirror = await Deno.makeTempDir();
  await assert.rejects(fetchPublished(PATH, { mirror }), /has no chandra-ml\/id_frame\.csv/);
  await Deno.mkdir(`${mirror}/chandra-ml`);
  await Deno.writeTextFile(`${mirror}/${PATH}`, "name,ra\n");
  await assert.rejects(fetchPublished(PATH, { mirror }), /of 8 bytes, expected a4e0b7/);
  assert.equal(await isPublishedAtHand([PATH], { mirror }), false);
  await Deno.truncate(`${mirror}/${PATH}`, publishedFile(PATH).bytes);
  assert.equal(await isPublishedAtHand([PATH], { mirror }), true);
  await Deno.remove(mirror, { recursive: true });
});
