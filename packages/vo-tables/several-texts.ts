import { chooseTable } from "./choose-table.ts";
import type { OpenTable } from "./open-table.ts";
import { openText } from "./read-text.ts";
import { recognise } from "./text-dialect.ts";

/** Letters by which it is judged whether a text holds several tables. */
const HEAD = 1 << 20;
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
  const iterator = pieces[Symbol.asyncIterator](), taken: string[] = [];
  for (let length = 0; length < HEAD;) {
    const { value, done } = await iterator.next();
    if (done) break;
    taken.push(value);
    length += value.length;
  }
  const head = taken.join(""), nShown = head.match(TABLE)?.length ?? 0;
  if (nShown === 0 || (nShown === 1 && wanted === undefined)) {
    return await openText(name, behind(head, iterator));
  }
  const rest: string[] = [];
  for await (const piece of behind("", iterator)) rest.push(piece);
  const sections = sectionsOf(head + rest.join(""));
  const { place, note } = chooseTable(sections.map(choiceOf), wanted);
  const table = await openText(name, behind(sections[place]));
  return { ...table, notes: [...note ? [note] : [], ...table.notes ?? []] };
}

async function* behind(first: string, iterator?: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (let next = await iterator?.next(); next && !next.done; next = await iterator?.next()) {
    yield next.value;
  }
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
