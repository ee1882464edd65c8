import { CLASSES, FEATURES, labelOf } from "@csc-classify/chandra-sources";
import { fromGalactic, toGalactic, toVectors } from "@csc-classify/sky";
import type { CsvCell, OutputColumn } from "@csc-classify/vo-tables/browser";
import type { SavedClassifier } from "../../../lib/trust/saved-classifier.ts";
import { cscName, degrees } from "./csc-name.ts";
import { PackedTable } from "./packed.ts";

/** One feature of the model, as the page shows it. */
interface PageFeature {
  readonly name: string;
  readonly quantity: string;
  readonly unit: string;
}

/** The classifier behind the probabilities, for explanations. */
export interface PageModel {
  readonly classifier: SavedClassifier;
  /** Columns of the catalogue that it reads, and what it makes of them: what its trees go by. */
  readonly inputs: readonly string[];
  readonly features: readonly PageFeature[];
}

/** What a page says about its catalogue, besides the columns. */
export interface PageHead {
  readonly title: string;
  readonly description: string;
  readonly simulated: boolean;
  readonly provenance: Readonly<Record<string, string>>;
  /** All columns of the scored file, in its order. */
  readonly columns: readonly OutputColumn[];
  /** The whole catalogue as VOTable, relative to the page: what other tools are told to load. */
  readonly votable?: string;
}

/** The catalogue as columns. */
export interface Catalogue extends PageHead {
  readonly nRows: number;
  name(row: number): string;
  /** `[nRows]` degrees, NaN when missing. */
  readonly ra: Float64Array;
  readonly dec: Float64Array;
  /** `[nRows]` index into CLASSES. */
  readonly label: Uint8Array;
  /** `[nClasses][nRows]`. */
  readonly probabilities: readonly Float32Array[];
  /** `[nRows]` highest probability, and highest minus second highest. */
  readonly cmp: Float32Array;
  readonly margin: Float32Array;
  /** Where sources are from, and `[nRows]` places in that list; one origin or none is no list. */
  readonly origins: readonly string[];
  readonly origin: Uint16Array;
  /** `[nRows]` index into CLASSES of the published class, -1 where none; undefined without any. */
  readonly published?: Int8Array;
  /** `[nRows x 3]` unit vectors, ICRS. */
  readonly vectors: Float64Array;
  /** `[nRows]` place on the Galactic Aitoff map. */
  readonly mapX: Float32Array;
  readonly mapY: Float32Array;
  /** Value of an input of a row; NaN when missing. */
  input(row: number, column: number): number;
  /** A cell of a column of {@link PageHead.columns}, as a download has it. */
  cell(row: number, column: OutputColumn): CsvCell;
}

/** The catalogue in the bytes that `writeExplorer` packed into the page. */
export function readCatalogue(bytes: Uint8Array, { inputs }: PageModel): Catalogue {
  const table = new PackedTable<PageHead>(bytes), { head, nRows } = table;
  const ra = table.numbers("ra", new Float64Array(nRows)).map(degrees);
  const dec = table.numbers("dec", new Float64Array(nRows)).map(degrees);
  const probabilities = CLASSES.map((name) =>
    table.numbers(`cmp_${name}`, new Float32Array(nRows))
  );
  const label = Uint8Array.from(classesOf(table, "class"));
  const cmp = table.numbers("cmp", new Float32Array(nRows));
  const vectors = toVectors({ ra, dec }), [mapX, mapY] = placeOnMap(vectors);
  const origins = (table.columns.get("origin")?.values ?? []).map((text) => text ?? "unknown");
  const published = classesOf(table, "published_class");
  const value = (row: number, name: string): number => {
    if (table.columns.has(`f_${name}`)) return table.value(`f_${name}`, row);
    if (name === "gal_l") return toGalactic(ra[row], dec[row]).l;
    if (name === "gal_b") return toGalactic(ra[row], dec[row]).b;
    // left out because it follows from two others
    const from = FEATURES.find((feature) => feature.name === name)?.from;
    return from ? value(row, from[0]) - value(row, from[1]) : NaN;
  };
  const margin = margins(probabilities, label, cmp);
  const name = (row: number) => table.text("name", row) ?? cscName(ra[row], dec[row]);
  // the page holds single precision: seven digits are all it knows
  const single = (value: number) => Number.isNaN(value) ? null : Number(value.toPrecision(7));
  const ownCells: Readonly<Record<string, (row: number) => CsvCell>> = {
    name,
    ra: (row) => Number.isNaN(ra[row]) ? null : ra[row],
    dec: (row) => Number.isNaN(dec[row]) ? null : dec[row],
    class: (row) => CLASSES[label[row]],
    cmp: (row) => single(cmp[row]),
    margin: (row) => single(margin[row]),
    ...Object.fromEntries(CLASSES.map((name, c) => [
      `cmp_${name}`,
      (row: number) => single(probabilities[c][row]),
    ])),
  };
  return {
    ...head,
    nRows,
    name,
    ra,
    dec,
    label,
    probabilities,
    cmp,
    margin,
    origins: origins.length > 1 ? origins : [],
    origin: origins.length > 1 ? table.codes("origin") : new Uint16Array(nRows),
    published: published.some((label) => label >= 0) ? published : undefined,
    vectors,
    mapX,
    mapY,
    input: (row, column) => value(row, inputs[column]),
    cell(row, { name, type }) {
      if (Object.hasOwn(ownCells, name)) return ownCells[name](row);
      if (type === "text") return table.text(name, row);
      if (type === "boolean") {
        const text = table.text(name, row);
        return text === null ? null : text === "yes";
      }
      const own = CLASSES.findIndex((label) => name.startsWith(`cmp_${label}_`));
      const value = table.value(name, row) + (own < 0 ? 0 : probabilities[own][row]);
      return single(own < 0 ? value : Math.max(0, Number(value.toFixed(6))));
    },
  };
}

/** `[nRows]` index into CLASSES of a column of class names; -1 where there is none. */
function classesOf(table: PackedTable<PageHead>, name: string): Int8Array {
  const classes = new Int8Array(table.nRows).fill(-1), { values } = table.columns.get(name) ?? {};
  if (!values) return classes;
  const places = values.map(labelOf);
  const codes = table.codes(name);
  for (let row = 0; row < classes.length; row++) classes[row] = places[codes[row]];
  return classes;
}

/** `[nRows]` highest minus second highest probability. The highest is packed more finely. */
function margins(
  probabilities: readonly Float32Array[],
  label: Uint8Array,
  cmp: Float32Array,
): Float32Array {
  const margin = new Float32Array(cmp.length);
  for (let row = 0; row < cmp.length; row++) {
    let second = 0;
    for (let c = 0; c < probabilities.length; c++) {
      if (c === label[row]) probabilities[c][row] = cmp[row];
      else if (probabilities[c][row] > second) second = probabilities[c][row];
    }
    margin[row] = Math.max(0, cmp[row] - second);
  }
  return margin;
}

/** Vectors of the Galactic axes: towards the centre, l = 90 degrees and the north pole. */
const AXES = [[0, 0], [90, 0], [0, 90]].map(([l, b]) => {
  const { ra, dec } = fromGalactic(l, b);
  return toVectors({ ra: Float64Array.of(ra), dec: Float64Array.of(dec) });
});

/** Places as of {@link toAitoff}, from unit vectors: square roots in place of most sines. */
export function placeOnMap(vectors: Float64Array): [Float32Array, Float32Array] {
  const nRows = vectors.length / 3, mapX = new Float32Array(nRows), mapY = new Float32Array(nRows);
  const [[a, b, c], [d, e, f], [g, h, i]] = AXES;
  for (let row = 0, at = 0; row < nRows; row++, at += 3) {
    const x = vectors[at], y = vectors[at + 1], z = vectors[at + 2];
    const towards = a * x + b * y + c * z, left = d * x + e * y + f * z, up = g * x + h * y + i * z;
    const cosB = Math.sqrt(Math.max(0, 1 - up * up));
    const cosL = cosB > 0 ? Math.max(-1, Math.min(1, towards / cosB)) : 1;
    const cosAlpha = cosB * Math.sqrt((1 + cosL) / 2);
    const sinAlpha = Math.sqrt(1 - cosAlpha * cosAlpha);
    const scale = 2 / Math.PI * (sinAlpha < 1e-9 ? 1 : Math.acos(cosAlpha) / sinAlpha);
    mapX[row] = (left > 0 ? -2 : 2) * cosB * Math.sqrt((1 - cosL) / 2) * scale;
    mapY[row] = up * scale;
  }
  return [mapX, mapY];
}

/** Bytes of a base64 text of the page, unpacked with gzip. */
export async function unpack(base64: string): Promise<Uint8Array> {
  const packed = fromBase64(base64.trim());
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const quick = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> })
    .fromBase64;
  if (quick) return quick.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
