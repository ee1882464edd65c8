import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Float64, RecordBatch, Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { parquetWriteBuffer } from "hyparquet-writer";
import pl from "nodejs-polars";
import { openTable } from "@csc-classify/vo-tables/disk";
import { blobFile, cellOf, openFile, type OpenTable } from "@csc-classify/vo-tables/browser";
import { ROOT } from "#lib/run/files.ts";
import { type Column, fits, votable } from "./encode-tables.ts";

/** What a file holds, as it was opened. */
interface Read {
  readonly kind: string;
  readonly names: readonly string[];
  readonly units: readonly (string | undefined)[];
  readonly rows: readonly (readonly unknown[])[];
  readonly numbers: readonly (number | undefined)[];
  readonly notes: string;
}

interface Told {
  readonly file?: string;
  readonly table?: string;
  readonly maxSize?: number;
}

async function open(content: string | Uint8Array, { file = "t.csv", ...told }: Told = {}) {
  const folder = await Deno.makeTempDir(), path = `${folder}/${file}`;
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path, bytes);
    return await read(path, told);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(path: string, told: Told = {}): Promise<Read> {
  const table = await openTable(path, told);
  const rows: (readonly unknown[])[] = [], numbers: (number | undefined)[] = [];
  for await (const row of table.rows) {
    rows.push(row);
    numbers.push(table.rowNumber?.());
  }
  return {
    kind: table.kind,
    names: table.columns.map(({ name }) => name),
    units: table.columns.map(({ unit }) => unit),
    rows,
    numbers,
    notes: table.notes?.join(" ") ?? "",
  };
}

const NAMES = ["name", "ra", "flux"];
const ROWS = [["Zed 1", "10.5", "1e-14"], ["Zed 2", "-11.5", "2e-14"]];
const LINES = ROWS.map((row) => row.join());
const HEAD = NAMES.join();

/** Texts that all hold {@link ROWS} under {@link NAMES}. */
const SAME: Readonly<Record<string, string>> = {
  "a header behind #": `#${HEAD}\n${LINES.join("\n")}\n`,
  "a header behind # and a blank, below other comments": `# made by hand, in May\n#\n# ${HEAD}\n${
    LINES.join("\n")
  }`,
  "a header behind # among tabs": `#${NAMES.join("\t")}\n${
    ROWS.map((row) => row.join("\t")).join("\n")
  }`,
  "comments between and below": `${HEAD}\n# one\n${LINES.join("\n# of, two\n")}\n#end\n`,
  "two title lines": `My sources\nTable 2: of May, and of June, third run, all\n${HEAD}\n${
    LINES.join("\n")
  }`,
  "a title and an empty line of a spreadsheet, padded": `Table 2: my sources,,\n,,\n${HEAD}\n${
    LINES.join("\n")
  }\n`,
  "quotes and blanks around cells":
    `"name", "ra" ,flux\n"Zed 1", 10.5 ,1e-14\n"Zed 2",-11.5, "2e-14"\n`,
  "names as Python's bytes": `${HEAD}\nb'Zed 1',10.5,1e-14\nb"Zed 2",-11.5,2e-14\n`,
  "a comma too many in each row": `${HEAD}\n${LINES.join(",\n")},\n`,
  "bars at both ends and rulers": [
    "+-------+-------+-------+",
    "| name  | ra    | flux  |",
    "+-------+-------+-------+",
    "| Zed 1 | 10.5  | 1e-14 |",
    "| Zed 2 | -11.5 | 2e-14 |",
    "+-------+-------+-------+",
  ].join("\n"),
  "a table of Markdown": "| name | ra | flux |\n| :-- | --: | --: |\n" +
    ROWS.map((row) => `| ${row.join(" | ")} |`).join("\n"),
  "blanks and quotes, as STILTS writes": `# name ra flux\n"Zed 1" 10.5 1e-14\n"Zed 2" -11.5 2e-14`,
  "columns under dashes": "#Column\tname\n\nname       ra  flux\n----- ------- -----\n" +
    "Zed 1    10.5 1e-14\nZed 2   -11.5 2e-14\n",
  "a line of types": "name\tra\tflux\n10S\t8N\t8N\n" + ROWS.map((row) => row.join("\t")).join("\n"),
  "what HEASARC's Browse writes": `Results from csc: Chandra Source Catalog\n|${
    NAMES.join(" |")
  }|\n${ROWS.map((row) => `|${row.join("|")}|`).join("\n")}\n\n2 rows\n`,
  "a header of two lines in quotes": `"name","ra\n(deg)",flux\n${LINES.join("\n")}`,
  "numbered lines, as SExtractor writes them": "#   1 name   Name\n#   2 ra   Place   [deg]\n" +
    '#   3 flux\n"Zed 1" 10.5 1e-14\n"Zed 2" -11.5 2e-14\n',
  "line ends of CR": `${HEAD}\r${LINES.join("\r")}\r`,
};

Deno.test("a table is the same however its header, cells and lines are dressed", async (t) => {
  for (const [title, text] of Object.entries(SAME)) {
    await t.step(title, async () => {
      const { names, rows } = await open(text, { file: "t.txt" });
      assert.deepEqual(names, NAMES);
      assert.deepEqual(rows.map((row) => row.map((cell) => String(cell).trim())), ROWS);
    });
  }
});

Deno.test("a name may begin with #; rows that are left out are counted, and numbers are the file's", async () => {
  const text =
    `${HEAD}\n#1,10.5,1e-14\n# a comment\n\n"#2 ""b""",11,2e-14\n"a\nb",12,3e-14\nc,1,2\n`;
  const { rows, numbers, notes } = await open(text);
  assert.deepEqual(rows.map(([name]) => name), ["#1", '#2 "b"', "a\nb", "c"]);
  assert.deepEqual(numbers, [1, 4, 5, 6]);
  assert.match(notes, /1 lines are passed over as comments.*1 rows begin with #/);
});

Deno.test("names of rows without a name of their own, as R writes them, are a column", async () => {
  const quoted = NAMES.map((name) => `"${name}"`),
    rows = ROWS.map(([name, ...rest], i) => [`"${i + 1}"`, `"${name}"`, ...rest]);
  for (const between of [" ", "\t", ","]) {
    const lines = [quoted, ...rows].map((cells) => cells.join(between));
    const { names, rows: read } = await open(lines.join("\n") + "\n", { file: "t.txt" });
    assert.deepEqual(names, ["", ...NAMES]);
    assert.deepEqual(read.map(([, ...cells]) => cells), ROWS);
  }
  // numbers that come again name no rows: the header is short
  const short = await open(`a,b\n1,2,3\n1,5,6\n`);
  assert.deepEqual(short.names, ["a", "b"]);
});

Deno.test("rows of LaTeX are refused with what makes a table of them", async () => {
  const rows = `Source & R.A. & $F_X$ \\\\\n1 & 10:20:30 & $1.5^{+0.3}_{-0.2}$ \\\\ % by hand\n`;
  await assert.rejects(open(rows), /rows of LaTeX; write commas for &, .* save the table as CSV/);
});

/** Units that a file states beside its header. */
const UNITS: Readonly<Record<string, string>> = {
  "a line of units": `${HEAD}\n,deg,W/m2\n${LINES.join("\n")}`,
  "units in brackets, one unknown": `${HEAD}\n[-],[deg],[W/m2]\n${LINES.join("\n")}`,
  "#Column as CIAO writes it": '#Column\tname\t(A9)\tSource\t(m.name)\t[""]\t[meta.id]\n' +
    '#Column\tra\t(F9.5)\tPlace\t(m.ra)\t["deg"]\t[pos.eq.ra]\n' +
    '#Column\tflux\t(E9.3)\tFlux\t(m.flux)\t["W/m2"]\t[]\nname\tra\tflux\n' +
    ROWS.map((row) => row.join("\t")).join("\n"),
  "TSV of VizieR": "#RESOURCE=yCat\n#Column\tname\t(A9)\tName\t[ucd=meta.id]\n" +
    "#Column\tra\t(F9.5)\tPlace\t[ucd=pos.eq.ra]\n\nname\tra\tflux\n \tdeg\tW/m2\n" +
    "-----\t-----\t-----\n" + ROWS.map((row) => row.join("\t")).join("\n") + "\n#END#\n",
  "a comment of units below the header": `${HEAD}\n# units:,deg,W/m2\n${LINES.join("\n")}`,
  "a comment of units below a header behind #": `#${HEAD}\n#,deg,W/m2\n${LINES.join("\n")}`,
  "names with units": `name,ra (deg),flux [W/m2]\n${LINES.join("\n")}`,
  "IPAC": "\\fixlen = T\n\\ of May\n|name   |ra     |flux   |\n|char   |double |double |\n" +
    "|       |deg    |W/m2   |\n|null   |null   |null   |\n" +
    " Zed 1    10.5    1e-14 \n Zed 2   -11.5    2e-14 \n",
  "ECSV": "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n" +
    "# - {name: name, datatype: string}\n" +
    "# - {name: ra, unit: deg, datatype: float64, description: 'a, b: c'}\n# - name: flux\n" +
    `#   unit: W/m2\n#   datatype: float64\n# meta: !!omap\n# - {a: 1}\n${HEAD}\n${
      LINES.join("\n")
    }\n`,
};

Deno.test("units beside the header are those of the columns", async (t) => {
  for (const [title, text] of Object.entries(UNITS)) {
    await t.step(title, async () => {
      const { names, units, rows } = await open(text, { file: "t.dat" });
      assert.deepEqual(names, NAMES);
      assert.deepEqual(units.slice(1), ["deg", "W/m2"]);
      assert.deepEqual(rows, ROWS);
    });
  }
});

Deno.test("rows of numbers, of marks or of dashes are no units; a header of numbers is none", async () => {
  const { rows, units } = await open(`${HEAD}\nm,---,...\ns,1,2\nZed,3,4\n`);
  assert.deepEqual([rows.length, units[1]], [3, undefined]);
  await assert.rejects(open("Zed 1,10.5,1e-14\nZed 2,11.5,2e-14\n"), /there is no header/);
});

Deno.test("a list in a cell of an ECSV is an array of as many numbers as its header says", async () => {
  const { rows } = await open(
    "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: name, datatype: string}\n" +
      "# - {name: v, datatype: string, subtype: 'float64[2]'}\nname v\na [1.5,NaN]\n",
    { file: "t.ecsv" },
  );
  assert.deepEqual(rows, [["a", [1.5, null]]]);
});

Deno.test("brackets of a header hold a unit, within brackets too, or a frame", async () => {
  const { names, units } = await open("name,J [mag [AB]],RA (J2000),f (erg / (s cm2))\na,1,2,3\n");
  assert.deepEqual(names, ["name", "J", "RA", "f"]);
  assert.deepEqual(units, [undefined, "mag [AB]", undefined, "erg / (s cm2)"]);
});

Deno.test("a machine-readable table of the AAS is read by its own description", async () => {
  const { kind, names, units, rows } = await open(
    `Title: Sources
Authors: A. Zed
Table: all of them
================================================================================
Byte-by-byte Description of file: t_mrt.txt
--------------------------------------------------------------------------------
   Bytes Format Units   Label    Explanations
--------------------------------------------------------------------------------
   1-  5 A5     ---     Name     Name
   7- 11 F5.2   deg     RAdeg    ?=-9.99 Right ascension
  13- 19 E7.1   mW/m2   Flux     ? Flux (1)
--------------------------------------------------------------------------------
Note (1): as observed.
--------------------------------------------------------------------------------
Zed 1 10.50 1.5D-14
Zed 2 -9.99
`,
    { file: "t_mrt.txt" },
  );
  assert.equal(kind, "machine-readable table");
  assert.deepEqual([names, units], [["Name", "RAdeg", "Flux"], [undefined, "deg", "mW/m2"]]);
  assert.deepEqual(rows, [["Zed 1", "10.50", "1.5e-14"], ["Zed 2", undefined, undefined]]);
});

const COLUMNS: readonly Column[] = [
  { name: "name", form: "A", cells: ["Zed 1", "Zed 2"] },
  { name: "ra", form: "D", cells: [10.5, 11.5] },
  { name: "id", form: "K", cells: ["1234567890123456783", "-9007199254740993"] },
];
const IDS = [1234567890123456783n, -9007199254740993n];

Deno.test("integers of 64 bits keep every digit in FITS and in the three forms of VOTable", async () => {
  assert.deepEqual((await open(fits(COLUMNS))).rows.map((row) => row[2]), IDS);
  for (const form of ["TABLEDATA", "BINARY", "BINARY2"] as const) {
    assert.deepEqual((await open(votable(COLUMNS, form))).rows.map((row) => row[2]), IDS);
  }
});

Deno.test("rows that a footer leaves out are missed; gaps and views of other writers are not", async () => {
  const half = (cells: number[]) =>
    new Table({ ra: vectorFromArray(cells, new Float64()) }).batches;
  const batches: RecordBatch[] = [...half([1, 2]), ...half([3])];
  const bytes = tableToIPC(new Table(batches), "file"), view = new DataView(bytes.buffer);
  assert.deepEqual((await open(bytes, { file: "t.arrow" })).rows, [[1], [2], [3]]);
  // the list of the footer: a count of two, then blocks of 24 bytes that begin with an offset
  const list = Array.from({ length: bytes.length - 60 }, (_, at) => at).findLast((at) =>
    view.getInt32(at, true) === 2 &&
    view.getBigInt64(at + 4, true) < view.getBigInt64(at + 28, true)
  )!;
  view.setInt32(list, 1, true);
  await assert.rejects(open(bytes, { file: "t.arrow" }), /says 2 rows at its end and holds 3/);
  const frame = pl.DataFrame({ name: ["a", "b".repeat(40)], id: pl.Series([1n << 60n, 2n]) });
  const views = await open(frame.writeIPC(), { file: "t.arrow" });
  assert.deepEqual(views.rows.map(([name]) => name), ["a", "b".repeat(40)]);
});

Deno.test("what astropy masks is missing, and units beside a Parquet file's data are its columns'", async () => {
  const write = (key: string, value: string) =>
    new Uint8Array(parquetWriteBuffer({
      columnData: [
        { name: "name", data: ["a", "b"], type: "STRING" },
        { name: "flux", data: [3e-15, 2e-15], type: "DOUBLE" },
        { name: "flux.mask", data: [true, false], type: "BOOLEAN" },
      ],
      kvMetadata: [{ key, value }],
    }));
  const yaml = "datatype:\n- {name: name, datatype: string}\n" +
    "- {name: flux, unit: 1e-3 W / m2, datatype: float64}\n";
  const xml = '<VOTABLE version="1.4"><RESOURCE><TABLE><FIELD name="name" datatype="char" ' +
    'arraysize="*"/><FIELD name="flux" datatype="double" unit="1e-3 W / m2" ucd="phot.flux"/>' +
    '<FIELD name="flux.mask" datatype="boolean"/></TABLE></RESOURCE></VOTABLE>';
  for (
    const [key, value] of [["table_meta_yaml", yaml], ["IVOA.VOTable-Parquet.content", xml]]
  ) {
    const { units, rows } = await open(write(key, value), { file: "t.parquet" });
    assert.deepEqual(units, [undefined, "1e-3 W / m2", undefined], key);
    assert.deepEqual(rows.map((row) => [...row]), [["a", null, true], ["b", 2e-15, false]]);
  }
  // a column wanted is wanted with its mask
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    await Deno.writeFile(path, write("table_meta_yaml", "datatype: [{name: flux, unit: ["));
    const table = await openTable(path);
    table.want?.([1]);
    assert.deepEqual((await Array.fromAsync(table.rows)).map(([, flux]) => flux), [null, 2e-15]);
    assert.equal(table.columns[1].unit, undefined);
  } finally {
    await Deno.remove(path);
  }
  const text = await open("name,flux,flux.mask\na,3e-15,True\nb,2e-15,False\n");
  assert.deepEqual(text.rows.map(([, flux]) => flux), [null, "2e-15"]);
});

Deno.test("a column that cannot be read hinders only those who want it", async () => {
  const frame = pl.DataFrame({ name: ["a", "b"], ra: [1.5, 2.5], other: ["x", "y"] });
  const bytes = frame.writeParquet({ compression: "uncompressed" });
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    const at = bytes.lastIndexOf("y", bytes.indexOf("other"));
    const broken = Uint8Array.from(bytes);
    // the length of the text before, beyond the page
    broken.set([255, 255, 255, 127], at - 4);
    await Deno.writeFile(path, broken);
    const table = await openTable(path);
    table.want?.([0, 1]);
    const rows = await Array.fromAsync(table.rows);
    assert.deepEqual(rows.map((row) => row.slice(0, 2)), [["a", 1.5], ["b", 2.5]]);
    await assert.rejects(read(path), /column "other" of the Parquet file cannot be read/);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("Parquet of zstd reads the same by the platform as by the package; what is broken is refused", async () => {
  const flux = Array.from({ length: 5000 }, (_, row) => row % 7 ? row * 1e-15 : null);
  const frame = pl.DataFrame({ name: flux.map((_, row) => `source ${row}`), flux });
  const bytes = frame.writeParquet({ compression: "zstd" });
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  const rowsOf = async ({ rows }: OpenTable) =>
    (await Array.fromAsync(rows)).map((row) => [...row]);
  try {
    await Deno.writeFile(path, bytes);
    const byPlatform = await rowsOf(await openTable(path));
    const byPackage = await rowsOf(await openFile(blobFile(path, new Blob([bytes as BlobPart]))));
    assert.deepEqual(byPlatform, byPackage);
    const missing = (cell: unknown) => cell === undefined || Number.isNaN(cell);
    assert.deepEqual(byPlatform.map(([, flux]) => missing(flux) ? null : flux), flux);
    const broken = Uint8Array.from(bytes), frameStart = [0x28, 0xb5, 0x2f, 0xfd];
    const at = broken.findIndex((_, i) => frameStart.every((byte, k) => broken[i + k] === byte));
    assert.ok(at > 0);
    broken.fill(0xff, at + 8, at + 40);
    await Deno.writeFile(path, broken);
    await assert.rejects(
      async () => await rowsOf(await openTable(path)),
      /column "name" of the Parquet file cannot be read/,
    );
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a long row group of Parquet is read once, whatever pages its columns have", async () => {
  const n = 60_000, whole = Array.from({ length: n }, (_, row) => row);
  const frame = pl.DataFrame({
    name: whole.map((row) => `source ${row}`),
    ra: whole.map((row) => row % 5 ? row / 7 : null),
    dec: pl.Series(whole.map((row) => row / 13)),
    host: whole.map((row) => row % 3 ? `M ${row % 101}` : null),
    counts: pl.Series("counts", whole.map((row) => row % 2 ? row : null), pl.Int64),
    isNear: whole.map((row) => row % 4 ? row % 4 === 1 : null),
    parts: whole.map((row) => [row, row + 1]),
  });
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    for (const compression of ["uncompressed", "snappy", "zstd"] as const) {
      await frame.lazy().sinkParquet(path, { compression, rowGroupSize: n }).collect();
      const bytes = await Deno.readFile(path), file = blobFile(path, new Blob([bytes]));
      let nBytes = 0;
      const counted = {
        ...file,
        async read(start: number, end: number) {
          const read = await file.read(start, end);
          nBytes += read.length;
          return read;
        },
      };
      const table = await openFile(counted);
      nBytes = 0; // of the footer
      table.want?.([0, 1, 2, 3, 4, 5]);
      const pieces = await Array.fromAsync(table.pieces!);
      assert.ok(pieces.length > 3 && pieces.every(({ nRows }) => nRows <= 16_384));
      assert.ok(nBytes < 1.5 * bytes.length, `${nBytes} of ${bytes.length} bytes were read`);
      frame.columns.slice(0, 6).forEach((name, i) => {
        const cells = pieces.flatMap(({ nRows, cells }) =>
          Array.from({ length: nRows }, (_, row) => cellOf(cells[i], row))
        );
        const isMissing = (cell: unknown) => cell === undefined || Number.isNaN(cell);
        assert.deepEqual(
          cells.map((cell) =>
            isMissing(cell) ? null : typeof cell === "bigint" ? Number(cell) : cell
          ),
          [...frame.getColumn(name)].map((cell) => typeof cell === "bigint" ? Number(cell) : cell),
          name,
        );
      });
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("numbers of FITS are scaled as its header says, in Fortran's spelling too", async () => {
  const scaled = (
    form: string,
    cells: readonly unknown[],
    cards: Record<string, string | number>,
  ) => open(fits([{ name: "ra", form, cells, cards: cards as Record<string, number> }]));
  const tenth = new TextDecoder("latin1").decode(
    fits([{ name: "ra", form: "I", cells: [15, -5], cards: { TSCAL: 7777777 } }]),
  ).replace("             7777777", "           1.0D-01  ");
  const bytes = Uint8Array.from(tenth, (letter) => letter.charCodeAt(0));
  assert.deepEqual((await open(bytes)).rows, [[1.5], [-0.5]]);
  const unsigned = await scaled("K", ["-9223372036854775793"], { TZERO: 9223372036854775808 });
  assert.deepEqual(unsigned.rows, [[15n]]);
  assert.deepEqual((await scaled("J", [-2147483633], { TZERO: 2147483648 })).rows, [[15]]);
  assert.deepEqual((await scaled("J", [-1, 3], { TNULL: -1 })).rows, [[undefined], [3]]);
});

Deno.test("of several tables the one with sources is read; where two may be meant all are named", async () => {
  const table = (text: string, name: string) =>
    (/<TABLE>[^]*<\/TABLE>/.exec(text)?.[0] ?? "").replace("<TABLE>", `<TABLE name="${name}">`);
  const sources = votable(COLUMNS),
    times = votable([{ name: "START", form: "D", cells: [1, 2, 3] }]);
  const both = (...tables: string[]) => sources.replace(/<TABLE>[^]*<\/TABLE>/, tables.join(""));
  const one = await open(both(table(times, "GTI"), table(sources, "SRC")));
  assert.deepEqual(one.names, ["name", "ra", "id"]);
  assert.match(one.notes, /SRC is read, the one with positions, not GTI \(3 rows\)/);
  const two = both(table(sources, "A"), table(sources, "B"));
  await assert.rejects(open(two), /2 tables: 1 "A": 2 rows of name, ra, id; 2 "B".*--table/);
  for (const named of ["b", "2"]) assert.equal((await open(two, { table: named })).rows.length, 2);
  await assert.rejects(open(two, { table: "C" }), /no table "C": 1 "A"/);
});

Deno.test("a service's own words come first; a cell that holds an element is no number", async () => {
  const info = (text: string) =>
    `<?xml version="1.0"?><VOTABLE version="1.1"><RESOURCE>${text}</RESOURCE></VOTABLE>`;
  for (
    const text of [
      '<INFO ID="Error" name="Error" value="too wide a cone"/>',
      '<PARAM name="error" datatype="char" value="too wide a cone"/>',
      '<INFO name="QUERY_STATUS" value="ERROR">too wide a cone</INFO>',
    ]
  ) await assert.rejects(open(info(text)), /too wide a cone/);
  const whole = votable(COLUMNS);
  const uncertain = whole.replace(
    "<FIELD",
    '<PARAM name="Error" datatype="double" value="0.6"/><FIELD',
  );
  assert.equal((await open(uncertain)).rows.length, 2);
  await assert.rejects(open(whole.replace("<TD>10.5", "<TD>1<i/>0.5")), /row 1 .*within a cell/);
  assert.equal((await open(whole.replace("<TD>10.5", "<TD>1<!-- x -->0.5"))).rows[0][1], 10.5);
});

Deno.test("nulls of a VOTable are numbers, not spellings", async () => {
  const columns = [{ ...COLUMNS[1], cells: [0, 1.5] }];
  const field = /<FIELD name="ra" datatype="double"\/>/;
  for (const form of ["TABLEDATA", "BINARY", "BINARY2"] as const) {
    const text = votable(columns, form).replace("<TD>0</TD>", "<TD>0.0</TD>")
      .replace(field, '<FIELD name="ra" datatype="double"><VALUES null="0"/></FIELD>');
    assert.deepEqual((await open(text)).rows.map(([ra]) => ra), [NaN, 1.5]);
  }
});

Deno.test("gzip of several members is read whole; what is broken or a bomb says so", async () => {
  const text = `${HEAD}\n${LINES.join("\n")}\n`, half = text.length >> 1;
  const parts = [text.slice(0, half), text.slice(half)].map((part) => gzipSync(part));
  const packed = new Uint8Array([...parts[0], ...parts[1], 0, 0, 0]);
  assert.deepEqual((await open(packed)).rows, ROWS);
  await assert.rejects(open(packed.subarray(0, packed.length - 12)), /gzip is broken or cut short/);
  const wrong = packed.slice();
  wrong[parts[0].length - 6] ^= 1;
  await assert.rejects(open(wrong), /gzip is broken or cut short/);
  const zeros = gzipSync(new Uint8Array(3_000_000).fill(44));
  await assert.rejects(open(zeros, { maxSize: 1e6 }), /more than 1 MB; .*--max-size/);
});

Deno.test("long lines, lists and open quotes are judged at once", async () => {
  const start = performance.now();
  await assert.rejects(open("(".repeat(400_000)), /one cell/);
  await assert.rejects(open(`[${"[1,2],".repeat(200_000)}[1,2]]`), /JSON/);
  await assert.rejects(open(`${" ".repeat(300_000)}[x`), /one cell|no header/);
  const rows = `${HEAD}\n${"Zed,1,2\n".repeat(1000)}"Zed,1,2\n${"Zed,1,2\n".repeat(600_000)}`;
  await assert.rejects(open(rows), /Quote of line 1002 is not closed; close each quote/);
  assert.ok(performance.now() - start < 20_000);
});

const CASES = `${ROOT}/../shared/cases`;
const isShared = await Deno.stat(CASES).then(() => true, () => false);
if (!isShared) console.log("skipped: no shared cases of users' tables to read");

Deno.test({
  name: "the shared cases of users' tables are read with their units, nulls and digits",
  ignore: !isShared,
  async fn() {
    const of = async (name: string) => await read(`${CASES}/${name}`);
    const [hash] = (await of("01-hash-header.csv")).rows;
    assert.deepEqual(hash, ["Zed 1", "10.5", "20.5", "1.5e-14"]);
    assert.equal((await of("02-hash-names.csv")).rows.length, 3);
    assert.equal((await of("03-column-lines-state-units.tsv")).units[3], "W/m^2");
    const units = await of("04-units-row.csv");
    assert.deepEqual([units.units[3], units.rows.length, units.numbers[0]], ["W/m2", 2, 2]);
    assert.equal((await of("06-ecsv-units.ecsv")).units[4], "mJy");
    assert.deepEqual((await of("07-ipac.tbl")).rows[0], ["Zed1", "10.5", "20.5", "1.5e-14"]);
    assert.deepEqual((await of("08-ascii-table.fits")).rows[1], ["Zed 2", 11.5, 21.5, 2.5e-14]);
    const named = await of("09-variable-length-names.fits");
    assert.deepEqual(named.rows.map(([name]) => name), ["Zed 1", "Zed 22"]);
    assert.deepEqual((await of("11-second-extension.fits")).rows.length, 2);
    await assert.rejects(of("12-two-tables.vot"), /2 tables: 1: 1 rows.*2: 2 rows/);
    const ids = (await of("13-long-id.vot")).rows.map(([id]) => String(id));
    assert.deepEqual(ids, ["1234567890123456783", "1234567890123456789"]);
    assert.deepEqual((await of("14-null-is-a-number.vot")).rows.map((row) => row[4]), [NaN, 17.5]);
    await assert.rejects(of("15-service-error.vot"), /the radius 40 is above the limit of 5 deg/);
    assert.equal((await of("27-python-bytes.csv")).rows[0][0], "Zed 1");
    assert.deepEqual((await of("31-title-line.csv")).names, ["name", "ra", "dec", "flux_b"]);
  },
});
