import { CLASSES } from "../../../lib/catalogue/classes.ts";
import { toGalactic, toVectors } from "../../../lib/sky/positions.ts";
import type { SavedClassifier } from "../../../lib/trust/classify.ts";
import { toAitoff } from "./aitoff.ts";

/** One feature of the model, as the page shows it. */
export interface PageFeature {
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

/** The catalogue as columns. */
export interface Catalogue {
  readonly nRows: number;
  readonly title: string;
  readonly description: string;
  readonly simulated: boolean;
  readonly provenance: Readonly<Record<string, string>>;
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
  /** `[nRows x 3]` unit vectors, ICRS. */
  readonly vectors: Float64Array;
  /** `[nRows]` place on the Galactic Aitoff map. */
  readonly mapX: Float32Array;
  readonly mapY: Float32Array;
  /** Value of an input of a row; NaN when missing. */
  input(row: number, column: number): number;
}

// the browser build of apache-arrow is a script of its own in the page
interface ArrowVector {
  readonly data: readonly { readonly values: ArrayLike<number>; readonly nullCount: number }[];
  get(row: number): unknown;
  toArray(): unknown;
}
interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly metadata: Map<string, string> };
  getChild(name: string): ArrowVector;
}
declare const Arrow: { tableFromIPC(bytes: Uint8Array): ArrowTable };

/** The catalogue in the Arrow IPC bytes that `writeExplorer` put into the page. */
export function readCatalogue(bytes: Uint8Array, model: PageModel): Catalogue {
  const table = Arrow.tableFromIPC(bytes);
  const { title = "", description = "", simulated, ...provenance } = Object.fromEntries(
    table.schema.metadata,
  ) as Record<string, string>;
  const names = table.getChild("name"), decoded = new Array<string>(table.numRows);
  const numbers = (name: string) => table.getChild(name).toArray();
  const ra = numbers("ra") as Float64Array, dec = numbers("dec") as Float64Array;
  const inputs = model.inputs.map((name) => numbers(`f_${name}`) as Float32Array);
  const [mapX, mapY] = placeOnMap(ra, dec);
  return {
    nRows: table.numRows,
    title,
    description,
    simulated: simulated === "true",
    provenance,
    name: (row) => decoded[row] ??= String(names.get(row) ?? ""),
    ra,
    dec,
    label: numbers("class") as Uint8Array,
    probabilities: CLASSES.map((name) => numbers(`cmp_${name}`) as Float32Array),
    cmp: numbers("cmp") as Float32Array,
    margin: numbers("margin") as Float32Array,
    vectors: toVectors({ ra, dec }),
    mapX,
    mapY,
    input: (row, column) => inputs[column][row],
  };
}

function placeOnMap(ra: Float64Array, dec: Float64Array): [Float32Array, Float32Array] {
  const x = new Float32Array(ra.length), y = new Float32Array(ra.length);
  for (let row = 0; row < ra.length; row++) {
    const { l, b } = toGalactic(ra[row], dec[row]);
    [x[row], y[row]] = toAitoff(l, b);
  }
  return [x, y];
}

/** Bytes of a base64 text of the page, unpacked with gzip. */
export async function unpack(base64: string): Promise<Uint8Array> {
  const packed = fromBase64(base64.trim());
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const quick =
    (Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> })
      .fromBase64;
  if (quick) return quick.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
