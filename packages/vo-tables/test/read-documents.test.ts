import assert from "node:assert/strict";
import { openFile } from "../open-file.ts";
import { bytesFile } from "../table-file.ts";

/** Columns as `name [unit]`, rows, and what was said, of a text under a name that says nothing. */
async function read(text: string, table?: string) {
  const file = bytesFile("t.txt", new TextEncoder().encode(text));
  const opened = await openFile(file, { table });
  return {
    kind: opened.kind,
    columns: opened.columns.map(({ name, unit }) => unit ? `${name} [${unit}]` : name),
    rows: await Array.fromAsync(opened.rows),
    notes: (opened.notes ?? []).join(" "),
  };
}

const COLUMNS = ["name", "ra", "flux"];
const ZED = [["Zed 1", 10.5, 1.5e-14], ["Zed 2", 11.5, null]];
const records = ZED.map(([name, ra, flux]) => ({ name, ra, flux }));
const [names, ras, fluxes] = [0, 1, 2].map((i) => ZED.map((row) => row[i]));

Deno.test("JSON is read in the forms of pandas and of services, the same rows from each", async () => {
  const forms: Readonly<Record<string, unknown>> = {
    records,
    columns: { name: names, ra: ras, flux: fluxes },
    "columns by row": {
      name: { 0: "Zed 1", 1: "Zed 2" },
      ra: { 0: 10.5, 1: 11.5 },
      flux: { 0: 1.5e-14, 1: null },
    },
    split: { columns: COLUMNS, index: [0, 1], data: ZED },
    table: { schema: { fields: COLUMNS.map((name) => ({ name })) }, data: records },
    service: { metadata: COLUMNS.map((name) => ({ name })), data: ZED },
    lines: [COLUMNS, ...ZED],
    within: { query: "cone", sources: records },
  };
  for (const [form, value] of Object.entries(forms)) {
    const { kind, columns, rows } = await read(JSON.stringify(value));
    assert.deepEqual({ kind, columns, rows }, { kind: "JSON", columns: COLUMNS, rows: ZED }, form);
  }
  const lines = records.map((record) => JSON.stringify(record)).join("\n");
  assert.deepEqual((await read(lines)).rows, ZED);
});

Deno.test("in JSON names may be keys, records nested, cells absent or NaN, numbers long", async () => {
  const keyed = await read('{"Zed 1": {"ra": 10.5}, "Zed 2": {"ra": 11.5}}');
  assert.deepEqual(keyed.columns, ["", "ra"]);
  assert.deepEqual(keyed.rows, [["Zed 1", 10.5], ["Zed 2", 11.5]]);
  const nested = await read('[{"id": 1, "pos": {"ra": 1.5}}, {"id": 2, "G": NaN}]');
  assert.deepEqual(nested.columns, ["id", "pos.ra", "G"]);
  assert.deepEqual(nested.rows, [[1, 1.5, undefined], [2, undefined, null]]);
  const long = await read('[{"id": 5253000000000000001, "s": "a NaN, 1234567890123456789"}]');
  assert.deepEqual(long.rows, [["5253000000000000001", "a NaN, 1234567890123456789"]]);
  const units = { metadata: [{ name: "ra", unit: "deg" }, { name: "f" }], data: [[1, 2]] };
  assert.deepEqual((await read(JSON.stringify(units))).columns, ["ra [deg]", "f"]);
});

Deno.test("of several tables in JSON the one with positions is read, or one is asked for", async () => {
  const two = JSON.stringify({ runs: [{ id: 1 }, { id: 2 }], sources: records });
  assert.match((await read(two)).notes, /sources is read, the one with positions, not runs/);
  const same = JSON.stringify({ a: records, b: records });
  await assert.rejects(read(same), /1 "a": 2 rows of name, ra, flux.*say which with --table/);
  assert.deepEqual((await read(same, "b")).rows, ZED);
});

Deno.test("JSON that is no table says which forms are", async () => {
  await assert.rejects(read('{"name": "a", "ra": 1}'), /is no table; understood are .*to_json/);
  await assert.rejects(read('[{"name": "a", "ra": 1'), /JSON is broken or cut short/);
  await assert.rejects(read('{"a": 1}\n{"a": 2}\n{"a":'), /line 3 is no JSON/);
});

Deno.test("a page's table is read as a browser shows it, tags left open or not", async () => {
  const { kind, columns, rows } = await read(`<!DOCTYPE html><html><head><title>x</title></head>
    <body><table border=1><tr><th>Name<th>RA<br>(deg)
    <th>Flux<sub>b</sub> (10<sup>-15</sup> erg cm<sup>-2</sup> s<sup>-1</sup>)</tr>
    <tr><td><a href="x">Zed&nbsp;1</a><td>&minus;10.5<td>1.5&plusmn;0.3
    <tr><td>Zed 2<td>11.5<td>&lt;3</table></body></html>`);
  assert.equal(kind, "HTML table");
  assert.deepEqual(columns, ["Name", "RA [deg]", "Flux_b [10^-15 erg cm^-2 s^-1]"]);
  assert.deepEqual(rows, [["Zed 1", "\u221210.5", "1.5\u00b10.3"], ["Zed 2", "11.5", "<3"]]);
});

Deno.test("cells of a page that span rows and columns stand in each", async () => {
  const { rows } = await read(`<table><tr><th>name</th><th>ra</th><th>dec</th></tr>
    <tr><td rowspan="2">a</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>
    <tr><td>b</td><td colspan="2">5</td></tr></table>`);
  assert.deepEqual(rows, [["a", "1", "2"], ["a", "3", "4"], ["b", "5", "5"]]);
});

Deno.test("a page may begin with a declaration of XML or a comment", async () => {
  const table = "<table><tr><th>name</th><th>ra</th></tr><tr><td>a</td><td>1.5</td></tr></table>";
  const begun = ['<?xml version="1.0"?>\n<!DOCTYPE html>', "<!-- saved from a page -->\n"];
  for (const start of begun) {
    assert.deepEqual((await read(`${start}<html>${table}</html>`)).rows, [["a", "1.5"]]);
  }
});

Deno.test("a page without a table says so", async () => {
  await assert.rejects(read("<!DOCTYPE html><html><p>404</p></html>"), /a page without a table/);
});

Deno.test("a deluxetable of AASTeX is read as it is printed, without marks of footnotes", async () => {
  const { kind, columns, rows } = await read(String.raw`% table 2
\begin{deluxetable*}{lcccc}
\tablecaption{Sources\label{tab:src}}
\tablehead{
\colhead{CXO J} & \colhead{R.A.} & \colhead{Decl.} & \colhead{$F_{0.5-7}$\tablenotemark{a}} & \colhead{$J$} \\
\colhead{} & \colhead{(J2000)} & \colhead{(J2000)} & \colhead{(10$^{-15}$ erg cm$^{-2}$ s$^{-1}$)} & \colhead{(mag)}
}
\startdata
111407.3$-$610004 & 11 14 07.35 & $-$61 00 04.7 & $30.2^{+1.4}_{-1.3}$ & 14.910\tablenotemark{b} \\
111352.0+010933 & 11$^{\rm h}$13$^{\rm m}$52\fs08 & +01 09 33.4 & $<$5.6 & \nodata \\
111557.8+012403\dag & 11 15 57.81 & +01 24 03.0 & 0.72$\times10^{1}$ & 12.3$^{*}$
\enddata
\tablenotetext{a}{Absorbed.}
\end{deluxetable*}`);
  assert.equal(kind, "LaTeX table");
  assert.deepEqual(columns, [
    "CXO J",
    "R.A. [J2000]",
    "Decl. [J2000]",
    "F_{0.5-7} [10^{-15} erg cm^{-2} s^{-1}]",
    "J [mag]",
  ]);
  assert.deepEqual(rows, [
    ["111407.3-610004", "11 14 07.35", "-61 00 04.7", "30.2^{+1.4}_{-1.3}", "14.910"],
    ["111352.0+010933", "11h13m52.08", "+01 09 33.4", "<5.6", "..."],
    ["111557.8+012403", "11 15 57.81", "+01 24 03.0", "0.72×10^1", "12.3"],
  ]);
});

Deno.test("tabular and longtable are read without their rules and repeated headers", async () => {
  const tabular = await read(String.raw`\documentclass{mnras}
\begin{document}
\begin{table}\caption{Sources}\label{tab}
\begin{tabular}{l@{ }rr}
\hline\hline
Name & RA (deg) & \multicolumn{1}{c}{flux\_b} \\ % units below
\hline
Zed 1 & 10.5 & $1.5\times10^{-14}$ \\[2pt]
Zed\,2 & $-$11.5 & \textbf{2.5e-14} \\
\hline
\end{tabular}\end{table}\end{document}`);
  assert.deepEqual(tabular.columns, ["Name", "RA [deg]", "flux_b"]);
  assert.deepEqual(tabular.rows, [["Zed 1", "10.5", "1.5×10^{-14}"], [
    "Zed 2",
    "-11.5",
    "2.5e-14",
  ]]);
  const long = await read(String.raw`\begin{longtable}{lr}
\caption{Sources}\\
\toprule name & ra \\ \midrule \endfirsthead
name & ra \\ \endhead
continued & \\ \endfoot
\bottomrule \endlastfoot
a & 1.5 \\
b & 2.5 \\
\end{longtable}`);
  assert.deepEqual([long.columns, long.rows], [["name", "ra"], [["a", "1.5"], ["b", "2.5"]]]);
});

Deno.test("LaTeX without a table says so", async () => {
  await assert.rejects(
    read("\\documentclass{article}\n\\begin{document}Text.\\end{document}"),
    /LaTeX without a table .*machine-readable form/,
  );
});

Deno.test("TDAT of HEASARC is read by its header", async () => {
  const { kind, columns, rows } = await read(`<HEADER>
# TABLE: heasarc_mine
table_name = heasarc_mine
field[name] = char22 [meta.id;meta.main] (key) // Designation
field[ra] = float8:.6f_degree [pos.eq.ra] (index) // Right Ascension
field[b_flux_ap] = float8:11.4e_erg/s/cm^2 // Broad flux
line[1] = name ra b_flux_ap
<DATA>
Zed 1|10.5|1.5e-14|
Zed 2|11.5||
<END>
`);
  assert.equal(kind, "TDAT");
  assert.deepEqual(columns, ["name", "ra [degree]", "b_flux_ap [erg/s/cm^2]"]);
  assert.deepEqual(rows, [["Zed 1", "10.5", "1.5e-14"], ["Zed 2", "11.5", ""]]);
  await assert.rejects(read("<HEADER>\nfield[a] = int4\n<DATA>\n1|\n"), /which columns a row has/);
});

Deno.test("columns under each other are parted by the blanks that all lines have", async () => {
  const lines = [
    "                    name         ra       dec        flux",
    "0   CXO J111407.3-610004  168.530619 -61.00130  3.0221e-14",
    "1     CXO J11352-6109334  168.467008 -61.15927            ",
    "10                 Zed 3    8.990856   1.40082  7.1776e-16",
  ];
  const wide = lines.map((line, i) => i === 0 ? line : line);
  const { kind, columns, rows } = await read(wide.join("\n") + "\n\n[3 rows x 4 columns]\n");
  assert.equal(kind, "text, cells under each other");
  assert.deepEqual(columns, ["", "name", "ra", "dec", "flux"]);
  assert.deepEqual(rows, [
    ["0", "CXO J111407.3-610004", "168.530619", "-61.00130", "3.0221e-14"],
    ["1", "CXO J11352-6109334", "168.467008", "-61.15927", undefined],
    ["10", "Zed 3", "8.990856", "1.40082", "7.1776e-16"],
  ]);
});

Deno.test("angles and units under each other, below a title, go to their columns", async () => {
  const { columns, rows, notes } = await read(`My sources
Source   RA           Dec          Flux
         (J2000)      (J2000)      (mW/m2)
Zed 1    11 14 07.35  -61 00 04.7  1.5e-14
Zed 22   11 13 52.08  -61 09 33.4  2.5e-14
`);
  assert.deepEqual(columns, ["Source", "RA [J2000]", "Dec [J2000]", "Flux [mW/m2]"]);
  assert.deepEqual(rows[1], ["Zed 22", "11 13 52.08", "-61 09 33.4", "2.5e-14"]);
  assert.match(notes, /passed over: "My sources"/);
});

Deno.test("what does not stand under each other, or is a shortened print, is refused", async () => {
  await assert.rejects(
    read("name ra flux\nZed 1 10.5 1e-14\nA longer name 1.5 2e-14\n"),
    /is one cell; name the columns there/,
  );
  await assert.rejects(
    read(
      "     name    ra    flux\n0   Zed 1   1.5   1e-14\n..    ...   ...     ...\n9   Zed 9   9.5   1e-14",
    ),
    /print of a table, shortened or in parts; write the table itself/,
  );
});

Deno.test("what no reader knows is refused with the line that makes a table of it", async () => {
  const refusal = async (bytes: readonly number[], name: string) => {
    const file = bytesFile(name, Uint8Array.from([...bytes, ...Array(600).fill(0)]));
    return await openFile(file).then(() => "", (error: Error) => error.message);
  };
  const excel = await refusal([0xd0, 0xcf, 0x11, 0xe0], "it's.xls");
  assert.match(
    excel,
    /python3 -c 'import sys; import pandas; pandas\.read_excel\(sys\.argv\[1\]\)/,
  );
  assert.ok(excel.endsWith(`mode="x", index=False)' 'it'\\''s.xls'`));
  assert.match(await refusal([0x89, 0x48, 0x44, 0x46], "t.h5"), /from astropy\.table import Table/);
  await assert.rejects(read("# Region file format: DS9\nfk5\ncircle(1,2,3)\n"), /a region file/);
});

Deno.test("tables of thousands of columns or rows in documents are judged in time linear in them", async () => {
  const start = performance.now(), n = 20_000;
  const wide = `[${Array.from({ length: n }, (_, i) => `{"c${i}":1}`).join(",")}]`;
  await assert.rejects(read(wide), /20000 different names/);
  const spanned = `<tr>${"<td colspan=1000 rowspan=1000>x".repeat(50)}</tr>`.repeat(50);
  await assert.rejects(read(`<table>${spanned}</table>`), /more than 10000 cells/);
  await assert.rejects(read("\\begin{tabular}".repeat(n)), /LaTeX without a table/);
  const rows = await read(`<table><tr><th>name<th>ra${"<tr><td>a<td>1".repeat(n)}</table>`);
  assert.equal(rows.rows.length, n);
  assert.ok(performance.now() - start < 20_000);
});
