import assert from "node:assert/strict";
import { ArchiveError } from "#lib/archives/archive-error.ts";
import { fetchStrips } from "#lib/archives/fetch-strips.ts";
import { ResponseCache } from "#lib/archives/response-cache.ts";
import { TapClient, type TapOptions } from "#lib/archives/tap-client.ts";
import { CSC_TAP, HEASARC_TAP } from "#lib/archives/tap-service.ts";
import { cscText, expected, select, serve, tableData, votable } from "./fake-catalogue.ts";
import { type FakeAnswer, type FakeRequest, FakeServer } from "./fake-server.ts";

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

Deno.test("the Chandra service is followed through its redirect to tab-separated text", async () => {
  await using server = new FakeServer(({ method }) =>
    method === "POST"
      ? { status: 303, headers: { location: "/elsewhere" } }
      : { headers: { "content-type": "text/plain" }, body: cscText() }
  );
  const service = { ...CSC_TAP["2.0"], url: `${server.url}/csc2tap` };
  const { frame } = await new TapClient(service, FAST).sync({ adql: "SELECT * FROM t" });
  assert.deepEqual(frame.rows(), expected());
  assert.equal(server.requests[0].form.get("PHASE"), "RUN");
  assert.equal(server.requests[1].path, "/elsewhere");
});

Deno.test("HEASARC is asked for text and its bars are read", async () => {
  await using server = new FakeServer(() => ({ body: "name|ra\nSMC 1 |12.5\n" }));
  const service = { ...HEASARC_TAP, url: server.url };
  const { frame } = await new TapClient(service, FAST).sync({ adql: "SELECT name, ra FROM t" });
  assert.deepEqual(frame.rows(), [["SMC 1", 12.5]]);
  assert.equal(server.requests[0].form.get("FORMAT"), "text");
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

Deno.test("an answer that lacks rows is refused unless it is allowed to", async () => {
  await using server = new FakeServer(() => ({ body: votable(tableData(), "OVERFLOW") }));
  const adql = "SELECT * FROM t";
  assert.equal((await rejection(client(server).sync({ adql }))).kind, "incomplete");
  const { frame, overflow } = await client(server).sync({ adql, allowOverflow: true });
  assert.deepEqual([frame.height, overflow], [60, true]);
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

/** A job service in the manner of UWS that needs two polls. */
function jobs(phases: string[], error = ""): (request: FakeRequest) => FakeAnswer {
  return ({ method, path, form }) => {
    if (path === "/tap/async") return { status: 303, headers: { location: "/jobs/7" } };
    if (method === "DELETE") return { status: 303, headers: { location: "/jobs" } };
    if (method === "POST") {
      return form.get("PHASE") === "RUN" ? { status: 303, headers: { location: "/jobs/7" } } : {};
    }
    if (path.startsWith("/jobs/7/phase")) return { body: phases.shift() ?? "ABORTED" };
    if (path === "/jobs/7/error") return { body: error };
    return { body: path === "/jobs/7/results/result" ? votable(tableData()) : "" };
  };
}

Deno.test("a job is created, run, polled, fetched and deleted", async () => {
  await using server = new FakeServer(jobs(["QUEUED", "EXECUTING", "COMPLETED"]));
  const { frame } = await client(server).async({ adql: "SELECT * FROM t" });
  assert.deepEqual(frame.rows(), expected());
  const calls = server.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
  assert.deepEqual(calls.filter((call) => !call.startsWith("GET /jobs/7/phase")), [
    "POST /tap/async",
    "POST /jobs/7/phase",
    "GET /jobs/7",
    "GET /jobs/7/results/result",
    "DELETE /jobs/7",
  ]);
});

Deno.test("a failed job throws the service's words and is deleted all the same", async () => {
  const words = `<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="ERROR">out of memory</INFO>
    </RESOURCE></VOTABLE>`;
  await using server = new FakeServer(jobs(["ERROR"], words));
  const error = await rejection(client(server).async({ adql: "SELECT * FROM t" }));
  assert.deepEqual([error.kind, error.problem], ["query", "out of memory"]);
  assert.equal(server.requests.at(-1)!.method, "DELETE");
});

Deno.test("a job that never ends is given up and one that is aborted elsewhere is reported", async () => {
  await using endless = new FakeServer(jobs(Array(1000).fill("EXECUTING")));
  const late = await rejection(client(endless, { jobMs: 300 }).async({ adql: "SELECT 1" }));
  assert.equal(late.kind, "timeout");
  assert.equal(endless.requests.at(-1)!.method, "DELETE");
  await using aborted = new FakeServer(jobs(["ABORTED"]));
  assert.match((await rejection(client(aborted).async({ adql: "SELECT 1" }))).message, /"ABORTED"/);
});

Deno.test("uploads travel as parts of the form", async () => {
  await using server = new FakeServer(() => ({ body: votable(tableData()) }));
  await client(server).sync({
    adql: "SELECT * FROM TAP_UPLOAD.mine",
    uploads: { mine: "<VOTABLE/>" },
  });
  const { body } = server.requests[0];
  assert.match(body, /name="UPLOAD"\s+mine,param:mine_part/);
  assert.match(body, /name="mine_part"; filename="mine.xml"[\s\S]*<VOTABLE\/>/);
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
      const cache = new ResponseCache(folder);
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
    const tap = client(server, { cache: new ResponseCache(folder) });
    await tap.sync({ adql: "SELECT * FROM t" });
    const [{ file }] = await new ResponseCache(folder).manifest();
    await Deno.truncate(`${folder}/${file}`, 100);
    const { frame } = await tap.sync({ adql: "SELECT * FROM t" });
    assert.deepEqual(frame.rows(), expected());
    assert.equal(server.requests.length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
