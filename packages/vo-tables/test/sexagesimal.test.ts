import assert from "node:assert/strict";
import { parseDec, parseRa } from "../sexagesimal.ts";

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

Deno.test("sexagesimal positions are read in the usual notations", () => {
  near(parseRa("05 35 17.3"), 83.8220833333, 1e-9);
  assert.equal(parseRa("05:35:17.3"), parseRa("05h35m17.3s"));
  near(parseDec("-00 30 00"), -0.5, 1e-12);
  near(parseDec("-05d23m28.0s"), -5.3911111111, 1e-9);
  near(parseRa("13 39 60.0"), 205, 1e-12);
});

Deno.test("what is not a sexagesimal position is refused with the text in the message", () => {
  assert.throws(() => parseRa("83.82"), /"83.82" is not a position/);
  assert.throws(() => parseRa("24 00 00"), /"24 00 00"/);
  assert.throws(() => parseDec("10 61 00"), /"10 61 00"/);
  assert.throws(() => parseDec("-90 00 01"), /beyond 90/);
});
