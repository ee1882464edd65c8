import assert from "node:assert/strict";
import { acquire, type Acquisition } from "@csc-classify/chandra-archives";
import { columnOf, SURVEYS } from "@csc-classify/chandra-sources";
import { FolderCache } from "@csc-classify/vo-archives";
import { archivesOf } from "#tools/acquire/plan.ts";
import { inFolder } from "../in-folder.ts";
import { FixtureArchives } from "./fixture-archives.ts";
import { FIELD, InventedSky } from "./invented-sky.ts";

/** A column of a service's answers as it may have changed it. */
interface Change {
  /** Default `csc21`. */
  readonly service?: string;
  /** Table at X-Match. */
  readonly of?: string;
  readonly column: string;
  /** What stands in the first cell; as it was if absent. */
  readonly first?: string;
  readonly type?: string;
  readonly unit?: string;
}

/** The answer with one column changed, where it has that column. */
function changed(answer: string, { column, first, type, unit }: Change): string {
  const fields = [...answer.matchAll(/<FIELD name="([^"]*)" datatype="(\w+)"[^>]*\/>/g)];
  const at = fields.findIndex(([, name]) => name === column);
  if (at < 0) return answer;
  const size = type === "char" ? ' arraysize="*"' : "", said = unit ? ` unit="${unit}"` : "";
  const field = `<FIELD name="${column}" datatype="${type ?? fields[at][2]}"${size}${said}/>`;
  const isRow = /<TR>(.*?)<\/TR>/;
  return answer.replace(fields[at][0], field).replace(isRow, (row) => {
    let cell = -1;
    return row.replace(
      /<TD\/>|<TD>.*?<\/TD>/g,
      (whole) => ++cell === at && first !== undefined ? `<TD>${first}</TD>` : whole,
    );
  });
}

/** Acquires the invented field from archives of which one's answers are changed. */
async function acquired(change?: Change): Promise<Acquisition> {
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const { service = "csc21", of = "" } = change ?? {}, asked = await request.clone().text();
    const answer = await fixture.answer(request);
    const isMeant = new URL(request.url).pathname.startsWith(`/${service}`) && asked.includes(of);
    if (!change || !isMeant || answer.status !== 200) return answer;
    return new Response(changed(await answer.text(), change));
  });
  const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
  const area = { cones: [FIELD], words: "field" };
  return await acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
}

const CASES: readonly Change[] = [
  { column: "flux_aper_avg_b", first: "1,5e-14", type: "char" },
  { column: "flux_aper_avg_b", first: "&lt;1e-14", type: "char" },
  { column: "flux_aper_avg_b", first: "1e-14 erg", type: "char" },
  { column: "flux_aper_avg_b", first: "-99" },
  { column: "flux_aper_avg_b", first: "Inf" },
  // as of a column in 1e-15 erg/s/cm2 that does not say so
  { column: "flux_aper_avg_b", first: "0.35" },
  { column: "err_ellipse_r0", first: "-1" },
  { column: "err_ellipse_r0", first: "1e6" },
  { column: "var_intra_prob_b", first: "7" },
  { column: "var_intra_index_b", first: "99" },
  { column: "significance", first: "-99" },
  { column: "conf_flag", first: "unknown", type: "char" },
];

Deno.test("a cell of the CSC that is none of its column's values is missing, and told with the source", async () => {
  const plain = await acquired();
  for (const change of CASES) {
    const label = JSON.stringify(change);
    const { sources, problems } = await acquired(change);
    const [told, ...rest] = problems.filter((one) => /^CSC 2\.1: /.test(one));
    assert.match(
      told ?? "",
      /^CSC 2\.1: \w+ of 1 of \d+ sources is .* of 2CXO J\d.*missing$/,
      label,
    );
    assert.ok(told.includes(change.column) && rest.length === 0, label);
    const before = [...columnOf(plain.sources, change.column)];
    const after = [...columnOf(sources, change.column)];
    const other = after.flatMap((value, row) => Object.is(value, before[row]) ? [] : [value]);
    // of the first row, if it lies inside the field
    assert.ok(other.every(Number.isNaN) && other.length <= 1, `${label}: ${other}`);
  }
  assert.deepEqual(plain.problems.filter((one) => /^CSC 2\.1: /.test(one)), []);
});

Deno.test("marks of missing values and flags in words are read as what they are", async () => {
  const marks = ["n/a", "---", "null", ""].map((first) => ({
    column: "flux_aper_avg_h",
    first,
    type: "char",
  }));
  const flags = ["Y", "TRUE", "1"].map((first) => ({ column: "var_flag", first, type: "char" }));
  for (const change of [...marks, ...flags]) {
    const { problems } = await acquired(change);
    assert.deepEqual(problems.filter((one) => /^CSC 2\.1: /.test(one)), [], JSON.stringify(change));
  }
});

Deno.test("a column of the CSC in another unit than ours is refused, in the same unit otherwise spelt taken", async () => {
  const refused: [string, string, string][] = [
    ["flux_aper_avg_b", "W/m2", "erg/s/cm2"],
    ["err_ellipse_r0", "deg", "arcsec"],
    ["ra", "h", "deg"],
    ["dec", "rad", "deg"],
  ];
  for (const [column, unit, ours] of refused) {
    await assert.rejects(
      acquired({ column, unit }),
      new RegExp(`the column ${column} is in "${unit}", expected ${ours}\\. Query: .*Remedy: `),
    );
  }
  const taken = { flux_aper_avg_b: "mW.m**-2", err_ellipse_r0: "arcsec", ra: "degrees", dec: "" };
  for (const [column, unit] of Object.entries(taken)) {
    assert.equal((await acquired({ column, unit })).sources.names.length, 24, column);
  }
});

/** A column of one of X-Match's tables. */
const xMatch = (of: string, column: string, change: Partial<Change>): Change => ({
  service: "xmatch",
  ...{ of, column, ...change },
});

Deno.test("a magnitude that there cannot be is missing, and told; the source keeps its other bands", async () => {
  const plain = await acquired();
  const cases: [Change, string][] = [
    [xMatch("II/246", "Jmag", { first: "-999" }), "J"],
    [xMatch("II/246", "Jmag", { first: "99.99" }), "J"],
    [xMatch("II/246", "Hmag", { first: "+Inf" }), "H"],
    [xMatch("galex", "NUVmag", { first: "-999" }), "NUV"],
    [xMatch("II/368", "F24-PSF", { first: "-12.5" }), "mips_24um"],
  ];
  for (const [change, band] of cases) {
    const { sources, problems } = await acquired(change), label = JSON.stringify(change);
    const told = problems.filter((one) => /value that it cannot have/.test(one));
    assert.equal(told.length, 1, label);
    const words = new RegExp(`^\\w+: ${band} of 1 of 24 sources is .*: taken as missing$`);
    assert.match(told[0], words, label);
    for (const { bands } of SURVEYS) {
      for (const one of bands) {
        const before = columnOf(plain.sources, one), after = columnOf(sources, one);
        const other = [...after.keys()].filter((row) => !Object.is(after[row], before[row]));
        assert.equal(other.length, one === band ? 1 : 0, `${label} ${one}`);
        assert.ok(other.every((row) => isNaN(after[row])), label);
      }
    }
  }
  // blanks in a column that comes as text are no magnitude 0
  const blank = xMatch("II/246", "Jmag", { first: " ", type: "char" });
  assert.ok(columnOf((await acquired(blank)).sources, "J").every((value) => value !== 0));
});

Deno.test("a magnitude in another system or a flux in no flux's unit is refused, another prefix converted", async () => {
  const refused: [string, string, string][] = [
    ["II/328", "W1mag", "mag(AB)"],
    ["II/246", "Jmag", "Jy"],
    ["II/368", "F24-PSF", "mag"],
  ];
  for (const [table, column, unit] of refused) {
    const { leftOut } = await acquired(xMatch(table, column, { unit }));
    assert.equal(leftOut.length, 1, column);
    assert.match(leftOut[0].why, /^the column \S+ is in "[^"]+", expected (mag|uJy)$/);
  }
  const plain = columnOf((await acquired()).sources, "mips_24um");
  const { sources, leftOut } = await acquired(xMatch("II/368", "F24-PSF", { unit: "mJy" }));
  assert.deepEqual(leftOut, []);
  columnOf(sources, "mips_24um").forEach((value, row) => {
    if (isNaN(value)) assert.ok(isNaN(plain[row]));
    else assert.ok(Math.abs(value / plain[row] / 1000 - 1) < 1e-12, `${value}`);
  });
  const same = await acquired(xMatch("II/246", "Jmag", { unit: "mag" }));
  assert.deepEqual([same.leftOut, columnOf(same.sources, "mips_24um")], [[], plain]);
});

Deno.test("a source of which an axis or the angle is missing is not searched, its neighbours as ever", async () => {
  const plain = await acquired();
  for (const column of ["err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang"]) {
    const { sources, problems } = await acquired({ column, first: "NaN" });
    const row = columnOf(sources, column).findIndex(isNaN);
    assert.ok(row >= 0, "the first row lies in the field");
    const told = problems.filter((one) => one.includes("no whole error ellipse"));
    assert.equal(told.length, 1);
    assert.match(told[0], new RegExp(`^1 of 24 sources .* ${sources.names[row]}: `));
    const [pAny, observed] = ["p_any_gaia", "observed_gaia"].map((name) => columnOf(sources, name));
    assert.deepEqual([pAny[row], observed[row]], [NaN, 0]);
    columnOf(plain.sources, "p_any_gaia").forEach((value, other) => {
      if (other !== row) assert.ok(Math.abs(pAny[other] - value) < 1e-3, `${pAny[other]}`);
    });
  }
});

Deno.test("X-Match that says everything twice, or the mode as text, is understood", async () => {
  const plain = await acquired();
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const answer = await fixture.answer(request);
    if (!new URL(request.url).pathname.startsWith("/xmatch")) return answer;
    const text = (await answer.text()).replace(/<TR>.*<\/TR>/s, "$&\n$&")
      .replace('name="mode" datatype="int"', 'name="mode" datatype="char"');
    return new Response(text, { status: answer.status });
  });
  const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
  const area = { cones: [FIELD], words: "field" };
  const twice = await acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
  assert.deepEqual(twice.leftOut, []);
  assert.deepEqual(twice.sources.matrix, plain.sources.matrix);
});

Deno.test("an answer of X-Match about no source that was asked for is refused, not passed over", async () => {
  const of = xMatch("II/246", "csc_row", { first: "abc", type: "char" });
  const { leftOut } = await acquired(of);
  assert.deepEqual(leftOut.map(({ id }) => id), ["2mass"]);
  assert.match(leftOut[0].why, /^gave source NaN at .*, which was not asked for$/);
});

Deno.test("a source without any ellipse is acquired all the same; a field of many without any entry is told", async () => {
  const circle = { ra: FIELD.ra, dec: FIELD.dec, radius: 0.2 };
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  const of = async (service: string, spoil: (text: string) => string) => {
    await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
      const answer = await fixture.answer(request);
      const isMeant = new URL(request.url).pathname.startsWith(`/${service}`);
      return answer.status === 200 && isMeant ? new Response(spoil(await answer.text())) : answer;
    });
    const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
    const area = { cones: [circle], words: "field" };
    return await acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
  };
  const bare = await of("csc21", (text) => {
    const at = [...text.matchAll(/<FIELD name="(\w+)"/g)]
      .findIndex(([, name]) => name === "err_ellipse_r0");
    if (at < 0) return text;
    return text.replace(/<TR>.*?<\/TR>/g, (row) => {
      let cell = -1;
      return row.replace(/<TD\/>|<TD>.*?<\/TD>/g, (td) => ++cell === at ? "<TD/>" : td);
    });
  });
  assert.equal(bare.sources.names.length, 24);
  assert.deepEqual(bare.leftOut, []);
  assert.ok(columnOf(bare.sources, "G").every(isNaN));
  assert.ok(columnOf(bare.sources, "observed_gaia").every((one) => one === 0));
  assert.ok(bare.problems.some((one) => /^24 of 24 sources have no whole error/.test(one)));
  const empty = await of("xmatch", (text) => text.replace(/<TR>.*<\/TR>/s, ""));
  const told = empty.problems.filter((one) => /no entry near any of 24 sources/.test(one));
  assert.deepEqual(told.map((one) => one.split(":")[0]), ["gaia", "2mass", "allwise"]);
});

Deno.test("labels whose positions are said to be in hours or radians, and may be, are refused and named", async () => {
  const plain = await acquired();
  const simbad = ({ problems }: Acquisition) =>
    problems.filter((one) => one.startsWith("simbad-hmxb:"));
  for (const unit of ["h", "rad"]) {
    // 158 is no hour
    const right = await acquired({ service: "simbad", column: "ra", unit });
    assert.deepEqual([simbad(right), right.counts], [[], plain.counts]);
    await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
    await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
      const answer = await fixture.answer(request);
      if (!new URL(request.url).pathname.startsWith("/simbad")) return answer;
      const text = changed(await answer.text(), { column: "ra", unit });
      return new Response(text.replace(/<TD>15[78]\.\d+/g, "<TD>10.5"), { status: answer.status });
    });
    const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
    const area = { cones: [FIELD], words: "field" };
    const hours = await acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
    assert.match(simbad(hours)[0], new RegExp(`the column ra is in "${unit}", expected degrees`));
  }
});

Deno.test("a list of columns that lacks what is needed is asked for again by the next run", async () => {
  let isShort = true;
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const answer = await fixture.answer(request), isList = request.url.includes("getColList");
    return isShort && isList ? new Response((await answer.text()).replace("Kmag", "K")) : answer;
  });
  const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
  const area = { cones: [FIELD], words: "field" };
  await inFolder(async (folder) => {
    const cache = new FolderCache(folder);
    const how = { release: "2.1" as const, area, archives, cache, firstWaitMs: 1, attempts: 2 };
    const short = await acquire(how);
    assert.deepEqual(short.leftOut.map(({ id }) => id), ["2mass"]);
    isShort = false;
    const whole = await acquire(how);
    assert.deepEqual(whole.leftOut, []);
    assert.ok(!columnOf(whole.sources, "J").every(isNaN));
  });
});

Deno.test("a source that two answers of overlapping boxes tell differently is an error, not one of them", async () => {
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  // so many circles that they are asked for in two requests, each with all of the field
  const area = { cones: Array.from({ length: 60 }, () => FIELD), words: "60 circles" };
  for (const isChanging of [false, true]) {
    let answers = 0;
    await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
      const answer = await fixture.answer(request);
      if (!isChanging || answer.status !== 200 || !request.url.includes("/csc21")) return answer;
      const text = await answer.text();
      if (!text.includes('"significance"') || text.match(/<TR>/g)!.length < 20) {
        return new Response(text);
      }
      const first = ++answers === 1 ? "31.5" : "32.5";
      return new Response(changed(text, { column: "significance", first }));
    });
    const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
    const ends = acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
    if (isChanging) await assert.rejects(ends, /gave the source "2CXO J\S+" in two answers that/);
    else assert.equal((await ends).sources.names.length, 24);
  }
});

Deno.test("the order in which services give their rows changes nothing, not even between equals", async () => {
  const sky = new InventedSky();
  // another entry where one is already, and another label
  const { rows } = sky.xMatch["vizier:II/246/out"], [first] = rows;
  rows.push([...first.slice(0, 2), 7.5, ...first.slice(3)]);
  const { rows: cvs } = sky.tap.vizier["B/cb/cbdata"];
  cvs.push([2, "another CV", ...cvs[0].slice(2)]);
  await using fixture = new FixtureArchives(sky, { plain: true });
  const ordered = async (order: (rows: string[]) => string[]) => {
    await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
      const answer = await fixture.answer(request);
      if (answer.status !== 200) return answer;
      const text = await answer.text();
      return new Response(
        text.replace(/<TR>.*<\/TR>/s, (rows) => order(rows.split("\n")).join("\n")),
      );
    });
    const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
    const area = { cones: [FIELD], words: "field" };
    return await acquire({ release: "2.1", area, archives, firstWaitMs: 1, attempts: 2 });
  };
  const [one, other] = [await ordered((rows) => rows), await ordered((rows) => rows.toReversed())];
  assert.deepEqual(other.sources, one.sources);
  assert.deepEqual(other.labelNames, one.labelNames);
  assert.ok(one.labelNames.some((name) => name === "another CV" || name === cvs[0][1]));
});

Deno.test("labels of a field whose positions nobody understands are told", async () => {
  const of = await acquired({ service: "simbad", column: "ra", first: "158,1", type: "char" });
  const told = of.problems.filter((one) => /^simbad-/.test(one));
  assert.deepEqual(
    told.map((one) => one.replace(/\d+ rows/, "N rows")),
    ['simbad-pulsar: none of its N rows there has a position, such as "158,1"'],
  );
});

Deno.test("what X-Match left out around one source is asked for again by the next run", async () => {
  let isCut = true;
  await using fixture = new FixtureArchives(new InventedSky(), { plain: true });
  await using server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    const isMeant = isCut && (await request.clone().text()).includes("II/246");
    const answer = await fixture.answer(request);
    if (!isMeant) return answer;
    const mark = '<INFO name="QUERY_STATUS" value="OVERFLOW"/></RESOURCE>';
    return new Response((await answer.text()).replace("</RESOURCE>", mark));
  });
  const archives = archivesOf(`http://127.0.0.1:${server.addr.port}`);
  const area = { cones: [FIELD], words: "field" };
  await inFolder(async (folder) => {
    const cache = new FolderCache(folder);
    const how = { release: "2.1" as const, area, archives, cache, firstWaitMs: 1, attempts: 2 };
    const { leftOut } = await acquire(how);
    assert.deepEqual(leftOut.map(({ id }) => id), ["2mass"]);
    assert.match(leftOut[0].why, /^one source has \d+ counterparts, and not all of them came$/);
    isCut = false;
    const later = await acquire(how);
    assert.deepEqual(later.leftOut, []);
    assert.ok(columnOf(later.sources, "J").some((value) => !isNaN(value)));
  });
});
