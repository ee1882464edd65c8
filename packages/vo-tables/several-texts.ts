import { chooseTable } from "./choose-table.ts";
import type { OpenTable } from "./open-table.ts";
import { headOf, openText } from "./read-text.ts";
import { behind } from "./table-file.ts";
import { recognise } from "./text-dialect.ts";

/** A line with which VizieR begins a table in a download of tabs. */
const TABLE = /^#\s*Table\t/gm;
/** Letters of a table by which its columns are known. */
const SECTION = 1 << 18;

/**
 * Opens a text as {@link openText}, of several tables that VizieR wrote below each other the one that is
 * wanted by name or number, or that has positions, see {@link chooseTable}. Only such a text is read
 * whole: where its beginning shows several tables, or one is wanted.
 *
 * @throws TableError naming the tables where none is meant.
 */
export async function openTexts(
  name: string,
  pieces: AsyncIterable<string>,
  wanted?: string,
): Promise<OpenTable> {
  const { head, rest } = await headOf(pieces), nShown = head.match(TABLE)?.length ?? 0;
  if (nShown === 0 || (nShown === 1 && wanted === undefined)) {
    return await openText(name, behind(head, rest));
  }
  const parts = [head];
  for await (const piece of rest) parts.push(piece);
  const sections = sectionsOf(parts.join(""));
  const { place, note } = chooseTable(sections.map(choiceOf), wanted);
  const table = await openText(name, behind(sections[place], []));
  return { ...table, notes: [...note ? [note] : [], ...table.notes ?? []] };
}

/** The tables of a text, each with the lines behind # that stand above it. */
function sectionsOf(text: string): string[] {
  const starts = [...text.matchAll(TABLE)].map(({ index }) => {
    let start = index;
    while (start > 0) {
      const before = text.lastIndexOf("\n", start - 2) + 1;
      if (!/^(#.*)?\s*$/.test(text.slice(before, start))) break;
      start = before;
    }
    return start;
  });
  return starts.map((start, i) => text.slice(start, starts[i + 1]));
}

/** Name, columns and rows of a table, as far as it is one. */
function choiceOf(section: string): Parameters<typeof chooseTable>[0][number] {
  const name = /^#\s*Name:\s*(\S+)/m.exec(section.slice(section.search(TABLE)))?.[1] ??
    /^#\s*Table\t(.*?):?\s*$/m.exec(section)?.[1] ?? "";
  try {
    const { columns, first } = recognise(section.slice(0, SECTION));
    const isRow = (line: string) => line.trim() !== "" && !line.startsWith("#");
    return { name, columns, nRows: section.split(/\r?\n/).slice(first).filter(isRow).length };
  } catch {
    return { name, columns: [], nRows: 0 };
  }
}
