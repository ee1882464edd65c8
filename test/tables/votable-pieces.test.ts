// VOTables of many rows: the document is read twice, and what is in memory does not grow with it.
import assert from "node:assert/strict";
import {
  cellOf,
  openFile,
  type OpenOptions,
  type OpenTable,
  TableError,
  type TableFile,
} from "@csc-classify/vo-tables/browser";
import { ROOT } from "#lib/run/files.ts";
import { measuredRun } from "#tools/bench/measured-run.ts";
import { type Column, gzip, utf16, votable } from "./encode-tables.ts";

const FORMS = ["TABLEDATA", "BINARY", "BINARY2"] as const;
/** More than two pieces of 4,096. */
const ROWS = 9000;

const namesOf = (nRows: number) => Array.from({ length: nRows }, (_, row) => `Zed & ${row} é`);

function columns(nRows: number): Column[] {
  const names = namesOf(nRows),
    of = <Value>(cell: (row: number) => Value) => names.map((_, row) => cell(row));
  return [
    { name: "name", form: "A", cells: names },
    { name: "ra", form: "D", cells: of((row) => row * 0.037 + 1e-9) },
    { name: "id", form: "K", cells: of((row) => `12345678901234${10_000 + row}`) },
    { name: "good", form: "L", cells: of((row) => row % 3 === 0) },
    { name: "flux", form: "D", cells: of((row) => row % 7 === 0 ? NaN : row * 1e-17) },
    {
      name: "n",
      form: "J",
      cells: of((row) => row % 5 === 0 ? -99 : row),
      attributes: '><VALUES null="-99"/></FIELD',
    },
  ];
}

/** The rows of {@link columns} as a reader should give them. */
function expected(nRows: number): unknown[][] {
  return namesOf(nRows).map((name, row) => [
    name,
    row * 0.037 + 1e-9,
    BigInt(`12345678901234${10_000 + row}`),
    row % 3 === 0,
    row % 7 === 0 ? NaN : row * 1e-17,
    row % 5 === 0 ? NaN : row,
  ]);
}

const document = (nRows: number, form: typeof FORMS[number] = "TABLEDATA", info = "") =>
  votable(columns(nRows), form, info).replace(/\/FIELD\/>/g, "/FIELD>");

const bytesOf = (content: string | Uint8Array) =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** A file that comes in pieces of so many bytes behind the first 300, and what of it has been read. */
function fileOf(content: string | Uint8Array, step = 1 << 16) {
  const bytes = bytesOf(content), read = { bytes: 0, times: 0 };
  const file: TableFile = {
    name: "t.vot",
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    async *stream() {
      read.times++;
      for (let at = 0, end = 300; at < bytes.length; [at, end] = [end, end + step]) {
        const piece = bytes.slice(at, end);
        read.bytes += piece.length;
        yield piece;
      }
    },
  };
  return { file, read };
}

async function rowsOf(table: OpenTable): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const { nRows, cells } of table.pieces!) {
    for (let row = 0; row < nRows; row++) rows.push(cells.map((column) => cellOf(column, row)));
  }
  return rows;
}

const open = async (content: string | Uint8Array, step?: number, options?: OpenOptions) =>
  await openFile(fileOf(content, step).file, options);
const read = async (content: string | Uint8Array, step?: number, options?: OpenOptions) =>
  await rowsOf(await open(content, step, options));

/** The same document, otherwise written. */
const WRITINGS: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  "as it is": (text) => text,
  "with prefixes": (text) =>
    text.replace(/<(\/?)(?=[A-Z])/g, "<$1vot:").replace("xmlns=", "xmlns:vot="),
  "with lines ended by two letters": (text) => text.replaceAll("\n", "\r\n"),
  "with much room": (text) => text.replace(/<(?=T[RD]>)/g, "\n\t <").replaceAll("</TR>", "\n</TR>"),
  "with entities by name": (text) =>
    text.replaceAll("&#38;", "&amp;").replaceAll("<TD>0.037", "<TD>&#48;.037"),
  "with attributes": (text) => text.replace(/<TR>/g, '<TR ID="r">'),
  "with comments": (text) => text.replace(/<\/TD>(?=<)/g, "<!-- TR> --></TD>"),
  "with small tags": (text) =>
    text.replace(/<(\/?)(TABLEDATA|T[RD])>/g, (tag) => tag.toLowerCase()),
  "in UTF-16": (text) => utf16(text.replace("UTF-8", "UTF-16"), true),
  gzipped: gzip,
};

for (const form of FORMS) {
  Deno.test(`the rows of a long VOTable of ${form} are those that were written`, async () => {
    const text = document(ROWS, form), rows = expected(ROWS);
    for (const [how, write] of Object.entries(WRITINGS)) {
      const table = await open(write(text), 5000);
      assert.equal(table.nRows, ROWS, how);
      assert.deepEqual(await rowsOf(table), rows, how);
    }
  });

  Deno.test(`a VOTable of ${form} is read alike however its bytes come`, async () => {
    const text = document(4, form), rows = expected(4);
    for (const step of [1, 2, 3, 5, 17, 64]) assert.deepEqual(await read(text, step), rows);
  });

  Deno.test(`rows of a VOTable of ${form} are given while it is read a second time`, async () => {
    const { file, read } = fileOf(document(3 * ROWS, form));
    const table = await openFile(file), opened = read.bytes;
    const seen: number[] = [];
    for await (const { nRows } of table.pieces!) {
      assert.ok(nRows <= 4096);
      seen.push((read.bytes - opened) / file.size);
    }
    assert.ok(seen[0] < 0.3, `${seen[0]} of the file for the first rows`);
    seen.forEach((share, i) => assert.ok(i === 0 || share > seen[i - 1], seen.join()));
  });

  Deno.test(`a VOTable of ${form} that is cut off anywhere gives no row and says so`, async () => {
    const whole = bytesOf(document(3, form)), end = whole.length - "\n".length;
    assert.equal((await read(whole.subarray(0, end))).length, 3);
    for (let cut = 1; cut < end; cut++) {
      const part = whole.subarray(0, cut), messages: string[] = [];
      for (const step of [40, 1e6]) {
        const failed = await open(part, step).then(() => undefined, (error) => error);
        assert.ok(failed instanceof TableError, `${cut} bytes: ${failed}`);
        messages.push(failed.message);
      }
      assert.match(messages[0], /cut|no table|has no header|one cell|not UTF-8/, `${cut} bytes`);
      assert.equal(messages[1], messages[0]);
    }
  });

  Deno.test(`what stands behind the rows of a VOTable of ${form} is known before the first`, async () => {
    const info = (value: string, words = "") =>
      `</TABLE><INFO name="QUERY_STATUS" value="${value}">${words}</INFO>`;
    const text = document(ROWS, form), behind = (more: string) => text.replace("</TABLE>", more);
    assert.equal((await open(behind(info("OVERFLOW")))).overflow, true);
    await assert.rejects(open(behind(info("ERROR", "too late"))), /says "too late"/);
    const stated = text.replace("<TABLE>", `<TABLE nrows="${ROWS + 1}">`);
    await assert.rejects(open(stated), /nrows = 9001 and has 9000: cut short/);
    const again = /<TABLE>[^]*<\/TABLE>/.exec(document(2, form))![0];
    await assert.rejects(open(behind(`</TABLE>${again}`)), /1: 9000 rows of .*2: 2 rows/);
    const second = await open(behind(`</TABLE>${again}`), 5000, { table: "2" });
    assert.deepEqual(await rowsOf(second), expected(2));
  });

  Deno.test(`columns that nobody wants are left out of a VOTable of ${form}`, async () => {
    const table = await open(document(ROWS, form));
    table.want!([1]);
    const rows = await rowsOf(table), last = rows.at(-1)!;
    assert.deepEqual(last, [undefined, expected(ROWS)[ROWS - 1][1], ...Array(4).fill(undefined)]);
  });
}

Deno.test("a cell that is no number is refused, though it stands in a column or table that nobody wants", async () => {
  const text = document(ROWS), table = /<TABLE>[^]*<\/TABLE>/.exec(text)![0];
  const bad = (of: string) => of.replace(/<TD>8999<\/TD>/, "<TD>many</TD>");
  await assert.rejects(open(bad(text)), /column "n" has "many", expected a number/);
  const other = bad(table).replace('name="ra"', 'name="x"');
  await assert.rejects(open(text.replace("</TABLE>", `</TABLE>${other}`)), /has "many"/);
});

Deno.test("entities stand for letters in every cell, by name or by number", async () => {
  const names = [
    "&lt;a&gt; &quot;b&quot; &apos;c&apos;",
    "&amp;lt;",
    "&amp;amp;&#233;&eacute;",
    "x",
  ];
  const text = votable([{ name: "name", form: "A", cells: ["0", "1", "2", "3"] }]);
  const written = names.reduce(
    (whole, name, i) => whole.replace(`<TD>${i}<`, `<TD>${name}<`),
    text,
  );
  const rows = [[`<a> "b" 'c'`], ["&lt;"], ["&amp;éé"], ["x"]];
  for (const step of [1, 7, 1e6]) assert.deepEqual(await read(written, step), rows);
  const number = votable([{ name: "ra", form: "D", cells: [1, 2] }]);
  const bad = number.replace("<TD>2<", "<TD>&lt;2<");
  await assert.rejects(open(bad), /column "ra" has "<2", expected a number/);
  await assert.rejects(
    open(written.replace("&amp;lt;", "a & b")),
    /Invalid character in entity name/,
  );
});

Deno.test("lines are counted through rows that the parser of XML does not see", async () => {
  const lines = (text: string) => text.split("\n").length;
  for (const form of FORMS) {
    const text = document(ROWS, form);
    const broken = text.replace(`</${form}>`, "</WRONG>");
    const line = lines(broken.slice(0, broken.indexOf("</WRONG>")));
    await assert.rejects(open(broken, 777), new RegExp(`Unexpected close tag\\) in line ${line}$`));
  }
  const text = document(ROWS),
    bytes = bytesOf(text.replace("Zed &#38; 8000 ", "Zed &#38; 8000 \n"));
  const at = new TextDecoder("latin1").decode(bytes).indexOf("8000 \n") + 6;
  bytes[at] = 0xff;
  const line = lines(new TextDecoder("latin1").decode(bytes.subarray(0, at)));
  const failed = await open(bytes, 64).then(() => undefined, (error) => error);
  const said = Number(/not UTF-8 behind line (\d+)/.exec(failed?.message)?.[1]);
  assert.ok(said <= line && said >= line - 2, `${failed?.message}, not ${line}`);
});

Deno.test("a cell may be longer than many pieces of the file", async () => {
  const long = "z".repeat(3_000_000), cells = ["a", long, "b"];
  for (const form of FORMS) {
    const text = votable([{ name: "name", form: "A", cells }], form);
    assert.deepEqual(await read(text), cells.map((cell) => [cell]));
  }
});

Deno.test("a document that changes between its two readings says so", async () => {
  for (const [first, then] of [[ROWS, 10], [10, 11], [10, 9]]) {
    const contents = [document(first), document(first), document(then)].map(bytesOf);
    let times = 0;
    const { file } = fileOf(contents[0]);
    const stream = () => fileOf(contents[times++]).file.stream();
    const table = await openFile({ ...file, stream });
    await assert.rejects(rowsOf(table), /changed while it was read; close what writes it/);
  }
});

Deno.test("what comes once, as a pipe does, is kept", async () => {
  const { file, read } = fileOf(document(ROWS));
  assert.deepEqual(await rowsOf(await openFile({ ...file, size: 0 })), expected(ROWS));
  assert.equal(read.times, 1);
});

const isLinux = Deno.build.os === "linux";
if (!isLinux) console.log("skipped: memory of long VOTables: it is told by Linux's /proc alone");

Deno.test({
  name: "memory does not grow with the rows of a VOTable",
  ignore: !isLinux,
  async fn() {
    const folder = await Deno.makeTempDir(), nColumns = 40, nRows = 150_000;
    const code = `import { openTable } from "@csc-classify/vo-tables/disk";
      let n = 0;
      for await (const { nRows } of (await openTable(Deno.args[0])).pieces) n += nRows;
      if (n !== ${nRows}) Deno.exit(1);`;
    const columns = Array.from({ length: nColumns }, (_, i) => ({
      name: `c${i}`,
      form: "D",
      cells: Array.from({ length: 300 }, (_, row) => row + i / 2),
    }));
    try {
      for (const form of FORMS) {
        // 300 rows are whole groups of letters in base64
        const of300 = votable(columns, form).split(
          /(?<=base64">|<TABLEDATA>)([^]*)(?=<\/(?:STREAM|TABLEDATA)>)/,
        );
        const [start, rows, end] = of300;
        const file = await Deno.open(`${folder}/t.vot`, {
          create: true,
          write: true,
          truncate: true,
        });
        const writer = file.writable.getWriter(), encoder = new TextEncoder();
        await writer.write(encoder.encode(start));
        const bytes = encoder.encode(rows);
        for (let row = 0; row < nRows; row += 300) await writer.write(bytes);
        await writer.write(encoder.encode(end));
        await writer.close();
        const args = ["eval", "--ext=ts", code, `${folder}/t.vot`];
        const { code: exit, stderr, peakMB } = await measuredRun(Deno.execPath(), args, {
          cwd: ROOT,
        });
        assert.equal(exit, 0, stderr);
        assert.ok(peakMB > 50 && peakMB < 200, `${form}: ${Math.round(peakMB)} MB`);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
