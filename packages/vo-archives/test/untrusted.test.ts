import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ArchiveError } from "../archive-error.ts";
import type { TapOptions } from "../ask.ts";
import { fetchStrips } from "../fetch-strips.ts";
import { TapClient } from "../tap-client.ts";
import { xMatch } from "../x-match.ts";
import { expected, select, serve, tableData, votable } from "./fake-catalogue.ts";
import { type FakeAnswer, type FakeRequest, FakeServer } from "./fake-server.ts";

const FAST: TapOptions = { firstWaitMs: 1, stallMs: 20_000, deadlineMs: 20_000, attempts: 2 };
const KEPT_IN = "the hosts of the list";

function client(server: FakeServer, names: string[] = [], pageRows?: number): TapClient {
  const service = { name: "Fake TAP", url: `${server.url}/tap`, pageRows };
  return new TapClient(service, { ...FAST, hosts: { names, keptIn: KEPT_IN } });
}

async function rejection(promise: Promise<unknown>): Promise<ArchiveError> {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof ArchiveError, `expected an ArchiveError, got ${error}`);
  return error;
}

/** A server that redirects to a place, and how often it was asked. */
function redirecting(location: string): FakeServer {
  return new FakeServer(() => ({ status: 303, headers: { location } }));
}

Deno.test("redirects are followed to hosts of the list and to no file, data, other host or this machine", async () => {
  await using other = new FakeServer(() => ({ body: votable(tableData()) }));
  const host = new URL(other.url).host;
  const refused: [string, RegExp][] = [
    [`file://${import.meta.filename}`, /redirects to file:.*no address of the web/],
    ["data:text/csv,name%0Aa%0A", /redirects to data:.*no address of the web/],
    ["http://user:word@127.0.0.1/", /no address of the web/],
    ["http://[", /no address of the web/],
    [other.url, new RegExp(`${host} is not among the hosts to be asked`)],
    ["http://127.0.0.1:22/", /127\.0\.0\.1:22 is not among/],
    ["http://localhost/", /localhost is not among/],
    ["http://169.254.169.254/latest", /169\.254\.169\.254 is not among/],
    ["http://[::1]/", /\[::1\] is not among/],
  ];
  for (const [location, words] of refused) {
    await using server = redirecting(location);
    const error = await rejection(client(server).sync({ adql: "SELECT * FROM t" }));
    assert.match(error.problem, words, location);
    assert.equal(server.requests.length, 1, "not asked again");
    if (/among/.test(error.problem)) {
      assert.match(error.message, /add "[^"]+" to the hosts of the list/, location);
    }
  }
  assert.equal(other.requests.length, 0);
  await using server = redirecting(`${other.url}/result`);
  const { frame } = await client(server, [host]).sync({ adql: "SELECT * FROM t" });
  assert.deepEqual(frame.rows(), expected());
});

Deno.test("redirects without end are said to be, a loop as a loop", async () => {
  let hop = 0;
  await using endless = new FakeServer(() => ({ status: 303, headers: { location: `/${hop++}` } }));
  assert.match(
    (await rejection(client(endless).sync({ adql: "x" }))).problem,
    /^redirects more than 5 times/,
  );
  await using loop = new FakeServer(({ path }) => ({
    status: 303,
    headers: { location: path === "/a" ? "/b" : "/a" },
  }));
  assert.match(
    (await rejection(client(loop).sync({ adql: "x" }))).problem,
    /^redirects in a loop: .*\/a, then GET .*\/b, then GET .*\/a$/,
  );
});

Deno.test("an answer larger than what was asked for is cut off, also one that unpacks to that", async () => {
  const flood = new Uint8Array(30e6).fill(65);
  const answers: FakeAnswer[] = [
    { body: flood },
    { body: flood, unsized: true },
    { body: gzipSync(flood), headers: { "content-encoding": "gzip" } },
  ];
  for (const answer of answers) {
    await using server = new FakeServer(() => answer);
    const error = await rejection(
      client(server).sync({ adql: "SELECT * FROM t", maxRows: 10, expect: ["a"] }),
    );
    assert.match(error.problem, /^sent more than the 2\.0 MB that the answer can have$/);
    assert.equal(server.requests.length, 1);
  }
});

Deno.test("an answer of more rows, cells or attributes than asked for is refused before they are made", async () => {
  const rows = `<TR>${"<TD>a</TD>".repeat(5)}</TR>`;
  const bodies = [
    votable(`<TABLEDATA>${rows.repeat(15_000)}</TABLEDATA>`),
    votable(`<TABLEDATA><TR><TD ${"a='' ".repeat(200_000)}></TD></TR></TABLEDATA>`),
    "a\n".repeat(500_000),
    ",".repeat(900_000) + "\n",
  ];
  for (const body of bodies) {
    await using server = new FakeServer(() => ({ body }));
    const query = { adql: "SELECT * FROM t", maxRows: 10, expect: ["name"] };
    const error = await rejection(client(server).sync(query));
    assert.match(error.problem, /in an answer of at most 10 rows|more than 1020 rows/);
  }
});

Deno.test("an answer that drips in for ever ends at the deadline though it is never silent", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const timers: ReturnType<typeof setInterval>[] = [], open: Deno.Conn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      await connection.write(new TextEncoder().encode("HTTP/1.1 200 -\r\n\r\n<VOTABLE>"));
      timers.push(setInterval(() => connection.write(new Uint8Array([32])).catch(() => {}), 20));
    }
  })().catch(() => {});
  const { port } = listener.addr as Deno.NetAddr;
  const patience = { ...FAST, stallMs: 300, deadlineMs: 300 };
  const tap = new TapClient({ name: "Drip", url: `http://127.0.0.1:${port}` }, patience);
  const started = performance.now();
  const error = await rejection(tap.sync({ adql: "SELECT 1" }));
  assert.deepEqual([error.kind, error.problem], ["timeout", "was not done after 0.3 s"]);
  assert.ok(performance.now() - started < 3000);
  timers.forEach((timer) => clearInterval(timer));
  open.forEach((one) => one.close());
  listener.close();
  await serving;
});

Deno.test({
  name: "what our own permissions refuse is told from the network's faults, with what to change",
  permissions: { net: [], read: true, env: true, sys: true, ffi: true },
  async fn() {
    const service = { name: "Fake TAP", url: "https://cda.cfa.harvard.edu/csc21tap" };
    const tap = new TapClient(service, { ...FAST, hosts: { names: [], keptIn: KEPT_IN } });
    const error = await rejection(tap.sync({ adql: "SELECT 1" }));
    assert.deepEqual([error.kind, error.transient], ["network", false]);
    assert.match(error.problem, /^this program is not permitted to ask cda\.cfa\.harvard\.edu/);
    assert.match(error.message, /add "cda\.cfa\.harvard\.edu" to the hosts of the list/);
  },
});

Deno.test("a certificate that nobody trusts is not asked for again, and what makes it trusted is said", async () => {
  const own = globalThis.fetch;
  let calls = 0;
  globalThis.fetch = () => {
    calls++;
    const cause = new Error("client error (Connect): invalid peer certificate: UnknownIssuer");
    return Promise.reject(new TypeError("fetch failed", { cause }));
  };
  try {
    const tap = new TapClient({ name: "Fake TAP", url: "https://a.b/tap" }, FAST);
    const error = await rejection(tap.sync({ adql: "SELECT 1" }));
    assert.deepEqual([error.kind, error.transient, calls], ["network", false, 1]);
    assert.match(
      error.message,
      /UnknownIssuer.* Remedy: .*DENO_TLS_CA_STORE=system.*DENO_CERT=FILE/,
    );
  } finally {
    globalThis.fetch = own;
  }
});

/** A service that does not count, and cuts at so many rows without a word. */
function uncounted(cap: number, order = 1): (request: FakeRequest) => FakeAnswer {
  return (request) => {
    const adql = request.form.get("QUERY")!;
    if (/COUNT/.test(adql)) return { status: 400, body: "COUNT is not supported" };
    const rows = select(adql);
    const cut = order > 0 ? rows.slice(0, cap) : rows.slice(-cap);
    return { ...serve(request), body: votable(tableData(cut)) };
  };
}

Deno.test("a table whose service does not count comes in pages, each shorter than asked for", async () => {
  for (const order of [1, -1]) {
    for (const cap of [1000, 13]) {
      await using server = new FakeServer(uncounted(cap, order));
      const options = { table: "t", columns: ["name", "ra", "dec", "flux", "flag"], key: "name" };
      const frame = await fetchStrips(client(server, [], 25), options);
      assert.deepEqual(frame.rows(), expected(), `cut at ${cap}`);
      const counts = server.requests.filter(({ form }) => /COUNT/.test(form.get("QUERY")!));
      assert.equal(counts.length, 1);
    }
  }
});

Deno.test("pages that cannot be right are an error, never a shorter table", async () => {
  await using server = new FakeServer(uncounted(5));
  const options = { table: "t", columns: ["name", "dec"], key: "name" };
  const error = await rejection(fetchStrips(client(server, [], 25), options));
  assert.equal(error.kind, "incomplete");
  assert.match(error.problem, /^rows between dec .* are not those of the pages there/);
});

Deno.test("a count that its own halves contradict, or that is none, is not believed", async () => {
  await using server = new FakeServer((request) => {
    const answer = serve(request), adql = request.form.get("QUERY")!;
    if (!/COUNT/.test(adql)) return answer;
    // more in the southern half than in all
    const n = /dec < 0/.test(adql) ? 900 : 60;
    return { ...answer, body: String(answer.body).replace(/<TD>\d+/, `<TD>${n}`) };
  });
  const options = { table: "t", columns: ["name", "ra", "dec"], key: "name" };
  const error = await rejection(fetchStrips(client(server, [], 25), options));
  assert.match(error.problem, /COUNT\(\*\) is 900 in a half of a strip with 60 rows/);
  for (const n of ["-3", "1e300", "NaN"]) {
    await using liar = new FakeServer((request) => {
      const answer = serve(request), adql = request.form.get("QUERY")!;
      if (!/COUNT/.test(adql)) return answer;
      return {
        ...answer,
        body: String(answer.body).replace('"long"', '"double"').replace(/<TD>\d+/, `<TD>${n}`),
      };
    });
    // it is as one that does not count
    assert.equal((await fetchStrips(client(liar), options)).height, 60, n);
  }
  // a count that is short by one everywhere, or 0, never ends in a table that is short
  for (const short of [1, 2, 60]) {
    await using liar = new FakeServer((request) => {
      const answer = serve(request), adql = request.form.get("QUERY")!;
      const n = Math.max(0, select(adql).length - short);
      return /COUNT/.test(adql)
        ? { ...answer, body: String(answer.body).replace(/<TD>\d+/, `<TD>${n}`) }
        : answer;
    });
    const error = await rejection(fetchStrips(client(liar), options));
    assert.match(error.message, /gave \d+ rows where COUNT\(\*\) is \d+\..*Remedy: .*--fresh/);
  }
});

Deno.test("X-Match is asked for a right ascension of 360 degrees as one of 0", async () => {
  await using server = new FakeServer(() => ({ body: "csc_row,angDist\n0,0.5\n" }));
  const sources = { ra: [360, 359.9999999999, 359.9999999], dec: [1, -90, 90] };
  await xMatch(sources, "t", { ...FAST, url: server.url, radiusArcsec: 1 });
  const [{ body }] = server.requests;
  const lines = ["csc_row,csc_ra,csc_dec", "0,0,1", "1,0,-90", "2,359.9999999,90", ""];
  assert.ok(body.includes(lines.join("\n")), body);
});
