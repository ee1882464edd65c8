import assert from "node:assert/strict";
import { NumericArray, PickleError, PickleGlobal, PickleObject, readPickle } from "../pickle.ts";
import { random } from "@csc-classify/forests";
import {
  dict,
  encodeModel,
  floatArray,
  list,
  object,
  OP,
  textArray,
  tuple,
} from "./encode-pickle.ts";

const pickle = (...parts: readonly (readonly number[])[]) =>
  Uint8Array.from([...OP.proto(3), ...parts.flat(), ...OP.stop]);

Deno.test("plain values and containers are read as what they are", () => {
  assert.equal(readPickle(pickle(OP.none)), null);
  assert.equal(readPickle(pickle(OP.int(-1))), -1);
  assert.equal(readPickle(pickle(OP.float(0.1))), 0.1);
  assert.equal(readPickle(pickle(OP.text("aé"))), "aé");
  assert.deepEqual(readPickle(pickle(list(OP.yes, OP.no))), [true, false]);
  assert.deepEqual(readPickle(pickle(tuple(OP.small(1), OP.small(2)))), [1, 2]);
  assert.deepEqual(readPickle(pickle(dict({ a: OP.small(1) }))), new Map([["a", 1]]));
});

Deno.test("a memoised value is read again where it is asked for", () => {
  const twice = pickle(tuple([...OP.text("x"), ...OP.put(7)], OP.get(7)));
  assert.deepEqual(readPickle(twice), ["x", "x"]);
});

Deno.test("a call of a dangerous function becomes a record and is not made", () => {
  const call = pickle(OP.global("os", "system"), OP.text("rm -rf /"), OP.tuple1, OP.reduce);
  const record = readPickle(call);
  assert.ok(record instanceof PickleObject);
  assert.equal(record.className, "os system");
  assert.deepEqual(record.args, ["rm -rf /"]);
  assert.ok(readPickle(pickle(OP.global("os", "system"))) instanceof PickleGlobal);
});

Deno.test("an object is a class name with a state", () => {
  const record = readPickle(pickle(object("m", "C", dict({ a: OP.small(3) }))));
  assert.ok(record instanceof PickleObject);
  assert.equal(record.className, "m C");
  assert.deepEqual(record.state, new Map([["a", 3]]));
});

Deno.test("joblib's arrays are read from behind their wrapper", () => {
  const [numbers, texts] = readPickle(
    pickle(tuple(floatArray([1, 2], [0.5, -2]), textArray(["a", "b"]))),
  ) as [NumericArray, PickleObject];
  assert.deepEqual([...numbers.values], [0.5, -2]);
  assert.deepEqual(numbers.shape, [1, 2]);
  assert.deepEqual((texts.state as unknown[])[4], ["a", "b"]);
});

Deno.test("an opcode that is not known is refused with its position", () => {
  const persistent = Uint8Array.from([0x80, 3, 0x4e, 0x51, 0x2e]);
  assert.throws(() => readPickle(persistent), {
    name: "PickleError",
    message: "pickle, byte 3: opcode 0x51 is not taken; the file is damaged or of another kind",
  });
});

Deno.test("what cannot be is refused: sizes past the end, empty stacks, unset memos, endless names", () => {
  const refusals: [readonly number[], RegExp][] = [
    [[0x58, 0xff, 0xff, 0xff, 0xff], /4294967295 bytes wanted/],
    [OP.append, /the stack empty/],
    [OP.get(3), /memo 3 read before it is set/],
    [OP.tuple, /a mark wanted/],
    [[0x63, ...new Array(300).fill(0x61)], /a name without an end/],
    [[0x58, 1, 0, 0, 0, 0xff], /not UTF-8/],
    [[...OP.none, ...OP.none], /an end before the value is whole/],
    [[...OP.emptyDict, ...OP.mark, ...OP.none, ...OP.setItems], /a key without a value/],
    [OP.proto(4), /protocol 4/],
    [floatArray([1e6, 1e6], []), /bytes wanted/],
    [floatArray([-1], []), /not of float64/],
  ];
  for (const [bytes, message] of refusals) {
    assert.throws(() => readPickle(pickle(bytes)), message);
  }
  assert.throws(
    () => readPickle(Uint8Array.from([...pickle(OP.none), 0])),
    /1 bytes after the end/,
  );
});

Deno.test("pickles nested without end and endless operations are cut off", () => {
  const wrapper = textArray([]).slice(0, -textArrayTail());
  const nested = Array.from({ length: 50 }, () => [...wrapper, ...OP.proto(2)]).flat();
  assert.throws(() => readPickle(pickle(nested)), /too deep/);
  const marks = new Uint8Array(1_100_000).fill(OP.none[0]);
  assert.throws(() => readPickle(marks), /a stack of more than|more than 1000000 operations/);
});

/** Length of the inner pickle of an empty text array. */
function textArrayTail(): number {
  const whole = textArray([]);
  return whole.length - whole.lastIndexOf(0x80);
}

Deno.test("every truncation and 10,000 single-byte changes end in a value or a PickleError", () => {
  const whole = encodeModel(["s 1", "s 2"], ["AGN", "CV"], ["a", "b"], [1, 2, 3, 4]);
  readPickle(whole);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readPickle(whole.slice(0, length)), PickleError);
  }
  const stream = random(1, "changes");
  let refused = 0;
  for (let change = 0; change < 10_000; change++) {
    const damaged = whole.slice();
    damaged[stream.integer(whole.length)] ^= 1 + stream.integer(255);
    try {
      readPickle(damaged);
    } catch (error) {
      assert.ok(error instanceof PickleError, String(error));
      refused++;
    }
  }
  assert.ok(refused > 2_000, `${refused} refused`);
});
