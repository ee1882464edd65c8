import assert from "node:assert/strict";
import {
  fetchPublished,
  gitBlobId,
  isPublishedAtHand,
  PUBLISHED_FILES,
  type PublishedFile,
  publishedFile,
} from "#lib/tables/published-files.ts";
import { sha256 } from "@csc-classify/safe-files";
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

Deno.test("a content has the name that git gives it", () => {
  // git hash-object --stdin < /dev/null, and printf 'hello\n' | git hash-object --stdin
  assert.equal(gitBlobId(new Uint8Array(0)), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  assert.equal(
    gitBlobId(new TextEncoder().encode("hello\n")),
    "ce013625030ba8dba906f756967f9e9ca394464a",
  );
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

/** A file of the tests on loopback, and how often it was asked for from which byte. */
async function serving(
  content: Uint8Array<ArrayBuffer>,
  answer: (request: Request, from: number) => Response,
  use: (registry: PublishedFile[], cache: string, asked: number[]) => Promise<void>,
) {
  const asked: number[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
    asked.push(from);
    return answer(request, from);
  });
  const cache = await Deno.makeTempDir();
  const url = `http://127.0.0.1:${server.addr.port}/t.csv`;
  const file = { path: "t/t.csv", url, blob: gitBlobId(content), content: "test", credit: "test" };
  try {
    await use([file], cache, asked);
  } finally {
    await server.shutdown();
    await Deno.remove(cache, { recursive: true });
  }
}

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => i * i % 251);

Deno.test("a download is checked by its git name, kept, and not asked for again", async () => {
  await serving(CONTENT, () => new Response(CONTENT), async (registry, cache, asked) => {
    const options = { registry, cache, mirror: "" };
    assert.equal(await isPublishedAtHand(["t/t.csv"], options), false);
    assert.deepEqual(await fetchPublished("t/t.csv", options), CONTENT);
    assert.deepEqual(await fetchPublished("t/t.csv", options), CONTENT);
    assert.equal(await isPublishedAtHand(["t/t.csv"], options), true);
    assert.deepEqual(asked, [0]);
    assert.deepEqual([...Deno.readDirSync(`${cache}/t`)].map(({ name }) => name), ["t.csv"]);
    // two at once: one download, two right answers
    await Deno.remove(`${cache}/t/t.csv`);
    const both = await Promise.all([1, 2].map(() => fetchPublished("t/t.csv", options)));
    for (const bytes of both) assert.deepEqual(bytes, CONTENT);
    assert.deepEqual(asked, [0, 0]);
  });
});

Deno.test("a download that breaks off goes on where it stopped, or anew where ranges are unknown", async () => {
  const broken = (from: number) =>
    new ReadableStream({
      async start(controller) {
        controller.enqueue(CONTENT.slice(from, from + 100_000));
        await new Promise((done) => setTimeout(done, 50));
        controller.error(new Error("cut"));
      },
    });
  const ranged = (_: Request, from: number) => {
    const headers = { "content-range": `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
    const body = from < 200_000 ? broken(from) : CONTENT.slice(from);
    return new Response(body, from > 0 ? { status: 206, headers } : {});
  };
  await serving(CONTENT, ranged, async (registry, cache, asked) => {
    const bytes = await fetchPublished("t/t.csv", { registry, cache, mirror: "" });
    assert.deepEqual(bytes, CONTENT);
    assert.deepEqual(asked, [0, 100_000, 200_000]);
  });
  let times = 0;
  const unranged = () => new Response(times++ === 0 ? broken(0) : CONTENT);
  await serving(CONTENT, unranged, async (registry, cache, asked) => {
    const bytes = await fetchPublished("t/t.csv", { registry, cache, mirror: "" });
    assert.deepEqual(bytes, CONTENT);
    assert.deepEqual(asked, [0, 100_000]);
  });
});

Deno.test("a download that stalls or never ends well keeps what came and says so", async () => {
  const silent = () =>
    new Response(new ReadableStream({ start: (c) => c.enqueue(CONTENT.slice(0, 9)) }));
  await serving(CONTENT, silent, async (registry, cache) => {
    const options = { registry, cache, mirror: "", stallMs: 100 };
    await assert.rejects(
      fetchPublished("t/t.csv", options),
      /nothing came for 0\.1 s; 9 bytes are kept, the next try goes on from there.*CSC_MIRROR/,
    );
    assert.equal((await Deno.stat(`${cache}/t/t.csv.part`)).size, 9);
  });
});
