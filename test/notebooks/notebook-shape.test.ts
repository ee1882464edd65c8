import assert from "node:assert/strict";
import { ROOT } from "#lib/run/files.ts";

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

// eight of this project and two packages, Plot, polars and Arrow
const MOST_LINES = 25, MOST_MODULES = 13;

/** Columns that JupyterLab shows beside its file browser on a screen of 1440 pixels. */
const WIDTH = 120;

for (const { name } of Deno.readDirSync(`${ROOT}/notebooks`)) {
  if (!name.endsWith(".ipynb")) continue;
  const { cells } = JSON.parse(Deno.readTextFileSync(`${ROOT}/notebooks/${name}`));
  const code = (cells as Cell[]).filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => [source].flat().join(""));

  Deno.test(`${name}: no cell is longer than a screen`, () => {
    const long = code.filter((text) => text.split("\n").length > MOST_LINES);
    assert.deepEqual(long.map((text) => text.split("\n")[0]), []);
  });

  Deno.test(`${name}: no line of code is wider than a screen, none holds two statements`, () => {
    assert.deepEqual(
      code.flatMap((text) => text.split("\n").filter((line) => line.length > WIDTH)),
      [],
    );
    assert.deepEqual(code.flatMap(withTwo), []);
  });

  Deno.test(`${name}: a reader meets few modules`, () => {
    const modules = new Set(
      code.flatMap((text) =>
        [...text.matchAll(/^(?:import|\}).* from "([^"]+)";$/gm)].map(([, module]) => module)
      ),
    );
    assert.ok(modules.size > 0 && modules.size <= MOST_MODULES, [...modules].sort().join(", "));
  });

  Deno.test(`${name}: what a section declares that may end before is not used behind it without a word`, () => {
    assert.deepEqual(usedBehindAnEnd(cells), []);
  });
}

/** Lines in which a statement ends and another begins; texts, comments and braces left out. */
function withTwo(cell: string): string[] {
  const code = cell.replace(/"[^"\n]*"|`[^`]*`/g, '""').replace(/\/\/.*/g, "");
  return code.split("\n").filter((line) => /;\s*\w/.test(line.replace(/\{[^{}]*\}/g, "{}")));
}

Deno.test("two statements on a line are seen; the members of a type are none", () => {
  assert.deepEqual(withTwo("const a = 1; const b = 2;"), ["const a = 1; const b = 2;"]);
  assert.deepEqual(withTwo("const f = ({ a }: { a: number; b: string }) => a; // x; y"), []);
  assert.deepEqual(withTwo("show(`a; b\nc; d`);"), []);
});

Deno.test("a name of a section that may have ended is found where the next one uses it", () => {
  const markdown = (source: string) => ({ cell_type: "markdown", source });
  const code = (source: string) => ({ cell_type: "code", source });
  const all = [
    markdown("## A"),
    code('const early = 1;\nif (!x) endSection("no x");\nconst { late, other: own } = f();'),
    markdown("### Within"),
    code("late;\nconst [inner] = f();"),
    markdown("## B"),
  ];
  assert.deepEqual(usedBehindAnEnd([...all, code("early; y.late; own; f(inner);")]), [
    "own",
    "inner",
  ]);
  assert.deepEqual(usedBehindAnEnd([...all, code('endSection("none"); own;')]), []);
});

/** Names declared behind an `endSection` that code behind its section uses, where nothing ends that, too. */
function usedBehindAnEnd(cells: readonly Cell[]): string[] {
  const texts = cells.map(({ source }) => [source].flat().join(""));
  const level = (i: number) =>
    cells[i].cell_type === "markdown"
      ? [...texts[i].matchAll(/^(#+) /gm)].at(-1)?.[1].length
      : undefined;
  const isCode = (i: number) => cells[i].cell_type === "code";
  /** The cells from one to the end of the section that it lies in. */
  const sectionFrom = (i: number) => {
    let start = i;
    while (start > 0 && level(start) === undefined) start--;
    const high = level(start) ?? 1;
    let end = i + 1;
    while (end < cells.length && !((level(end) ?? Infinity) <= high)) end++;
    return { start, end };
  };
  const used: string[] = [];
  for (const [i, text] of texts.entries()) {
    const at = isCode(i) ? text.indexOf("endSection(") : -1;
    if (at < 0) continue;
    const { end } = sectionFrom(i);
    const declared = [
      text.slice(at),
      ...texts.slice(i + 1, end).filter((_, k) => isCode(i + 1 + k)),
    ]
      .flatMap(namesDeclared);
    for (let j = end; j < cells.length; j++) {
      if (!isCode(j)) continue;
      const mayEnd = texts.some((other, k) =>
        k >= end && k <= j && isCode(k) && other.includes("endSection(") && sectionFrom(k).end > j
      );
      if (mayEnd) continue;
      const own = new Set(namesDeclared(texts[j]));
      const words = new Set(
        texts[j].replace(/"[^"\n]*"/g, '""').match(/(?<![.\w$"])[A-Za-z_$][\w$]*(?!\w|:)/g),
      );
      used.push(...declared.filter((one) => words.has(one) && !own.has(one)));
    }
  }
  return [...new Set(used)];
}

/** Names that a cell declares at its top level. */
function namesDeclared(text: string): string[] {
  return [...text.matchAll(/^(?:const|let|type|function|class) (\{[^}]*\}|\[[^\]]*\]|[^=]*)/gm)]
    .flatMap(([, what]) =>
      /^[{[]/.test(what)
        ? what.slice(1, -1).split(",").map((part) => part.split(":").at(-1)!.trim().split(/\W/)[0])
        : [what.split(/\W/)[0]]
    ).filter(Boolean);
}
