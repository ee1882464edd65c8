// Slow: walks through the invented sky many times.
import assert from "node:assert/strict";
import pl from "nodejs-polars";
import {
  acquire,
  acquiredSources,
  type AcquireOptions,
  type Acquisition,
  acquisitionsIn,
  COUNTERPART_CATALOGUES,
  fluxKind,
  LABEL_CATALOGUES,
  LIVE_ARCHIVES,
  NED_PASSBANDS,
} from "@csc-classify/chandra-archives";
import {
  type Area,
  boxConditions,
  fetchNed,
  FolderCache,
  isInside,
  minuteConditions,
  xMatch,
  xMatchChunk,
  xMatchColumns,
} from "@csc-classify/vo-archives";
import { matchCounterparts, searchGroups } from "../../packages/chandra-archives/counterparts.ts";
import {
  checkPublishedRows,
  CSC_COLUMNS,
  fetchCsc,
  selectPointSources,
} from "../../packages/chandra-archives/csc.ts";
import { fetchAllLabels } from "../../packages/chandra-archives/fetch-labels.ts";
import { matchLabels } from "../../packages/chandra-archives/match-labels.ts";
import { CLASSES, columnOf } from "@csc-classify/chandra-sources";
import { DATA } from "#lib/run/files.ts";
import { readLabelledTable, readTable } from "@csc-classify/chandra-sources/files";
import { fetchCandidates } from "#lib/tables/training-table.ts";
import { archivesOf, parseArea, parseCone, planAcquisition } from "#tools/acquire/plan.ts";
import { probeArchives, PROBED } from "#tools/acquire/probe-archives.ts";
import { reachableLabels } from "#studies/reachable-labels.ts";
import { saveAcquired } from "#tools/acquire/save-acquired.ts";
import { decimal } from "../../packages/vo-archives/area.ts";
import { convertNed, nedPassband, type NedPhotometry } from "../../packages/vo-archives/ned.ts";
import { ignore, mirror } from "../published.ts";
import { FixtureArchives, NED_UNKNOWN, nedAnswer, votableOf } from "./fixture-archives.ts";
import { assertTrue, FIELD, InventedSky } from "./invented-sky.ts";
import { recordingText } from "./record-answers.ts";
import { inFolder } from "../in-folder.ts";

const FAST = { firstWaitMs: 1, attempts: 2, nedEveryMs: 0 };
const passbands = NED_PASSBANDS;
const AREA: Area = { cones: [FIELD], words: "158 -57.5 0.2" };
const sky = new InventedSky();

function near(actual: unknown, expected: number, tolerance = 1e-9): void {
  const apart = Math.abs(Number(actual) - expected);
  assert.ok(apart <= tolerance * Math.abs(expected), `${actual}, not ${expected}`);
}

async function run(
  fixture: FixtureArchives,
  options: Partial<AcquireOptions> = {},
): Promise<Acquisition> {
  return await inFolder((folder) =>
    acquire({
      release: "2.0",
      archives: fixture.archives,
      cache: new FolderCache(folder),
      ...FAST,
      ...options,
    })
  );
}

Deno.test("the whole sky comes out with every value that was put in, flagged sources too", async () => {
  await using fixture = new FixtureArchives(sky);
  const acquisition = await run(fixture, { ned: "few" });
  assertTrue(acquisition.sources, sky.truth);
  const { counts, account, flux, ned } = acquisition;
  // of the 16 labelled sources one is flagged
  assert.deepEqual(counts, {
    AGN: 2,
    STAR: 2,
    YSO: 1,
    HMXB: 3,
    LMXB: 3,
    ULX: 1,
    CV: 2,
    PULSAR: 2,
  });
  assert.equal(account[0].left, sky.truth.length);
  assert.equal(account.at(-1)!.left, sky.truth.filter(({ selected }) => selected).length);
  assert.deepEqual(account.map(({ paper }) => paper).filter(Boolean), [317_167, 296_473, 277_069]);
  assert.deepEqual(flux, { kind: "flux_aper_avg", why: "4 of 4 published fluxes equal" });
  assert.equal(ned!.flux, 2);
  assert.equal(
    columnOf(acquisition.sources, "flux_ned").filter((value) => !isNaN(value)).length,
    2,
  );
  const first = acquisition.sources.names.indexOf(sky.truth[0].name);
  assert.equal(columnOf(acquisition.sources, "flux_ned")[first], 3.1e-14);
});

Deno.test("a circle on the sky comes with the same values as all of the sky has there", async () => {
  await using fixture = new FixtureArchives(sky);
  const acquisition = await run(fixture, { release: "2.1", area: AREA });
  const field = sky.truth.filter(({ ra, dec }) => isInside(AREA, ra, dec));
  assert.equal(field.length, 24);
  assertTrue(acquisition.sources, field);
  assert.equal(acquisition.sources.origin.release, "2.1");
});

Deno.test("services that spell their columns in capitals give the same values", async () => {
  await using fixture = new FixtureArchives(sky, { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const response = await fixture.answer(request), text = await response.text();
    const capitals = text.replace(
      /(<FIELD name=)("[^"]*")/g,
      (_, field, name) => field + name.toUpperCase(),
    )
      .replace(/(<TR><TD>csc21[^<]*<\/TD><TD>)(\w+)/g, (_, row, name) => row + name.toUpperCase());
    const isPlain = new URL(request.url).pathname.startsWith("/xmatch");
    const { status, headers } = response;
    return new Response(status === 303 ? null : isPlain ? text : capitals, { status, headers });
  });
  const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
  const acquisition = await run(fixture, { release: "2.1", area: AREA, archives });
  assertTrue(acquisition.sources, sky.truth.filter(({ ra, dec }) => isInside(AREA, ra, dec)));
});

Deno.test("areas cross RA 0, hold the poles, and come as lists; an empty one says so", async () => {
  await using fixture = new FixtureArchives(sky);
  const at = (text: string) => parseArea(text, "list");
  const seam = await run(fixture, { area: at("0 12 0.01\n00:00:00 -33:00:00 0.001") });
  assert.equal(seam.sources.names.length, 2);
  const poles = await run(fixture, { area: at("ra dec radius\n# poles\n30 90 0.1\n77 -89.9") });
  assert.equal(poles.sources.names.length, 2);
  await assert.rejects(run(fixture, { area: at("10 10 0.001") }), /2\.0 has no source in list/);
});

Deno.test("a small field needs under two minutes of requests when each takes a second", async () => {
  let abreast = 0;
  const waiting = new Map<string, number>(), latency = 20;
  await using fixture = new FixtureArchives(sky, {
    before: async (service) => {
      waiting.set(service, (waiting.get(service) ?? 0) + 1);
      abreast = Math.max(abreast, [...waiting.values()].filter((n) => n > 0).length);
      await new Promise((resolve) => setTimeout(resolve, latency));
      waiting.set(service, waiting.get(service)! - 1);
      return undefined;
    },
  });
  await run(fixture, { release: "2.1", area: AREA });
  // the other services are asked side by side once the sources are known
  const [csc, ...others] = ["csc21", "xmatch", "vizier", "heasarc", "simbad"]
    .map((service) => fixture.asked(service));
  const seconds = csc + Math.max(...others);
  console.log(`${fixture.requests.length} requests, ${seconds} s at one second each`);
  assert.ok(seconds < 110, `${seconds} s`);
  assert.equal(abreast, others.length);
  assert.ok(fixture.requests.length < 100);
  // and the plan says so beforehand
  const plan = planAcquisition({ release: "2.1", area: AREA, archives: fixture.archives });
  const planned = plan.reduce((sum, { requests }) => sum + requests, 0);
  assert.ok(planned >= 60 && planned < 100, `${planned} planned`);
});

Deno.test("the Chandra service is asked by https, which its redirect keeps a POST", () => {
  assert.match(LIVE_ARCHIVES.csc["2.0"].url, /^https:/);
  assert.match(LIVE_ARCHIVES.csc["2.1"].url, /^https:/);
  assert.deepEqual(LIVE_ARCHIVES.csc["2.0"].parameters, { PHASE: "RUN" });
});

Deno.test("NED is asked one name at a time, at its pace, never too many, and never by names of 2.1", async () => {
  await using fixture = new FixtureArchives(sky);
  const names = sky.truth.slice(0, 3).map(({ name }) => name);
  const url = fixture.archives.nedUrl, found: NedPhotometry[] = [];
  const start = performance.now();
  const collect = async (list: string[], everyMs: number) => {
    for await (const one of fetchNed(list, { ...FAST, url, passbands, everyMs })) found.push(one);
  };
  // two askers at once still make one queue
  await Promise.all([collect(names, 60), collect(["M 51"], 60)]);
  assert.ok(performance.now() - start >= 4 * 60, "asked faster than the rate allows");
  assert.equal(fixture.nedAtOnce, 1);
  const of = (name: string) => found.find((one) => one.name === name)!;
  assert.deepEqual(of(names[0]).features, { flux_ned: 3.1e-14, J: 11.2 });
  // 55 mJy of a zero point of 666.7 Jy
  near(of(names[2]).features.Ks, 10.2089, 1e-4);
  assert.deepEqual(of(names[2]).notes, ["K_s (2MASS): converted from mJy"]);
  assert.equal(of(names[1]).absent, "NED has no photometry");
  const many = Array(20_001).fill("x");
  await assert.rejects(fetchNed(many, { url, passbands }).next(), /help desk, then say --ned-many/);
  await assert.rejects(
    run(fixture, { release: "2.1", ned: "few" }),
    /does not know names of CSC 2\.1/,
  );
});

Deno.test("AB magnitudes of 2MASS and WISE in NED's answers become Vega's, those of AB bands stay", () => {
  const of = (band: string, value: number, unit: string) =>
    convertNed(nedPassband(band, NED_PASSBANDS)!, value, unit);
  // 2.5 log10(3631 / 1594) = 0.894 in J, 2.5 log10(3631 / 666.7) = 1.840 in Ks
  near(of("J (2MASS)", 15, "AB mag").value, 15 - 0.8938, 1e-5);
  near(of("K_s (2MASS)", 15, "mag AB").value, 15 - 1.8403, 1e-5);
  // 2.673 in W1, 6.594 in W4
  near(of("W1 (WISE)", 15, "ABmag").value, 15 - 2.6733, 1e-4);
  near(of("W4 (WISE)", 9, "magnitude AB").value, 9 - 6.5941, 1e-4);
  assert.match(of("W4 (WISE)", 9, "AB mag").note!, /converted from AB to Vega/);
  assert.deepEqual(of("J (2MASS)", 15, "Vega mag"), { value: 15 });
  assert.deepEqual(of("J (2MASS)", 15, "mag"), { value: 15 });
  assert.deepEqual(of("u (SDSS PSF)", 20, "asinh mag"), { value: 20 });
  assert.deepEqual(of("NUV (GALEX)", 20, "AB mag"), { value: 20 });
  assert.match(of("r (SDSS PSF)", 20, "Vega mag").note!, /refused/);
  // 24 microns: 16 AB are 3631 Jy x 10^-6.4
  near(of("24 microns (MIPS)", 16, "AB mag").value, 1445.5, 1e-3);
});
Deno.test("NED's limits and units are made right or refused, and several measurements averaged", async () => {
  const rows = [
    ["J (2MASS)", "9.21", "mag"],
    ["K_s (2MASS)", "8.30", "mag"],
    ["K_s (2MASS)", "8.32", "mag"],
    ["K_s (2MASS)", "316.5", "milliJy"],
    ["24 microns (MIPS)", "0.185", "Jy"],
    ["24 microns (MIPS)", "185000", "microJy"],
    ["W4 (WISE)", "5.10", "mag"],
    ["W4 (WISE)", "184.182", "mag"],
    ["1.4 GHz (VLA)", "0.3", "milliJy"],
    ["0.5-7 keV (Chandra)", "6.62E-14", "erg/cm^2/s"],
    ["W1 (WISE)", "3.0E-11", "erg/s/cm^2^"],
  ] as const;
  const limit = nedAnswer("a", [["W3 (WISE)", "7.5", "mag"]])
    .replace("<TD>1.1e-09</TD>\n<TD/>", "<TD/>\n<TD>1.1e-09</TD>");
  const answers: Record<string, string> = { a: nedAnswer("a", rows), b: limit };
  await using server = Deno.serve(
    { port: 0, onListen() {} },
    (request) => new Response(answers[new URL(request.url).searchParams.get("TARGET")!]),
  );
  const options = { ...FAST, url: `http://127.0.0.1:${server.addr.port}`, everyMs: 0 };
  const [first, second] = await Array.fromAsync(fetchNed(["a", "b"], { ...options, passbands }));
  const { J, Ks, mips_24um, W4, flux_b } = first.features;
  near(J, 9.21);
  near(Ks, 8.3096, 1e-5);
  near(mips_24um, 185_000);
  near(W4, 5.1);
  near(flux_b, 6.62e-14);
  assert.deepEqual(first.notes, [
    "K_s (2MASS): converted from milliJy",
    "24 microns (MIPS): converted from Jy",
    'W4 (WISE): refused: 184.182 is no magnitude, though NED says "mag"',
    'W1 (WISE): refused: unit "erg/s/cm^2^" is none of a magnitude',
  ]);
  assert.deepEqual(second.notes, ['W3 (WISE): refused: "7.5" is no measurement']);
});

Deno.test("flux densities become magnitudes by the zero points, and the reverse for MIPS", () => {
  const convert = (band: string, value: number, unit: string) =>
    convertNed(nedPassband(band, passbands)!, value, unit).value;
  near(convert("K_s (2MASS/CTIO)", 66.67, "milliJy"), 10);
  near(convert("FUV (GALEX) AB", 36.31, "microJy"), 20);
  near(convert("24 microns (MIPS)", 5, "mag"), 71_700);
  near(convert("24 microns (MIPS)", 2, "mJy"), 2000);
  assert.equal(convert("W4 (WISE)", 184.182, "mag"), undefined);
  assert.equal(convert("J (2MASS)", -3, "mJy"), undefined);
  assert.equal(convert("0.5-7 keV (Chandra)", 1e-14, "photons/s/cm^2"), undefined);
  assert.equal(nedPassband("1.4 GHz (VLA)", passbands), undefined);
});

Deno.test("an error of NED is noted for its name and twenty in a row are NED's own; a web page is no absence", async () => {
  const fault = NED_UNKNOWN.replace("Failed to resolve input object name", "Database is down");
  const ask = async (body: string, names: string[]) => {
    await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response(body));
    const url = `http://127.0.0.1:${server.addr.port}`;
    return await Array.fromAsync(fetchNed(names, { ...FAST, url, passbands, everyMs: 0 }));
  };
  const [{ absent, failed }] = await ask(fault, ["x"]);
  assert.deepEqual([absent, failed], ["NED could not answer: Database is down", true]);
  await assert.rejects(ask(fault, Array(20).fill("x")), /Database is down/);
  await assert.rejects(ask("<p>Busy</p>", ["x"]), /expected a VOTable/);
});

Deno.test("X-Match gives all pairs within the radius whatever the chunks, one source too, and resumes", async () => {
  await using fixture = new FixtureArchives(sky);
  const { ra, dec } = { ra: sky.truth.map((one) => one.ra), dec: sky.truth.map((one) => one.dec) };
  const table = COUNTERPART_CATALOGUES[0].table;
  await inFolder(async (folder) => {
    const options = (chunkRows: number, cache = new FolderCache(folder)) => ({
      ...FAST,
      url: fixture.archives.xMatchUrl,
      radiusArcsec: 1,
      columns: ["phot_g_mean_mag"],
      chunkRows,
      cache,
    });
    const whole = await xMatch({ ra, dec }, table, options(1000));
    assert.ok(whole.height > 100);
    const stop = new AbortController();
    const interrupted = xMatch({ ra, dec }, table, {
      ...options(1),
      signal: stop.signal,
      onProgress: (done) => done === 5 && stop.abort(new Error("killed")),
    });
    await assert.rejects(interrupted, { message: "killed" });
    const cache = new FolderCache(folder);
    const resumed = await xMatch({ ra, dec }, table, options(1, cache));
    assert.deepEqual(resumed.rows(), whole.rows());
    assert.equal(cache.fetched, ra.length - 5);
  });
  await assert.rejects(xMatch({ ra, dec }, "t", { radiusArcsec: 200 }), /radiusArcsec is 200/);
});

Deno.test("a chunk on which X-Match times out is halved, and a table that it has not is reported", async () => {
  await using fixture = new FixtureArchives(sky);
  const { ra, dec } = { ra: sky.truth.map((one) => one.ra), dec: sky.truth.map((one) => one.dec) };
  const slow: number[] = [];
  fixture.faults = {
    before: (service, request) => {
      if (service !== "xmatch" || request.method !== "POST") return undefined;
      const size = Number(request.headers.get("content-length") ?? 0);
      // an upload of many rows takes too long
      if (size < 2000) return undefined;
      slow.push(size);
      return new Response("<h1>504 Gateway Time-out</h1>", { status: 504 });
    },
  };
  const options = { ...FAST, url: fixture.archives.xMatchUrl, radiusArcsec: 1, columns: ["ra"] };
  const found = await xMatch({ ra, dec }, COUNTERPART_CATALOGUES[0].table, options);
  fixture.faults = {};
  assert.deepEqual(
    found.rows(),
    (await xMatch({ ra, dec }, COUNTERPART_CATALOGUES[0].table, options)).rows(),
  );
  assert.ok(slow.length > 0);
  const gone = new InventedSky();
  delete (gone.xMatch as Record<string, unknown>)["vizier:V/154/sdss16"];
  await using without = new FixtureArchives(gone);
  const { counterparts, problems, sources } = await run(without, { area: AREA });
  // what was not asked was not observed; Gaia looks everywhere
  assert.ok(columnOf(sources, "observed_sdss").every((told) => told === 0));
  assert.ok(columnOf(sources, "observed_gaia").every((told) => told === 1));
  assert.deepEqual(counterparts.map(({ rows }) => rows > 0), [true, true, true, false, true, true]);
  assert.ok(
    problems.some((one) =>
      /^sdss: answered HTTP 400: Table vizier:V.154.sdss16 is unknown/.test(one)
    ),
  );
});

Deno.test("X-Match answering another question, or cut csv, is refused; whole csv is read", async () => {
  const answers: [string, boolean][] = [
    ["angDist,csc_row\n0.5,0\n", true],
    ["angDist,csc_row\n0.5,7\n", false],
    ["angDist,csc_row\n3.5,0\n", false],
    ["angDist,other\n1,0\n", false],
    ["angDist,csc_row\n0.5", false],
  ];
  for (const [answer, isGood] of answers) {
    await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response(answer));
    const options = { ...FAST, url: `http://127.0.0.1:${server.addr.port}`, radiusArcsec: 1 };
    const found = xMatch({ ra: [1], dec: [1] }, "t", options);
    if (isGood) assert.equal((await found).height, 1);
    else await assert.rejects(found, { name: "ArchiveError" });
  }
});

Deno.test("column lists are understood as lines and as JSON, whatever the names; a web page or an error is none", async () => {
  const names = ["ra", "<zph>", "[Fe/H]", "F24-PSF", "e_(B-V)", "\u03b1", 'a"b'];
  const lists = [
    names.join("\n") + "\n",
    JSON.stringify(names),
    JSON.stringify(names.map((name) => ({ name }))),
    JSON.stringify({ c: names.map((name) => [name]) }),
    ["[Fe/H]", ...names.slice(0, 2)].join("\r\n"),
  ];
  const others = [
    "<html>busy</html>",
    "<!DOCTYPE html>",
    "Table t is unknown",
    "line one\nno such table t\n",
    '{"error":"no such table"}',
    '["<p>busy</p>"]',
    '"busy"',
    "a\u001b[31m\nb",
    "",
  ];
  for (const list of [...lists, ...others]) {
    await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response(list));
    const columns = xMatchColumns("t", { ...FAST, url: `http://127.0.0.1:${server.addr.port}` });
    if (list === lists.at(-1)) assert.deepEqual(await columns, ["[Fe/H]", "ra", "<zph>"]);
    else if (lists.includes(list)) assert.deepEqual(await columns, names);
    else await assert.rejects(columns, /list of columns is "/, list);
  }
});

Deno.test("X-Match asks for no more rows than fit, halves at its overflow mark, and knows what 403 means", async () => {
  const form = async (request: Request) => {
    const posted = await request.formData();
    const rows = (await (posted.get("cat1") as File).text()).trim().split("\n").slice(1);
    return { maxrec: posted.get("MAXREC"), rows: rows.map((row) => Number(row.split(",")[0])) };
  };
  let limit = "";
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const { maxrec, rows } = await form(request);
    limit = String(maxrec);
    const types = { angDist: "double", csc_row: "int" } as const;
    const cells = rows.filter((row) => row >= 0).slice(0, 3).map((row) => [0.5, row]);
    return new Response(votableOf(types, cells, { overflow: rows.length > 3 }));
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const places = { ra: [1, 2, 3, 4, 5, 6, 7], dec: [1, 2, 3, 4, 5, 6, 7] };
  const found = await xMatch(places, "t", { ...FAST, url, radiusArcsec: 5 });
  assert.deepEqual([...found.getColumn("csc_row")], [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(limit, "100000");
  assert.deepEqual([1, 5, 10, 20, 100, 180].map(xMatchChunk), [
    20_000,
    20_000,
    10_000,
    2500,
    100,
    31,
  ]);
  await using banned = Deno.serve(
    { port: 0, onListen() {} },
    () => new Response("", { status: 403 }),
  );
  await assert.rejects(
    xMatch(places, "t", { ...FAST, url: `http://127.0.0.1:${banned.addr.port}`, radiusArcsec: 5 }),
    /HTTP 403; it refuses this address, as .*Remedy: wait some hours, or write to its help desk/s,
  );
});

Deno.test("the radius of a search is that of its sources within a factor of two, unless they are few", () => {
  const groups = (reach: number[]) =>
    searchGroups(Float64Array.from(reach)).map((one) => [one.radiusArcsec, one.sources.length]);
  const many = [
    ...Array(4000).fill(1),
    ...Array(3000).fill(7),
    ...Array(2000).fill(15),
    100,
    181,
    NaN,
  ];
  assert.deepEqual(groups(many), [[5, 4000], [10, 3000], [20, 2000], [160, 1]]);
  // a request for two sources costs more than what a wider search brings
  assert.deepEqual(groups([1, 2, 8, 15]), [[20, 4]]);
});

Deno.test("Gaia is cut at epoch 2000, upper limits are no magnitudes, model magnitudes are named", async () => {
  await using fixture = new FixtureArchives(sky);
  const { frame } = await fetchCsc({ ...FAST, area: AREA, service: fixture.archives.csc["2.0"] });
  const options = { ...FAST, url: fixture.archives.xMatchUrl };
  const [gaia, twoMass, wise, sdss] = COUNTERPART_CATALOGUES;
  const found = await matchCounterparts(frame, gaia, options);
  assert.deepEqual([found.taken.G, found.note], ["phot_g_mean_mag", undefined]);
  // by the positions of 2016 the star that moved 6 arcsec would be lost
  const late = { ...gaia, position: [["ra"], ["dec"]] as const, motion: undefined };
  assert.equal((await matchCounterparts(frame, late, options)).matched, found.matched - 1);
  const { limits, columns, shift, quality } = await matchCounterparts(frame, twoMass, options);
  // those that have an error are limits by their letter alone
  const limit = columns.get("limit_Ks")!;
  assert.equal(limits, limit.filter((value) => value === 14.123).length);
  const letters = quality!.letters.flatMap((word, row) => isNaN(limit[row]) ? [] : [word]);
  assert.deepEqual([quality!.name, [...new Set(letters)]], ["quality_2mass", ["ABU"]]);
  const without = { ...twoMass, quality: undefined };
  const fewer = (await matchCounterparts(frame, without, options)).limits;
  assert.ok(fewer > 0 && fewer < limits, `${fewer} limits without letters, ${limits} with`);
  const infrared = await matchCounterparts(frame, wise, options);
  assert.ok(infrared.limits > 0 && infrared.unusable > 1, `${infrared.unusable} unusable`);
  const fitted = infrared.columns.get("W3")!.filter((value) => !isNaN(value));
  assert.ok(!fitted.includes(11.5), "a magnitude that was not fitted was taken");
  assert.ok(!infrared.columns.get("W4")!.some((value) => value === 9.1 || value === 8.5));
  assert.ok(!infrared.columns.get("limit_W4")!.includes(9.1), "what cannot be used is no limit");
  const values = columns.get("Ks")!.filter((value) => !isNaN(value));
  assert.ok(!values.includes(14.123), "an upper limit was taken for a magnitude");
  // invented 0.1 arcsec to the west and north of the sources
  near(shift.east, -0.1, 0.01);
  near(shift.north, 0.1, 0.01);
  const note = (await matchCounterparts(frame, sdss, options)).note;
  assert.match(note!, /model magnitudes were taken/);
  const renamed = { ...twoMass, columns: { J: ["Jnone"] } };
  await assert.rejects(
    matchCounterparts(frame, renamed, options),
    /no column J \(Jnone\); it has .*Jmag/,
  );
});

Deno.test("a missing flag counts as not set, in the open, and an X in the name as extended", () => {
  const flags = ["extent_flag", "pileup_flag", "sat_src_flag", "conf_flag", "streak_src_flag"];
  const frame = pl.DataFrame([
    pl.Series("name", ["a", "b", "2CXO J1X"], pl.Utf8),
    ...flags.map((name) => pl.Series(name, [false, null, false], pl.Bool)),
  ]);
  const { selected, account } = selectPointSources(frame);
  assert.deepEqual(selected, [true, true, false]);
  assert.deepEqual([account[1].step, account[1].dropped], ["extent_flag (1 missing, kept)", 1]);
});

Deno.test("the flux assembled is the one that the published rows confirm", async () => {
  const rows = (average: number, block: number) => {
    const bands = ["b", "h", "m", "s"];
    return pl.DataFrame({
      name: ["2CXO J002046.2-705659"],
      ...Object.fromEntries(bands.map((band) => [`flux_aper_avg_${band}`, [average]])),
      ...Object.fromEntries(bands.map((band) => [`flux_aper_${band}`, [block]])),
      ...{ var_intra_index_b: [2], var_intra_prob_b: [0.9], ks_intra_prob_b: [0.731318] },
      ...{ kp_intra_prob_b: [0.860139], err_ellipse_r0: [0.95638] },
    });
  };
  const checks = checkPublishedRows(rows(5.06716e-15, 9e-15));
  assert.equal(checks.length, 13 + 12);
  assert.deepEqual(checks.filter(({ equal }) => equal).map(({ column }) => column), [
    "flux_aper_avg_b",
    "var_intra_index_b",
    "ks_intra_prob_b",
    "kp_intra_prob_b",
    "err_ellipse_r0",
  ]);
  assert.equal(fluxKind(checks).kind, "flux_aper_avg");
  assert.equal(fluxKind(checkPublishedRows(rows(9e-15, 5.06716e-15))).kind, "flux_aper");
  // a release that measured anew: the nearer kind
  const anew = fluxKind(checkPublishedRows(rows(9e-15, 2.1e-15)));
  assert.deepEqual([anew.kind, anew.why], [
    "flux_aper",
    "0 of 4 published fluxes equal, but the nearer of the two kinds",
  ]);
  assert.match(fluxKind([]).why, /the published rows are not there/);
  // and it is what becomes flux_b
  const other = new InventedSky();
  for (const service of ["csc20", "csc21"]) {
    for (const table of Object.values(other.tap[service])) {
      const names = Object.keys(table.columns);
      const [a, b] = ["flux_aper_avg_b", "flux_aper_b"].map((name) => names.indexOf(name));
      const row = table.rows.at(-1)!;
      for (const band of ["b", "h", "m", "s"]) {
        const [x, y] = [`flux_aper_avg_${band}`, `flux_aper_${band}`].map((n) => names.indexOf(n));
        if (service === "csc20") [row[x], row[y]] = [row[y], row[x]];
      }
      assert.ok(a >= 0 && b >= 0);
    }
  }
  await using fixture = new FixtureArchives(other);
  const { flux, sources } = await run(fixture, { area: AREA });
  assert.equal(flux.kind, "flux_aper");
  const row = sources.names.indexOf(other.truth[0].name);
  near(columnOf(sources, "flux_b")[row], 1.3 * other.truth[0].features.flux_b, 1e-5);
});

Deno.test("the CSC's columns are looked up first: what is not needed is missing, what is needed stops", async () => {
  const without = (column: string) => {
    const other = new InventedSky();
    const table = other.tap.csc21["csc21.master_source"];
    const index = Object.keys(table.columns).indexOf(column);
    delete (table.columns as Record<string, unknown>)[column];
    table.rows.forEach((row) => row.splice(index, 1));
    return other;
  };
  await using some = new FixtureArchives(without("var_inter_sigma_b"));
  const { sources, problems } = await run(some, { release: "2.1", area: AREA });
  assert.ok(columnOf(sources, "var_inter_sigma_b").every(isNaN));
  assert.match(problems[0], /^CSC 2\.1 has no column var_inter_sigma_b: it is missing throughout/);
  await using none = new FixtureArchives(without("conf_flag"));
  await assert.rejects(
    run(none, { release: "2.1", area: AREA }),
    /no column conf_flag; it has name, ra/,
  );
});

Deno.test("flags that come as words and counts that disagree with the release notes are handled", async () => {
  const columns = Object.entries(CSC_COLUMNS);
  const asText = Object.fromEntries(
    columns.map(([name, type]) => [name, type === "double" ? "double" as const : "char" as const]),
  );
  const row = columns.map(([name, type]) =>
    name === "name" ? "a" : type === "boolean" ? (name === "conf_flag" ? "T" : "F") : 1
  );
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const adql = String((await request.formData()).get("QUERY"));
    if (/TAP_SCHEMA/.test(adql)) return new Response("no such table", { status: 404 });
    if (/COUNT/.test(adql)) return new Response(votableOf({ n: "long" }, [[1]]));
    return new Response(votableOf(asText, [row]));
  });
  const service = { name: "CSC", url: `http://127.0.0.1:${server.addr.port}` };
  const { frame } = await fetchCsc({ ...FAST, service });
  assert.deepEqual(frame.select("conf_flag", "extent_flag", "ra").row(0), [true, false, 1]);
  await using fixture = new FixtureArchives(sky);
  const { problems } = await run(fixture, { release: "2.1" });
  assert.match(problems[0], /csc21\.master_source has \d+ rows, by its own COUNT.* say 407806/);
});

Deno.test("labels come from numbers and sexagesimal, by code, once each, and empty filters are reported", async () => {
  await using fixture = new FixtureArchives(sky);
  const services = fixture.archives.labels;
  const { frame, report } = await fetchAllLabels({ ...FAST, services });
  const of = (id: string) => report.find((one) => one.id === id)!;
  // HEASARC's class is a number
  assert.deepEqual([of("intrefcat-hmxb").rows, of("intrefcat-lmxb").rows], [1, 1]);
  assert.deepEqual([of("intrefcat-hmxb").seen, of("intrefcat-hmxb").problem], [3, undefined]);
  assert.equal(
    of("xrbcat-lmxb").problem,
    "none of its 1 rows has a class from 1400 to 1599; there are 1000",
  );
  // one source in two states is one object
  assert.deepEqual([of("ngc3115cxo").rows, of("ngc3115cxo").repeated], [1, 1]);
  // one of three is an X-ray binary by another of its types only, one of two a candidate
  assert.deepEqual([of("simbad-hmxb").rows, of("simbad-pulsar").rows], [2, 2]);
  assert.match(of("simbad-ulx").problem!, /^it has no rows where oid IN .*'ULX'/);
  assert.match(of("kuhn").problem ?? "none", /none/);
  assert.match(
    of("megeath").problem!,
    /there is no table "J\/AJ\/144\/192\/table4": answered HTTP 400/,
  );
  const stars = frame.filter(pl.col("catalogue").eq(pl.lit("skiff")));
  near(stars.getColumn("label_ra").toArray()[0], sky.truth[0].ra, 1e-8);
  assert.equal(stars.getColumn("label_name").toArray()[0], "Name 1");
  // SPICY's numbers are names
  const spicy = frame.filter(pl.col("catalogue").eq(pl.lit("kuhn")));
  assert.deepEqual(spicy.getColumn("label_name").toArray(), ["4711"]);
});

Deno.test("positions listed as text and kept as numbers are found; a field without any is no fault", async () => {
  const other = new InventedSky();
  const { ra, dec } = other.truth[8];
  const numbers = { recno: "int", PSRJ: "char", RAJ2000: "double", DEJ2000: "double" } as const;
  other.tap.vizier["B/psr/psr"] = {
    columns: numbers,
    listed: { RAJ2000: "char", DEJ2000: "char" },
    rows: [[1, "PSRJ 1", ra, dec]],
  };
  await using fixture = new FixtureArchives(other);
  const services = fixture.archives.labels;
  const { report } = await fetchAllLabels({ ...FAST, services, area: AREA });
  const of = (id: string) => report.find((one) => one.id === id)!;
  assert.deepEqual([of("atnf").rows, of("atnf").problem], [1, undefined]);
  assert.deepEqual([of("downes-cv").rows, of("downes-cv").problem], [0, undefined]);
  // psrcat is not there, table2 is
  assert.deepEqual([of("fermi-2pc").rows, of("fermi-2pc").problem], [0, undefined]);
});

Deno.test("SIMBAD without its table of types is asked for main types, and says so", async () => {
  const other = new InventedSky();
  delete other.tap.simbad.otypes;
  await using fixture = new FixtureArchives(other);
  const services = fixture.archives.labels;
  const { report } = await fetchAllLabels({ ...FAST, services, area: AREA });
  const simbad = report.find(({ id }) => id === "simbad-hmxb")!;
  assert.equal(simbad.rows, 1);
  assert.match(simbad.problem!, /^asked where otype = 'HXB': the service did not take oid IN/);
});

Deno.test("a class in words where codes are expected is a problem, not silence; vague positions are counted", async () => {
  const columns = { name: "char", ra: "char", dec: "char", class: "char" } as const;
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const adql = String((await request.formData()).get("QUERY"));
    if (/TAP_SCHEMA/.test(adql)) return new Response("no TAP_SCHEMA", { status: 404 });
    if (/TOP 1/.test(adql)) return new Response(votableOf(columns, []));
    if (/COUNT/.test(adql)) return new Response(votableOf({ n: "long" }, [[3]]));
    const names = /SELECT (.*?) FROM/.exec(adql)![1].split(", ");
    const rows = [["01 02.5", "+03 04", "a"], ["10.5", "5.5", "b"], [
      "10 30 00.0",
      "+05 30 00",
      "c",
    ]];
    const cells = rows.map((row) => names.length > 3 ? [...row, "HMXRB"] : row);
    const types = Object.fromEntries(names.map((name) => [name, "char" as const]));
    return new Response(votableOf(types, cells));
  });
  const service = { name: "HEASARC TAP", url: `http://127.0.0.1:${server.addr.port}` };
  const services = { ...LIVE_ARCHIVES.labels, vizier: service, heasarc: service, simbad: service };
  const { report, frame } = await fetchAllLabels({ ...FAST, services });
  const of = (id: string) => report.find((one) => one.id === id)!;
  assert.match(
    of("intrefcat-hmxb").problem!,
    /class is "HMXRB", expected a number from 1100 to 1399/,
  );
  assert.deepEqual([of("hmxbcat").rows, of("hmxbcat").unplaced], [2, 1]);
  const ours = frame.filter(pl.col("catalogue").eq(pl.lit("hmxbcat")));
  assert.deepEqual(ours.getColumn("label_ra").toArray(), [10.5, 157.5]);
});

Deno.test("labels that no service gives are left out, each with the reason, and the tables are there", async () => {
  const isLabels = (service: string) => ["vizier", "heasarc", "simbad"].includes(service);
  await using fixture = new FixtureArchives(sky, {
    before: (service) =>
      isLabels(service) ? new Response("down for maintenance", { status: 503 }) : undefined,
  });
  const { labels, leftOut, sources, counts } = await run(fixture, { area: AREA });
  assert.equal(sources.names.length, 24);
  assert.deepEqual(new Set(Object.values(counts)), new Set([0]));
  assert.deepEqual(leftOut.map(({ id }) => id).sort(), LABEL_CATALOGUES.map(({ id }) => id).sort());
  assert.ok(
    labels.every(({ problem }) => problem === "left out: answered HTTP 503: down for maintenance"),
  );
  // each service was asked twice over, and not once for each of its tables
  assert.ok(fixture.asked("heasarc") <= 4, `${fixture.asked("heasarc")}`);
  await using moved = new FixtureArchives(sky, {
    before: (service) => isLabels(service) ? new Response("moved", { status: 404 }) : undefined,
  });
  const gone = await run(moved, { area: AREA });
  // a service that refuses everything is none of ours any more: what it was to give is missing
  const all = LABEL_CATALOGUES.map(({ id }) => id).sort();
  assert.deepEqual(gone.leftOut.map(({ id }) => id).sort(), all);
  assert.match(gone.labels[0].problem!, /there is no table .*: answered HTTP 404: moved/);
  // but not for a table that it has not, among others
  await using whole = new FixtureArchives(sky);
  const usual = await run(whole, { area: AREA });
  assert.deepEqual(usual.leftOut, []);
  assert.match(
    usual.labels.find(({ id }) => id === "m83xmm")!.problem!,
    /there is no table m83xmm/,
  );
});

Deno.test("a service of labels that says it is busy, whatever the status, is left out and taken up later", async () => {
  const say = (words: string) =>
    '<VOTABLE><RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">' +
    `${words}</INFO></RESOURCE></VOTABLE>`;
  for (
    const [words, status] of [
      ["Too many concurrent queries, please try again later", 200],
      ["Query timed out (time limit exceeded)", 200],
      ["Service temporarily unavailable: database maintenance", 400],
    ] as const
  ) {
    let isBusy = true;
    await using fixture = new FixtureArchives(sky, {
      before: (service) =>
        isBusy && service === "vizier" ? new Response(say(words), { status }) : undefined,
    });
    await inFolder(async (folder) => {
      const acquireIt = () =>
        acquire({
          release: "2.1",
          area: AREA,
          archives: fixture.archives,
          cache: new FolderCache(folder),
          ...FAST,
        });
      const busy = await acquireIt();
      const vizier = LABEL_CATALOGUES.filter(({ service }) => service === "vizier");
      assert.deepEqual(busy.leftOut.map(({ id }) => id).sort(), vizier.map(({ id }) => id).sort());
      assert.ok(busy.leftOut.every(({ why }) => why.includes(words)), busy.leftOut[0].why);
      isBusy = false;
      const later = await acquireIt();
      assert.deepEqual(later.leftOut, []);
      assertTrue(later.sources, sky.truth.filter(({ ra, dec }) => isInside(AREA, ra, dec)));
    });
  }
});

Deno.test("the nearest label wins, ties go by the order of catalogues, conflicts are listed", () => {
  const labels = pl.DataFrame({
    class: ["CV", "LMXB", "AGN", "STAR", "AGN"],
    catalogue: ["a", "b", "c", "d", "e"],
    label_ra: [10, 10, 0, 0, 50],
    label_dec: [0.5 / 3600, 0.2 / 3600, 30, 30, 1.2 / 3600],
  });
  const sources = { ra: [10, 0, 50], dec: [0, 30, 0] };
  const { taken, offsetArcsec, conflicts } = matchLabels(sources, labels);
  assert.deepEqual([...taken], [1, 2, -1]);
  near(offsetArcsec[0], 0.2);
  assert.deepEqual(conflicts.map(({ row, labels }) => [row, labels.map((one) => one.catalogue)]), [
    [0, ["b", "a"]],
    [1, ["c", "d"]],
  ]);
  assert.deepEqual([...matchLabels(sources, labels, 1.5).taken], [1, 2, 4]);
});

Deno.test("the registry has every class, unique names and a reference for each catalogue", () => {
  const ids = LABEL_CATALOGUES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...new Set(LABEL_CATALOGUES.map((one) => one.class))], [...CLASSES]);
  for (const { bibcode, doi, id, service, type } of LABEL_CATALOGUES) {
    assert.match(bibcode, /^\d{4}[A-Za-z&.]{5}.{9}[A-Z]$/, id);
    if (doi) assert.match(doi, /^10\.\d{4,5}\//, id);
    if (service === "heasarc" && type) assert.equal(type.codes?.length, 2, id);
  }
});

Deno.test({
  name: "the registry would find all of the paper's labels but those that nobody serves any more",
  ignore,
  async fn() {
    const reach = reachableLabels(await fetchCandidates({ mirror }));
    const total = (rows: typeof reach, what: "labels" | "reachable") =>
      rows.reduce((sum, one) => sum + one[what], 0);
    assert.equal(total(reach, "labels"), 7703);
    const ofClass = (name: string) => reach.filter((one) => one.class === name);
    const shares = CLASSES.map((name) => [
      name,
      total(ofClass(name), "reachable"),
      total(ofClass(name), "labels"),
    ]);
    assert.deepEqual(shares.filter(([, found, all]) => found !== all), [["CV", 73, 166]]);
    assert.equal(total(reach, "reachable"), 7703 - 93);
    const lost = reach.filter(({ labels, reachable }) => labels !== reachable);
    assert.deepEqual(
      lost.map(({ authors, labels, reachable }) => [authors, labels - reachable]),
      [["OPENCV", 93]],
    );
    assert.match(lost[0].unpublished!, /no table of it is served/);
  },
});

Deno.test("addresses instead of the archives' own are of services that there are, or refused", () => {
  const { csc, labels, xMatchUrl, hosts } = archivesOf(
    " http://a.b/ | csc21 = https://c.d:8080/x/",
  );
  assert.deepEqual(
    [csc["2.0"].url, csc["2.1"].url, labels.simbad.url, xMatchUrl],
    ["http://a.b/csc20", "https://c.d:8080/x", "http://a.b/simbad", "http://a.b/xmatch"],
  );
  assert.deepEqual(hosts.names.slice(-2), ["a.b", "c.d:8080"]);
  assert.equal(archivesOf("vizier=http://a.b").csc["2.1"].url, LIVE_ARCHIVES.csc["2.1"].url);
  const refused: [string, RegExp][] = [
    ["vizer=http://a.b", /"vizer" is no service; .* of csc20, csc21, vizier, /],
    ["csc21=", /"" is no address/],
    ["a.b", /"a\.b" is no address that begins with http/],
    ["csc21=file:///etc/passwd", /is no address/],
    ["http://a.b/?x=1", /has no "\?"/],
    ["http://a.b|http://c.d", /the address of all is there twice/],
  ];
  for (const [text, words] of refused) {
    assert.throws(() => archivesOf(text), new RegExp(`CSC_ARCHIVES: .*${words.source}`));
  }
});

Deno.test("places and areas are read in degrees and sexagesimal, and nonsense is refused", () => {
  assert.deepEqual(parseCone("10:32:00 -57:30:00 0.2"), FIELD);
  assert.deepEqual(parseCone("10 32 00 -57 30 00 0.2"), FIELD);
  assert.deepEqual(parseCone("158.0, -57.5, 0.2"), FIELD);
  near(parseCone("158 -57.5").radius, 3 / 3600);
  for (
    const radius of ["12'", "12 arcmin", "12arcminutes", '720"', "720 arcsec", "0.2 deg", ", 0.2°"]
  ) {
    assert.deepEqual(parseCone(`10:32:00 -57:30:00 ${radius}`), FIELD, radius);
  }
  for (const text of ["", "158", "x y z", "400 0 1", "10 95 1", "10 5 -1", "10 5 1 1"]) {
    assert.throws(() => parseCone(text), /is no area; write right ascension/, text);
  }
  assert.throws(() => parseCone("10 5 20"), /radius of 20 degrees; at most 10/);
  assert.throws(() => parseArea("10 5 0.1\n10 x 0.1", "list.txt"), /^RangeError: line 2/);
  assert.deepEqual(boxConditions({ cones: [{ ra: 0, dec: 0, radius: 0.5 }], words: "" }), [
    "(dec >= -0.5 AND dec <= 0.5 AND (ra >= 359.5 OR ra <= 0.5))",
  ]);
  assert.deepEqual(boxConditions({ cones: [{ ra: 9, dec: 89.9, radius: 0.5 }], words: "" }), [
    "(dec >= 89.4 AND dec <= 90)",
  ]);
  assert.deepEqual(minuteConditions({ cones: [{ ra: 0, dec: 0, radius: 0.1 }], words: "" }, "r"), [
    "((r >= '23 59' OR r < '00 01'))",
  ]);
  assert.deepEqual([1e-7, -4e-10, 12.5, 0].map(decimal), ["0.0000001", "0", "12.5", "0"]);
});

Deno.test("the probe finds what is there and reports what is not, in words", async () => {
  await using fixture = new FixtureArchives(sky);
  const findings = await probeArchives({ ...FAST, archives: fixture.archives });
  assert.equal(findings.length, PROBED);
  const of = (table: string) => findings.find((one) => one.table === table)!;
  const ofService = (service: RegExp, table: string) =>
    findings.find((one) => service.test(one.service) && one.table === table)!;
  assert.match(
    of("csc2.master_source").found,
    /^all columns; flux_aper_avg: 4 of 4 .*; 1 of 9 other .* equal; no var_intra_index_b of 2CXO/,
  );
  assert.deepEqual([of("csc2.master_source").ok, of("csc21.master_source").ok], [false, true]);
  assert.deepEqual([of("COUNT(*)").ok, of("COUNT(*)").found], [
    false,
    "91 rows, not those of the release notes",
  ]);
  assert.match(of("vizier:II/368/sstsl2").found, /mips_24um = F24-PSF; 0 entries at two stars/);
  const veron = of('"VII/258/vv10"');
  assert.match(
    veron.found,
    /^3 rows in "VII\/258\/vv10"; RAJ2000, DEJ2000 = "10 3\d .*", "-57 .*"; Name$/,
  );
  assert.equal(veron.ok, true);
  // what nobody knows of the services themselves
  assert.deepEqual([of("MAXREC 3").ok, of("TAP_SCHEMA.tables").ok], [true, true]);
  assert.match(of("where its redirect leads").found, /^HTTP 303 to 127\.0\.0\.1:\d+$/);
  assert.match(of("an upload of one source").found, /^HTTP 400: Mauvaise Requete/);
  assert.equal(of("MAXREC 1 of many").ok, false);
  assert.match(of('"J/AJ/144/192/table4"').found, /there is no such table.*like it: none/);
  assert.match(of("xrbcat").found, /no rows where class >= 1100 AND class <= 1399/);
  const large = (table: string) => ofService(/^HEASARC/, table);
  assert.match(large("MAXREC 200000 of rass2rxs").found, /^60 of 60 rows; our pages have 50000$/);
  assert.match(large("20 rows of rass2rxs, twice").found, /^20 and 20 rows, 20 of them the same$/);
  assert.match(ofService(/2\.2 TAP$/, `${fixture.url}/csc22`).found, /^nothing: answered HTTP 404/);
  assert.match(
    of("names of CSC 2.0, and one of nothing").found,
    /^2CXO J0020.*: NED has no photometry; .*: NED has no photometry; 2CXO J000000\.0\+000000: NED/,
  );
  assert.deepEqual([of(fixture.archives.nedUrl).ok, of("lmxbcat").ok], [true, true]);
});

Deno.test("the probe tells a service that gives fewer rows than our pages have, NED's faults, and a later release", async () => {
  let draws = 0;
  await using fixture = new FixtureArchives(sky, {
    before: async (service, request) => {
      if (service === "ned" && /2CXO/.test(request.url)) {
        return new Response(NED_UNKNOWN.replace(/Failed to .*/, "GeneralFault: no request"));
      }
      if (service === "csc22") {
        return new Response(votableOf({ table_name: "char" }, [["csc22.master_source"]]));
      }
      if (service !== "heasarc") return undefined;
      const query = String((await request.clone().formData()).get("QUERY"));
      if (/^SELECT TOP 20 /.test(query)) {
        const rows = Array.from({ length: 20 }, (_, i) => [`RXS ${i + 7 * draws}`]);
        draws++;
        return new Response(votableOf({ name: "char" }, rows));
      }
      if (!/^SELECT name FROM rass2rxs/.test(query)) return undefined;
      return new Response(votableOf({ name: "char" }, [["a"], ["b"]], { overflow: true }));
    },
  });
  const findings = await probeArchives({ ...FAST, archives: fixture.archives });
  const found = (table: string) => {
    const { ok, found } = findings.find((one) => one.table === table)!;
    return `${ok} ${found}`;
  };
  assert.equal(
    found("MAXREC 200000 of rass2rxs"),
    "false 2 of 60 rows; our pages have 50000",
  );
  assert.equal(
    found("20 rows of rass2rxs, twice"),
    "true 20 and 20 rows, 13 of them the same",
  );
  assert.match(
    found("names of CSC 2.0, and one of nothing"),
    /^false 2CXO J0020.*: NED could not answer: GeneralFault: no request;/,
  );
  assert.equal(found(`${fixture.url}/csc22`), "false it answers, with 1 tables");
});

Deno.test("a probe of archives that are down says so for each", async () => {
  const archives = archivesOf("http://127.0.0.1:9");
  const findings = await probeArchives({ archives, stallMs: 500, attempts: 1 });
  assert.equal(findings.length, PROBED);
  assert.ok(findings.every(({ ok, found }) => !ok && /connection .* failed/.test(found)));
});

Deno.test("an acquisition is saved so that it scores, trains and is listed as it is", async () => {
  await using fixture = new FixtureArchives(sky);
  const acquisition = await run(fixture, { release: "2.1", area: AREA });
  await inFolder(async (out) => {
    const note = await saveAcquired(acquisition, `${out}/2.1-field`);
    assert.deepEqual([note.sources, note.release, note.area], [24, "2.1", AREA.words]);
    const [listed] = await acquisitionsIn(out);
    const sources = (await acquiredSources(out))!;
    assert.deepEqual(sources.names, acquisition.sources.names);
    assert.deepEqual([...sources.labels!], [...acquisition.sources.labels!]);
    for (const name of ["flux_b", "G_W2", "conf_flag", "selected", "offset_arcsec", "gal_l"]) {
      assert.deepEqual(columnOf(sources, name), columnOf(acquisition.sources, name), name);
    }
    // letters of quality, and the limits that they tell, are taken along
    const frame = pl.readParquet(listed.catalogue);
    const isLimit = frame.getColumn("limit_W4").toArray().map((value) => value !== null);
    const letters = frame.getColumn("quality_wise").toArray().map((word) => String(word ?? ""));
    assert.ok(isLimit.includes(true) && letters.includes(""));
    assert.deepEqual(letters.map((word) => word[3] === "U"), isLimit);
    // the reader of users' tables takes the catalogue without a question or a rejected row
    const rejects: unknown[] = [];
    const { features } = { features: acquisition.sources.matrix.names.slice(0, 41) };
    const read = await readTable(listed.catalogue, {
      features,
      onReject: (one) => rejects.push(one),
    });
    const [batch] = await Array.fromAsync(read.batches);
    assert.deepEqual(rejects, []);
    assert.deepEqual(batch.names, sources.names);
    for (const name of [...features, "observed_gaia", "observed_sdss", "observed_mips"]) {
      assert.deepEqual(columnOf(batch, name), columnOf(sources, name), name);
    }
    assert.ok(columnOf(batch, "observed_gaia").every((told) => told === 1));
    const training = await readLabelledTable(listed.training);
    const labelled = sky.truth.filter((one) =>
      one.class && one.selected && isInside(AREA, one.ra, one.dec)
    );
    assert.deepEqual([...training.names].sort(), labelled.map(({ name }) => name).sort());
    assert.equal(pl.readParquet(listed.catalogue).getColumn("release").toArray()[0], "2.1");
    assert.deepEqual(batch.extras, sources.extras);
    assert.ok(batch.extras!.pileup_flag.includes(true), "no flagged source came along");
  });
});

Deno.test("a limit takes so many sources from the south", async () => {
  await using fixture = new FixtureArchives(sky);
  const { sources } = await run(fixture, { limit: 10 });
  const south = sky.truth.map(({ dec }) => dec).sort((a, b) => a - b).slice(0, 10);
  assert.deepEqual([...sources.dec], south);
});

Deno.test("a survey that is down is left out and named; later it is taken up, to the same bytes", async () => {
  const down = new Set(["xmatch", "simbad"]);
  await using fixture = new FixtureArchives(sky, {
    before: (service) => down.has(service) ? new Response("x", { status: 503 }) : undefined,
  });
  await inFolder(async (folder) => {
    const cache = new FolderCache(`${folder}/cache`);
    const options = { release: "2.1", area: AREA, archives: fixture.archives, ...FAST } as const;
    const partial = await acquire({ ...options, cache });
    assert.deepEqual(
      [...new Set(partial.leftOut.map(({ service }) => service))],
      ["CDS X-Match", "SIMBAD TAP"],
    );
    assert.ok(partial.problems.includes("gaia: left out: answered HTTP 503: x"));
    for (const survey of ["gaia", "2mass", "sdss", "mips"]) {
      const observed = columnOf(partial.sources, `observed_${survey}`);
      assert.ok(observed.every((told) => told === 0), survey);
    }
    const note = await saveAcquired(partial, `${folder}/tables`, false, {
      release: "2.1",
      area: AREA,
    });
    assert.deepEqual([note.format, note.complete, note.asked!.area], [2, false, AREA]);
    const rows = pl.readParquet(`${folder}/tables/catalogue.parquet`).getColumn("without")
      .toArray();
    assert.match(String(rows[0]), /^gaia, 2mass, .*simbad-pulsar$/);
    down.clear();
    const before = fixture.requests.length;
    const again = new FolderCache(`${folder}/cache`);
    await saveAcquired(await acquire({ ...options, cache: again }), `${folder}/later`);
    // what came is not asked for again: the other services only for what they refuse
    const others = fixture.requests.slice(before).filter(({ service }) =>
      !["xmatch", "simbad"].includes(service)
    );
    assert.deepEqual(
      others.filter(({ query }) => !/megeath|144.192|m83xmm|208.17/.test(query)),
      [],
    );
    await saveAcquired(await acquire(options), `${folder}/undisturbed`);
    for (const file of ["catalogue.parquet", "training.parquet", "acquired.json"]) {
      const [later, undisturbed] = await Promise.all(
        ["later", "undisturbed"].map((name) => Deno.readFile(`${folder}/${name}/${file}`)),
      );
      assert.deepEqual(later, undisturbed, file);
    }
  });
});

Deno.test("NED's fault at a name is noted for it and the next are asked; when NED is gone, the rest is left out", async () => {
  const names = sky.truth.filter(({ ra, dec }) => isInside(AREA, ra, dec)).map(({ name }) => name);
  const fault = NED_UNKNOWN.replace(
    "Failed to resolve input object name",
    "GeneralFault: Service could not complete request",
  );
  let asked = 0;
  const isBad = (request: Request) => new URL(request.url).searchParams.get("TARGET") === names[1];
  await using fixture = new FixtureArchives(sky, {
    before: (service, request) =>
      service === "ned" && isBad(request) && ++asked ? new Response(fault) : undefined,
  });
  const { ned, leftOut } = await run(fixture, { area: AREA, ned: "few" });
  assert.equal(asked, 2);
  assert.deepEqual([ned!.flux, leftOut], [2, []]);
  assert.deepEqual(ned!.notes.filter((note) => /GeneralFault/.test(note)), [
    `${names[1]}, NED could not answer: GeneralFault: Service could not complete request`,
  ]);
  let answers = 3;
  await using gone = new FixtureArchives(sky, {
    before: (service) =>
      service === "ned" && answers-- <= 0 ? new Response("", { status: 503 }) : undefined,
  });
  const part = await run(gone, { area: AREA, ned: "few" });
  assert.deepEqual(part.leftOut.map(({ title }) => title), [
    "NED's 0.3-8 keV flux of 21 names",
  ]);
});

Deno.test("the recorded answers of the notebook are those that the invented sky gives", async () => {
  assert.equal(await Deno.readTextFile(`${DATA}/recorded-answers.json`), await recordingText());
});
