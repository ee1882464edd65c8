import {
  Bool,
  type Data,
  makeData,
  RecordBatch,
  type Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { nullableDoubles } from "../outputs/nullable-doubles.ts";
import { CLASSES } from "../catalogue/classes.ts";
import { FEATURES } from "../catalogue/features.ts";
import type { Matrix } from "../catalogue/matrix.ts";
import { PRESENCE_GROUPS } from "./scored-columns.ts";
import type { Sources } from "./read-sources.ts";

/**
 * Scored rows as one Arrow batch with the columns of {@link SCORED_COLUMNS}.
 *
 * @param probabilities `[nRows x nClasses]`.
 */
export function scoredBatch(
  { names, ra, dec, matrix }: Sources,
  probabilities: Float64Array,
  schema: Schema,
): RecordBatch {
  const nRows = matrix.nRows, nClasses = CLASSES.length;
  const { label, cmp, margin } = decide(probabilities, nRows);
  const children: Data[] = [
    vectorFromArray(names, new Utf8()).data[0],
    nullableDoubles(ra),
    nullableDoubles(dec),
    ...CLASSES.map((_, c) =>
      nullableDoubles(
        Float64Array.from({ length: nRows }, (_, row) => probabilities[row * nClasses + c]),
      )
    ),
    vectorFromArray(Array.from(label, (c) => CLASSES[c]), new Utf8()).data[0],
    nullableDoubles(cmp),
    nullableDoubles(margin),
    ...presence(matrix),
  ];
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: nRows, nullCount: 0, children }));
}

/** Class, its probability and the margin of each row; the first class wins a tie. */
function decide(probabilities: Float64Array, nRows: number) {
  const nClasses = CLASSES.length;
  const label = new Uint8Array(nRows);
  const cmp = new Float64Array(nRows), margin = new Float64Array(nRows);
  for (let row = 0; row < nRows; row++) {
    let best = -1, second = -1, at = 0;
    for (let c = 0; c < nClasses; c++) {
      const p = probabilities[row * nClasses + c];
      if (p > best) [second, best, at] = [best, p, c];
      else if (p > second) second = p;
    }
    label[row] = at;
    cmp[row] = best;
    margin[row] = best - second;
  }
  return { label, cmp, margin };
}

/** For each of {@link PRESENCE_GROUPS}, whether a row has any feature of the group. */
function presence({ values, nRows, nColumns, names }: Matrix): Data[] {
  const groupOf = new Map(
    FEATURES.map(({ name, group }) => [name, PRESENCE_GROUPS.indexOf(group)]),
  );
  const columnGroup = names.map((name) => groupOf.get(name) ?? -1);
  const bits = PRESENCE_GROUPS.map(() => new Uint8Array(Math.ceil(nRows / 8)));
  for (let row = 0, i = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++, i++) {
      const group = columnGroup[column];
      if (group >= 0 && values[i] === values[i]) bits[group][row >> 3] |= 1 << (row & 7);
    }
  }
  return bits.map((data) => makeData({ type: new Bool(), length: nRows, nullCount: 0, data }));
}
