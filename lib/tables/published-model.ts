import { crc32, inflateSync } from "node:zlib";
import type { Matrix } from "@csc-classify/forests";
import {
  NumericArray,
  PickleObject,
  type PickleValue,
  readPickle,
} from "@csc-classify/vo-tables/pickle";

/** What the authors' published model file holds. */
export interface PublishedModel {
  /** `[nRows]` CSC names. */
  readonly names: readonly string[];
  /** `[nRows]` class names. */
  readonly classes: readonly string[];
  /** `[nRows x 41]`, each column scaled to 0-10 (paper, equation 2), under the authors' labels. */
  readonly normalised: Matrix;
  /** The trained booster as LightGBM's model text. */
  readonly modelText: string;
}

/** No honest copy comes near: the inflated file has 8.3 MB. */
const MAX_INFLATED_BYTES = 64 * 2 ** 20;
/** CRC-32 of the inflated file: it tells each change of up to four neighbouring bytes. */
const INFLATED_CRC32 = 0xe8dd6684;

/**
 * Reads `chandra-ml/lightGBM-new.pkl` as data; nothing in it is executed.
 *
 * @param compressed The file: a zlib stream, whose checksum guards it.
 * @throws Error saying where the stream or the pickle in it is damaged.
 */
export function readPublishedModel(compressed: Uint8Array): PublishedModel {
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(compressed, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`the published model is not a whole zlib stream (${message}); fetch it again`, {
      cause,
    });
  }
  return decodePublishedModel(inflated);
}

/**
 * Reads the inflated stream of the one file this project knows.
 *
 * @throws Error when a single byte of it is another: wrong numbers have no other sign.
 */
export function decodePublishedModel(inflated: Uint8Array): PublishedModel {
  if (crc32(inflated) !== INFLATED_CRC32) {
    throw new Error(
      "the published model is damaged: its checksum is not that of the known file; fetch it again",
    );
  }
  return parseModel(inflated);
}

/**
 * Reads the table and the booster from a pickle of the authors' class, whatever its numbers are.
 *
 * @throws PickleError or Error saying what is not as expected.
 */
export function parseModel(inflated: Uint8Array): PublishedModel {
  const root = readPickle(inflated);
  const table = state(root, "train_data", "_mgr");
  const [columnAxis, rowAxis] = list(at(table, 0, "axes"));
  const block = at(at(table, 1, "blocks"), 0, "blocks");
  const labels = indexTexts(at(at(table, 2, "block items"), 0, "block items"));
  const names = indexTexts(rowAxis);
  const classes = arrayTexts(at(at(state(root, "label", "_mgr"), 1, "label"), 0, "label"));
  const modelText = state(root, "clf", "_Booster", "handle");
  if (!(block instanceof NumericArray)) refuse("blocks");
  if (block.order !== "C" || block.shape[0] !== labels.length || block.shape[1] !== names.length) {
    refuse(`blocks of shape ${block.shape}`);
  }
  if (classes.length !== names.length) refuse("label");
  if (indexTexts(columnAxis).join() !== labels.join()) refuse("axes");
  if (typeof modelText !== "string") refuse("_Booster");
  return { names, classes, normalised: transposed(block, labels), modelText };
}

/** pandas stores a block column by column; matrices are row-major. */
function transposed({ shape, values: stored }: NumericArray, names: readonly string[]): Matrix {
  const [nColumns, nRows] = shape;
  const values = stored.map((_, i) => stored[i % nColumns * nRows + Math.floor(i / nColumns)]);
  return { values, nRows, nColumns, names };
}

/** Follows attribute names from object to object. */
function state(value: PickleValue, ...path: string[]): PickleValue {
  return path.reduce<PickleValue>((object, name) => {
    const attributes = object instanceof PickleObject ? object.state : object;
    const next = attributes instanceof Map ? attributes.get(name) : undefined;
    return next === undefined ? refuse(name) : next;
  }, value);
}

function at(value: PickleValue, position: number, what: string): PickleValue {
  const items = list(value instanceof PickleObject ? value.state : value);
  return items[position] ?? refuse(what);
}

function list(value: PickleValue): PickleValue[] {
  return Array.isArray(value) ? value : refuse("a list");
}

/** The items of a pandas Index. */
function indexTexts(value: PickleValue): string[] {
  const fields = value instanceof PickleObject ? value.args[1] : undefined;
  const data = fields instanceof Map ? fields.get("data") : undefined;
  return arrayTexts(data ?? refuse("an index"));
}

/** The items of a numpy array of objects, whose state ends with them. */
function arrayTexts(value: PickleValue): string[] {
  const items = list(at(value, 4, "an array of objects"));
  return items.map((item) => typeof item === "string" ? item : refuse("a text"));
}

function refuse(what: string): never {
  throw new Error(`the published model does not have the expected ${what}; fetch it again`);
}
