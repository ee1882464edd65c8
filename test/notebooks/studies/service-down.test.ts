// Slow: an acquisition for each spoilt answer.
import assert from "node:assert/strict";
import { acquire } from "@csc-classify/chandra-archives";
import { RecordedCache } from "@csc-classify/vo-archives";
import { readRecorded } from "#lib/tables/acquired.ts";
import { AS_IT_MUST, withoutService, withSpoiltAnswers } from "#studies/service-down.ts";
import { THOROUGH } from "../../thorough.ts";

const recorded = await readRecorded(), { release, area, answers } = recorded;
const whole = await acquire({ release, area, ned: "few", cache: new RecordedCache(answers) });

// 11 has no common factor with the number of ways
const some = [...answers.keys()].filter((index) => THOROUGH || index % 11 === 0);

Deno.test("each spoilt answer ends as it must", async () => {
  const outcomes = await withSpoiltAnswers(recorded, whole, 42, some);
  assert.equal(outcomes.length, some.length);
  assert.deepEqual(outcomes.filter(({ end }) => !AS_IT_MUST.includes(end)), []);
});

Deno.test("other sources without a word count as changed, in place of the same sources", async () => {
  const { matrix } = whole.sources, values = matrix.values.with(0, 99);
  const other = { ...whole, sources: { ...whole.sources, matrix: { ...matrix, values } } };
  const ends = (await withSpoiltAnswers(recorded, other, 42, some)).map(({ end }) => end);
  assert.ok(ends.includes("CHANGED") && !ends.includes("the same sources"), ends.join(", "));
});

Deno.test("what could not be had without a service is there when it is back", async () => {
  const service = answers.map((one) => one.service).find((name) => name.startsWith("VizieR"))!;
  const { leftOut, askedAgain, rowsEqual } = await withoutService(recorded, service, whole);
  assert.ok(leftOut > 0 && askedAgain > 0, `${leftOut} left out, ${askedAgain} asked again`);
  assert.equal(rowsEqual, whole.sources.names.length);
});
