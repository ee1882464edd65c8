import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { CLASSES, columnOf, FEATURE_SCALE } from "@csc-classify/chandra-sources";
import { gitBlobId } from "../../../../packages/vo-archives/pinned-files.ts";
import {
  AUTHORS_COLUMNS,
  authorsTable,
  checkColumns,
  nedPhotometry,
  positionOfName,
  publishedClasses,
  publishedPairs,
  yangCatalogue,
} from "#studies/catalogues/published-tables.ts";
import { publishedTrainingTable } from "#lib/tables/training-table.ts";
import { ignore, mirror, published } from "../../../published.ts";
import {
  authorsStandIn,
  portalStandIns,
  REMOTE,
  serveFiles,
  yangStandIn,
} from "../../../stand-ins.ts";

Deno.test("a name stands for the middle of what its cut coordinates leave open", () => {
  // 11 h 05 m 07.45 s, -58 deg 51 arcmin 05.5 arcsec
  const { ra, dec } = positionOfName("2CXO J110507.4-585105");
  assert.ok(Math.abs(ra - (165 + 15 * (5 / 60 + 7.45 / 3600))) < 1e-9, String(ra));
  assert.ok(Math.abs(dec + 58 + 51 / 60 + 5.5 / 3600) < 1e-9, String(dec));
  // south of the equator by less than a degree; letters that tell neighbours apart
  assert.ok(Math.abs(positionOfName("2CXO J000622.6-000424").dec + 4 / 60 + 24.5 / 3600) < 1e-9);
  assert.equal(
    positionOfName("2CXO J004244.3+411608A").ra,
    positionOfName("2CXO J004244.3+411608").ra,
  );
  for (const name of ["NGC 3532", "2CXO J1105-5851", "2CXO J110507.4-585105AB", ""]) {
    assert.throws(() => positionOfName(name), SyntaxError);
  }
});

Deno.test({
  name: "positions from names are those of the 7,703 training sources to an arcsecond",
  ignore,
  async fn() {
    const { names, ra, dec } = await publishedTrainingTable({ mirror });
    const most = names.reduce((most, name, row) => {
      const here = positionOfName(name), cos = Math.cos(dec[row] * Math.PI / 180);
      const dx = ((here.ra - ra[row] + 540) % 360 - 180) * cos, dy = here.dec - dec[row];
      return Math.max(most, 3600 * Math.hypot(dx, dy));
    }, 0);
    // 0.75 and 0.5 arcsec make 0.901 at the equator
    assert.ok(most > 0.8 && most < 0.902, String(most));
  },
});

Deno.test("columns are compared one by one, and the difference is named", () => {
  const check = (...found: string[]) => () => checkColumns(found, ["a", "b", "c"], "t.csv");
  assert.doesNotThrow(check("a", "b", "c"));
  assert.throws(check("a", "c", "b"), /column 2 is "c", expected "b": columns were moved/);
  assert.throws(check("a", "x", "b", "c"), /column 2 is "x", expected "b": a column was added/);
  assert.throws(check("a", "b", "c", "x"), /column 4, "x", is one too many/);
  assert.throws(check("a", "c"), /column 2 is "c", expected "b"; missing "b"/);
  assert.throws(check("a", "B", "c"), /column 2 is "B", expected "b"; missing "b"; not known "B"/);
  assert.throws(check("<!doctype html>"), /none of its 3 columns is there; it begins with "<!doc/);
});

Deno.test({
  name: "NED's photometry comes under what its columns hold, with positions from lists or names",
  ignore,
  async fn() {
    const ned = await nedPhotometry({ mirror }),
      training = await publishedTrainingTable({ mirror });
    assert.equal(ned.names.length, 10_356);
    const rowOf = new Map(ned.names.map((name, row) => [name, row]));
    const known = training.names.map((name) => rowOf.get(name));
    assert.equal(known.filter((row) => row !== undefined).length, 3618);
    // the audit found the published columns equal to these, scrambled headers and all
    for (const name of ["flux_u", "flux_b", "flux_s", "flux_m", "flux_h", "flux_ned", "W1", "Ks"]) {
      const theirs = columnOf(training, name), ours = columnOf(ned, name);
      const { min, max } = FEATURE_SCALE.find(({ feature }) => feature === name)!;
      const pairs = known.flatMap((row, i) =>
        row !== undefined && ours[row] > 0 && theirs[i] > 0 ? [ours[row] - theirs[i]] : []
      );
      const isEqual = (difference: number) => Math.abs(difference) < 1e-11 * (max - min);
      const equal = pairs.filter(isEqual).length / pairs.length;
      assert.ok(pairs.length > 1000 && equal > 0.99, `${name}: ${equal} of ${pairs.length}`);
    }
    assert.equal(ned.ra.filter(Number.isNaN).length + ned.dec.filter(Number.isNaN).length, 0);
  },
});

Deno.test({
  name: "stand-ins of the four remote files, served on loopback, are read and checked",
  ignore,
  async fn() {
    const authors = await authorsStandIn(60), yang = await yangStandIn(50);
    const { pairs, classes } = portalStandIns(authors);
    const contents = {
      ...{ [REMOTE.authors]: authors, [REMOTE.yang]: yang.table, "muwclass/ReadMe": yang.readMe },
      ...{ [REMOTE.pairs]: pairs, [REMOTE.classes]: classes },
    };
    await serveFiles(contents, async (registry, cache) => {
      const options = { registry, cache, mirror: "" };
      const table = await authorsTable(options);
      assert.deepEqual([table.names.length, table.published.nColumns], [60, 41]);
      assert.deepEqual(table.published.names, AUTHORS_COLUMNS.slice(22));
      const catalogue = await yangCatalogue(options);
      assert.equal(catalogue.names.length, 50);
      // TD.csv's first row: RA 0.0391148, of which gcs.dat has three digits and the name the rest
      assert.ok(Math.abs(catalogue.ra[0] - 0.0391148) < 1 / 3600, String(catalogue.ra[0]));
      assert.equal(catalogue.dec[0], 13.9384931);
      assert.deepEqual(["flux_b", "G", "W1"].map((name) => columnOf(catalogue, name)[0]), [
        4e-15,
        18.494,
        15.49,
      ]);
      // P_HM-STAR 0.01 and P_LM-STAR 0.03
      assert.ok(Math.abs(catalogue.scores.probabilities![CLASSES.indexOf("STAR")] - 0.04) < 1e-12);
      const whole = await publishedPairs(options);
      assert.deepEqual([whole.names, whole.labels], [table.names, table.scores.labels]);
      assert.deepEqual(whole.ra, table.ra);
      assert.ok((await publishedClasses(options)).names.length <= 60);
    });
  },
});

/** A damaged file: its path, what was done to it, its content, and what the reader says of it. */
type Damage = [path: string, how: string, content: string | Uint8Array, reason: RegExp | undefined];

/** Damages of the stand-ins; those without a reason only the file's name in git can tell. */
function* damages(
  authors: string,
  yang: { table: string; readMe: string },
  pairs: Uint8Array,
  classes: Uint8Array,
  other: { td: Uint8Array; csv: Uint8Array },
): Generator<Damage> {
  const html = "<!DOCTYPE html>\n<html><body>404: Not Found</body></html>\n";
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${
    "0".repeat(64)
  }\nsize 9\n`;
  const lines = authors.trimEnd().split("\n").map((line) => line.split(","));
  const edit = (change: (line: string[], row: number) => string[]) =>
    lines.map((line, row) => change([...line], row).join(",")).join("\n") + "\n";
  const columns = AUTHORS_COLUMNS;
  for (const name of ["CSC-ID", "prob_AGN", "gal_b2", "h-csc", "0p3_8_csc", "W1-W2"]) {
    const at = columns.indexOf(name);
    const rename = edit((line, row) => row === 0 ? line.with(at, `${name}_x`) : line);
    yield [REMOTE.authors, `renamed ${name}`, rename, new RegExp(`missing "${name}"; not known`)];
    const drop = edit((line) => line.toSpliced(at, 1));
    yield [REMOTE.authors, `without ${name}`, drop, new RegExp(`missing "${name}"`)];
    const to = (at + 7) % columns.length;
    const move = edit((line) => line.toSpliced(at, 1).toSpliced(to, 0, line[at]));
    yield [REMOTE.authors, `moved ${name}`, move, /expected .*: columns were moved/];
  }
  const add = edit((line, row) => [row === 0 ? "extra" : "1", ...line]);
  yield [REMOTE.authors, "a column more", add, /a column was added/];
  const semicolons = authors.replaceAll(",", ";");
  yield [REMOTE.authors, "semicolons", semicolons, /none of its 63 columns|begins with/];
  const shuffled = edit((line, row) =>
    row === 0 ? line : line.with(14, line[15]).with(15, line[14])
  );
  yield [REMOTE.authors, "two probabilities exchanged", shuffled, /its eight probabilities are/];
  const unlike = edit((line, row) => row === 5 ? line.with(11, "ULX") : line);
  yield [REMOTE.authors, "another class", unlike, /is ULX with prob/];
  const strange = edit((line, row) => row === 5 ? line.with(11, "QSO") : line);
  yield [REMOTE.authors, "a class of none", strange, /class "QSO" is not one of/];
  const cut = authors.slice(0, authors.lastIndexOf("\n", authors.length - 2) + 60);
  yield [REMOTE.authors, "cut in a row", cut, /class "" is not one of/];
  yield [REMOTE.authors, "cut after a row", lines.slice(0, 20).join("\n") + "\n", undefined];
  yield [REMOTE.authors, "cut in the header", authors.slice(0, 200), /missing "/];
  yield [
    REMOTE.authors,
    "one digit",
    authors.replace(/,5,/, ",6,"),
    undefined,
  ];
  yield [REMOTE.authors, "another table", other.csv, /none of its 63 columns/];

  const long = yang.table.replaceAll("\n", "  \n");
  yield [REMOTE.yang, "lines too long", long, /line 1 of gcs\.dat has 470 bytes, expected 468/];
  const moved = yang.table.replaceAll("\n", "\n ").slice(0, -1);
  yield [REMOTE.yang, "moved by a byte", moved, /line 2 of gcs\.dat has 469 bytes/];
  const half = yang.table.slice(0, 469 * 20);
  yield [REMOTE.yang, "cut after a line", half, /gcs\.dat has 20 lines, its ReadMe says 50/];
  yield [REMOTE.yang, "cut in a line", yang.table.slice(0, 469 * 20 + 200), /has 21 lines/];
  yield [REMOTE.yang, "another table", other.td, /line 1 of gcs\.dat has 551 bytes/];
  const comma = yang.table.replace(/\d\.\d/, (text) => text.replace(".", ","));
  yield [REMOTE.yang, "a decimal comma", comma, /holds no position/];
  const unknown = yang.table.replace("AGN    ", "QUASAR ");
  yield [REMOTE.yang, "a class of none", unknown, /class "QUASAR" of Yang et al\. is not one of/];
  const readMe = yang.readMe.replace(/Byte-by-byte Description of file: gcs\.dat/, "Notes:");
  yield ["muwclass/ReadMe", "without gcs.dat", readMe, /no byte-by-byte description of gcs\.dat/];

  for (const [path, table] of [[REMOTE.pairs, pairs], [REMOTE.classes, classes]] as const) {
    yield [path, "cut in half", table.slice(0, table.length >> 1), /no whole Parquet file/];
    yield [path, "its end alone", table.slice(table.length >> 1), /no whole Parquet file/];
    yield [path, "the other table", path === REMOTE.pairs ? classes : pairs, /missing "/];
    yield [path, "CSV", other.csv, /no whole Parquet file/];
  }
  const tables: [string, string | Uint8Array, RegExp][] = [
    [REMOTE.authors, authors, /none of its 63 columns|CSV malformed|empty CSV/],
    [REMOTE.yang, yang.table, /expected a number; is it the file|has 0 lines/],
    [REMOTE.pairs, pairs, /no whole Parquet file/],
  ];
  for (const [path, table, reason] of tables) {
    yield [path, "a web page", html, reason];
    yield [path, "a pointer", pointer, reason];
    yield [path, "compressed", gzipSync(table), reason];
    yield [path, "empty", "", reason];
  }
}

Deno.test({
  name:
    "a damaged file is refused by its name in git, and what still passes by its columns: 50 ways and more",
  ignore,
  async fn() {
    const authors = await authorsStandIn(60), yang = await yangStandIn(50);
    const { pairs, classes } = portalStandIns(authors);
    const good: Record<string, string | Uint8Array> = {
      ...{ [REMOTE.authors]: authors, [REMOTE.yang]: yang.table, "muwclass/ReadMe": yang.readMe },
      ...{ [REMOTE.pairs]: pairs, [REMOTE.classes]: classes },
    };
    const bytes = (content: string | Uint8Array) =>
      typeof content === "string" ? new TextEncoder().encode(content) : content;
    const readers: Record<
      string,
      typeof authorsTable | typeof yangCatalogue | typeof publishedPairs
    > = {
      [REMOTE.authors]: authorsTable,
      [REMOTE.yang]: yangCatalogue,
      "muwclass/ReadMe": yangCatalogue,
      [REMOTE.pairs]: publishedPairs,
    };
    const other = {
      td: await published("muwclass/td.dat"),
      csv: await published("muwclass/TD.csv"),
    };
    let refused = 0;
    for (const [path, how, content, reason] of damages(authors, yang, pairs, classes, other)) {
      assert.notDeepEqual(bytes(content), bytes(good[path]), `${path}, ${how}: not damaged`);
      const read = readers[path] ?? publishedClasses, contents = { ...good, [path]: content };
      await serveFiles(contents, async (registry, cache) => {
        const failure = await read({ registry, cache, mirror: "" }).then(() => undefined, (e) => e);
        assert.match(String(failure), /is not the published file: .*git blob/, `${path}, ${how}`);
        assert.deepEqual(
          [...Deno.readDirSync(`${cache}/${path.split("/")[0]}`)].filter(({ name }) =>
            path.endsWith(name.replace(".part", ""))
          ),
          [],
          `${path}, ${how}: nothing of it is kept`,
        );
      }, { [path]: gitBlobId(bytes(good[path])) });
      refused++;
      if (!reason) continue;
      await serveFiles(contents, async (registry, cache) => {
        const failure = await read({ registry, cache, mirror: "" }).then(() => undefined, (e) => e);
        assert.ok(failure instanceof Error, `${path}, ${how}: passes the reader`);
        assert.match(failure.message, reason, `${path}, ${how}`);
      });
    }
    assert.equal(refused, 56);
  },
});
