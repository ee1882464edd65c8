import sax from "sax";
import { type ArchiveTable, type ColumnInfo, parseCell, TableBuilder } from "./archive-table.ts";
import { BinaryRows } from "./binary-rows.ts";
import { TableError } from "./table-error.ts";

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/**
 * Reads the first table of a VOTable (TABLEDATA, or BINARY and BINARY2 in base64) chunk by chunk:
 * https://www.ivoa.net/documents/VOTable/
 *
 * @throws TableError `query` with the service's own words when the document reports an error,
 * `format` when it is malformed, cut short, or holds no table.
 */
export class VotableReader {
  readonly #parser = sax.parser(true, { trim: false });
  readonly #decoder = new TextDecoder();
  readonly #fields: ColumnInfo[] = [];
  #builder?: TableBuilder;
  #binary?: BinaryRows;
  #row: string[] = [];
  #binary2 = false;
  #inField = false;
  #text = "";
  #status = "";
  #failure = "";
  #tables = 0;
  #started = false;

  constructor() {
    this.#parser.onopentag = (tag: Tag) => this.#open(localName(tag.name), tag.attributes);
    this.#parser.onclosetag = (name: string) => this.#close(localName(name));
    this.#parser.ontext = this.#parser.oncdata = (text: string) => {
      if (this.#binary) this.#binary.push(text);
      else this.#text += text;
    };
    this.#parser.onerror = (error: Error) => {
      const [what] = error.message.split("\n");
      throw new TableError("format", `malformed or cut-off VOTable (${what})`);
    };
  }

  write(chunk: Uint8Array): void {
    this.#parser.write(this.#decoder.decode(chunk, { stream: true }));
  }

  finish(): ArchiveTable {
    this.#parser.close();
    if (this.#status === "ERROR") {
      throw new TableError("query", this.#failure || "the service reported an error without words");
    }
    if (!this.#builder) throw new TableError("format", "the VOTable holds no table with data");
    return this.#builder.finish(this.#status === "OVERFLOW");
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#text = "";
    if (!this.#started && name !== "VOTABLE") {
      throw new TableError(
        "format",
        `expected a VOTable, got a document of <${name.toLowerCase()}>`,
      );
    }
    this.#started = true;
    if (name === "TABLE") this.#tables++;
    if (name === "INFO" && attributes.name === "QUERY_STATUS") {
      this.#status = attributes.value.toUpperCase();
    }
    if (this.#tables !== 1) return;
    if (name === "FIELD") {
      this.#inField = true;
      this.#fields.push(toColumn(attributes));
    }
    if (name === "VALUES" && attributes.null !== undefined && this.#inField) {
      this.#fields.push({ ...this.#fields.pop()!, null: attributes.null });
    }
    if (name === "TABLEDATA" || name === "BINARY" || name === "BINARY2") {
      this.#builder = new TableBuilder(this.#fields);
      this.#binary2 = name === "BINARY2";
    }
    if (name === "FITS") {
      throw new TableError("format", "the VOTable holds FITS; ask for TABLEDATA");
    }
    if (name === "STREAM") this.#openStream(attributes);
    if (name === "TR") this.#row = [];
  }

  #openStream(attributes: Record<string, string>): void {
    if (attributes.encoding !== "base64" || attributes.href) {
      const form = attributes.href ? `at ${attributes.href}` : `"${attributes.encoding}"`;
      throw new TableError("format", `the VOTable's stream is ${form}; expected base64 in place`);
    }
    this.#binary = new BinaryRows(this.#builder!, this.#binary2);
  }

  #close(name: string): void {
    if (name === "INFO" && this.#status === "ERROR") this.#failure ||= this.#text.trim();
    if (this.#tables === 1) {
      if (name === "TD") this.#row.push(this.#text);
      if (name === "TR") this.#endRow();
      if (name === "FIELD") this.#inField = false;
      if (name === "DESCRIPTION" && this.#inField) {
        this.#fields.push({ ...this.#fields.pop()!, description: this.#text.trim() });
      }
      if (name === "STREAM") {
        this.#binary?.finish();
        this.#binary = undefined;
      }
    }
    this.#text = "";
  }

  #endRow(): void {
    const columns = this.#builder!.columns;
    if (this.#row.length !== columns.length) {
      throw new TableError(
        "format",
        `row ${this.#builder!.rows} has ${this.#row.length} cells, expected ${columns.length}`,
      );
    }
    this.#builder!.add(this.#row.map((text, i) => parseCell(text, columns[i])));
  }
}

/** Reads a whole VOTable; see {@link VotableReader} for what it throws. */
export function readVotable(bytes: Uint8Array): ArchiveTable {
  const reader = new VotableReader();
  for (let start = 0; start < bytes.length; start += 1 << 16) {
    reader.write(bytes.subarray(start, start + (1 << 16)));
  }
  return reader.finish();
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toUpperCase();
}

function toColumn({ name, datatype, arraysize, unit, ucd }: Record<string, string>): ColumnInfo {
  return { name, datatype: datatype ?? "char", arraysize, unit, ucd };
}
