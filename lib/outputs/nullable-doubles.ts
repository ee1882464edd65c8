import { type Data, Float64, makeData } from "apache-arrow";

/** An Arrow column of numbers; NaN becomes null. */
export function nullableDoubles(values: Float64Array): Data<Float64> {
  const valid = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  values.forEach((value, row) => {
    if (value === value) valid[row >> 3] |= 1 << (row & 7);
    else nullCount++;
  });
  const nullBitmap = nullCount === 0 ? undefined : valid;
  return makeData({
    type: new Float64(),
    length: values.length,
    nullCount,
    nullBitmap,
    data: values,
  });
}
