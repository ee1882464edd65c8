import assert from "node:assert/strict";
import {
  CLASSES,
  columnOf,
  FEATURE_NAMES,
  parseChoice,
  type Sources,
} from "@csc-classify/chandra-sources";
import { readLabelledTable, readTable } from "@csc-classify/chandra-sources/files";
import { ROOT } from "#lib/run/files.ts";

const CASES = `${ROOT}/../shared/cases`;
const isThere = await Deno.stat(CASES).then(() => true, () => false);
if (!isThere) console.log("skipped: no ../shared");

/** Values by row: name, right ascension, declination, then columns by name; NaN is missing. */
type Rows = readonly Readonly<Record<string, string | number>>[];

/** What must come of a case: rows, or words of a refusal. */
interface Expected {
  readonly file: string;
  readonly columns?: readonly string[];
  readonly table?: string;
  readonly rows?: Rows;
  readonly refused?: RegExp;
  readonly said?: RegExp;
  readonly rejected?: number;
}

const two = (values: Readonly<Record<string, readonly [string | number, string | number]>>): Rows =>
  [0, 1].map((i) =>
    Object.fromEntries(Object.entries(values).map(([key, both]) => [key, both[i]]))
  );
const ZED = { name: ["Zed 1", "Zed 2"], ra: [10.5, 11.5], dec: [20.5, 21.5] } as const;
const PLAIN = two({ ...ZED, flux_b: [1.5e-14, 2.5e-14] });

const EXPECTED: readonly Expected[] = [
  {
    file: "01-hash-header.csv",
    rows: two({ ...ZED, dec: [20.5, -21.5], flux_b: [1.5e-14, 2.5e-14] }),
  },
  { file: "02-hash-names.csv", rows: [{ name: "#1" }, { name: "#2" }, { name: "Zed 3" }] },
  { file: "03-column-lines-state-units.tsv", rows: two({ ...ZED, flux_b: [1.5e-13, 2.5e-13] }) },
  { file: "04-units-row.csv", rows: two({ ...ZED, flux_b: [1.5e-13, 2.5e-13] }) },
  { file: "06-ecsv-units.ecsv", rows: two({ ...ZED, mips_24um: [2500, 3500] }) },
  {
    file: "07-ipac.tbl",
    rows: two({ ...ZED, name: ["Zed1", "Zed2"], flux_b: [1.5e-14, 2.5e-14] }),
  },
  { file: "08-ascii-table.fits", rows: two({ flux_b: [1.5e-14, 2.5e-14] }) },
  { file: "09-variable-length-names.fits", rows: two({ name: ["Zed 1", "Zed 22"] }) },
  {
    file: "10-vector-flux.fits",
    refused: /"flux_b", .* is an array of 2 numbers a row: which one\?/,
  },
  { file: "11-second-extension.fits", rows: PLAIN, said: /SRC/ },
  { file: "12-two-tables.vot", refused: /it holds 2 tables: .*say which with --table/ },
  { file: "12-two-tables.vot", table: "2", rows: [{ name: "Zed 2" }, { name: "Zed 3" }] },
  {
    file: "13-long-id.vot",
    rows: [{ name: "1234567890123456783" }, { name: "1234567890123456789" }],
  },
  { file: "15-service-error.vot", refused: /the radius 40 is above the limit of 5 deg/ },
  { file: "31-title-line.csv", rows: PLAIN, said: /"Table 2: my sources, third run"/ },
  {
    file: "05-missing-marks.csv",
    rows: [
      { name: "Zed 1", flux_b: 1.5e-14, flux_h: NaN, flux_s: 1e-15 },
      { name: "Zed 2", flux_b: 2.5e-14, flux_h: 4e-15, flux_s: NaN },
      { name: "Zed 3", flux_b: 3.5e-14, flux_h: NaN, flux_s: 1e-15 },
      { name: "Zed 4", flux_b: 4.5e-14, flux_h: NaN, flux_s: NaN },
      { name: "Zed 5", flux_b: 5.5e-14, flux_h: 5e-15, flux_s: 1e-15 },
    ],
  },
  { file: "14-null-is-a-number.vot", rows: two({ ...ZED, G: [NaN, 17.5] }) },
  {
    file: "16-two-positions.csv",
    refused: /"ra" \(column 3, behind name\).*"ra" \(column 6.*'ra=ra#1'/,
  },
  { file: "16-two-positions.csv", columns: ["ra=ra#1"], rows: two({ ...ZED, G: [17.1, 18.1] }) },
  {
    file: "17-hrc-band.csv",
    rows: two({ ...ZED, flux_b: [1.5e-14, 2.5e-14], flux_u: [NaN, NaN] }),
  },
  { file: "18-flux-b-with-a-blank.csv", rows: PLAIN },
  { file: "19-simbad-magnitudes.vot", refused: /no column holds an X-ray flux.*FLUX_B.*magnitude/ },
  { file: "20-ks-test.csv", rows: two({ ...ZED, Ks: [NaN, NaN], ks_intra_prob_b: [0.41, 0.88] }) },
  {
    file: "21-vizier-flags.csv",
    rows: two({ flux_b: [1.5e-14, 2.5e-14], flux_s: [NaN, NaN], flux_m: [NaN, NaN] }),
  },
  {
    file: "22-galactic-swapped.csv",
    rows: two({
      name: ZED.name,
      ra: [250, 280],
      dec: [-20, 10],
      gal_l: [358.71, 40.5837],
      gal_b: [17.3263, 7.0598],
    }),
    said: /GLON, GLAT contradict ra, dec/,
  },
  { file: "23-counterpart-position.csv", refused: /"X_RA" with "X_DEC", or "RAJ2000".*ra=X_RA/ },
  { file: "24-ab-magnitudes.csv", rows: two({ ...ZED, W1: [14.001, 15.001], J: [15, 16] }) },
  { file: "25-upper-case-units.fits", rows: two({ flux_b: [1.5e-14, 2.5e-14] }) },
  { file: "26-repeats.csv", rows: PLAIN, said: /4 rows, 2 sources/ },
  { file: "27-python-bytes.csv", rows: PLAIN },
  {
    file: "28-hours-minutes-seconds.csv",
    rows: two({ name: ZED.name, ra: [82.54375, 100], dec: [-12.3418056, 0.5] }),
  },
  { file: "29-luminosity.csv", refused: /"LX": a luminosity, not a flux/ },
  {
    file: "29-luminosity.csv",
    columns: ["flux_b=LX:erg/s/cm2"],
    refused: /"LX" is a luminosity, not a flux/,
  },
  { file: "30-unit-guess.csv", refused: /its unit must be said/ },
  {
    file: "30-unit-guess.csv",
    columns: ["flux_b=Flux"],
    refused: /its unit is not stated(?!.*1e-1)/,
  },
  { file: "38-pandas-repeat.csv", refused: /the second of two columns named flux_aper90_b/ },
  { file: "49-another-band.csv", refused: /flux_b is 0\.5-7 keV.*XMM-Newton/ },
  {
    file: "49-another-band.csv",
    columns: ["flux_b=EP_8_FLUX"],
    refused: /XMM-Newton.*Chandra's energy flux in 0\.5-7 keV/,
  },
  { file: "51-prefixed-names.csv", refused: /name=SRC_NAME[^]*ra=SRC_RA --column dec=SRC_DEC/ },
  { file: "53-three-of-a-name.csv", rows: PLAIN },
];

for (const { file, columns = [], table, rows, refused, said, rejected = 0 } of EXPECTED) {
  const title = `case ${file}${columns.map((text) => ` --column ${text}`).join("")}${
    table ? ` --table ${table}` : ""
  }`;
  Deno.test({
    name: title,
    ignore: !isThere,
    async fn() {
      let left = 0;
      const reading = async () => {
        const read = await readTable(`${CASES}/${file}`, {
          features: FEATURE_NAMES,
          choices: columns.map(parseChoice),
          table,
          onReject: () => left++,
        });
        return { read, parts: await Array.fromAsync(read.batches) };
      };
      if (refused) {
        await assert.rejects(reading, (error: Error) => {
          assert.equal(error.name, "TableError");
          assert.match(error.message, refused);
          return true;
        });
        return;
      }
      const { read, parts } = await reading();
      assert.equal(left, rejected);
      assert.equal(parts[0].names.length, rows!.length);
      rows!.forEach((row, i) => sameRow(parts[0], i, row));
      if (said) assert.match(read.notes.join("\n"), said);
    },
  });
}

function sameRow(sources: Sources, i: number, row: Rows[number]): void {
  for (const [column, wanted] of Object.entries(row)) {
    const got = column === "name"
      ? sources.names[i]
      : column === "ra" || column === "dec"
      ? sources[column][i]
      : columnOf(sources, column)[i];
    const tolerance = column.startsWith("gal_") ? 5e-4 : 1e-6 * Math.abs(Number(wanted));
    const isNear = Object.is(got, wanted) || Math.abs(Number(got) - Number(wanted)) <= tolerance;
    assert.ok(isNear, `${column} of row ${i + 1} is ${got}, not ${wanted}`);
  }
}

Deno.test({
  name: "case 32: the labels are true_Class",
  ignore: !isThere,
  async fn() {
    const { labels } = await readLabelledTable(`${CASES}/32-predicted-and-true-class.csv`);
    assert.deepEqual([...labels].map((label) => CLASSES[label]), ["CV", "STAR"]);
  },
});
