import assert from "node:assert/strict";
import { fromNpy, toNpy } from "#tools/bench/npy.ts";

Deno.test("an array comes back from .npy with its shape", () => {
  const array = Float64Array.of(1.5, NaN, -2, 0, 1e300, 7);
  assert.deepEqual(fromNpy(toNpy(array, [3, 2])), { array, shape: [3, 2] });
  assert.deepEqual(fromNpy(toNpy(Int32Array.of(3, -1), [2])).array, Int32Array.of(3, -1));
});

Deno.test("the header is NumPy's: magic, version, a line that ends at a multiple of 64", () => {
  const bytes = toNpy(Float64Array.of(1), [1]);
  assert.deepEqual([...bytes.subarray(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const length = bytes[8] + 256 * bytes[9];
  assert.equal((10 + length) % 64, 0);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  assert.match(header, /^{'descr': '<f8', 'fortran_order': False, 'shape': \(1,\), } *\n$/);
});

Deno.test("another format is refused", () => {
  assert.throws(() => fromNpy(new Uint8Array(20)), /not a .npy file/);
});
