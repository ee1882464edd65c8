import assert from "node:assert/strict";
import { FEATURE_NAMES, PUBLISHED_LABELS } from "#lib/catalogue/features.ts";
import { FEATURE_SCALE } from "#lib/catalogue/published-numbers.ts";
import {
  type ColumnMap,
  mapColumns,
  type MapOptions,
  parseChoice,
} from "#lib/tables/column-map.ts";
import { csvLine } from "#lib/tables/csv-line.ts";
import { readTable } from "#lib/tables/read-table.ts";
import { implausible, type ReadOptions, type Reject } from "#lib/tables/source-rows.ts";
import { columnOf, type Sources } from "#lib/tables/sources.ts";

const FEATURES = ["gal_l", "gal_b", "flux_b", "G", "J", "G_J", "W1", "mips_24um"];

function map(
  header: readonly string[],
  options: Partial<MapOptions> = {},
): { map: ColumnMap; complaints: string[]; targets: Record<string, string> } {
  const complaints: string[] = [];
  const columns = header.map((text) => {
    const [name, unit] = text.split(" :: ");
    return { name, unit };
  });
  const map = mapColumns(columns, { features: FEATURES, ...options }, complaints);
  const targets = Object.fromEntries(map.mapped.map(({ target, column }) => [column, target]));
  return { map, complaints, targets };
}

const PLACED = ["name", "ra", "dec", "flux_b"];

Deno.test("columns are found under our names and those of the usual catalogues", () => {
  const header = ["Name", "RA_ICRS", "de_icrs", "flux_aper90_ave_b", "phot_g_mean_mag", "j_m"];
  const { map: { mapped, absent }, complaints } = map([...header, "W1mag_allwise", "nonsense"]);
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    mapped.map(({ target }) => target),
    ["name", "ra", "dec", "flux_b", "G", "J", "W1"],
  );
  assert.deepEqual(absent, ["gal_l", "gal_b", "G_J", "mips_24um"]);
});

Deno.test("the dialects of CSC 2, VizieR and MUWCLASS are known by heart", () => {
  const csc = ["name", "ra", "dec", ..."busmh".split("").map((band) => `flux_aper_avg_${band}`)];
  const gregoryLoredo = ["var_intra_prob_b", "kp_intra_prob_b", "var_inter_sigma_b"];
  assert.deepEqual(map([...csc, ...gregoryLoredo]).targets, {
    ...{ name: "name", ra: "ra", dec: "dec" },
    ...Object.fromEntries("busmh".split("").map((b) => [`flux_aper_avg_${b}`, `flux_${b}`])),
    ...Object.fromEntries(gregoryLoredo.map((name) => [name, name])),
  });
  const vizier = map(["2CXO", "RAICRS", "DEICRS", "S/N", "Fluxb", "F90s"]).targets;
  assert.deepEqual(Object.values(vizier), [
    "name",
    "ra",
    "dec",
    "significance",
    "flux_b",
    "flux_s",
  ]);
  // in MUWCLASS both names stand for Kuiper's test, and fluxes go by Fs or Fcsc_s
  const theirs = map(["CSCv2_name", "CSCv2_RA", "CSCv2_DEC", "Fs", "Fcsc_m", "P_intra", "Gmag"]);
  assert.deepEqual(
    Object.values(theirs.targets),
    ["name", "ra", "dec", "flux_s", "flux_m", "kp_intra_prob_b", "G"],
  );
  assert.equal(map([...PLACED, "var_intra_prob"]).targets.var_intra_prob, "kp_intra_prob_b");
});

Deno.test("the authors' 41 labels go by what they hold, and back from 0-10", () => {
  const { map: { mapped }, complaints } = map(["name", ...PUBLISHED_LABELS]);
  assert.deepEqual(complaints, []);
  const held = new Map(mapped.map((column) => [column.column, column]));
  assert.equal(held.get("ks_intra_prob_b")!.target, "flux_u");
  assert.equal(held.get("h-csc")!.target, "flux_b");
  const { min, max } = FEATURE_SCALE[FEATURE_NAMES.indexOf("flux_b")];
  const { factor, offset } = held.get("h-csc")!;
  assert.deepEqual([offset, offset + 10 * factor], [min, max]);
});

Deno.test("one-letter names count only as they are written: g is not G, h is not H", () => {
  const { map: { ignored }, targets } = map([...PLACED, "g", "h", "H", "G"]);
  assert.deepEqual([targets.H, targets.G], ["H", "G"]);
  assert.deepEqual(ignored, ["g", "h"]);
});

Deno.test("the better of two columns is taken; two equally good ones must be told apart", () => {
  const better = map([...PLACED.slice(0, 3), "flux_aper90_mean_b", "flux_aper90_ave_b"]);
  assert.equal(better.targets.flux_aper90_ave_b, "flux_b");
  assert.deepEqual(better.map.ignored, [
    "flux_aper90_mean_b (flux_b is taken from flux_aper90_ave_b)",
  ]);
  const { complaints } = map([...PLACED, "gmag", "GMAG"]);
  assert.deepEqual(complaints, [
    '"gmag" and "GMAG" may both be G: say which with --column G=gmag',
  ]);
  assert.deepEqual(
    map([...PLACED, "gmag", "GMAG"], { choices: [parseChoice("G=GMAG")] }).complaints,
    [],
  );
  // a counterpart's position is not the source's
  assert.match(map(["name", "flux_b", "RA_ICRS_gaia", "DE_ICRS_gaia"]).complaints[0], /position/);
});

Deno.test("what the user says of a column counts, unit included", () => {
  const choices = [parseChoice("flux_h = my flux:1e-15 erg/s/cm2")];
  const { map: { mapped }, complaints } = map(["name", "ra", "dec", "my flux"], { choices });
  assert.deepEqual(complaints, []);
  assert.deepEqual([mapped[3].target, mapped[3].factor], ["flux_h", 1e-15]);
  const wrong = [parseChoice("flux_q=x"), parseChoice("G=gmg")];
  assert.deepEqual(map([...PLACED, "gmag"], { choices: wrong }).complaints, [
    '--column flux_q=x: there is no "flux_q"; the nearest is "flux_u"',
    '--column G=gmg: no such column; the nearest is "gmag"',
  ]);
  assert.throws(() => parseChoice("flux_h"), /feature=column/);
});

Deno.test("units are converted, prefixes told by case", () => {
  const factor = (unit: string, feature: string) => {
    const { map: { mapped }, complaints } = map([`x :: ${unit}`], {
      choices: [parseChoice(`${feature}=x`)],
      force: true,
    });
    return complaints.find((text) => text.includes("unit")) ?? mapped[0].factor;
  };
  assert.equal(factor("W/m2", "flux_b"), 1e3);
  assert.equal(factor("1e-15 erg/s/cm2", "flux_b"), 1e-15);
  assert.equal(factor("10**-15 erg.s**-1.cm**-2", "flux_b"), 1e-15);
  assert.equal(factor("erg s^-1 cm^-2", "flux_b"), 1);
  assert.equal(factor("mJy", "mips_24um"), 1000);
  assert.equal(factor("MJy", "mips_24um"), 1e12);
  assert.equal(factor("µJy", "mips_24um"), 1);
  assert.match(String(factor("Jy", "G")), /unit "Jy" is not understood for G; use mag/);
});

Deno.test("without names, position or X-ray flux the columns found and the nearest are named", () => {
  const [slip, ...complaints] = map(["ident", "Gmag", "flx_b"]).complaints;
  assert.match(slip, /"flx_b" may be flux_b: say so with --column flux_b=flx_b/);
  assert.equal(complaints.length, 3);
  assert.match(complaints[0], /names: the table has ident, Gmag, flx_b; the nearest is/);
  assert.match(complaints[1], /position: .* --column ra=COLUMN:deg/);
  assert.match(complaints[2], /X-ray flux: .* the nearest is "flx_b", .* --column flux_b=COLUMN/);
  assert.equal(map(["name", "Gmag"], { force: true }).complaints.length, 0);
});

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
  const { sources, counts } = await read(HEAD + rows);
  assert.equal(counts.accepted, cells.length);
  assert.ok(columnOf(sources, "J").every(Number.isNaN));
});

Deno.test("every bad value of a row is named with its column and reason", async () => {
  const { rejects, counts } = await read(`${HEAD},400,-91,abc,-999,1e3\nb,1,2\nc,1,2,1e-17,1,2\n`);
  assert.deepEqual(counts, { rows: 3, accepted: 1, rejected: 2 });
  assert.deepEqual(
    rejects.map(({ row, column, problem }) => `${row} ${column}: ${problem.slice(0, 24)}`),
    [
      "1 : the source has no name",
      "1 ra: outside 0 to 360; leave t",
      "1 dec: outside -90 to 90; leave",
      "1 flux_b: not a number; leave the c",
      "1 G: outside -10 to 40; leave",
      "1 J: outside -10 to 40; leave",
      "2 : 3 cells, not 6",
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
  await assert.rejects(read('name,ra,dec,flux_b\n"a,1,2,1e-14\n'), /Quote Not Closed.*line/);
  await assert.rejects(read("name,ra,dec,flux_b\na,1,2,\0\n"), /line 2 holds a NUL character/);
  await assert.rejects(read("PAR1 and nothing else"), /cannot read .*parquet/i);
  await assert.rejects(read("SIMPLE  =                    T"), /FITS file is cut short/);
  await assert.rejects(read("<html><body>no</body></html>"), /expected a VOTable/);
  await assert.rejects(read("name,name,ra,dec,flux_b\n"), /"name" comes twice/);
});

Deno.test("fluxes that are orders of magnitude off are named with the likely unit", async () => {
  const odd = async (values: string[], unit = "") => {
    const rows = values.map((value, i) => `s${i},${i},0,${value}`).join("\n");
    const { map, columns } = await read(`name,ra,dec,flux_b${unit}\n${rows}`);
    return implausible(map, columns);
  };
  assert.deepEqual(await odd(["1e-14", "2e-15", "5e-12"]), []);
  const [complaint] = await odd(["0.01", "0.02", "0.5"]);
  assert.match(
    complaint,
    /column "flux_b": .* beyond 0\.020? erg\/s\/cm2.*--column "flux_b=flux_b:1e-12/,
  );
  assert.match((await odd(["1", "2", "3"], " [W/m2]"))[0], /1e-17/);
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
