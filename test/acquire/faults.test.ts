// Slow: waits for answers that stall.
import assert from "node:assert/strict";
import {
  ArchiveError,
  fetchNed,
  fetchStrips,
  FolderCache,
  TapClient,
  xMatch,
} from "@csc-classify/vo-archives";
import { type Random, random } from "@csc-classify/forests";
import {
  binary,
  csv,
  expected,
  type FakeRow,
  select,
  tableData,
  votable,
} from "../../packages/vo-archives/test/fake-catalogue.ts";
import {
  type FakeAnswer,
  type FakeRequest,
  FakeServer,
} from "../../packages/vo-archives/test/fake-server.ts";
import { nedAnswer } from "./fixture-archives.ts";
import { NED_PASSBANDS } from "@csc-classify/chandra-archives";
import { share } from "../thorough.ts";

const TYPES = { name: "char", ra: "double", dec: "double", flux: "double", flag: "boolean" };
const COLUMNS = Object.keys(TYPES);
const FORMATS: Readonly<Record<string, (rows: FakeRow[]) => string>> = {
  TABLEDATA: (rows) => votable(tableData(rows)),
  BINARY: (rows) => votable(binary(rows)),
  BINARY2: (rows) => votable(binary(rows, true)),
  csv: (rows) => csv(rows),
};

/** Ways to spoil a faithful answer. */
const FAULTS: Readonly<Record<string, (good: FakeAnswer, stream: Random) => FakeAnswer>> = {
  "connection reset": () => ({ fault: "reset" }),
  "stall": (good, stream) => ({ ...good, fault: "stall", bytes: place(good, stream) }),
  "truncated, length given": (good, stream) => ({
    ...good,
    fault: "cut",
    bytes: place(good, stream),
  }),
  "truncated, length not given": (good, stream) => ({
    ...good,
    fault: "cut",
    bytes: place(good, stream),
    unsized: true,
  }),
  "status 500": () => ({ status: 500, body: "<h1>Internal error</h1>" }),
  "status 503": () => ({ status: 503 }),
  "status 503 with Retry-After": () => ({ status: 503, headers: { "retry-after": "0.001" } }),
  "status 504": () => ({ status: 504, body: "<h1>504 Gateway Time-out</h1>" }),
  "status 400": () => ({
    status: 400,
    body:
      '<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="ERROR">no</INFO></RESOURCE></VOTABLE>',
  }),
  "status 404": () => ({ status: 404, body: "gone" }),
  "messages for data": () => ({ body: "---- Messages ----\nno such table\n" }),
  "wrong content type": (good) => ({ ...good, headers: { "content-type": "image/png" } }),
  "HTML instead of data": () => ({ body: "<!DOCTYPE html><html><p>Please log in<br></html>" }),
  "ERROR with status 200": () => ({
    body:
      '<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="ERROR">no</INFO></RESOURCE></VOTABLE>',
  }),
  "malformed XML": (good) => ({ ...good, body: String(good.body).replace(/^<\?xml/, "<<?xml") }),
  "nothing at all": () => ({ body: "" }),
};

/** Ways to spoil the rows before they are written. */
const ROW_FAULTS: Readonly<Record<string, (rows: FakeRow[], stream: Random) => FakeRow[]>> = {
  "silent truncation": (rows, stream) => rows.slice(0, stream.integer(rows.length)),
  "duplicated rows": (rows, stream) => [...rows, rows[stream.integer(rows.length)]],
  "a row replaced by its neighbour": (rows) => [rows[0], rows[0], ...rows.slice(2)],
};

/** Ways to spoil the text as a whole. */
const TEXT_FAULTS: Readonly<Record<string, (text: string) => string>> = {
  "missing column": (text) => text.replaceAll(/\bflux\b/g, "other"),
  "a word for a number": (text) => text.replace(/(>|\t|")-?\d+(<|\t|")/, "$1unknown$2"),
};

function place({ body = "" }: FakeAnswer, stream: Random): number {
  return stream.integer(body.length);
}

function counted(n: number): FakeAnswer {
  const table = `<TABLE><FIELD name="n" datatype="long"/><DATA><TABLEDATA><TR><TD>${n}</TD></TR>`;
  return { body: `<VOTABLE><RESOURCE>${table}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>` };
}

interface Case {
  readonly fault: string;
  readonly format: string;
  readonly stream: Random;
  /** Spoils the n-th request and those after it, so many of them. */
  readonly first: number;
  readonly times: number;
}

function answerer(
  { fault, format, stream, first, times }: Case,
): (request: FakeRequest) => FakeAnswer {
  let request = 0;
  return ({ form }) => {
    const adql = form.get("QUERY") ?? "", rows = select(adql);
    const spoil = ++request >= first && request < first + times;
    if (/COUNT/.test(adql)) {
      const good = counted(rows.length);
      return spoil && FAULTS[fault] ? FAULTS[fault](good, stream) : good;
    }
    const wrong = spoil && rows.length > 2 ? ROW_FAULTS[fault]?.(rows, stream) : undefined;
    const text = FORMATS[format](wrong ?? rows);
    const good = { body: spoil && TEXT_FAULTS[fault] ? TEXT_FAULTS[fault](text) : text };
    return spoil && FAULTS[fault] ? FAULTS[fault](good, stream) : good;
  };
}

/** Runs one case; returns whether it gave the rows, after checking that it did nothing else. */
async function run(one: Case, folder: string): Promise<boolean> {
  await using server = new FakeServer(answerer(one));
  const service = { name: "Fake TAP", url: server.url, pageRows: 25 };
  const cache = new FolderCache(folder);
  const patience = { firstWaitMs: 1, attempts: 3, cache };
  const label = `${one.fault}, ${one.format}, request ${one.first}, ${one.times} times`;
  const fetch = (stallMs: number) => {
    const tap = new TapClient(service, { ...patience, stallMs });
    return fetchStrips(tap, { table: "t", columns: COLUMNS, types: TYPES, key: "name" });
  };
  let whole = true;
  try {
    // on a busy machine an honest answer takes longer than a silent one is waited for
    const stallMs = one.fault === "stall" ? 300 : 20_000;
    assert.deepEqual((await fetch(stallMs)).rows(), expected(), label);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw new Error(label, { cause: error });
    assert.match(error.message, /^Fake TAP: .+\. Query: .+\. Remedy: .+\.$/s, label);
    whole = false;
  }
  for await (const { name } of Deno.readDir(folder)) assert.doesNotMatch(name, /part$/, label);
  if (!whole) {
    // failed, then resumed against a service that behaves, if slowly: equal rows
    server.answer = answerer({ ...one, times: 0 });
    assert.deepEqual((await fetch(20_000)).rows(), expected(), `resumed: ${label}`);
  }
  return whole;
}

const INJECTED = share(520);

Deno.test(`${INJECTED} injected faults end in the right rows or a clear error and resume to the same`, async () => {
  const faults = [FAULTS, ROW_FAULTS, TEXT_FAULTS].flatMap((group) => Object.keys(group));
  const formats = Object.keys(FORMATS);
  const inject = async (i: number): Promise<boolean> => {
    const stream = random(11, "faults", i);
    const first = 1 + stream.integer(8), times = i % 5 === 0 ? 1000 : 1 + stream.integer(2);
    const fault = faults[i % faults.length], format = formats[stream.integer(formats.length)];
    const folder = await Deno.makeTempDir();
    try {
      return await run({ fault, format, stream, first, times }, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
  let whole = 0;
  for (let i = 0; i < INJECTED; i += 20) {
    const size = Math.min(20, INJECTED - i);
    const batch = await Promise.all(Array.from({ length: size }, (_, k) => inject(i + k)));
    whole += batch.filter(Boolean).length;
  }
  console.log(
    `${whole} of ${INJECTED} recovered the rows, ${INJECTED - whole} ended in a clear error`,
  );
  assert.ok(whole > 0.38 * INJECTED && whole < 0.96 * INJECTED, `${whole} recovered`);
});

const MATCHES = "<VOTABLE><RESOURCE><TABLE>" +
  ["csc_row", "angDist", "Jmag"].map((name) => `<FIELD name="${name}" datatype="double"/>`).join(
    "",
  ) +
  "<DATA><TABLEDATA><TR><TD>0</TD><TD>0.1</TD><TD>9.5</TD></TR>" +
  "<TR><TD>1</TD><TD>0.2</TD><TD>8.5</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>";

const NED_ANSWER = nedAnswer("a", [["J (2MASS)", "9.5", "mag"], ["H (2MASS)", "8.5", "mag"]]);

const FAILED = { kind: "query", service: "NED", query: "a", remedy: "none" } as const;

Deno.test("X-Match and NED come through the same faults, or end in a clear error", async () => {
  const options = { firstWaitMs: 1, stallMs: 300, attempts: 3, everyMs: 0 };
  const ask = {
    "CDS X-Match": async (url: string) => {
      const sources = { ra: [1, 2], dec: [3, 4] };
      return (await xMatch(sources, "t", { ...options, url, radiusArcsec: 1 })).rows();
    },
    NED: async (url: string) => {
      const how = { ...options, url, passbands: NED_PASSBANDS };
      const { value } = await fetchNed(["a"], how).next();
      // what NED says of a name is noted, and the next is asked
      if (value?.failed) throw new ArchiveError({ ...FAILED, problem: value.absent! });
      return value?.features;
    },
  };
  const right = { "CDS X-Match": [[0, 0.1, 9.5], [1, 0.2, 8.5]], NED: { J: 9.5, H: 8.5 } };
  const bodies = { "CDS X-Match": MATCHES, NED: NED_ANSWER };
  const inject = async (service: keyof typeof ask, fault: string, times: number, k: number) => {
    const stream = random(13, service, fault, times, k);
    let requests = 0;
    const good = { body: bodies[service] };
    await using server = new FakeServer(() =>
      ++requests <= times ? FAULTS[fault](good, stream) : good
    );
    try {
      assert.deepEqual(await ask[service](server.url), right[service], `${service}, ${fault}`);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      assert.match(error.message, new RegExp(`^${service}: .+ Query: .+ Remedy: .+`, "s"));
    }
  };
  for (const fault of Object.keys(FAULTS)) {
    const services = Object.keys(ask) as (keyof typeof ask)[];
    const cases = [[1, 0], [1, 1], [1, 2], [1000, 0], [1000, 1]];
    await Promise.all(
      services.flatMap((service) => cases.map(([times, k]) => inject(service, fault, times, k))),
    );
  }
});

Deno.test("a run killed at any moment resumes to equal rows", async () => {
  const stream = random(12, "kills");
  let killed = 0;
  for (let i = 0; i < 25; i++) {
    const folder = await Deno.makeTempDir();
    const server = new FakeServer(
      answerer({ fault: "", format: "csv", stream, first: 0, times: 0 }),
    );
    try {
      const service = { name: "Fake TAP", url: server.url, pageRows: 10 };
      const fetch = (signal?: AbortSignal) => {
        const tap = new TapClient(service, { cache: new FolderCache(folder), signal });
        return fetchStrips(tap, { table: "t", columns: COLUMNS, types: TYPES, key: "name" });
      };
      const signal = AbortSignal.timeout(1 + stream.integer(60));
      await fetch(signal).catch((error) => {
        assert.equal(error, signal.reason);
        killed++;
      });
      assert.deepEqual((await fetch()).rows(), expected());
    } finally {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    }
  }
  assert.ok(killed > 10, `only ${killed} were killed in time`);
});

Deno.test("columns in another order come out in the order asked for", async () => {
  await using server = new FakeServer(({ form }) =>
    /COUNT/.test(form.get("QUERY")!) ? counted(2) : { body: "dec,name\n1.5,a\n2.5,b\n" }
  );
  const tap = new TapClient({ name: "Fake TAP", url: server.url });
  const frame = await fetchStrips(tap, { table: "t", columns: ["name", "dec"] });
  assert.deepEqual(frame.rows(), [["a", 1.5], ["b", 2.5]]);
});
