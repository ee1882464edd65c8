import { chooseTable, isPosition } from "./choose-table.ts";
import type { OpenTable, TableColumn } from "./open-table.ts";
import { cannotRead, malformed } from "./table-error.ts";

/** A table found in a document. */
interface Found {
  readonly columns: readonly TableColumn[];
  readonly nRows: number;
  readonly rows: Iterable<readonly unknown[]>;
}

type Dictionary = Readonly<Record<string, unknown>>;

const FORMS =
  'understood are a list of records ([{"name": "a", "ra": 1}]), one a line too, columns ' +
  '({"name": ["a"], "ra": [1]}), and a list of columns with one of rows (pandas, TAP services); ' +
  'write one of these, in pandas to_json(orient="records"), or save the table as CSV';

/**
 * Opens a table in JSON: records, one a line or in a list; columns by name; what pandas writes
 * (`split`, `index`, `columns`, `table`); the columns and rows of TAP services. What is nested in a
 * record has its path for a name, `pos.ra`. Whole numbers beyond 2^53 keep their digits, as texts.
 *
 * @param wanted Which of several tables, by name or by number from 1.
 * @throws TableError naming the file, the place and the forms that are understood.
 */
export function openJson(name: string, text: string, wanted?: string): OpenTable {
  const document = parseJson(name, text);
  const found = tablesOf(document).filter(([, { nRows }]) => nRows > 0);
  if (found.length === 0) throw cannotRead(name, `its JSON is no table; ${FORMS}`);
  const { place, note } = chooseTable(
    found.map(([title, { columns, nRows }]) => ({ name: title, nRows, columns })),
    wanted,
  );
  const [title, { columns, rows }] = found[place];
  return {
    kind: "JSON",
    columns,
    rows,
    notes: note === undefined ? [] : [note],
    ...(found.length > 1 && { table: title || String(place + 1) }),
  };
}

/** A whole document, or one a line; NaN and Infinity, as Python writes them, are missing. */
function parseJson(name: string, text: string): unknown {
  try {
    return parsed(text);
  } catch (error) {
    const lines = text.split(/\r\n|\r|\n/), full = lines.filter((line) => line.trim() !== "");
    const areLines = full.length > 1 &&
      full.slice(0, 2).every((line) => /^\s*\{.*\}\s*$/.test(line));
    if (!areLines) {
      const what = (error as Error).message.replace(/\s+/g, " ").slice(0, 200);
      throw cannotRead(name, `its JSON is broken or cut short (${what}); write or fetch it again`);
    }
    return lines.flatMap((line, i) => {
      if (line.trim() === "") return [];
      try {
        return [parsed(line)];
      } catch {
        throw cannotRead(
          name,
          `line ${i + 1} is no JSON, where each of the others is a record; write or fetch it again`,
        );
      }
    });
  }
}

/** A token of JSON that is a text, or one of Python's that is no JSON. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;
/** A number of more digits than a double may hold. */
const LONG = /(?:^|[:,[\s])-?\d{16,}\s*(?:[,}\]]|$)/;

function parsed(text: string): unknown {
  const plain = /\b(NaN|Infinity)\b/.test(text)
    ? text.replace(TOKENS, (token) => token.startsWith('"') ? token : "null")
    : text;
  if (!LONG.test(plain)) return JSON.parse(plain);
  // identifiers beyond 2^53: not every engine tells a reviver what stood there
  const quoted = plain.replace(
    /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (token) => /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
  return JSON.parse(quoted);
}

/** Every table of a document with its name. */
function tablesOf(document: unknown, title = ""): [title: string, Found][] {
  const whole = tableOf(document);
  if (whole) return [[title, whole]];
  if (!isDictionary(document)) return [];
  return Object.entries(document).flatMap(([key, value]) =>
    typeof value === "object" ? tablesOf(value, title ? `${title}.${key}` : key) : []
  );
}

/** A value that is a table of itself; undefined where it is none. */
function tableOf(value: unknown): Found | undefined {
  if (Array.isArray(value)) return ofRecords(value) ?? ofLines(value);
  if (!isDictionary(value)) return undefined;
  const described = value.metadata ?? value.columns ?? value.fields ??
    (isDictionary(value.schema) ? value.schema.fields : undefined);
  const rows = value.data ?? value.rows;
  if (Array.isArray(described) && Array.isArray(rows)) return ofDescribed(described, value, rows);
  const entries = Object.entries(value);
  if (entries.length < 2) return undefined;
  if (entries.every(([, column]) => Array.isArray(column) && column.length > 0)) {
    const columns = entries as [string, unknown[]][], nRows = columns[0][1].length;
    if (columns.some(([, cells]) => cells.length !== nRows || cells.every(isDictionary))) {
      return undefined;
    }
    return {
      columns: columns.map(([name]) => ({ name })),
      nRows,
      rows: Array.from({ length: nRows }, (_, row) => columns.map(([, cells]) => cells[row])),
    };
  }
  return entries.every(([, inner]) => isDictionary(inner))
    ? ofDictionaries(entries as [string, Dictionary][])
    : undefined;
}

/** `{"name": {"0": "a"}}` by columns, as pandas writes by default, or `{"a": {"ra": 1}}` by rows. */
function ofDictionaries(entries: readonly (readonly [string, Dictionary])[]): Found | undefined {
  const isColumn = (name: string) => isPosition({ name });
  const byColumns = entries.some(([name]) => isColumn(name));
  const inner = Object.keys(entries[0][1]);
  if (!byColumns && !inner.some(isColumn)) return undefined;
  if (!byColumns) {
    const records = entries.map(([name, record]) => ({ "": name, ...record }));
    return ofRecords(records);
  }
  const isCounted = inner.every((key, i) => key === String(i));
  return ofRecords(inner.map((key) => ({
    ...(!isCounted && { "": key }),
    ...Object.fromEntries(entries.map(([name, cells]) => [name, cells[key]])),
  })));
}

/** Records, their columns in the order in which they come; a scalar among them makes it no table. */
function ofRecords(records: readonly unknown[]): Found | undefined {
  if (records.length === 0 || !records.every(isDictionary)) return undefined;
  const isNested = records.some((record) => Object.values(record).some(isDictionary));
  const flat = isNested ? records.map((record) => flattened(record)) : records;
  const names = new Set<string>();
  for (const record of flat) for (const name of Object.keys(record)) names.add(name);
  if (names.size > MOST_NAMES) {
    throw malformed(`its records have ${names.size} different names; is it a table?`);
  }
  const all = [...names];
  return {
    columns: all.map((name) => ({ name, ...listLength(flat, name) })),
    nRows: flat.length,
    rows: rowsOf(flat, all),
  };
}
/** Names that records of one table may have. */
const MOST_NAMES = 10_000;

function* rowsOf(records: readonly Dictionary[], names: readonly string[]): Generator<unknown[]> {
  for (const record of records) {
    yield names.map((name) => Object.hasOwn(record, name) ? record[name] : undefined);
  }
}

/** Number of elements where cells are lists of numbers; 0 where it varies. */
function listLength(
  records: readonly Dictionary[],
  name: string,
): Pick<TableColumn, "arrayLength"> {
  let found: number | undefined;
  for (const record of records) {
    const cell = record[name];
    if (!Array.isArray(cell)) continue;
    if (found !== undefined && found !== cell.length) return { arrayLength: 0 };
    found = cell.length;
  }
  return found === undefined ? {} : { arrayLength: found };
}

/** A record without records within: `{"pos": {"ra": 1}}` has pos.ra. */
function flattened(record: Dictionary, before = ""): Dictionary {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]): [string, unknown][] =>
      isDictionary(value)
        ? Object.entries(flattened(value, `${before}${key}.`))
        : [[before + key, value]]
    ),
  );
}

/** Rows as lists below a list of their names. */
function ofLines(lines: readonly unknown[]): Found | undefined {
  const [names, ...rows] = lines;
  if (!Array.isArray(names) || names.length < 2 || rows.length === 0) return undefined;
  if (!names.every((name) => typeof name === "string") || !rows.every(Array.isArray)) {
    return undefined;
  }
  return {
    columns: names.map((name) => ({ name })),
    nRows: rows.length,
    rows: rows as unknown[][],
  };
}

/** Rows, as lists or records, beside a list that describes their columns. */
function ofDescribed(
  described: readonly unknown[],
  { index }: Dictionary,
  rows: readonly unknown[],
): Found | undefined {
  const text = (value: unknown) => typeof value === "string" ? value : undefined;
  const columns = described.map((column): TableColumn => {
    if (!isDictionary(column)) {
      return { name: Array.isArray(column) ? column.join(" ") : `${column}` };
    }
    const { name, unit, units, ucd, description } = column;
    return {
      name: `${name ?? ""}`,
      unit: text(unit) ?? text(units),
      ucd: text(ucd),
      description: text(description),
    };
  });
  if (rows.length > 0 && rows.every(isDictionary)) {
    return {
      columns,
      nRows: rows.length,
      rows: rowsOf(rows, columns.map(({ name }) => name)),
    };
  }
  if (!rows.every(Array.isArray)) return undefined;
  const lists = rows as unknown[][], nRows = lists.length;
  const isNamed = Array.isArray(index) && index.length === rows.length &&
    index.some((key, i) => key !== i);
  return isNamed
    ? {
      columns: [{ name: "" }, ...columns],
      nRows,
      rows: lists.map((row, i) => [(index as unknown[])[i], ...row]),
    }
    : { columns, nRows, rows: lists };
}

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
