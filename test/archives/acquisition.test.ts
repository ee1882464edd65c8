import assert from "node:assert/strict";
import pl from "nodejs-polars";
import { assembleFeatures, hardnessRatios } from "#lib/archives/assemble-features.ts";
import { fetchAllLabels, matchAllCounterparts } from "#lib/archives/acquire-all.ts";
import { acquisitionMode } from "#lib/archives/archives.ts";
import { COUNTERPARTS } from "#lib/archives/counterparts.ts";
import { checkPublishedRows, fetchCsc, selectPointSources } from "#lib/archives/csc.ts";
import { fetchLabels, probeLabels } from "#lib/archives/fetch-labels.ts";
import { LABEL_CATALOGUES } from "#lib/archives/label-catalogues.ts";
import { matchCounterparts } from "#lib/archives/match-counterparts.ts";
import { matchLabels } from "#lib/archives/match-labels.ts";
import { convertNed, nedPassband } from "#lib/archives/ned-units.ts";
import { fetchNed, type NedPhotometry } from "#lib/archives/ned.ts";
import { probeArchives } from "#lib/archives/probe-archives.ts";
import { RecordedArchives } from "#lib/archives/recorded-archives.ts";
import { ResponseCache } from "#lib/archives/response-cache.ts";
import { saveAcquired } from "#lib/archives/save-acquired.ts";
import { HEASARC_TAP } from "#lib/archives/tap-service.ts";
import { xMatch, xMatchColumns } from "#lib/archives/x-match.ts";
import { CLASSES } from "#lib/catalogue/classes.ts";
import { TABLE_2_FEATURES } from "#lib/catalogue/features.ts";
import { readLabelledTable } from "#lib/tables/read-table.ts";
import { toFrame } from "#lib/tables/sources.ts";

const FAST = { firstWaitMs: 1, attempts: 2 };

async function withFolder(task: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await task(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function near(actual: unknown, expected: number): void {
  assert.ok(Math.abs(Number(actual) - expected) < 1e-9 * Math.abs(expected), `${actual}`);
}

Deno.test("the Chandra catalogue comes with its types, and each flag's toll is counted", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const all = await fetchCsc({ ...FAST, service: { ...archives.csc["2.0"], pageRows: 5 } });
  assert.equal(all.height, 14);
  assert.equal(String(all.getColumn("extent_flag").dtype), "DataType(Bool)");
  const { frame, account } = selectPointSources(all);
  const counts = account.map(({ step, dropped, left }) => [step, dropped, left]);
  assert.deepEqual(counts, [
    ["all sources", 0, 14],
    ["extent_flag", 1, 13],
    ["pileup_flag", 1, 12],
    ["sat_src_flag", 0, 12],
    ["conf_flag", 1, 11],
    ["streak_src_flag", 1, 10],
  ]);
  assert.equal(frame.height, 10);
  assert.deepEqual(account.map(({ paper }) => paper).filter(Boolean), [317_167, 296_473, 277_069]);
});

Deno.test("a missing flag counts as not set, in the open", () => {
  const flags = ["extent_flag", "pileup_flag", "sat_src_flag", "conf_flag", "streak_src_flag"];
  const clean = pl.DataFrame(flags.map((name) => pl.Series(name, [false, null], pl.Bool)));
  const { frame, account } = selectPointSources(clean);
  assert.equal(frame.height, 2);
  assert.equal(account[1].step, "extent_flag (1 missing, kept)");
});

Deno.test("the published rows are looked up in both kinds of flux", () => {
  const columns = ["b", "h", "m", "s"].flatMap((
    band,
  ) => [`flux_aper_${band}`, `flux_aper_avg_${band}`]);
  const frame = pl.DataFrame({
    name: ["2CXO J002046.2-705659"],
    ...Object.fromEntries(columns.map((name) => [name, [5.06716e-15]])),
    var_intra_index_b: [2],
    var_intra_prob_b: [0.9],
    ks_intra_prob_b: [0.731318],
    kp_intra_prob_b: [0.860139],
    err_ellipse_r0: [0.95638],
  });
  const checks = checkPublishedRows(frame);
  assert.equal(checks.length, 13 + 12);
  const equal = checks.filter((check) => check.equal).map(({ column }) => column);
  assert.deepEqual(equal, [
    "flux_aper_b",
    "flux_aper_avg_b",
    "var_intra_index_b",
    "ks_intra_prob_b",
    "kp_intra_prob_b",
    "err_ellipse_r0",
  ]);
  assert.ok(checks.slice(13).every(({ fetched }) => fetched === null));
});

Deno.test("X-Match gives all pairs within the radius whatever the chunks, and resumes", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const sources = { ra: [83.82, 10, 200, 0.00005], dec: [-5.4, 41, 10, 12] };
  await withFolder(async (folder) => {
    const options = (chunkRows: number, cache = new ResponseCache(folder)) => ({
      ...FAST,
      url: archives.xMatchUrl,
      radiusArcsec: 1,
      columns: ["ra", "dec", "phot_g_mean_mag"],
      chunkRows,
      cache,
    });
    const whole = await xMatch(sources, COUNTERPARTS[0].table, options(100));
    assert.deepEqual(whole.select("csc_row", "phot_g_mean_mag").rows(), [
      [0, 11.2],
      [0, 17.9],
      [1, 19.81],
      [3, 20.55],
    ]);
    const stop = new AbortController();
    const interrupted = xMatch(sources, COUNTERPARTS[0].table, {
      ...options(1),
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("killed")),
    });
    await assert.rejects(interrupted, { message: "killed" });
    const cache = new ResponseCache(folder);
    const resumed = await xMatch(sources, COUNTERPARTS[0].table, options(1, cache));
    assert.deepEqual(resumed.rows(), whole.rows());
    assert.equal(cache.fetched, 3);
  });
  await assert.rejects(xMatch(sources, "t", { radiusArcsec: 200 }), /radiusArcsec is 200/);
});

Deno.test("X-Match answering another question is refused", async () => {
  const answers = ["angDist,csc_row\n0.5,7\n", "angDist,csc_row\n3.5,0\n", "angDist,other\n1,0\n"];
  for (const answer of answers) {
    await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response(answer));
    const url = `http://127.0.0.1:${server.addr.port}`;
    const options = { ...FAST, url, radiusArcsec: 1 };
    await assert.rejects(xMatch({ ra: [1], dec: [1] }, "t", options), { name: "ArchiveError" });
  }
});

Deno.test("column lists are understood as lines and as JSON, and a web page is not", async () => {
  const lists = [
    "ra\ndec\n",
    '["ra","dec"]',
    '[{"name":"ra"},{"name":"dec"}]',
    '{"c":[["ra"],["dec"]]}',
  ];
  for (const list of [...lists, "<html>busy</html>"]) {
    await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response(list));
    const columns = xMatchColumns("t", { ...FAST, url: `http://127.0.0.1:${server.addr.port}` });
    if (lists.includes(list)) assert.deepEqual(await columns, ["ra", "dec"]);
    else await assert.rejects(columns, /list of columns is "<html>/);
  }
});

Deno.test("a counterpart must lie in the error ellipse, and the best in units of it wins", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const { frame } = selectPointSources(await fetchCsc({ ...FAST, service: archives.csc["2.0"] }));
  const options = { ...FAST, url: archives.xMatchUrl };
  const gaia = await matchCounterparts(frame, COUNTERPARTS[0], options);
  // 02 has two, of which the nearer is taken; that of 07 is too far; 05 and 10 have none
  const bright = gaia.frame.getColumn("G").toArray();
  assert.deepEqual(bright, [19.81, 11.2, 14.51, 20.55, null, 15.02, null, 18.02, 16.1, null]);
  assert.equal(gaia.matched, 7);
  const sdss = await matchCounterparts(frame, COUNTERPARTS[3], options);
  assert.equal(sdss.taken.u_sdss, "upmag");
  // of the two entries of 01 the nearer is not the primary one
  assert.deepEqual(sdss.frame.getColumn("u_sdss").toArray()[0], 20.6);
  const renamed = { ...COUNTERPARTS[1], columns: { J: ["Jnone"] } };
  await assert.rejects(
    matchCounterparts(frame, renamed, options),
    /no column J \(Jnone\); it has .*Jmag/,
  );
});

Deno.test("the probe finds what is there and reports what is not, in words", async () => {
  await using recorded = new RecordedArchives();
  const findings = await probeArchives({ archives: recorded.archives });
  assert.equal(findings.length, 2 + 6 + 26);
  assert.equal(
    findings[0].found,
    "14 rows (expected 317167); all columns there; the published rows are not there",
  );
  const spitzer = findings.find(({ table }) => table === "vizier:II/368/sstsl2")!;
  assert.equal(spitzer.found, "ra = RAJ2000, dec = DEJ2000, mips_24um = F24-PSF");
  const veron = findings.find(({ table }) => table === '"VII/258/vv10"')!;
  assert.deepEqual([veron.ok, veron.found], [true, "3 rows; RAJ2000, DEJ2000, Name"]);
  const kuhn = findings.find(({ table }) => table.includes("ApJS/254"))!;
  assert.deepEqual([kuhn.ok, /there is no table/.test(kuhn.found)], [false, true]);
});

Deno.test("a probe of archives that are down says so for each", async () => {
  const recorded = new RecordedArchives();
  const { archives } = recorded;
  await recorded[Symbol.asyncDispose]();
  const findings = await probeArchives({ archives, stallMs: 500, attempts: 1 });
  assert.ok(findings.every(({ ok, found }) => !ok && /connection .* failed/.test(found)));
});

Deno.test("nothing is downloaded unless asked for, and smoke touches no network", async () => {
  const asked: string[] = [];
  const reachable = (yes: boolean) => () => {
    asked.push("network");
    return Promise.resolve(yes);
  };
  const before = Deno.env.get("CSC_ACQUIRE");
  try {
    Deno.env.delete("CSC_ACQUIRE");
    assert.equal((await acquisitionMode("smoke", reachable(true))).probe, false);
    assert.deepEqual(asked, []);
    const online = await acquisitionMode("quick", reachable(true));
    assert.deepEqual([online.from, online.probe], ["recorded", true]);
    const offline = await acquisitionMode("paper", reachable(false));
    assert.deepEqual([offline.from, offline.probe], ["recorded", false]);
    assert.match(offline.words, /no network.*numbers are invented/);
    Deno.env.set("CSC_ACQUIRE", "live");
    assert.equal((await acquisitionMode("smoke", reachable(false))).from, "live");
    Deno.env.set("CSC_ACQUIRE", "yes");
    await assert.rejects(acquisitionMode("quick"), /CSC_ACQUIRE is "yes"; use live/);
  } finally {
    if (before === undefined) Deno.env.delete("CSC_ACQUIRE");
    else Deno.env.set("CSC_ACQUIRE", before);
  }
});

Deno.test("all catalogues come together and the absent ones are reported", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const all = await fetchCsc({ ...FAST, service: archives.csc["2.0"] });
  const { frame } = selectPointSources(all);
  const matched = await matchAllCounterparts(frame, { ...FAST, url: archives.xMatchUrl });
  assert.deepEqual(matched.report.map(({ rows }) => rows), [7, 5, 5, 2, 3, 3]);
  assert.equal(matched.frame.height, 10);
  const labels = await fetchAllLabels({ ...FAST, services: archives.labels });
  const absent = labels.report.filter(({ problem }) => problem).length;
  assert.deepEqual([labels.frame.height, absent], [13, 18]);
  const { counts, conflicts } = matchLabels(frame, labels.frame);
  assert.deepEqual(counts, {
    AGN: 2,
    STAR: 2,
    YSO: 1,
    HMXB: 1,
    LMXB: 0,
    ULX: 1,
    CV: 2,
    PULSAR: 1,
  });
  assert.deepEqual(conflicts.map(({ labels }) => labels.map((one) => one.class)), [["CV", "LMXB"]]);
});

Deno.test("NED's units are made right or refused, and several measurements are averaged", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const found: NedPhotometry[] = [];
  const names = ["EXAMPLE 02", "EXAMPLE 07", "EXAMPLE 99"];
  const started = performance.now();
  const options = { ...FAST, url: archives.nedUrl, everyMs: 60 };
  for await (const photometry of fetchNed(names, options)) found.push(photometry);
  assert.ok(performance.now() - started >= 120, "asked faster than the rate allows");
  const { J, Ks, mips_24um, W4, flux_b } = found[0].features;
  near(J, 9.21);
  // the third of them was 316.5 mJy
  assert.ok(Math.abs(Ks - 8.3096) < 1e-4);
  near(mips_24um, 185_000);
  near(W4, 5.1);
  near(flux_b, 6.62e-14);
  assert.deepEqual(found[0].notes, [
    "K_s (2MASS): converted from milliJy",
    "24 microns (MIPS): converted from Jy",
    'W4 (WISE): refused: 184.182 is no magnitude, though NED says "mag"',
    'W4 (WISE): refused: "<6.0" is no measurement',
  ]);
  assert.deepEqual(found[1].features, { FUV: 20.1, u_sdss: 19.4 });
  assert.match(found[1].notes[0], /W1 \(WISE\): refused: unit "erg\/s\/cm\^2\^"/);
  assert.equal(found[2].absent, "NED has no photometry");
});

Deno.test("flux densities become magnitudes by the zero points, and the reverse for MIPS", () => {
  const convert = (band: string, value: number, unit: string) =>
    convertNed(nedPassband(band)!, value, unit).value;
  near(convert("K_s (2MASS/CTIO)", 66.67, "milliJy"), 10);
  near(convert("FUV (GALEX) AB", 36.31, "microJy"), 20);
  near(convert("24 microns (MIPS)", 5, "mag"), 71_700);
  near(convert("24 microns (MIPS)", 2, "mJy"), 2000);
  assert.equal(convert("W4 (WISE)", 184.182, "mag"), undefined);
  assert.equal(convert("J (2MASS)", -3, "mJy"), undefined);
  assert.equal(convert("0.5-7 keV (Chandra)", 1e-14, "photons/s/cm^2"), undefined);
  assert.equal(nedPassband("1.4 GHz (VLA)"), undefined);
});

Deno.test("a web page instead of NED's photometry is no absence", async () => {
  await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response("<p>Busy</p>"));
  const url = `http://127.0.0.1:${server.addr.port}`;
  await assert.rejects(
    fetchNed(["x"], { ...FAST, url, everyMs: 0 }).next(),
    /no table of photometry/,
  );
});

Deno.test("labels come from degrees and sexagesimal, numbered or by declination, by their type", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const fetch = async (id: string) => {
    const catalogue = LABEL_CATALOGUES.find((one) => one.id === id)!;
    return (await fetchLabels(catalogue, { ...FAST, services: archives.labels })).frame;
  };
  const stars = await fetch("skiff");
  assert.deepEqual(stars.getColumn("label_name").toArray(), [
    "Star one",
    "Star at the pole",
    "Star beside 07",
  ]);
  near(stars.getColumn("label_ra").toArray()[0], 83.82002791666667);
  near(stars.getColumn("label_dec").toArray()[1], 89.949972222222);
  assert.deepEqual((await fetch("smcpscxmm")).getColumn("label_name").toArray(), ["SMC one"]);
  assert.equal((await fetch("veron")).height, 3);
});

Deno.test("objects without a precise position are counted out", async () => {
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const adql = String((await request.formData()).get("QUERY"));
    if (/TAP_SCHEMA/.test(adql)) return new Response("column_name\nname\nra\ndec\n");
    if (/COUNT/.test(adql)) return new Response("n\n3\n");
    return new Response("ra|dec|name\n01 02.5|+03 04|a\n10.5|5.5|b\n|2.0|c\n");
  });
  const service = { ...HEASARC_TAP, url: `http://127.0.0.1:${server.addr.port}` };
  const lmxb = LABEL_CATALOGUES.find(({ id }) => id === "lin2015")!;
  const services = { heasarc: service };
  const { frame, unplaced } = await fetchLabels(lmxb, { ...FAST, services });
  assert.deepEqual([frame.getColumn("label_name").toArray(), unplaced], [["b"], 2]);
});

Deno.test("a label table that is not there is reported with what to mend", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const kuhn = LABEL_CATALOGUES.find(({ id }) => id === "kuhn")!;
  const probe = probeLabels(kuhn, { ...FAST, services: archives.labels });
  await assert.rejects(probe, /no table "J\/ApJS\/254\/33\/table1".*entry "kuhn"/s);
  const lmxb = {
    ...LABEL_CATALOGUES.find(({ id }) => id === "ritter-lmxb")!,
    table: '"B/cb/lmxb"',
  };
  const near = probeLabels(lmxb, { ...FAST, services: archives.labels });
  await assert.rejects(
    near,
    /no table "B\/cb\/lmxb"; of its kind there are B\/cb\/lmxbdata, B\/cb\/cbdata/,
  );
  const moved = { ...kuhn, table: '"B/mk/mktypes"', position: ["_RA", "_DE"] as const };
  const wrong = probeLabels(moved, { ...FAST, services: archives.labels });
  await assert.rejects(wrong, /lacks one of _RA, _DE.*it has recno, Name, RAJ2000, DEJ2000/s);
});

Deno.test("the nearest label wins, ties go by the order of catalogues, conflicts are listed", () => {
  const labels = pl.DataFrame({
    class: ["CV", "LMXB", "AGN", "STAR", "AGN"],
    catalogue: ["a", "b", "c", "d", "e"],
    label_name: ["1", "2", "3", "4", "5"],
    label_ra: [10, 10, 0, 0, 50],
    label_dec: [0.5 / 3600, 0.2 / 3600, 30, 30, 1.2 / 3600],
  });
  const sources = pl.DataFrame({ ra: [10, 0, 50], dec: [0, 30, 0] });
  const { frame, conflicts, counts } = matchLabels(sources, labels);
  assert.deepEqual(frame.getColumn("class").toArray(), ["LMXB", "AGN", null]);
  near(frame.getColumn("offset_arcsec").toArray()[0], 0.2);
  assert.deepEqual(conflicts.map(({ row, labels }) => [row, labels.map((one) => one.catalogue)]), [
    [0, ["b", "a"]],
    [1, ["c", "d"]],
  ]);
  assert.deepEqual([counts.LMXB, counts.AGN, counts.STAR], [1, 1, 0]);
  assert.equal(matchLabels(sources, labels, 1.5).counts.AGN, 2);
});

Deno.test("the registry has every class, unique names and a reference for each catalogue", () => {
  const ids = LABEL_CATALOGUES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...new Set(LABEL_CATALOGUES.map((one) => one.class))], [...CLASSES]);
  for (const { bibcode, doi, id } of LABEL_CATALOGUES) {
    assert.match(bibcode, /^\d{4}[A-Za-z&.]{5}.{9}[A-Z]$/, id);
    if (doi) assert.match(doi, /^10\.\d{4,5}\//, id);
  }
});

Deno.test("features come in Table 2's order, colours from both magnitudes, nothing from nothing", async () => {
  await using recorded = new RecordedArchives();
  const { archives } = recorded;
  const all = await fetchCsc({ ...FAST, service: archives.csc["2.0"] });
  const magnitudes = (name: string, ...values: (number | null)[]) =>
    pl.Series(name, [...values, ...Array(all.height - values.length).fill(null)], pl.Float64);
  const acquired = all.withColumns(
    magnitudes("G", 15, 16, null),
    magnitudes("J", 14, null, 12),
    magnitudes("u_sdss", 20),
  );
  const features = assembleFeatures(acquired);
  assert.deepEqual(features.columns.slice(4), TABLE_2_FEATURES.map(({ name }) => name));
  assert.deepEqual(features.getColumn("G_J").toArray().slice(0, 3), [1, null, null]);
  assert.equal(features.getColumn("u_sdss").toArray()[0], 20);
  assert.equal(features.getColumn("W1_W2").nullCount(), all.height);
  assert.deepEqual(
    features.getColumn("flux_b").toArray(),
    all.getColumn("flux_aper_avg_b").toArray(),
  );
  const longest = assembleFeatures(acquired, "flux_aper").getColumn("flux_b").toArray();
  assert.deepEqual(longest, all.getColumn("flux_aper_b").toArray());
  const published = all.getColumn("gal_l").toArray() as number[];
  const computed = assembleFeatures(acquired.drop("gal_l")).getColumn("gal_l")
    .toArray() as number[];
  computed.forEach((l, i) => assert.ok(Math.abs(l - published[i]) < 1e-5));
  assert.throws(() => assembleFeatures(all.drop("dec", "kp_intra_prob_b")), /dec, kp_intra_prob_b/);
});

Deno.test("an acquired catalogue is saved so that it loads as a training table", async () => {
  await using recorded = new RecordedArchives();
  const all = await fetchCsc({ ...FAST, service: recorded.archives.csc["2.0"] });
  const features = assembleFeatures(all);
  const labels = await fetchAllLabels({ ...FAST, services: recorded.archives.labels });
  const { frame } = matchLabels(features, labels.frame);
  const out = Deno.env.get("CSC_OUT");
  await withFolder(async (folder) => {
    try {
      Deno.env.set("CSC_OUT", folder);
      const files = await saveAcquired(features, frame);
      const whole = pl.readParquet(files.catalogue);
      assert.equal(whole.height, 14);
      const table = await readLabelledTable(files.training);
      const known = frame.getColumn("class").toArray().filter((name) => name !== null);
      assert.deepEqual(toFrame(table).getColumn("class").toArray(), known);
      assert.equal(toFrame(table).getColumn("flux_ned").nullCount(), known.length);
    } finally {
      if (out === undefined) Deno.env.delete("CSC_OUT");
      else Deno.env.set("CSC_OUT", out);
    }
  });
});

Deno.test("hardness ratios are differences over sums and need both fluxes", () => {
  const fluxes = pl.DataFrame([
    pl.Series("flux_s", [1, null, 0], pl.Float64),
    pl.Series("flux_m", [3, 1, 0], pl.Float64),
    pl.Series("flux_h", [1, 1, 0], pl.Float64),
  ]);
  const ratios = hardnessRatios(fluxes);
  assert.deepEqual(ratios.columns, ["hr_hm", "hr_ms", "hr_hs"]);
  assert.deepEqual(ratios.rows(), [[-0.5, 0.5, 0], [0, null, null], [null, null, null]]);
});
