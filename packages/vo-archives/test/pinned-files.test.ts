import assert from "node:assert/strict";
import { fetchPinned, gitBlobId, isPinnedAtHand, type PinnedFile } from "../pinned-files.ts";

const FILE = { path: "a/b.csv", url: "http://127.0.0.1:9/b.csv", blob: "0".repeat(40) };

Deno.test("a content has the name that git gives it", () => {
  // git hash-object --stdin < /dev/null, and printf 'hello\n' | git hash-object --stdin
  assert.equal(gitBlobId(new Uint8Array(0)), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  assert.equal(
    gitBlobId(new TextEncoder().encode("hello\n")),
    "ce013625030ba8dba906f756967f9e9ca394464a",
  );
});

Deno.test("a mirror without the file is told apart from a mirror with a damaged one", async () => {
  const mirror = await Deno.makeTempDir(), options = { mirror, mirrorName: "--mirror", cache: "" };
  await assert.rejects(fetchPinned(FILE, options), /has no a\/b\.csv; add it or unset --mirror/);
  await Deno.mkdir(`${mirror}/a`);
  await Deno.writeTextFile(`${mirror}/a/b.csv`, "name,ra\n");
  await assert.rejects(
    fetchPinned(FILE, options),
    new RegExp(
      `git blob ${gitBlobId(new TextEncoder().encode("name,ra\n"))} of 8 bytes, expected 0`,
    ),
  );
  await Deno.remove(mirror, { recursive: true });
});

Deno.test("a cancelled download rejects with the reason of the signal", async () => {
  const cache = await Deno.makeTempDir();
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(fetchPinned(FILE, { cache, mirrorName: "--mirror", signal }), /enough/);
  assert.deepEqual([...Deno.readDirSync(cache)], []);
  await Deno.remove(cache);
});

/** A file of the tests on loopback, and how often it was asked for from which byte. */
async function serving(
  content: Uint8Array<ArrayBuffer>,
  answer: (request: Request, from: number) => Response,
  use: (file: PinnedFile, cache: string, asked: number[]) => Promise<void>,
) {
  const asked: number[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
    asked.push(from);
    return answer(request, from);
  });
  const cache = await Deno.makeTempDir();
  const url = `http://127.0.0.1:${server.addr.port}/t.csv`;
  const file = { path: "t/t.csv", url, blob: gitBlobId(content) };
  try {
    await use(file, cache, asked);
  } finally {
    await server.shutdown();
    await Deno.remove(cache, { recursive: true });
  }
}

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => i * i % 251);

Deno.test("a download is checked by its git name, kept, and not asked for again", async () => {
  await serving(CONTENT, () => new Response(CONTENT), async (file, cache, asked) => {
    const options = { cache, mirrorName: "--mirror" };
    assert.equal(await isPinnedAtHand(file, cache), false);
    assert.deepEqual(await fetchPinned(file, options), CONTENT);
    assert.deepEqual(await fetchPinned(file, options), CONTENT);
    assert.equal(await isPinnedAtHand(file, cache), true);
    assert.deepEqual(asked, [0]);
    assert.deepEqual([...Deno.readDirSync(`${cache}/t`)].map(({ name }) => name), ["t.csv"]);
    // two at once: one download, two right answers
    await Deno.remove(`${cache}/t/t.csv`);
    const both = await Promise.all([1, 2].map(() => fetchPinned(file, options)));
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
  await serving(CONTENT, ranged, async (file, cache, asked) => {
    const bytes = await fetchPinned(file, { cache, mirrorName: "--mirror" });
    assert.deepEqual(bytes, CONTENT);
    assert.deepEqual(asked, [0, 100_000, 200_000]);
  });
  let times = 0;
  const unranged = () => new Response(times++ === 0 ? broken(0) : CONTENT);
  await serving(CONTENT, unranged, async (file, cache, asked) => {
    const bytes = await fetchPinned(file, { cache, mirrorName: "--mirror" });
    assert.deepEqual(bytes, CONTENT);
    assert.deepEqual(asked, [0, 100_000]);
  });
});

Deno.test("a download that stalls or never ends well keeps what came and says so", async () => {
  const silent = () =>
    new Response(new ReadableStream({ start: (c) => c.enqueue(CONTENT.slice(0, 9)) }));
  await serving(CONTENT, silent, async (file, cache) => {
    const options = { cache, mirrorName: "--mirror", stallMs: 100 };
    await assert.rejects(
      fetchPinned(file, options),
      /nothing came for 0\.1 s; 9 bytes are kept, the next try goes on from there.*as t\/t\.csv and set --mirror/,
    );
    assert.equal((await Deno.stat(`${cache}/t/t.csv.part`)).size, 9);
  });
});
