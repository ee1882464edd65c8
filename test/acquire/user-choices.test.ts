import assert from "node:assert/strict";
import pl from "nodejs-polars";
import {
  acquire,
  acquiredSources,
  type AcquireOptions,
  readOwnLabels,
} from "@csc-classify/chandra-archives";
import { CARRIED, CLASSES, columnOf, FEATURE_NAMES } from "@csc-classify/chandra-sources";
import { readTable, takeSources } from "@csc-classify/chandra-sources/files";
import { FolderCache } from "@csc-classify/vo-archives";
import { folderName } from "#tools/acquire/plan.ts";
import { namedArea } from "#tools/acquire/named-area.ts";
import { networkCheck } from "#tools/acquire/network-check.ts";
import {
  countChangedClasses,
  saveAcquired,
  writeBothChoices,
} from "#tools/acquire/save-acquired.ts";
import { archivesOf } from "#tools/acquire/plan.ts";
import { FixtureArchives } from "./fixture-archives.ts";
import { FIELD, InventedSky } from "./invented-sky.ts";
import { inFolder } from "../in-folder.ts";

const FAST = { firstWaitMs: 1, attempts: 2, nedEveryMs: 0 };
const AREA = { cones: [FIELD], words: "158 -57.5 0.2" };

async function run(sky: InventedSky, options: Partial<AcquireOptions> = {}) {
  await using fixture = new FixtureArchives(sky);
  return await acquire({
    ...{ release: "2.1", area: AREA, archives: fixture.archives, ...FAST },
    ...options,
  });
}

/** A sky whose source 4, which no star is at, is passed by one: 3 arcsec east in 2000, there in 2010. */
function withPassingStar(): InventedSky {
  const sky = new InventedSky(), { ra, dec } = sky.truth[4];
  const east = ra + 3 / 3600 / Math.cos(dec * Math.PI / 180);
  sky.xMatch["vizier:I/350/gaiaedr3"].rows.push(
    [east, dec, ra, dec, 12.5, 13, 12, -300, 0, null],
  );
  return sky;
}

Deno.test("a star that passes by a source while Chandra observes is its counterpart, and is counted", async () => {
  const sky = withPassingStar(), found = await run(sky);
  const row = found.sources.names.indexOf(sky.truth[4].name);
  assert.equal(columnOf(found.sources, "G")[row], 12.5);
  assert.equal(found.counterparts[0].moved, 1);
  // the offset is that of its nearest approach, in units of the ellipse
  assert.ok(columnOf(found.sources, "offset_sigma_gaia")[row] < 0.01);
  const still = new InventedSky(), { ra, dec } = still.truth[4];
  still.xMatch["vizier:I/350/gaiaedr3"].rows.push(
    [ra + 3 / 3600 / Math.cos(dec * Math.PI / 180), dec, ra, dec, 12.5, 13, 12, null, null, null],
  );
  const without = await run(still);
  assert.ok(isNaN(columnOf(without.sources, "G")[row]));
  assert.equal(without.counterparts[0].moved, 0);
});

Deno.test("how sure a counterpart is goes into every product, a doubtful one in words", async () => {
  const sky = new InventedSky(), { ra, dec } = sky.truth[0];
  // two stars as near as the first one to the source
  for (const east of [-0.1, 0.12]) {
    const there = ra + east / 3600 / Math.cos(dec * Math.PI / 180);
    sky.xMatch["vizier:I/350/gaiaedr3"].rows.push(
      [there, dec - 0.1 / 3600, there, dec, 14, 14, 14, 0, 0, null],
    );
  }
  const found = await run(sky), row = found.sources.names.indexOf(sky.truth[0].name);
  const of = (name: string) => columnOf(found.sources, name)[row];
  assert.ok(
    of("p_any_gaia") > 0.9 && of("p_i_gaia") < 0.5,
    `${of("p_any_gaia")} ${of("p_i_gaia")}`,
  );
  assert.equal(of("rivals_gaia"), 2);
  assert.match(
    found.doubts[row]!,
    /^doubtful counterpart: Gaia EDR3: p_any \d\.\d\d, p_i 0\.[34]\d, 2 others inside the ellipse$/,
  );
  assert.ok(found.counterparts[0].doubtful! >= 1);
  await inFolder(async (folder) => {
    await saveAcquired(found, `${folder}/2.1`);
    const frame = pl.readParquet(`${folder}/2.1/catalogue.parquet`);
    const read = await readTable(`${folder}/2.1/catalogue.parquet`, {
      features: found.sources.matrix.names.slice(0, 41),
      onReject: () => assert.fail("a row was rejected"),
    });
    const [batch] = await Array.fromAsync(read.batches),
      acquired = (await acquiredSources(folder))!;
    for (const { name } of CARRIED) {
      assert.deepEqual(batch.extras![name], acquired.extras![name], name);
      assert.ok(frame.columns.includes(name), name);
    }
    assert.equal(batch.extras!.p_i_gaia[row], of("p_i_gaia"));
    assert.equal(batch.extras!.counterpart_doubt[row], found.doubts[row]);
    // what no model uses yet is there as numbers
    for (const name of ["hard_hm", "hard_ms_hilim", "flux_aper_b", "flux_aper_avg_lolim_h"]) {
      assert.match(String(frame.getColumn(name).dtype), /Float64/, name);
    }
    assert.equal(frame.getColumn("hard_hs").toArray()[row], 0.1 * 3);
  });
});

Deno.test("the probable counterpart is taken only where one is likely, and the difference is counted", async () => {
  const sky = new InventedSky();
  // a crowd over the whole field, where an entry inside an ellipse tells nothing: one in 0.64 arcsec^2
  for (const { ra, dec } of sky.truth.slice(0, 24)) {
    for (let i = -7; i <= 7; i++) {
      for (let k = -7; k <= 7; k++) {
        const [east, north] = [0.8 * i + 0.3, 0.8 * k + 0.2];
        const there = ra + east / 3600 / Math.cos(dec * Math.PI / 180);
        sky.xMatch["vizier:II/335/galex_ais"].rows.push([there, dec + north / 3600, null, 20]);
      }
    }
  }
  const [nearest, probable] = await Promise.all([
    run(sky),
    run(sky, { counterpart: "probable" }),
  ]);
  const galex = nearest.counterparts.find(({ id }) => id === "galex")!;
  const changed = nearest.sources.names.filter((_, i) => {
    const [a, b] = [nearest, probable].map(({ sources }) => columnOf(sources, "NUV")[i]);
    return !Object.is(a, b);
  });
  assert.ok(changed.length > 0);
  assert.equal(galex.disputed, changed.length);
  assert.ok(
    folderName({ release: "2.1", area: AREA, counterpart: "probable" }).endsWith("-probable"),
  );
});

Deno.test("what the other rule would choose is what an acquisition by that rule has", async () => {
  const sky = new InventedSky(60, { field: 60, ellipse: 2, crowd: 4 });
  const [nearest, probable] = [await run(sky), await run(sky, { counterpart: "probable" })];
  for (const [one, other] of [[nearest, probable], [probable, nearest]]) {
    const { rows } = one.otherwise, sources = one.otherwise.sources();
    assert.ok(rows.length > 5 && rows.length < one.sources.names.length, `${rows.length} rows`);
    assert.deepEqual(sources, {
      ...takeSources(other.sources, rows),
      // what says how it was chosen is of the rule that chose
      matrix: sources.matrix,
    });
    for (const name of [...FEATURE_NAMES, "observed_wise", "limit_W4", "limit_Ks"]) {
      const there = columnOf(takeSources(other.sources, rows), name);
      assert.deepEqual(columnOf(sources, name), there, name);
    }
    // sources that are not among them are the same under both rules
    const others = one.sources.names.map((_, row) => row).filter((row) => !rows.includes(row));
    const [same, there] = [one, other].map((table) => takeSources(table.sources, others));
    for (const name of FEATURE_NAMES) {
      assert.deepEqual(columnOf(same, name), columnOf(there, name), name);
    }
  }
  await inFolder(async (folder) => {
    const { choices } = await saveAcquired(probable, folder, false, {
      release: "2.1",
      counterpart: "probable",
    });
    const { rule, other, bySurvey, sources, classes } = choices!;
    assert.deepEqual([rule, other, classes], ["probable", "nearest", undefined]);
    assert.equal(sources, probable.otherwise.rows.length);
    assert.deepEqual(
      bySurvey,
      Object.fromEntries(nearest.counterparts.map(({ id, disputed }) => [id, disputed])),
    );
    // both sets of features stand in one table to be scored, each source twice
    const path = `${folder}/both.parquet`, n = sources;
    await writeBothChoices(path, probable);
    const both = pl.readParquet(path), G = both.getColumn("G").toArray().map(Number);
    const names = both.getColumn("name").toArray().map(String);
    assert.deepEqual(
      names.filter((name) => !name.includes(",")),
      Array.from(Array(n), (_, i) => `${i}`),
    );
    const row = nearest.sources.names.indexOf(probable.sources.names[probable.otherwise.rows[2]]);
    const ofNearest = columnOf(nearest.sources, "G")[row];
    assert.equal(G[names.indexOf("2, otherwise")], ofNearest);
    const made = names.map((_, i) => i === n + 1 || i === 4 ? "STAR" : "AGN");
    both.withColumn(pl.Series("class", made, pl.Utf8)).writeParquet(path);
    assert.equal(countChangedClasses(path), 2);
  });
});

Deno.test("a user's own labels win where they are nearer, candidates and other classes are left out and counted", async () => {
  const sky = new InventedSky(), [, second, , , , , sixth] = sky.truth;
  await inFolder(async (folder) => {
    const path = `${folder}/opencv.csv`;
    await Deno.writeTextFile(
      path,
      `Name,R.A.,Dec.,Type\nmine,${second.ra},${second.dec},CV\nperhaps,1,1,CV?\nmaybe,2,2,CV_Candidate\n` +
        `other,3,3,galaxy\nnowhere,,4,CV\nhours,${"10 32 00.00"},-57 30 00.0,HXB\nq,${sixth.ra},${sixth.dec},QSO\n`,
    );
    const ownLabels = await readOwnLabels(path);
    assert.deepEqual(
      ownLabels.frame.select("label_name", "class").rows(),
      [["mine", "CV"], ["hours", "HMXB"], ["q", "AGN"]],
    );
    assert.deepEqual(ownLabels.frame.row(1).slice(3), [158, -57.5]);
    const { problem, seen, unplaced } = ownLabels.report;
    assert.deepEqual([seen, unplaced], [7, 1]);
    assert.equal(
      problem,
      "2 candidates left out; left out, no class of ours: galaxy 1; " +
        "1 of 7 rows have no position on the sky (degrees)",
    );
    const { sources, labels } = await run(sky, { ownLabels });
    const row = sources.names.indexOf(second.name);
    // the catalogues call it an AGN, a little farther off
    assert.deepEqual([CLASSES[sources.labels![row]], sources.catalogues![row]], ["CV", "own"]);
    assert.equal(labels[0].id, "own");
    await Deno.writeTextFile(path, `Name,RA,Dec,Type\na,10.5,5,UGSU\nb,11,6,AM:\n`);
    assert.deepEqual((await readOwnLabels(path, "CV")).frame.getColumn("label_ra").toArray(), [
      10.5,
    ]);
    await assert.rejects(
      readOwnLabels(path),
      /has no label: 1 candidates left out.*UGSU 1.*--labels-class/,
    );
    await Deno.writeTextFile(path, `Name,RA,Type\na,10.5,CV\n`);
    await assert.rejects(
      readOwnLabels(path),
      /has no column dec; it has Name, RA, Type: rename it/,
    );
    await Deno.writeTextFile(path, `Name,RA,Dec\na,10.5,5\n`);
    await assert.rejects(readOwnLabels(path), /has no column class; .*or give --labels-class/);
    await Deno.writeTextFile(path, `name,ra,dec,class\n`);
    await assert.rejects(readOwnLabels(path), /has no label: it has no rows/);
    await Deno.writeTextFile(path, `name,l,b,class\na,285,0,CV\n`);
    await assert.rejects(readOwnLabels(path), /positions are right ascension and declination/);
  });
});

Deno.test("positions of a user's own labels go by unit and frame, and by parts in columns of their own", async () => {
  await inFolder(async (folder) => {
    const read = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      const { frame } = await readOwnLabels(`${folder}/${name}`);
      return [0, 1].map((k) => Number(frame.row(0)[3 + k]));
    };
    const votable = (unit: string, ra: string, frame = "ICRS") =>
      `<VOTABLE><RESOURCE><COOSYS ID="f" system="${frame}"/><TABLE>` +
      `<FIELD name="name" datatype="char" arraysize="*"/>` +
      `<FIELD name="RA" datatype="double" unit="${unit}" ref="f"/>` +
      `<FIELD name="Dec" datatype="double" unit="deg" ref="f"/>` +
      `<FIELD name="class" datatype="char" arraysize="*"/><DATA><TABLEDATA>` +
      `<TR><TD>a</TD><TD>${ra}</TD><TD>-57.5</TD><TD>CV</TD></TR>` +
      `</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
    const near = (place: number[], ra: number, dec: number, tolerance = 1e-9) =>
      assert.ok(Math.hypot(place[0] - ra, place[1] - dec) < tolerance, place.join(" "));
    near(await read("hours.vot", votable("h", "10.5")), 157.5, -57.5);
    near(await read("rad.vot", votable("rad", `${Math.PI}`)), 180, -57.5);
    near(
      await read("parts.csv", "Name,RAh,RAm,RAs,DE-,DEd,DEm,DEs,Type\nx,10,32,0,-,57,30,0,CV\n"),
      158,
      -57.5,
    );
    // by astropy 157.974169 -57.757710
    near(await read("old.vot", votable("deg", "157.5", "eq_FK4")), 157.974169, -57.75771, 5e-5);
    await assert.rejects(
      read("flux.vot", votable("Jy", "10")),
      /the unit "Jy" of RA is .*; write degrees/,
    );
  });
});

Deno.test("labels of one's own that contradict each other, or lie at no source, are told", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/mine.csv`, sky = new InventedSky(), [, second] = sky.truth;
    const found = async (text: string) => {
      await Deno.writeTextFile(path, `name,ra,dec,class\n${text}`);
      const { problems, labels } = await run(sky, { ownLabels: await readOwnLabels(path) });
      return { own: problems.filter((one) => one.startsWith("own: ")), given: labels[0].given };
    };
    const place = `${second.ra},${second.dec}`;
    const twice = await found(`a,${place},AGN\nb,${place},STAR\nc,400,0,CV\n`);
    assert.deepEqual(twice, {
      own: [
        "own: 1 of 3 rows have no position on the sky (degrees); 1 pairs of rows within 1 arcsec have " +
        "different classes, such as a (AGN) and b (STAR): the nearer to a source is taken, else the first",
      ],
      given: 1,
    });
    const hours = await found(`a,${second.ra / 15},${second.dec},AGN\n`);
    assert.equal(hours.given, 0);
    assert.match(
      hours.own[0],
      /no source has a label of it: none lies within half a degree of one, a is at 10\.5/,
    );
    const shifted = await found(`a,${second.ra},${second.dec + 3 / 3600},AGN\n`);
    assert.match(
      shifted.own[0],
      /no source has a label of it: the nearest is 3\.0 arcsec from one/,
    );
  });
});

Deno.test("an area by name is that of our lists, else of the CDS, with a radius of one's own", async () => {
  const asked: string[] = [];
  const answers: Record<string, string> = {
    "Cas A": "# Cas A\t#Q1\n#=S=Simbad\n%J 350.85000000 +58.81500000 = 23:23:24.0 +58:48:54\n",
    "Nowhere": "# Nowhere\n#! *** Nothing found *** \n",
    "Broken": "<html>busy</html>",
  };
  await using server = Deno.serve({ port: 0, onListen() {} }, (request) => {
    const name = decodeURIComponent(new URL(request.url).search.slice(1));
    asked.push(name);
    return new Response(answers[name]);
  });
  const resolve = (text: string) =>
    namedArea(text, { ...FAST, url: `http://127.0.0.1:${server.addr.port}` });
  const m31 = await resolve("m31");
  assert.match(
    m31.shown,
    /^m31: 10\.68\d* 41\.2\d*, radius [12]\.\d+ degrees \(its extent in our list of galaxies\)$/,
  );
  assert.equal((await resolve("NGC 3603, 0.25")).area.cones[0].radius, 0.25);
  assert.match(
    (await resolve("47 Tuc 0.5")).shown,
    /radius 0\.5 degrees \(our list of globular clusters\)$/,
  );
  assert.deepEqual(asked, []);
  assert.equal((await resolve("m 31, 3 arcmin")).area.cones[0].radius, 0.05);
  assert.deepEqual((await resolve("Cas A 6'")).area, {
    cones: [{ ra: 350.85, dec: 58.815, radius: 0.1 }],
    words: "Cas A 6'",
  });
  const cas = await resolve("Cas A, 0.1");
  assert.deepEqual(cas.area, {
    cones: [{ ra: 350.85, dec: 58.815, radius: 0.1 }],
    words: "Cas A, 0.1",
  });
  assert.match(cas.shown, /\(the CDS name resolver\)$/);
  await assert.rejects(
    resolve("Nowhere"),
    /write right asc.*no catalogue at the CDS knows that name/,
  );
  await assert.rejects(
    resolve("Broken"),
    /is no area; write right.*could not be looked up.*answer is "<html>busy/s,
  );
  // a name that nobody knew is asked for again, one that was known is not
  await inFolder(async (folder) => {
    const url = `http://127.0.0.1:${server.addr.port}`, cache = new FolderCache(folder);
    const find = () => namedArea("New one", { ...FAST, url, cache });
    answers["New one"] = answers.Nowhere;
    await assert.rejects(find(), /no catalogue at the CDS knows that name/);
    answers["New one"] = answers["Cas A"];
    const before = asked.length;
    assert.equal((await find()).area.cones[0].ra, 350.85);
    await find();
    assert.equal(asked.length, before + 1);
  });
  await assert.rejects(resolve("M 31, 20"), /radius of 20 degrees; above 0 and at most 10/);
});

Deno.test("no network is told from one host's failure and from a slow network, once a run", async () => {
  const nowhere = archivesOf("http://127.0.0.1:9");
  const started = performance.now(), check = networkCheck(nowhere);
  await assert.rejects(check(), /^RangeError: There is no network: none of 127\.0\.0\.1:9 can be/);
  assert.ok(performance.now() - started < 3000);
  await using one = Deno.serve({ port: 0, onListen() {} }, () => new Response("", { status: 500 }));
  const url = `http://127.0.0.1:${one.addr.port}`;
  await networkCheck(archivesOf(`http://127.0.0.1:9|ned=${url}`))();
  // something is there that speaks no TLS, or shows a certificate that nobody trusts
  await networkCheck(archivesOf(url.replace("http:", "https:")))();
  const lines: string[] = [];
  const never = Promise.withResolvers<Response>();
  await using silent = Deno.serve({ port: 0, onListen() {} }, () => never.promise);
  const slow = networkCheck(archivesOf(`http://127.0.0.1:${silent.addr.port}`), {
    waitMs: 20,
    onSlow: (line) => lines.push(line),
  });
  await Promise.all([slow(), slow()]);
  never.resolve(new Response());
  assert.equal(lines.length, 1);
  assert.match(
    lines[0],
    /^Is there a network\? none of 127.* has answered within 0\.02 s; still asking/,
  );
});
