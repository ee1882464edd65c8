import assert from "node:assert/strict";
import { mapColumns } from "#lib/tables/column-map.ts";
import { csvRows, rowReader } from "#lib/tables/import-table.ts";

async function rowsOf(text: string, pieceLength = 3): Promise<string[][]> {
  async function* pieces() {
    for (let i = 0; i < text.length; i += pieceLength) yield text.slice(i, i + pieceLength);
  }
  const rows = [];
  for await (const row of csvRows(pieces())) rows.push(row);
  return rows;
}

Deno.test("CSV is read as RFC 4180 has it, however the text is cut", async () => {
  const text = '\ufeffa,"b ""x"", c",d\r\n1,,"two\nlines"\r\n\r\n,\n"",last';
  const expected = [["a", 'b "x", c', "d"], ["1", "", "two\nlines"], ["", ""], ["", "last"]];
  for (const length of [1, 2, 3, 7, 100]) assert.deepEqual(await rowsOf(text, length), expected);
});

Deno.test("a quote that is never closed is named with its line", async () => {
  await assert.rejects(rowsOf('a\nb\n"c'), /quote opened in line 3/);
});

const FEATURES = ["gal_l", "gal_b", "flux_b", "G", "J", "G_J", "W1", "mips_24um"];

Deno.test("columns are found under our names and those of the usual catalogues", () => {
  const complaints: string[] = [];
  const header = ["Name", "RA_ICRS", "de_icrs", "flux_aper90_ave_b", "phot_g_mean_mag", "j_m"];
  const { mapped, absent } = mapColumns(
    [...header, "W1mag_allwise", "nonsense"],
    FEATURES,
    complaints,
  );
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    mapped.map(({ target }) => target),
    ["name", "ra", "dec", "flux_b", "G", "J", "W1"],
  );
  assert.deepEqual(absent, ["gal_l", "gal_b", "G_J", "mips_24um"]);
});

Deno.test("one-letter names count only as they are written: g is not G, h is not H", () => {
  const { mapped, ignored } = mapColumns(["name", "g", "h", "H", "G"], ["G", "H"], []);
  assert.deepEqual(mapped.map(({ target }) => target), ["name", "H", "G"]);
  assert.deepEqual(ignored, ["g", "h"]);
});

Deno.test("a second column for the same thing is not used, and said so", () => {
  const { ignored } = mapColumns(["name", "Gmag_gaia", "Gmag"], ["G"], []);
  assert.deepEqual(ignored, ["Gmag_gaia (G is taken from Gmag)"]);
});

Deno.test("the better of two columns is taken, and a counterpart's position is not the source's", () => {
  const header = ["name", "flux_aper90_mean_b", "RA_ICRS_gaia", "flux_aper90_ave_b", "GLON_2mass"];
  const { mapped, ignored } = mapColumns(header, ["flux_b"], []);
  assert.deepEqual(mapped.map(({ column }) => column), ["name", "flux_aper90_ave_b"]);
  assert.ok(ignored.includes("flux_aper90_mean_b (flux_b is taken from flux_aper90_ave_b)"));
});

Deno.test("units behind the name are converted", () => {
  const factor = (header: string, feature: string) => {
    const complaints: string[] = [];
    const { mapped } = mapColumns(["name", header], [feature], complaints);
    return complaints[0] ?? mapped[1].factor;
  };
  assert.equal(factor("flux_b [W/m2]", "flux_b"), 1e3);
  assert.equal(factor("flux_b (1e-15 erg/s/cm2)", "flux_b"), 1e-15);
  assert.equal(factor("flux_b [erg.s**-1.cm**-2]", "flux_b"), 1);
  assert.equal(factor("flux_b [erg s^-1 cm^-2]", "flux_b"), 1);
  assert.equal(factor("mips_24um [mJy]", "mips_24um"), 1000);
  assert.equal(factor("mips_24um [µJy]", "mips_24um"), 1);
  assert.match(
    String(factor("G [Jy]", "G")),
    /column "G \[Jy\]": unit "Jy" is not understood for G; use mag/,
  );
});

Deno.test("a table without names or without any feature is refused, both at once", () => {
  const complaints: string[] = [];
  mapColumns(["x", "y"], FEATURES, complaints);
  assert.equal(complaints.length, 2);
  assert.match(complaints[0], /names/);
  assert.match(complaints[1], /feature/);
});

const HEADER = ["name", "ra", "dec", "flux_b [W/m2]", "G", "J"];
const read = rowReader(mapColumns(HEADER, FEATURES, []), FEATURES);

Deno.test("a row becomes physical units; coordinates and colours are worked out", () => {
  const source = read(["a", "17 45 37.2", "-28 56 10", "1e-17", "15.5", "14"]);
  assert.ok(!Array.isArray(source));
  const [l, b, flux, g, j, colour, w1] = source.features;
  assert.ok(Math.abs(source.ra - 266.405) < 1e-9);
  // the Galactic centre
  assert.ok(Math.min(l, 360 - l) < 0.01 && Math.abs(b) < 0.01, `${l} ${b}`);
  assert.ok(Math.abs(flux - 1e-14) < 1e-28);
  assert.deepEqual([g, j, colour], [15.5, 14, 1.5]);
  assert.ok(Number.isNaN(w1));
});

Deno.test("missing values in their usual disguises are missing, not bad", () => {
  for (const cell of ["", "NaN", "null", "N/A", " -- ", null, NaN]) {
    const source = read(["a", "10", "10", cell, "15", cell]);
    assert.ok(!Array.isArray(source), String(cell));
    assert.ok(Number.isNaN(source.features[2]));
  }
});

Deno.test("every bad value of a row is named with its column and reason", () => {
  assert.deepEqual(read(["", "400", "-91", "abc", "-999", "1e3"]), [
    { column: "name", value: "", problem: "the source has no name" },
    {
      column: "ra",
      value: "400",
      problem: "outside 0 to 360; leave the cell empty where nothing is known",
    },
    {
      column: "dec",
      value: "-91",
      problem: "outside -90 to 90; leave the cell empty where nothing is known",
    },
    {
      column: "flux_b [W/m2]",
      value: "abc",
      problem: "not a number; leave the cell empty where nothing is known",
    },
    {
      column: "G",
      value: "-999",
      problem: "outside -10 to 40; leave the cell empty where nothing is known",
    },
    {
      column: "J",
      value: "1e3",
      problem: "outside -10 to 40; leave the cell empty where nothing is known",
    },
  ]);
});
