import assert from "node:assert/strict";
import { countTests } from "#tools/tasks/test-counts.ts";

Deno.test("passed, failed and ignored tests of a JUnit report are counted", () => {
  const junit = `<?xml version="1.0"?><testsuites><testsuite name="a">
    <testcase name="one"><system-out>&lt;failure</system-out></testcase>
    <testcase name="two"><failure message="no">text</failure></testcase>
    <testcase name="three"><skipped/></testcase>
    <testcase name="four"/></testsuite></testsuites>`;
  assert.deepEqual(countTests(junit), {
    passed: 2,
    failed: 1,
    skipped: 1,
    ignored: ["three"],
  });
});

Deno.test("an empty report counts nothing", () => {
  assert.deepEqual(countTests("<none/>"), {
    passed: 0,
    failed: 0,
    skipped: 0,
    ignored: [],
  });
});
