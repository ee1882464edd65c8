import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { csvLine, TableError } from "@csc-classify/vo-tables";
import { columnOf, type Reject, type Sources, TableQuestions } from "@csc-classify/chandra-sources";
import { readTable } from "@csc-classify/chandra-sources/files";
import type { ReadOptions } from "../../packages/chandra-sources/read-rows.ts";
import { ignore, published } from "../published.ts";

const FEATURES = ["gal_l", "gal_b", "flux_b", "G", "J", "G_J", "W1", "mips_24um"];

/** Reads a text as a table; rows left out come as `row column: problem`. */
async function read(text: string | Uint8Array<ArrayBuffer>, options: Partial<ReadOptions> = {}) {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const rejects: Reject[] = [];
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  await Deno.writeFile(path, bytes);
  try {
    const table = await readTable(path, {
      features: FEATURES,
      onReject: (reject) => rejects.push(reject),
      ...options,
    });
    const parts: Sources[] = await Array.fromAsync(table.batches);
    return { ...table, sources: parts[0], rejects };
  } finally {
    await Deno.remove(path);
  }
}

const HEAD = "name,ra,dec,flux_b [W/m2],G,J\n";

Deno.test("a row becomes physical units; coordinates and colours are worked out", async () => {
  const { sources } = await read(`${HEAD}a,17 45 37.2,-28 56 10,1e-17,15.5,14\n`);
  const at = (name: string) => columnOf(sources, name)[0];
  assert.ok(Math.abs(sources.ra[0] - 266.405) < 1e-9);
  // the Galactic centre
  assert.ok(Math.min(at("gal_l"), 360 - at("gal_l")) < 0.01 && Math.abs(at("gal_b")) < 0.01);
  assert.ok(Math.abs(at("flux_b") - 1e-14) < 1e-28);
  assert.deepEqual([at("G"), at("J"), at("G_J"), at("W1")], [15.5, 14, 1.5, NaN]);
});

Deno.test("missing values in their usual disguises are missing, not bad", async () => {
  const cells = ["", "NaN", "null", "N/A", " -- "];
  const rows = cells.map((cell, i) => `s${i},10,10,${cell},15,${cell}`).join("\n");
  const { sources, counts } = await read(HEAD + rows, { force: ["flux"] });
  assert.equal(counts.accepted, cells.length);
  assert.ok(columnOf(sources, "J").every(Number.isNaN));
});

Deno.test("columns of positions that hold none are asked about, as if they were absent", async () => {
  const rows = (ra: string) => `a,${ra},,1e-17,15,14\nb,,10,1e-17,15,14\n`;
  await assert.rejects(read(HEAD + rows("10")), (error: Error) => {
    assert.match(error.message, /"ra", "dec" hold no position of any source.*--force position/s);
    return true;
  });
  const { counts } = await read(HEAD + rows(""), { force: ["position"] });
  assert.equal(counts.accepted, 2);
});

Deno.test("a band that follows an F is a flux's, and is offered with its factor", async () => {
  const rows = Array.from({ length: 5 }, (_, i) => `s${i},1${i},2${i},3.${i}e-14`).join("\n");
  await assert.rejects(read(`name,ra,dec,F_0.5-8keV\n${rows}\n`), (error: Error) => {
    assert.match(error.message, /--column .?flux_b=F_0\.5-8keV:0\.93 erg\/s\/cm2.? --force bands/);
    return true;
  });
});

Deno.test("how many sources have no position or no X-ray flux is said", async () => {
  const { notes } = await read(`${HEAD}a,10,10,1e-17,15,14\nb,10,,1e-17,15,14\nc,10,11,,15,14\n`);
  const told = notes.join("\n");
  assert.match(told, /1 of 3 sources have no position: nothing is promised of their sets/);
  assert.match(told, /1 of 3 sources have no X-ray flux/);
});

Deno.test("longitudes of -180 to 180 degrees are counted on from 0; stand-ins for missing are not", async () => {
  const { sources } = await read("name,ra,dec,flux_b\na,-157.5,1,1e-14\nb,10,2,2e-14\n");
  assert.deepEqual([...sources.ra], [202.5, 10]);
  const missing = await read("name,ra,dec,flux_b\na,-99,1,1e-14\nb,10,2,2e-14\nc,12,3,2e-14\n");
  assert.deepEqual([...missing.sources.ra], [10, 12]);
  assert.match(missing.rejects[0].problem, /outside 0 to 360/);
  const galactic = await read("name,l,b,flux_b\na,-10,5,1e-14\nb,10,5,2e-14\n");
  assert.ok(Math.abs(columnOf(galactic.sources, "gal_l")[0] - 350) < 1e-9);
});

Deno.test("numbers are read as papers and Fortran spell them", async () => {
  for (
    const cell of ["1.5D-14", "1.5x10^-14", "1.5 \u00d7 10\u221214", "1.5*10**-14", "1.5e\u221214"]
  ) {
    const { sources } = await read(`name,ra,dec,flux_b\na,10,\u22122,${cell}\n`);
    assert.equal(columnOf(sources, "flux_b")[0], 1.5e-14, cell);
    assert.equal(sources.dec[0], -2);
  }
});

Deno.test("both coordinates in one column are read, in sixtieths and in degrees", async () => {
  for (
    const [ra, dec, ...cells] of [
      [150, -5.5, "10 00 00.0 -05 30 00", "10:00:00,-05:30:00", "10h00m00s -05d30m00s"],
      [150.25, -0.5, "150.25 -0.5", "150.25, -0.5"],
    ] as const
  ) {
    for (const cell of cells) {
      const { sources } = await read(`name;Position;flux_b\na;${cell};1e-14\nb;;1e-14\n`);
      assert.deepEqual([[...sources.ra], [...sources.dec]], [[ra, NaN], [dec, NaN]], cell);
    }
  }
  // beside a right ascension of its own it is left alone
  const { sources } = await read("name,ra,dec,pos,flux_b\na,10,20,150.25 -0.5,1e-14\n");
  assert.equal(sources.ra[0], 10);
});

Deno.test("a frame behind the unit, a band in the place of a unit are read as what they are", async () => {
  for (
    const [ra, dec] of [["RA (deg, J2000)", "Dec (deg, J2000)"], [
      "RA [deg; ICRS]",
      "DEC [deg; ICRS]",
    ]]
  ) {
    const { sources } = await read(
      `name\t${ra}\t${dec}\tFlux (0.5\u20137 keV)\na\t10\t20\t1e-14\n`,
    );
    assert.deepEqual([sources.ra[0], sources.dec[0]], [10, 20]);
    assert.equal(columnOf(sources, "flux_b")[0], 1e-14);
  }
  const { sources } = await read("name,ra,dec,FluxB (0.5-7)\na,1,2,1e-14\n");
  assert.equal(columnOf(sources, "flux_b")[0], 1e-14);
  await assert.rejects(
    read("name,ra,dec,FluxB (0.5-8)\na,1,2,1e-14\n"),
    /0\.5-8 keV, another band/,
  );
});

Deno.test("a limit or an error in a cell is refused with what to write", async () => {
  const { rejects } = await read(
    "name,ra,dec,flux_b\na,1,2,<1e-14\nb,1,3,2e-14±1e-15\nc,10 20.5,4,1e-14\nd,1,4,1e-14\n",
  );
  assert.match(rejects[0].problem, /not a number but a limit; .*write 0/);
  assert.match(rejects[2].problem, /minutes and seconds, all three/);
  assert.match(rejects[1].problem, /but a value with its error; write the value alone/);
});

Deno.test("errors and limits beside values that come again are understood, and it is said", async () => {
  const { sources, notes, rejects } = await read(
    "name,ra,dec,flux_b [1e-14],flux_h,G,W1\n" +
      "a,1,2,1.5 ± 0.3,<2e-15,15,> 16.5\n" +
      "b,1,3,2.5+0.4-0.2,1e-15,16,>17\n" +
      "c,1,4,$3.5^{+0.4}_{-0.2}$,<3e-15,17,12\n",
    { features: ["flux_b", "flux_h", "G", "W1", "observed_wise"] },
  );
  const column = (name: string) => [...columnOf(sources, name)];
  assert.deepEqual(rejects, []);
  assert.deepEqual(column("flux_b"), [1.5e-14, 2.5e-14, 3.5e-14]);
  assert.deepEqual(column("flux_h"), [NaN, 1e-15, NaN]);
  assert.deepEqual(column("observed_flux_h"), [1, 1, 1]);
  assert.deepEqual(column("W1"), [NaN, NaN, 12]);
  assert.deepEqual(column("observed_wise"), [1, 1, NaN]);
  assert.match(notes.join(" "), /the values are read: flux_b\./);
  assert.match(notes.join(" "), /are limits, observed and fainter: flux_h in 2 rows, W1 in 2 rows/);
  const columns = { ra: [1, 2, 3], dec: [1, 2, 3], flux_b: [1e-14, NaN, NaN], G: [NaN, 15, NaN] };
  const plain = await read(
    new Uint8Array(parquetWriteBuffer({
      columnData: [
        { name: "name", data: ["a", "b", "c"] },
        ...Object.entries(columns).map(([name, data]) => ({ name, data, type: "DOUBLE" as const })),
      ],
    })),
  );
  assert.doesNotMatch(plain.notes.join(" "), /errors|limits/);
  const powers = await read(
    "name,ra,dec,flux_b\na,1,2,(1.5 ± 0.3) x 10^-14\nb,1,3,(2.5+/-0.3)e-14\n",
  );
  assert.deepEqual([...columnOf(powers.sources, "flux_b")], [1.5e-14, 2.5e-14]);
});

Deno.test("a table that cannot be read asks nothing: only questions are questions", async () => {
  await assert.rejects(read(""), (error: Error) => {
    assert.ok(error instanceof TableError && !(error instanceof TableQuestions));
    return true;
  });
  await assert.rejects(read("name,ra,dec\na,1,2\n"), (error: Error) => {
    assert.ok(error instanceof TableError && error instanceof TableQuestions);
    return true;
  });
});

Deno.test("logarithms are raised however the cells come, also those of a unit with a factor", async () => {
  for (const [unit, shift] of [["log erg/s/cm2", 0], ["[10-15mW/m2]", 15]] as const) {
    const logarithms = [-14.5, -13.2, NaN].map((value) => value + shift);
    const text = logarithms.map((value, i) => `s${i},${i},${i},${isNaN(value) ? "" : value}\n`);
    const packed = parquetWriteBuffer({
      columnData: [
        { name: "name", data: ["s0", "s1", "s2"] },
        { name: "ra", data: [0, 1, 2], type: "DOUBLE" },
        { name: "dec", data: [0, 1, 2], type: "DOUBLE" },
        { name: `flux_b [${unit}]`, data: logarithms, type: "DOUBLE" },
      ],
    });
    const header = `name,ra,dec,flux_b [${unit}]\n`;
    for (const table of [header + text.join(""), new Uint8Array(packed)]) {
      const { sources } = await read(table);
      const found = Array.from(columnOf(sources, "flux_b"), (value) => value.toPrecision(9));
      assert.deepEqual(found, [10 ** -14.5, 10 ** -13.2, NaN].map((value) => value.toPrecision(9)));
    }
  }
});

Deno.test("a flag beside a flux says that it is an upper limit, as VizieR's l_ does", async () => {
  for (
    const [flux, flag] of [["Fh", "l_Fh"], ["flux_h", "flux_h_ul"], [
      "flux_aper_h",
      "l_flux_aper_h",
    ]]
  ) {
    const { sources, map } = await read(
      `name,ra,dec,Fb,${flag},${flux}\na,1,2,1e-14,${flag.endsWith("ul") ? 1 : "<"},5e-15\n` +
        "b,1,3,1e-14,,6e-15\n",
      { features: ["flux_b", "flux_h"] },
    );
    assert.equal(map.mapped.find(({ column }) => column === flag)?.target, "l_flux_h");
    assert.deepEqual([...columnOf(sources, "flux_h")], [NaN, 6e-15], flag);
    assert.deepEqual([...columnOf(sources, "observed_flux_h")], [1, 1]);
  }
  // of a flux in another band, which the user takes for ours
  const near = await read("name,ra,dec,l_FX,FX\na,1,2,<,1e-14\nb,1,3,,1e-14\n", {
    choices: [{ target: "flux_b", spec: "FX" }],
  });
  assert.deepEqual([...columnOf(near.sources, "flux_b")], [NaN, 1e-14]);
  // the limit itself is no flag
  const bound = await read("name,ra,dec,flux_b,flux_b_ul\na,1,2,1e-14,2e-14\n");
  assert.match(bound.map.ignored.join(), /flux_b_ul \(holds 2e-14 to 2e-14, no flags\)/);
});

Deno.test("names state positions where the user says so, and stay names", async () => {
  const choices = ["ra", "dec"].map((target) => ({ target, spec: "name:name" }));
  const text = "name,flux_b\n2CXO J104000.0-003000,1e-14\nCXOU J120000+103000,1e-14\nZed,1e-14\n";
  await assert.rejects(read(text), /state it, to some arcseconds: --column ra=name:name/);
  const { sources, rejects } = await read(text, { choices });
  assert.deepEqual(sources.names, ["2CXO J104000.0-003000", "CXOU J120000+103000"]);
  assert.deepEqual([[...sources.ra], [...sources.dec]], [[160, 180], [-0.5, 10.5]]);
  assert.equal(rejects[0].name, "Zed");
});

Deno.test("declinations beyond the poles in many rows are asked about, not read in the others", async () => {
  const rows = (place: (i: number) => string) =>
    "name,ra,dec,flux_b\n" +
    Array.from({ length: 12 }, (_, i) => `s${i},${place(i)},1e-14\n`).join("");
  const polar = rows((i) => `${200 + i},${60.5 + 7 * i}`);
  await assert.rejects(read(polar), /"dec" is beyond 90 degrees in 7 of 12 rows: it is no declin/);
  await assert.rejects(
    read(rows((i) => `05350${i % 10}.5,-05230${i % 10}`)),
    /without colons, 053502\.1: --column ra=ra:hms --column dec=dec:dms/,
  );
  // one slip is a row's, and a number that comes again stands for a missing one
  const slip = await read(rows((i) => i === 3 ? "10,95" : `${10 + i},${i}`));
  assert.equal(slip.rejects.length, 1);
  const filled = await read(rows((i) => i % 3 === 0 ? "-999,-999" : `${10 + i},${i}`), {
    force: ["position"],
  }).catch((error) => error);
  assert.doesNotMatch(String(filled), /no declination/);
});

Deno.test("infinities that come again stand for missing values, in text as in numbers", async () => {
  const rows = ["inf", "-inf", "inf", "15"].map((G, i) => `s${i},${i},1,1e-14,${G}\n`);
  const { sources, rejects, notes } = await read("name,ra,dec,flux_b,G\n" + rows.join(""));
  assert.deepEqual([...columnOf(sources, "G")], [NaN, NaN, 15]);
  assert.match(notes.join(), /Taken for missing: Infinity of G in 2 rows/);
  // one may be a slip
  assert.match(rejects.map(({ problem }) => problem).join(), /^outside -10 to 40/);
});

Deno.test("a note below the rows of a spreadsheet is no source", async () => {
  const { rejects, sources } = await read(
    "Table 1,,,\n,,,\nSource,RA (J2000),Dec (J2000),FX (0.5-7 keV)\n" +
      ",(h m s),(d m s),(1e-15 erg/s/cm2)\n1,10 30 00,-10 00 00,12\n2,10 30 00,-10 20 00,13\n" +
      ",,,\nNote: by hand,,,\n",
  );
  const fluxes = Array.from(columnOf(sources, "flux_b"), (value) => value.toPrecision(6));
  assert.deepEqual(fluxes, ["1.20000e-14", "1.30000e-14"]);
  assert.deepEqual([sources.ra[0], sources.dec[0]], [157.5, -10]);
  assert.match(rejects.map(({ problem }) => problem).join(), /^nothing .* is it a note\?$/);
});

Deno.test("hours, minutes and seconds in columns of their own are one angle, however called", async () => {
  const headers = [
    "RA_h,RA_m,RA_s,Dec_d,Dec_m,Dec_s",
    "RA (h),RA (m),RA (s),Dec (deg),Dec (arcmin),Dec (arcsec)",
    "RA hr,RA min,RA sec,DE deg,DE arcmin,DE arcsec",
    "ra_hour,ra_minutes,ra_seconds,dec_degrees,dec_minutes,dec_seconds",
    "R.A. h,R.A. m,R.A. s,Decl. d,Decl. m,Decl. s",
  ];
  for (const header of headers) {
    const { sources, map } = await read(
      `name,${header},flux_b\na,10,30,0,-00,30,36,1e-14\nb,11,0,0,+10,0,0,1e-14\n`,
    );
    assert.deepEqual([...sources.ra], [157.5, 165], header);
    assert.deepEqual([...sources.dec], [-0.51, 10], header);
    assert.match(map.ignored.join(), /\(a part of an angle\)/);
  }
  // hours alone are decimal ones
  const alone = await read("name,RA_h,Dec_d,flux_b\na,10.5,-10,1e-14\n");
  assert.equal(alone.sources.ra[0], 157.5);
});

Deno.test("every bad value of a row is named with its column and reason", async () => {
  const { rejects, counts } = await read(`${HEAD},400,-91,abc,-999,1e3\nb,1,2\nc,1,2,1e-17,1,2\n`);
  assert.deepEqual(counts, { rows: 3, accepted: 1, rejected: 2, repeated: 0 });
  assert.deepEqual(
    rejects.map(({ row, column, problem }) => `${row} ${column}: ${problem.slice(0, 24)}`),
    [
      "1 : the source has no name",
      "1 ra: outside 0 to 360; leave t",
      "1 dec: outside -90 to 90; leave",
      "1 flux_b: not a number; leave the c",
      "1 G: outside -10 to 40; leave",
      "1 J: outside -10 to 40; leave",
      "2 : 3 cells, not 6 as the header",
    ].map((text) => text.replace(/: (.*)$/, (_, problem) => `: ${problem.slice(0, 24)}`)),
  );
});

Deno.test("every separator, line end, quote and encoding gives the same sources", async () => {
  const plain = 'name,ra,dec,flux_b\n"a, b",10,-5,1e-14\nc,11,5,2e-14\n';
  const { sources: expected } = await read(plain);
  const same = async (text: string | Uint8Array<ArrayBuffer>, options?: Partial<ReadOptions>) => {
    const { sources } = await read(text, options);
    assert.deepEqual([sources.ra, sources.matrix], [expected.ra, expected.matrix]);
    assert.equal(sources.names[0], "a, b");
  };
  const quoted = plain.split("\n").map((line) => line.match(/"[^"]*"|[^,]+/g) ?? []);
  for (const separator of [";", "\t", "|"]) {
    await same(quoted.map((cells) => cells.join(separator)).join("\n"));
  }
  await same(plain.replaceAll("\n", "\r\n"));
  await same(plain.replaceAll("\n", "\r"));
  await same("\ufeff" + plain);
  await same("# a comment\n# another, with commas\n" + plain);
  const wide = (littleEndian: boolean) => {
    const bytes = new Uint8Array(2 * plain.length + 2), view = new DataView(bytes.buffer);
    [...("\ufeff" + plain)].forEach((char, i) =>
      view.setUint16(2 * i, char.charCodeAt(0), littleEndian)
    );
    return bytes;
  };
  await same(wide(true));
  await same(wide(false));
  const gzip = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  await same(new Uint8Array(await new Response(gzip).arrayBuffer()));
});

Deno.test("a text in another encoding is refused with its line, or read when told", async () => {
  const bytes = Uint8Array.from(
    "name,ra,dec,flux_b\nx,1,2,1e-14\nM\u00e9,1,2,1e-14\n",
    (c) => c.charCodeAt(0),
  );
  await assert.rejects(read(bytes), /line 3 is not UTF-8; .*--encoding/);
  assert.equal((await read(bytes, { encoding: "latin1" })).sources.names[1], "M\u00e9");
});

Deno.test("files that are no table say what they are and what to do", async () => {
  await assert.rejects(read(""), /the file is empty/);
  await assert.rejects(read("name,ra,dec,flux_b\n"), /a header and no rows/);
  await assert.rejects(read("just some words\nand more\n"), /is one cell; name the columns there/);
  await assert.rejects(
    read('name,ra,dec,flux_b\n"a,1,2,1e-14\n'),
    /Quote of line 2 is not closed; close each quote/,
  );
  await assert.rejects(read("name,ra,dec,flux_b\na,1,2,\0\n"), /line 2 holds a NUL character/);
  await assert.rejects(read("PAR1 and nothing else"), /cannot read .*parquet/i);
  await assert.rejects(read("SIMPLE  =                    T"), /FITS file is cut short/);
  await assert.rejects(read("<html><body>no</body></html>"), /a page without a table/);
  await assert.rejects(
    read("name,name,ra,dec,flux_b\n"),
    /"name" \(column 1\) and "name" .* may both be name/,
  );
});

Deno.test("fluxes that are orders of magnitude off are asked about, and no unit is proposed", async () => {
  const odd = (values: string[], unit = "") => {
    const rows = values.map((value, i) => `s${i},${i},0,${value}`).join("\n");
    return read(`name,ra,dec,flux_b${unit}\n${rows}`);
  };
  await odd(["1e-14", "2e-15", "5e-12"]);
  await assert.rejects(
    odd(["0.01", "0.02", "0.5"]),
    /"flux_b" holds 0\.01 to 0\.5 erg\/s\/cm2.*unit is not stated.*--column flux_b=flux_b:UNIT/,
  );
  await assert.rejects(odd(["1", "2", "3"], " [W/m2]"), /its unit is stated as W\/m2/);
  await odd(["1e-20", "2e-20", "5e-20"]).then(
    () => assert.fail("taken"),
    ({ message }) => assert.doesNotMatch(message, /1e-?\d+ erg|W\/m2/),
  );
});

Deno.test("a flux above any source's is left out, be it one among many", async () => {
  const rows = ["1e-14", "2e-14", "3e-14", "1.0"].map((flux, i) => `s${i},${i},0,${flux}`);
  const { rejects, counts } = await read(`name,ra,dec,flux_b\n${rows.join("\n")}\n`);
  assert.equal(counts.accepted, 3);
  assert.match(rejects[0].problem, /outside -0\.000001 to 0\.000001/);
});

Deno.test("a name that a spreadsheet would compute is kept from it, and comes back as it was", async () => {
  const names = ["=1+1", "+a", "-b", "@c", "\td", "'=e", "plain", "'quoted'"];
  const rows = names.map((name) => csvLine([name, 1, 2, 1e-14])).join("");
  assert.ok(rows.split("\n").every((line) => !/^"?[=+\-@\t]/.test(line)));
  const { sources } = await read("name,ra,dec,flux_b\n" + rows);
  assert.deepEqual(sources.names, names);
});

/** Rows of a CSV as sources, and what was left out. */
async function readText(text: string): Promise<{ sources: Sources; rejects: Reject[] }> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const rejects: Reject[] = [];
  try {
    await Deno.writeTextFile(path, text);
    const onReject = (reject: Reject) => rejects.push(reject);
    const read = await readTable(path, { features: FEATURES, onReject });
    const [sources] = await Array.fromAsync(read.batches);
    return { sources, rejects };
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a table may say which surveys looked, in the words that tables use", async () => {
  const { sources, rejects } = await readText(
    "name,ra,dec,flux_b,observed_Gaia,covered_AllWISE\n" +
      "a,1,1,1e-14,1,true\nb,1,2,1e-14,no,F\nc,1,3,1e-14,,\nd,1,4,1e-14,maybe,1\n",
  );
  assert.deepEqual([...columnOf(sources, "observed_gaia")], [1, 0, NaN]);
  assert.deepEqual([...columnOf(sources, "observed_wise")], [1, 0, NaN]);
  assert.deepEqual([...columnOf(sources, "observed_2mass")], [NaN, NaN, NaN]);
  assert.match(rejects[0].problem, /^neither yes nor no; write 1 or 0/);
});

Deno.test("an upper limit is no value: the survey looked, and the source is fainter", async () => {
  const { sources } = await readText(
    "name,ra,dec,flux_b,l_Gmag,Gmag,Ksmag_ul,Ksmag,e_Ksmag,W1mag_limit,W1mag\n" +
      "a,1,1,1e-14,>,20.7,false,14,0.1,17.1,\nb,1,2,1e-14,,18,true,15,0.1,,\n",
  );
  assert.deepEqual([...columnOf(sources, "G")], [NaN, 18]);
  assert.deepEqual([...columnOf(sources, "Ks")], [14, NaN]);
  assert.deepEqual([...columnOf(sources, "observed_gaia")], [1, NaN]);
  assert.deepEqual([...columnOf(sources, "observed_2mass")], [NaN, 1]);
  assert.deepEqual([...columnOf(sources, "observed_wise")], [1, NaN]);
  assert.equal(sources.matrix.names.some((name) => /^l_|limit/.test(name)), false);
});

Deno.test("letters of quality say which magnitudes are limits and which cannot be used, colours too", async () => {
  const head = "name,ra,dec,flux_b,Jmag,Hmag,Kmag,Qflg,W1mag,W2mag,W3mag,W4mag,qph,J_H\n";
  const { sources, notes, rejects } = await read(
    head +
      "a,1,1,1e-14,14,13,12,AAU,11,10,9,8,AAUU,1\nb,1,2,1e-14,15,13,12,UAA,11,10,9,-999,ABCX,2\n" +
      "c,1,3,1e-14,16,13,12,EDF,11,10,9,8,AABZ,3\nd,1,4,1e-14,17,13,12,,11,10,9,8,,4\n" +
      "e,1,5,1e-14,,,,XXU,,,,,UUUU,\n",
  );
  assert.deepEqual(rejects, []);
  const of = (name: string) => [...columnOf(sources, name)];
  assert.deepEqual(of("J"), [14, NaN, 16, 17, NaN]);
  assert.deepEqual(of("Ks"), [NaN, 12, 12, 12, NaN]);
  assert.deepEqual(of("W3"), [NaN, 9, 9, 9, NaN]);
  assert.deepEqual(of("W4"), [NaN, NaN, NaN, 8, NaN]);
  assert.deepEqual(of("J_H"), [1, NaN, 3, 4, NaN]);
  // a limit says that the survey looked; what cannot be used says nothing
  assert.deepEqual(of("observed_2mass"), [1, 1, NaN, NaN, 1]);
  assert.deepEqual(of("observed_wise"), [1, NaN, NaN, NaN, 1]);
  assert.match(notes.join(" "), /Upper limits by Qflg, taken for missing: J 1, Ks 1\. /);
  assert.match(notes.join(" "), /limits by qph, .*: W3 1, W4 1\. Unusable .* by qph, .*: W4 2\./);
});

Deno.test("ph_qual is 2MASS's or WISE's by its letters, joined or not; other words are none", async () => {
  const head = "name,ra,dec,flux_b,j_m,w1mpro,w4mpro";
  const rows = (of: (i: number) => string) =>
    [0, 1].map((i) => `\n${"ab"[i]},1,${i},1e-14,14,11,8,${of(i)}`).join("");
  const both = await read(`${head},ph_qual_1,ph_qual_2${rows((i) => ["AUU,AAUU", "UAA,AAAA"][i])}`);
  const of = (table: typeof both, name: string) => [...columnOf(table.sources, name)];
  assert.deepEqual([of(both, "J"), of(both, "W4")], [[14, NaN], [NaN, 8]]);
  const one = await read(`${head},ph_qual${rows((i) => ["AUUU", "AAAA"][i])}`);
  assert.deepEqual([of(one, "J"), of(one, "W4")], [[14, 14], [NaN, 8]]);
  assert.deepEqual(of(one, "W1"), [11, 11]);
  const bytes = await read(`${head},allwise_qph${rows((i) => ["b'UAAU'", "b'AAAA'"][i])}`);
  assert.deepEqual([of(bytes, "W1"), of(bytes, "W4")], [[NaN, 11], [NaN, 8]]);
  const others = await read(`${head},qph,ph_qual${rows(() => "U,good")}`);
  assert.deepEqual([of(others, "W1"), of(others, "J")], [[11, 11], [14, 14]]);
});

Deno.test({
  name: "limits of 2MASS and AllWISE in a published field are those values that have no error",
  ignore,
  async fn() {
    const bytes = new Uint8Array(await published("muwclass/NGC3532_MW_clean.csv"));
    const { notes, counts } = await read(bytes);
    assert.equal(counts.accepted, 373);
    assert.match(notes.join(" "), /by Qflg_2mass, .*: J 11, H 27, Ks 54\./);
    assert.match(notes.join(" "), /by qph_allwise, .*: W3 110, W4 174\./);
  },
});

Deno.test("numbers that stand for a missing value are missing where they come again, and it is said", async () => {
  const text = "name,ra,dec,flux_b,flux_s,G,J,W1,kp_intra_prob_b\n" +
    "a,1,1,1e-14,7.978845608e-18,-99,-9.99,99.99,-1\n" +
    "b,1,2,2e-14,7.978845608e-18,15,-9.99,99.99,-1\n" +
    "c,1,3,3e-14,1e-15,-99,14,13,0.5\nd,1,4,3e-14,2e-15,-1,0.0,12,0.5\n" +
    "e,0,0,3e-14,2e-15,-1,13,12,0.5\nf,0,0,3e-14,2e-15,1e20,13,1e20,0.5\n";
  const { sources, notes, rejects } = await read(text + "g,1,5,3e-14,2e-15,1e20,13,1e20,0.5\n");
  const of = (name: string) => [...columnOf(sources, name)];
  assert.deepEqual(rejects, []);
  assert.deepEqual(of("flux_s").slice(0, 3), [NaN, NaN, 1e-15]);
  assert.deepEqual(of("G"), [NaN, 15, NaN, NaN, NaN, NaN, NaN]);
  assert.deepEqual(of("J"), [NaN, NaN, 14, NaN, 13, 13, 13]);
  assert.deepEqual(of("W1"), [NaN, NaN, 13, 12, 12, NaN, NaN]);
  assert.deepEqual(of("kp_intra_prob_b").slice(0, 3), [NaN, NaN, 0.5]);
  assert.deepEqual([...sources.ra].slice(3), [1, NaN, NaN, 1]);
  assert.match(notes.join("\n"), /Taken for missing: .*-99 of G in 2, .*99\.99 of W1 in 2/);
  assert.match(notes.join("\n"), /Positions of 0, 0 are taken for missing: 2 rows/);
});

Deno.test("a fill that is known is missing though it comes once, in any field and with any digits", async () => {
  const text = "name,ra,dec,flux_s,flux_m,flux_h\n" +
    "a,1,1,7.978845608028655e-18,1.5e-16,7.978845608e-18\nb,1,2,2e-16,7.9e-18,3e-16\n";
  const { sources, notes } = await read(text);
  assert.deepEqual([...columnOf(sources, "flux_s")], [NaN, 2e-16]);
  assert.deepEqual([...columnOf(sources, "flux_m")], [1.5e-16, 7.9e-18]);
  assert.deepEqual([...columnOf(sources, "flux_h")], [NaN, 3e-16]);
  assert.match(notes.join(), /Taken for missing: 7\.978845608028655e-18 of flux_s in 1/);
});

Deno.test("decimal commas of spreadsheets are points where no cell has a point, sexagesimal ones too", async () => {
  const text = (G: string) =>
    `name;ra;dec;flux_b;G\nZed, 1;00:42:00,0;-41,5;1,5E-14;${G}\nZed 2;10,5;20,25;2E-14;15,25\n`;
  const { sources, notes } = await read(text("14,5"));
  assert.deepEqual(sources.names, ["Zed, 1", "Zed 2"]);
  assert.deepEqual([[...sources.ra], [...sources.dec]], [[10.5, 10.5], [-41.5, 20.25]]);
  assert.deepEqual([...columnOf(sources, "flux_b")], [1.5e-14, 2e-14]);
  assert.deepEqual([...columnOf(sources, "G")], [14.5, 15.25]);
  assert.ok(notes.includes("Decimal commas are read as points."));
  const { rejects } = await read(text("14.5"));
  assert.ok(rejects.some(({ problem }) => /decimal point for the decimal comma/.test(problem)));
});

Deno.test("a unit of fluxes behind a name needs no brackets, energies may stand in them", async () => {
  const { sources } = await read(
    "ID,ra,dec,F(0.5-7) 10^-15 erg cm^-2 s^-1,F_X (2-7 keV) [1e-15 erg/s/cm2]\n" +
      "a,1,1,34.5,22.25\nb,1,2,202.5,82.5\n",
  );
  assert.deepEqual([...columnOf(sources, "flux_b")], [34.5 * 1e-15, 202.5 * 1e-15]);
  assert.deepEqual([...columnOf(sources, "flux_h")], [22.25 * 1e-15, 82.5 * 1e-15]);
});

Deno.test("the summary of CIAO's srcflux is named as such", async () => {
  await assert.rejects(
    read(
      "Summary of source fluxes\n\n  Position      0.5 - 7.0 keV\n#0001|5 35 14 -5 23 38  Rate 0.1 c/s\n",
    ),
    /the summary that CIAO's srcflux writes for people; give the FITS file .*_broad\.flux/,
  );
});

Deno.test("one such number is told, for it may be a slip: the row is left out", async () => {
  const { rejects } = await read("name,ra,dec,flux_b,G\na,1,1,1e-14,-99\nb,1,2,1e-14,15\n");
  assert.match(rejects[0].problem, /outside -10 to 40/);
});

Deno.test("rows that say the same of a source count once; where they differ it is asked", async () => {
  const head = "name,ra,dec,flux_b,obsid\n";
  const same = await read(`${head}a,1,1,1e-14,1\na,1,1,1e-14,2\nb,2,1,1e-14,2\n`);
  assert.deepEqual(same.counts, { rows: 3, accepted: 2, rejected: 0, repeated: 1 });
  assert.deepEqual(same.sources.names, ["a", "b"]);
  assert.match(same.notes.join(), /3 rows, 2 sources: 1 rows say the same of a source again/);
  const differing = `${head}a,1,1,1e-14,1\na,1,1,2e-14,2\nb,2,1,1e-14,2\n`;
  await assert.rejects(read(differing), /1 source is .* differ: "a" in flux_b; .*: --rows all/);
  assert.deepEqual((await read(differing, { rows: "all" })).sources.names, ["a", "a", "b"]);
  // letters of quality, which are no value of their own
  const lettered = "name,ra,dec,flux_b,Jmag,Qfl\na,1,1,1e-14,15,AAA\na,1,1,1e-14,15,UAA\n";
  await assert.rejects(read(lettered), /1 source is .* differ: "a" in Jmag, Qfl; /);
  await assert.rejects(
    read("name,ra,dec,flux_b,Qfl\na,1,1,1e-14,AAA\na,1,1,1e-14,UAA\n"),
    /1 source is .* differ: "a" in Qfl; /,
  );
  // a class is no part of what is scored
  const classed = await read("name,ra,dec,flux_b,Class\na,1,1,1e-14,AGN\na,1,1,1e-14,CV\n");
  assert.equal(classed.counts.repeated, 1);
});

Deno.test("an equinox in the place of a unit is a frame; a table without any flux is asked about", async () => {
  const { sources } = await read(
    "name,RA (J2000),Dec (J2000),flux_b\na,10:30:00,-10:00:00,1e-14\n",
  );
  assert.deepEqual([sources.ra[0], sources.dec[0]], [157.5, -10]);
  await assert.rejects(
    read("name,ra,dec,flux_b\na,1,2,--\n"),
    /"flux_b" holds no value.*--force flux/,
  );
});
