import assert from "node:assert/strict";
import { ArchiveError } from "../archive-error.ts";
import { fetchStrips } from "../fetch-strips.ts";
import { readCsv } from "@csc-classify/vo-tables";
import { FolderCache } from "../response-cache.ts";
import { TapClient } from "../tap-client.ts";
import type { TapOptions } from "../ask.ts";
import { csv, expected, select, serve, tableData, votable } from "./fake-catalogue.ts";
import { FakeServer } from "./fake-server.ts";

const COLUMNS = ["name", "ra", "dec", "flux", "flag"];
const FAST: TapOptions = { firstWaitMs: 1, budgetMs: 10_000, stallMs: 200, attempts: 3 };

function client(server: FakeServer, options: TapOptions = {}, pageRows = 200_000): TapClient {
  const service = { name: "Fake TAP", url: `${server.url}/tap`, pageRows };
  return new TapClient(service, { ...FAST, ...options });
}

async function rejection(promise: Promise<unknown>): Promise<ArchiveError> {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof ArchiveError, `expected an ArchiveError, got ${error}`);
  assert.match(error.message, /^Fake TAP: .+\. Query: .+\. Remedy: .+\.$/s);
  return error;
}

Deno.test("a query posts the parameters of TAP and returns rows with column metadata", async () => {
  await using server = new FakeServer(serve);
  const { frame, columns } = await client(server).sync({ adql: "SELECT * FROM t", maxRows: 999 });
  assert.deepEqual(frame.rows(), expected());
  assert.equal(columns[1].unit, "deg");
  const [{ method, path, form }] = server.requests;
  assert.deepEqual([method, path], ["POST", "/tap/sync"]);
  assert.deepEqual(Object.fromEntries(form), {
    REQUEST: "doQuery",
    LANG: "ADQL",
    QUERY: "SELECT * FROM t",
    FORMAT: "votable",
    MAXREC: "999",
  });
});

Deno.test("a service that answers elsewhere is followed, given its parameters and told who asks", async () => {
  await using server = new FakeServer(({ method }) =>
    method === "POST"
      ? { status: 303, headers: { location: "/elsewhere" } }
      : { headers: { "content-type": "text/plain" }, body: votable(tableData()) }
  );
  const service = { name: "Fake TAP", url: `${server.url}/tap`, parameters: { PHASE: "RUN" } };
  const tap = new TapClient(service, { ...FAST, userAgent: "somebody" });
  const { frame } = await tap.sync({ adql: "SELECT * FROM t" });
  assert.deepEqual(frame.rows(), expected());
  const [post, get] = server.requests;
  assert.deepEqual([post.form.get("PHASE"), post.form.get("FORMAT")], ["RUN", "votable"]);
  assert.equal(get.path, "/elsewhere");
  assert.match(post.head, /^user-agent: somebody/im);
});

Deno.test("a service that has moved is posted to at its new address, not asked for nothing there", async () => {
  for (const status of [301, 302, 307, 308]) {
    await using server = new FakeServer((request) =>
      request.path === "/tap/sync" ? { status, headers: { location: "/new/sync" } } : serve(request)
    );
    const { frame } = await client(server).sync({ adql: "SELECT * FROM t" });
    assert.deepEqual(frame.rows(), expected());
    const asked = server.requests.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(asked, ["POST /tap/sync", "POST /new/sync"]);
  }
  await using endless = new FakeServer(() => ({ status: 302, headers: { location: "/tap/sync" } }));
  const error = await rejection(client(endless).sync({ adql: "SELECT 1" }));
  assert.match(error.problem, /^redirects in a loop: POST .*, then POST /);
  assert.equal(endless.requests.length, 1);
});

Deno.test("HEASARC's failure, a block of messages with status 200, is no column name", async () => {
  const body = "---- Messages ----\nError: Table hmxbcatt does not exist\n------------------\n";
  await using server = new FakeServer(() => ({ headers: { "content-type": "text/plain" }, body }));
  const error = await rejection(client(server).sync({ adql: "SELECT name FROM hmxbcatt" }));
  assert.equal(error.kind, "query");
  assert.match(error.problem, /Table hmxbcatt does not exist/);
  assert.equal(server.requests.length, 1);
});

Deno.test("status 400 and 404 are answers about the query, in the service's words, asked once", async () => {
  const vizier = `<?xml version="1.0"?><VOTABLE version="1.4"><RESOURCE type="results">
    <INFO name="QUERY_STATUS" value="ERROR">Incorrect ADQL query: 1 unresolved identifiers</INFO>
    </RESOURCE></VOTABLE>`;
  const cases: [number, string, RegExp][] = [
    [400, vizier, /^answered HTTP 400: Incorrect ADQL query: 1 unresolved identifiers$/],
    [
      404,
      "<html><head><style>p{}</style></head><p>Not found</p></html>",
      /^answered HTTP 404: Not found$/,
    ],
  ];
  for (const [status, body, words] of cases) {
    await using server = new FakeServer(() => ({ status, body }));
    const error = await rejection(client(server).sync({ adql: "SELECT * FROM t" }));
    assert.deepEqual([error.kind, error.transient, error.isAboutQuery], ["query", false, true]);
    assert.match(error.problem, words);
    assert.equal(server.requests.length, 1);
  }
});

Deno.test("an error inside an answer of status 200 is thrown in the service's words, once", async () => {
  const body = `<VOTABLE><RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">No such
    column: nope</INFO></RESOURCE></VOTABLE>`;
  await using server = new FakeServer(() => ({ headers: { "content-type": "text/csv" }, body }));
  const error = await rejection(client(server).sync({ adql: "SELECT nope FROM t", format: "csv" }));
  assert.equal(error.kind, "query");
  assert.match(error.message, /No such\s+column: nope/);
  assert.match(error.message, /SELECT nope FROM t/);
  assert.equal(server.requests.length, 1);
});

Deno.test("an answer that lacks rows is refused", async () => {
  await using server = new FakeServer(() => ({ body: votable(tableData(), "OVERFLOW") }));
  const adql = "SELECT * FROM t";
  assert.equal((await rejection(client(server).sync({ adql }))).kind, "incomplete");
});

Deno.test("csv of just as many rows as MAXREC counts as cut, for it carries no sign", async () => {
  await using server = new FakeServer(() => ({ body: "a\r\n1\r\n2\r\n" }));
  const error = await rejection(client(server).sync({ adql: "SELECT a FROM t", maxRows: 2 }));
  assert.equal(error.kind, "incomplete");
});

Deno.test("a busy service is asked again after its Retry-After and the rows come out right", async () => {
  let calls = 0;
  await using server = new FakeServer((request) =>
    ++calls === 1 ? { status: 503, headers: { "retry-after": "0.3" } } : serve(request)
  );
  const started = performance.now();
  const { frame } = await client(server).sync({ adql: "SELECT * FROM t" });
  assert.equal(frame.height, 60);
  assert.ok(performance.now() - started >= 290, "came back too soon");
});

Deno.test("a Retry-After beyond the budget ends in an error at once", async () => {
  const headers = { "retry-after": "3600" };
  await using server = new FakeServer(() => ({ status: 503, headers, body: "<p>Maintenance</p>" }));
  const error = await rejection(client(server).sync({ adql: "SELECT * FROM t" }));
  assert.match(error.message, /HTTP 503: Maintenance/);
  assert.equal(server.requests.length, 1);
});

Deno.test("a service that falls silent is given up after the time allowed", async () => {
  await using server = new FakeServer((request) => ({
    ...serve(request),
    fault: "stall",
    bytes: 99,
  }));
  const error = await rejection(client(server, { stallMs: 50 }).sync({ adql: "SELECT * FROM t" }));
  assert.equal(error.kind, "timeout");
  assert.equal(server.requests.length, 3);
});

Deno.test("cancelling rejects at once with the reason given", async () => {
  const abort = new AbortController();
  await using _server = new FakeServer((request) => {
    setTimeout(() => abort.abort(new Error("enough")), 20);
    return { ...serve(request), fault: "stall", bytes: 9 };
  });
  const tap = client(_server, { signal: abort.signal, stallMs: 60_000 });
  await assert.rejects(tap.sync({ adql: "SELECT * FROM t" }), { message: "enough" });
});

Deno.test("a strip that takes too long, or that the service gives up on, is halved", async () => {
  for (const slow of ["stall", 504] as const) {
    await using server = new FakeServer((request) => {
      const adql = request.form.get("QUERY")!, answer = serve(request);
      const isLong = !/COUNT/.test(adql) && select(adql).length > 20;
      if (!isLong) return answer;
      return slow === "stall"
        ? { ...answer, fault: "stall", bytes: 50 }
        : { status: 504, body: "<h1>504 Gateway Time-out</h1>" };
    });
    // long enough for an answer of a busy machine: a good strip that is late would be halved too
    const tap = client(server, { stallMs: 1000 });
    const frame = await fetchStrips(tap, { table: "t", columns: COLUMNS, key: "name" });
    assert.deepEqual(frame.rows(), expected());
    const asked = server.requests.map(({ form }) => form.get("QUERY")!);
    // 60 rows, 30 and 30, then 15 four times: none asked for twice
    assert.equal(new Set(asked).size, asked.length);
    assert.equal(asked.filter((adql) => !/COUNT/.test(adql)).length, 7);
  }
});

Deno.test("a time-out that cannot be divided is tried again", async () => {
  let calls = 0;
  await using server = new FakeServer((request) =>
    ++calls < 3 ? { status: 504, body: "" } : serve(request)
  );
  const { frame } = await client(server).sync({ adql: "SELECT * FROM t" });
  assert.deepEqual([frame.height, calls], [60, 3]);
});

Deno.test("the bounds of strips are plain decimals down to the smallest strip", async () => {
  const near = [...Array(6)].map((_, i): [string, number, number] => [`n${i}`, 1, 1e-7 * (i + 1)]);
  await using server = new FakeServer((request) => {
    const adql = request.form.get("QUERY")!;
    const [, from, to] = /dec >= (\S+) AND dec < (\S+)/.exec(adql) ?? [0, -Infinity, Infinity];
    const rows = near.filter(([, , dec]) => dec >= Number(from) && dec < Number(to));
    if (!/COUNT/.test(adql)) return { body: votable(tableData(rows)) };
    return { body: csv([]).replace(/.*\r\n/, `n\r\n${rows.length}\r\n`) };
  });
  const tap = client(server, {}, 1);
  const options = { table: "t", columns: ["name"], range: [0, 1e-6] as const };
  const frame = await fetchStrips(tap, { ...options, limit: undefined });
  assert.equal(frame.height, 6);
  const bounds = server.requests.flatMap(({ form }) =>
    [...form.get("QUERY")!.matchAll(/dec (?:>=|<) (\S+)/g)].map(([, bound]) => bound)
  );
  assert.ok(bounds.length > 10);
  for (const bound of bounds) assert.match(bound, /^-?\d+(\.\d+)?$/);
});

Deno.test("columns come from one look at TAP_SCHEMA, or from the table where it is not listed", async () => {
  const asked: string[] = [];
  await using server = new FakeServer(({ form }) => {
    const adql = form.get("QUERY")!;
    asked.push(adql);
    if (/TAP_SCHEMA/.test(adql)) {
      return { body: "table_name,column_name,datatype\nt,ra,DOUBLE\nt,name,VARCHAR\n" };
    }
    return /FROM u/.test(adql)
      ? { body: votable(tableData([])) }
      : { status: 400, body: "no such table" };
  });
  const found = await client(server).columns(["t", "u", '"V/1/none"']);
  assert.deepEqual(found.get("t"), [{ name: "ra", isText: false }, { name: "name", isText: true }]);
  assert.equal((found.get("u") as unknown[]).length, 5);
  const error = found.get('"V/1/none"');
  assert.ok(error instanceof ArchiveError && /no such table/.test(error.problem));
  assert.equal(asked.length, 3);
});

Deno.test("strips gather every row of a service that gives only a few at a time", async () => {
  const rows: number[] = [];
  await using server = new FakeServer((request) => {
    const answer = serve(request);
    const few = select(request.form.get("QUERY")!).slice(0, 7);
    // cuts without a word at seven rows
    return /COUNT/.test(request.form.get("QUERY")!) ? answer : { body: votable(tableData(few)) };
  });
  const options = { table: "t", columns: COLUMNS, key: "name" };
  const onProgress = (count: number) => rows.push(count);
  const frame = await fetchStrips(client(server, {}, 20), { ...options, onProgress });
  assert.deepEqual(frame.rows(), expected());
  assert.equal(rows.at(-1), 60);
});

Deno.test("rows that no strip can reach are noticed", async () => {
  await using server = new FakeServer(serve);
  const options = { table: "t", columns: COLUMNS, range: [-90, 50] as const };
  const error = await rejection(fetchStrips(client(server), options));
  assert.match(error.message, /47 rows came in strips .* COUNT\(\*\) is 60/);
});

Deno.test("an interrupted run goes on where it stopped and a second run needs no network", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let budget = 5;
    await using server = new FakeServer((request) =>
      budget-- > 0 ? serve(request) : { fault: "reset" }
    );
    const run = () => {
      const cache = new FolderCache(folder);
      const tap = client(server, { cache, attempts: 1 }, 20);
      return { cache, rows: fetchStrips(tap, { table: "t", columns: COLUMNS }) };
    };
    assert.equal((await rejection(run().rows)).kind, "network");
    budget = Infinity;
    const resumed = run();
    assert.deepEqual((await resumed.rows).rows(), expected());
    const requests = server.requests.length;
    const again = run();
    assert.deepEqual((await again.rows).rows(), expected());
    assert.equal(server.requests.length, requests);
    assert.equal(again.cache.fetched, 0);
    const manifest = await again.cache.manifest();
    assert.equal(manifest.length, 5 + resumed.cache.fetched);
    const strips = manifest.filter(({ query }) => !query.includes("COUNT"));
    assert.equal(strips.reduce((sum, { rows }) => sum + rows, 0), 60);
    assert.match(strips[0].sha256, /^[0-9a-f]{64}$/);
    assert.ok(Date.parse(strips[0].date) <= Date.now());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a kept answer that was damaged is fetched again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using server = new FakeServer(serve);
    const tap = client(server, { cache: new FolderCache(folder) });
    await tap.sync({ adql: "SELECT * FROM t" });
    const [{ file }] = await new FolderCache(folder).manifest();
    await Deno.truncate(`${folder}/${file}`, 100);
    const { frame } = await tap.sync({ adql: "SELECT * FROM t" });
    assert.deepEqual(frame.rows(), expected());
    assert.equal(server.requests.length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what is found wrong is not kept; what is kept and found wrong by a closer look is asked anew", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using server = new FakeServer(serve);
    const tap = client(server, { cache: new FolderCache(folder) });
    const asked = () => server.requests.length;
    const adql = "SELECT * FROM t";
    await rejection(tap.sync({ adql, check: () => "it is odd" }));
    await tap.sync({ adql });
    assert.equal(asked(), 2);
    await tap.sync({ adql });
    assert.equal(asked(), 2);
    let looks = 0;
    const closer = await tap.sync({ adql, check: () => ++looks === 1 ? "it is odd" : undefined });
    assert.deepEqual([closer.frame.height, looks, asked()], [60, 2, 3]);
    // a strip with a row of another place, too
    let isAstray = true;
    await using astray = new FakeServer((request) => {
      const answer = serve(request);
      if (/COUNT/.test(request.form.get("QUERY")!) || !isAstray) return answer;
      return { body: String(answer.body).replace("<TD>-89</TD>", "<TD>-99</TD>") };
    });
    const strips = () =>
      fetchStrips(client(astray, { cache: new FolderCache(folder) }), {
        table: "t",
        columns: COLUMNS,
      });
    assert.match((await rejection(strips())).problem, /gave a row with dec -99/);
    isAstray = false;
    assert.deepEqual((await strips()).rows(), expected());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a service that says in words that it is busy is asked again, one that gave up for less", async () => {
  const say = (words: string) => ({
    body: '<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="ERROR">' +
      `${words}</INFO></RESOURCE></VOTABLE>`,
  });
  const busy = [
    "Too many concurrent queries",
    "The service is temporarily unavailable",
    "Internal server error",
    "Could not connect to database server",
    "Server is down for maintenance",
    "please retry later",
  ];
  for (const words of busy) {
    let calls = 0;
    await using server = new FakeServer((request) => ++calls < 3 ? say(words) : serve(request));
    assert.equal((await client(server).sync({ adql: "SELECT * FROM t" })).frame.height, 60, words);
  }
  const refusals = [
    "Unknown column: busyness",
    "No such table: t",
    "Syntax error near timeouts_table",
    "Field dec not found in any table",
  ];
  for (const words of refusals) {
    await using server = new FakeServer(() => say(words));
    const error = await rejection(client(server).sync({ adql: "SELECT * FROM t" }));
    assert.deepEqual([error.kind, server.requests.length], ["query", 1], words);
  }
  await using late = new FakeServer((request) => {
    const adql = request.form.get("QUERY")!;
    const isLong = !/COUNT/.test(adql) && select(adql).length > 20;
    return isLong ? say("Query timed out (time limit exceeded)") : serve(request);
  });
  const frame = await fetchStrips(client(late), { table: "t", columns: COLUMNS, key: "name" });
  assert.deepEqual(frame.rows(), expected());
});

Deno.test("a page, a job or a message instead of a table is quoted", async () => {
  const job = '<?xml version="1.0"?><uws:job xmlns:uws="http://www.ivoa.net/xml/UWS/v1.0">' +
    "<uws:phase>ERROR</uws:phase><uws:errorSummary><uws:message>killed</uws:message>" +
    "</uws:errorSummary></uws:job>";
  const cases: [string, RegExp][] = [
    ["<!DOCTYPE html><html><h1>Down until 12 UT</h1></html>", /<html>: "Down until 12 UT"$/],
    [job, /a document of <job>: "ERROR killed"$/],
    ['{"error":"no"}', /: "\{"error":"no"\}"$/],
    ["your job is queued", /: "your job is queued"$/],
    ["\x1f\u{fffd}\0\x03packed", /: "bytes that are no text"$/],
  ];
  for (const [body, words] of cases) {
    await using server = new FakeServer(() => ({ body }));
    const error = await rejection(client(server).sync({ adql: "SELECT * FROM t" }));
    assert.match(error.problem, words);
  }
  // rows are not quoted
  await using rows = new FakeServer(() => ({ body: votable(tableData()).slice(0, 2000) }));
  const error = await rejection(client(rows).sync({ adql: "SELECT * FROM t" }));
  assert.doesNotMatch(error.problem, /2CXO/);
});

Deno.test("a status that is no whole answer is none, be it below 400", async () => {
  const cases: [number, boolean][] = [[202, true], [206, true], [300, false], [302, false]];
  for (const [status, transient] of cases) {
    await using server = new FakeServer(() => ({ status, body: "name,ra\na,1\n" }));
    const error = await rejection(client(server).sync({ adql: "SELECT name, ra FROM t" }));
    assert.deepEqual([error.kind, error.transient], ["http", transient], `${status}`);
    assert.match(error.problem, new RegExp(`^answered HTTP ${status}: name,ra`));
  }
});

Deno.test("an error behind the first rows is of the service, not of the query", async () => {
  let calls = 0;
  const info = '<INFO name="QUERY_STATUS" value="ERROR">something broke</INFO>';
  await using server = new FakeServer((request) =>
    ++calls < 3 ? { body: votable(tableData(), "OK", info) } : serve(request)
  );
  assert.equal((await client(server).sync({ adql: "SELECT * FROM t" })).frame.height, 60);
  calls = -9;
  const error = await rejection(client(server).sync({ adql: "SELECT * FROM t" }));
  assert.deepEqual([error.isAboutQuery, error.transient], [false, true]);
  assert.match(error.problem, /something broke/);
});

Deno.test("a count and a list of columns go by names, whatever stands beside them and in which order", async () => {
  await using server = new FakeServer(({ form }) =>
    /COUNT/.test(form.get("QUERY")!)
      ? { body: "row,N\n1,60\n" }
      : { body: "DATATYPE,TABLE_NAME,remark,COLUMN_NAME\nDOUBLE,t,x,ra\nVARCHAR,t,y,name\n" }
  );
  assert.equal(await client(server).count("t"), 60);
  const found = await client(server).columns(["t"]);
  assert.deepEqual(found.get("t"), [{ name: "ra", isText: false }, { name: "name", isText: true }]);
  await using other = new FakeServer(() => ({ body: "row,rows\n1,60\n" }));
  assert.match(
    (await rejection(client(other).count("t"))).problem,
    /COUNT\(\*\) gave 1 rows of row, /,
  );
});

Deno.test({
  name:
    "a pipe or a folder in the place of a kept answer or its note is none, and is not waited for",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const request = { service: "s", url: "u", query: "q" };
    const { frame } = readCsv(new TextEncoder().encode("a\n1\n"));
    const table = { frame, columns: [{ name: "a", datatype: "int" }], overflow: false };
    const bytes = new TextEncoder().encode("an answer");
    for (const ending of ["json", "response"]) {
      for (const make of ["mkfifo", "mkdir"]) {
        const cache = new FolderCache(`${folder}/${ending}-${make}`);
        await cache.write(request, { bytes, table });
        assert.deepEqual([...(await cache.read(request))!], [...bytes]);
        const [{ file }] = await cache.manifest();
        const path = `${cache.folder}/${file.replace("response", ending)}`;
        await Deno.remove(path);
        await new Deno.Command(make, { args: [path] }).output();
        assert.equal(await cache.read(request), undefined);
        assert.equal((await cache.manifest()).length, ending === "json" ? 0 : 1);
        await assert.rejects(cache.write(request, { bytes, table }), /not replaced; remove it/);
      }
    }
    await Deno.remove(folder, { recursive: true });
  },
});
