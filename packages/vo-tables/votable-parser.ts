import sax from "sax";
import { malformed, TableError } from "./table-error.ts";
import { type Cell, type ColumnInfo, parseCell, type RowTaker } from "./votable-column.ts";
import { PlainRows } from "./votable-rows.ts";
import { Base64Stream, BinaryRows, type BytesTaker } from "./votable-stream.ts";

/** Letters that wait for the end of their row. */
const MOST_WAITING = 1 << 20;

/** A table of a VOTable whose rows follow. */
interface VotableTable {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  /** Frame of a column by its place, as its COOSYS says. */
  readonly frames: readonly (string | undefined)[];
}

/** What takes the tables of a VOTable as they come. */
interface VotableSink {
  /** Told of each table with data; takes its rows, or undefined to pass it over. */
  table(table: VotableTable): RowTaker | undefined;
  /** Told of a FITS file that stands for the rows; takes its bytes. Absent where none is understood. */
  fits?(): BytesTaker;
}

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

interface Coosys {
  readonly id?: string;
  readonly frame: string;
}

/**
 * Reads a VOTable (TABLEDATA, or BINARY and BINARY2 in base64) chunk by chunk:
 * https://www.ivoa.net/documents/VOTable/
 *
 * @throws TableError `query` with the service's own words when the document reports an error,
 * `format` when it is malformed, cut short, or holds no table.
 */
export class VotableParser {
  readonly #parser = sax.parser(true, { trim: false });
  readonly #sink: VotableSink;
  readonly #encoding?: string;
  #decoder?: TextDecoder;
  #fields: ColumnInfo[] = [];
  #refs: (string | undefined)[] = [];
  #coosys: Coosys[] = [];
  #table = "";
  #stated: number | undefined;
  #taker?: RowTaker;
  #rows = 0;
  /** Number of tables with data. */
  #tables = 0;
  /** Reads the rows of TABLEDATA that its parser need not see. */
  #plain?: PlainRows;
  /** Takes the base64 of a stream while it lasts. */
  #stream?: Base64Stream;
  /** The beginning of a row whose end has not come yet. */
  #waiting = "";
  #row: Cell[] = [];
  #data = "";
  #inField = false;
  #inCell = false;
  #text = "";
  #status = "";
  #failure = "";
  /** What a PARAM says that may be a service's error, or one of a position. */
  #complaint = "";
  #started = false;

  /** @param encoding Of a document that does not say its own. */
  constructor(sink: VotableSink, encoding?: string) {
    this.#sink = sink;
    this.#encoding = encoding;
    this.#parser.onopentag = (tag: Tag) => this.#open(tag);
    this.#parser.onclosetag = (name: string) => this.#close(localName(name));
    this.#parser.ontext = this.#parser.oncdata = (text: string) => {
      if (this.#stream) this.#stream.write(text);
      else this.#text += text;
    };
    this.#parser.onerror = (error: Error) => {
      const [what] = error.message.split("\n");
      throw malformed(`malformed or cut-off VOTable (${what}) in line ${this.#parser.line + 1}`);
    };
  }

  write(chunk: Uint8Array): void {
    this.#decoder ??= new TextDecoder(encodingOf(chunk) ?? this.#encoding, { fatal: true });
    this.#read(this.#decode(chunk, true));
  }

  /** @returns Whether the service says that it left rows out. */
  finish(): boolean {
    this.#read(this.#decode(new Uint8Array(0), false));
    this.#parser.write(this.#waiting).close();
    if (this.#status === "ERROR") {
      throw new TableError("query", this.#failure || "the service reported an error without words");
    }
    if (this.#tables > 0) return this.#status === "OVERFLOW";
    if (this.#complaint !== "") throw new TableError("query", this.#complaint);
    throw malformed("the VOTable holds no table");
  }

  #decode(chunk: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder?.decode(chunk, { stream }) ?? "";
    } catch {
      const line = this.#parser.line + lineFeeds(this.#waiting) + 1;
      throw malformed(
        `the VOTable is not ${this.#decoder!.encoding.toUpperCase()} behind line ` +
          `${line}; save it as UTF-8, or name its encoding in its first line: ` +
          '<?xml version="1.0" encoding="ISO-8859-1"?>',
      );
    }
  }

  /**
   * Rows of TABLEDATA and the letters of a stream, nearly all of a document, go past the parser of
   * XML where they hold nothing that only it knows.
   */
  #read(piece: string): void {
    const text = this.#waiting + piece;
    this.#waiting = "";
    for (let at = 0; at < text.length;) {
      const isText = this.#parser.state === sax.STATE.TEXT;
      if (isText && this.#stream) at = this.#readStream(text, at);
      else if (isText && this.#plain && this.#isAmongRows()) {
        const { end, lines } = this.#plain.read(text, at);
        this.#parser.line += lines;
        at = end;
        if (text.length - at < MOST_WAITING && this.#plain.isPart(text, at)) {
          this.#waiting = text.slice(at);
          return;
        }
      }
      ROWS_BEGIN.lastIndex = at;
      const end = ROWS_BEGIN.test(text) ? ROWS_BEGIN.lastIndex : text.length;
      this.#parser.write(text.slice(at, end));
      at = end;
    }
  }

  #isAmongRows(): boolean {
    return localName(this.#parser.tags.at(-1)?.name ?? "") === "TABLEDATA";
  }

  /** Takes the letters of a stream up to the next tag or entity. */
  #readStream(text: string, from: number): number {
    MARKUP.lastIndex = from;
    const end = MARKUP.test(text) ? MARKUP.lastIndex - 1 : text.length;
    const letters = text.slice(from, end);
    // what the parser still has comes first
    this.#parser.flush();
    this.#parser.line += lineFeeds(letters);
    this.#stream!.write(letters);
    return end;
  }

  #open(tag: Tag): void {
    const name = localName(tag.name), { attributes } = tag;
    if (this.#inCell) {
      throw malformed(`row ${this.#rows + 1} of the VOTable has <${name}> within a cell`);
    }
    this.#text = "";
    if (!this.#started && name !== "VOTABLE") {
      throw malformed(`expected a VOTable, got a document of <${name.toLowerCase()}>`);
    }
    this.#started = true;
    if (name === "TR") this.#row = [];
    else if (name === "TD") this.#inCell = true;
    else if (name === "INFO") {
      const said = this.#said(attributes);
      if (said !== "" && this.#status !== "ERROR") this.#status = said;
    } else if (name === "PARAM" && attributes.name?.toLowerCase() === "error") {
      this.#complaint ||= attributes.value?.trim() ?? "";
    } else if (name === "COOSYS") this.#coosys.push(coosysOf(attributes));
    else if (name === "TABLE") {
      [this.#fields, this.#refs, this.#taker] = [[], [], undefined];
      this.#table = attributes.name ?? attributes.ID ?? "";
      this.#stated = attributes.nrows === undefined ? undefined : Number(attributes.nrows);
    } else if (name === "FIELD") {
      this.#inField = true;
      this.#fields.push(toColumn(attributes));
      this.#refs.push(attributes.ref);
    } else if (name === "VALUES" && attributes.null !== undefined && this.#inField) {
      this.#fields.push({ ...this.#fields.pop()!, null: attributes.null.trim() });
    } else if (name === "BINARY" || name === "BINARY2") this.#begin(name);
    else if (name === "TABLEDATA") {
      this.#begin(name);
      const prefix = tag.name.slice(0, -name.length);
      this.#plain = new PlainRows(this.#fields, prefix, this.#counted());
    } else if (name === "FITS") {
      if (!this.#sink.fits) throw malformed("the VOTable holds FITS; ask for TABLEDATA");
      this.#data = name;
      this.#tables++;
    } else if (name === "STREAM") this.#openStream(attributes);
  }

  /** What the service says: ERROR, OVERFLOW or nothing; of two words the last but ERROR counts. */
  #said({ name = "", ID = "", value = "" }: Record<string, string>): string {
    if (name.toUpperCase() === "QUERY_STATUS") {
      const status = value.toUpperCase();
      return status === "OK" ? "" : status;
    }
    // Simple Cone Search 1.03, section 2.3
    if (name.toLowerCase() !== "error" && (name !== "" || ID.toLowerCase() !== "error")) return "";
    this.#failure ||= value.trim();
    return "ERROR";
  }

  #begin(form: string): void {
    this.#data = form;
    this.#tables++;
    this.#rows = 0;
    if (this.#fields.length === 0) throw malformed("the table has no columns");
    const only = this.#coosys.length === 1 ? this.#coosys[0].frame : undefined;
    this.#taker = this.#sink.table({
      name: this.#table,
      columns: this.#fields,
      frames: this.#fields.map(({ ucd }, i) =>
        this.#coosys.find(({ id }) => id !== undefined && id === this.#refs[i])?.frame ??
          (/^pos/i.test(ucd ?? "pos") ? only : undefined)
      ),
    });
  }

  #openStream({ href, encoding }: Record<string, string>): void {
    const form = href ? `at ${href}` : `"${encoding ?? ""}"`;
    if (encoding !== "base64" || href || this.#data === "") {
      throw malformed(`the VOTable's stream is ${form}; expected base64 in place`);
    }
    this.#stream = new Base64Stream(this.#bytesTaker());
  }

  #bytesTaker(): BytesTaker {
    if (this.#data === "FITS") return this.#sink.fits!();
    const taker = this.#counted();
    return taker
      ? new BinaryRows(this.#fields, this.#data === "BINARY2", taker)
      : { write() {}, end() {} };
  }

  /** Who takes the rows, which are counted besides. */
  #counted(): RowTaker | undefined {
    const taker = this.#taker;
    return taker && {
      ...taker,
      row: (cells) => {
        this.#rows++;
        taker.row(cells);
      },
    };
  }

  #close(name: string): void {
    if (name === "TD") {
      this.#inCell = false;
      const column = this.#fields[this.#row.length];
      this.#row.push(
        this.#taker && column ? parseCell(this.#text, column) : undefined,
      );
    } else if (name === "TR") this.#endRow();
    else if (name === "INFO" && this.#status === "ERROR") this.#failure ||= this.#text.trim();
    else if (name === "FIELD") this.#inField = false;
    else if (name === "DESCRIPTION" && this.#inField) {
      this.#fields.push({ ...this.#fields.pop()!, description: this.#text.trim() });
    } else if (name === "STREAM" && this.#stream) {
      this.#stream.end();
      this.#stream = undefined;
    } else if (name === "DATA") {
      if (this.#taker && Number.isSafeInteger(this.#stated) && this.#stated! > this.#rows) {
        throw malformed(
          `the VOTable says nrows = ${this.#stated} and has ${this.#rows}: cut short`,
        );
      }
      this.#endData();
    } else if (name === "TABLE" && this.#fields.length > 0) {
      // FIELDs without DATA are a table without rows
      this.#begin(name);
      this.#endData();
    }
    this.#text = "";
  }

  #endData(): void {
    [this.#taker, this.#plain, this.#data, this.#fields] = [undefined, undefined, "", []];
  }

  #endRow(): void {
    if (!this.#taker) return;
    if (this.#row.length !== this.#fields.length) {
      throw malformed(
        `row ${this.#rows} has ${this.#row.length} cells, expected ${this.#fields.length}`,
      );
    }
    this.#rows++;
    this.#taker.row(this.#row);
  }
}

/** Behind these a row may begin that the parser of XML need not see. */
const ROWS_BEGIN = /<\/(?:[\w.-]+:)?TR>|TABLEDATA>/g;
const MARKUP = /[<&]/g;

function lineFeeds(text: string): number {
  let n = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) n++;
  return n;
}

/** As the byte order mark or the XML declaration says. */
function encodingOf(head: Uint8Array): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const start = new TextDecoder("latin1").decode(head.subarray(0, 200));
  const stated = /^<\?xml[^>]*encoding=["']([\w-]+)/.exec(start)?.[1] ?? "";
  return /^(iso-8859-\d+|latin1|us-ascii|windows-\d+)$/i.test(stated) ? stated : undefined;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toUpperCase();
}

function toColumn(
  { name, ID = "", datatype, arraysize, unit, ucd }: Record<string, string>,
): ColumnInfo {
  return {
    name: name ?? ID,
    datatype: datatype ?? "char",
    arraysize,
    unit: unit || undefined,
    ucd,
  };
}

/** `eq_FK4` of an old document is FK4, whose equinox is B1950 where none is said. */
function coosysOf({ ID, system = "", equinox = "" }: Record<string, string>): Coosys {
  const bare = system.replace(/^eq_/i, "");
  const frame = /^gal/i.test(bare) ? "galactic" : bare.toUpperCase();
  return { id: ID, frame: withEquinox(frame || "ICRS", equinox) };
}

/** `FK4 B1950` of a frame and an equinox; FK5 and ICRS of J2000 need none. */
export function withEquinox(frame: string, equinox: string): string {
  const year = /\d+(\.\d+)?/.exec(equinox)?.[0];
  if (frame === "FK4") return `FK4 B${year === undefined ? 1950 : Number(year)}`;
  return frame === "FK5" && year && Number(year) !== 2000 ? `FK5 J${Number(year)}` : frame;
}
