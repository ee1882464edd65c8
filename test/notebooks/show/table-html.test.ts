import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import pl from "nodejs-polars";
import { tableHtml, type TableLike } from "#show/tables.ts";

const rows = [{ name: "M 31", flux: 1.5 }, { name: "NGC 4697", flux: null }];

function cells(html: string): string[][] {
  const { document } = parseHTML(`<body>${html}</body>`);
  return [...document.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? "")
  );
}

Deno.test("records, a polars frame and a danfojs frame give the same table", () => {
  const records = cells(tableHtml(rows));
  const polars = pl.DataFrame({ name: ["M 31", "NGC 4697"], flux: [1.5, null] });
  const danfo = { columns: ["name", "flux"], values: [["M 31", 1.5], ["NGC 4697", null]] };
  assert.deepEqual(records, [["name", "flux"], ["M 31", "1.500"], ["NGC 4697", "–"]]);
  assert.deepEqual(cells(tableHtml(polars as unknown as TableLike)), records);
  assert.deepEqual(cells(tableHtml(danfo)), records);
});

Deno.test("a danfojs frame shows an index of words, and none that only counts", () => {
  const frame = { columns: ["G"], values: [[15.5], [null]] };
  const described = cells(tableHtml({ ...frame, index: ["mean", "std"] }));
  assert.deepEqual(described, [["", "G"], ["mean", "15.50"], ["std", "–"]]);
  assert.deepEqual(cells(tableHtml({ ...frame, index: [0, 1] })), [["G"], ["15.50"], ["–"]]);
});

Deno.test("hostile text in cells, headings, captions, units and notes is shown as text", () => {
  const hostile = `<img src=x onerror="alert('1')">&`;
  const html = tableHtml([{ [hostile]: hostile }], {
    caption: hostile,
    units: { [hostile]: hostile },
    note: hostile,
    format: { [hostile]: () => hostile },
  });
  const { document } = parseHTML(`<body>${html}</body>`);
  assert.equal(document.querySelector("img"), null);
  assert.equal(document.querySelector(".csc-caption")?.textContent, hostile);
  assert.equal(document.querySelector("td")?.textContent, hostile);
});

Deno.test("texts that are numbers with errors go to the right as well", () => {
  const { document } = parseHTML(`<body>${tableHtml([{ f1: "22.1 ± 0.4" }, { f1: null }])}</body>`);
  assert.equal(document.querySelector("td")?.className, "n");
});

Deno.test("numbers are marked for the right, text is not", () => {
  const { document } = parseHTML(`<body>${tableHtml(rows)}</body>`);
  const cells = document.querySelectorAll("tbody tr:first-child :is(th, td)");
  assert.deepEqual([...cells].map(({ className }) => className), ["", "n"]);
});

Deno.test("a row is headed by its first cell where it has more than one", () => {
  const heads = (table: TableLike) =>
    [...parseHTML(`<body>${tableHtml(table)}</body>`).document.querySelectorAll("[scope=row]")]
      .map(({ textContent }) => textContent);
  assert.deepEqual(heads([{ class: "AGN", n: 1 }, { class: null, n: 2 }]), ["AGN", "–"]);
  assert.deepEqual(heads([{ n: 1 }]), []);
});

Deno.test("a table without rows says that there are none", () => {
  const noted = (table: TableLike) => {
    const { document } = parseHTML(`<body>${tableHtml(table, { caption: "Kept" })}</body>`);
    return document.querySelector(".csc-note")?.textContent;
  };
  assert.equal(noted([]), "None");
  assert.equal(noted(pl.DataFrame({ name: ["M 31"] }).head(0) as unknown as TableLike), "None");
  assert.equal(noted(rows), undefined);
});

Deno.test("a long table shows its first rows and says how many it leaves out", () => {
  const html = tableHtml(Array.from({ length: 50 }, (_, i) => ({ i })), { limit: 20 });
  assert.equal(cells(html).length, 21);
  assert.match(html, /30 more rows not shown/);
});

Deno.test("something that is no table is refused by name of what is wanted", () => {
  assert.throws(
    () => tableHtml("x" as unknown as TableLike),
    /polars or danfojs frame or an array/,
  );
});

Deno.test("a column that hides a member of a polars frame is named, with the way to rename it", () => {
  for (const name of ["columns", "height", "head"]) {
    const frame = pl.DataFrame({ name: ["M 31"], [name]: [1] });
    assert.throws(
      () => tableHtml(frame as unknown as TableLike),
      {
        name: "TypeError",
        message: new RegExp(`rename it: frame.rename\\(\\{ ${name}: "..." \\}\\)`),
      },
    );
    const records = cells(tableHtml(frame.rename({ [name]: "other" }) as unknown as TableLike));
    assert.deepEqual(records, [["name", "other"], ["M 31", "1"]]);
  }
});
