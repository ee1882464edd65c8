import sax from "sax";

/** How many tests passed, failed and were skipped. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts the tests in a JUnit report of `deno test`.
 *
 * @throws Error when the report is not well-formed XML.
 */
export function countTests(junit: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let outcome: keyof TestCounts = "passed", depth = 0;
  const parser = sax.parser(true);
  parser.onopentag = ({ name }: { name: string }) => {
    if (name === "testcase" && depth++ === 0) outcome = "passed";
    if (name === "failure" || name === "error") outcome = "failed";
    if (name === "skipped") outcome = "skipped";
  };
  parser.onclosetag = (name: string) => {
    if (name === "testcase" && --depth === 0) counts[outcome]++;
  };
  parser.onerror = (error: Error) => {
    throw error;
  };
  parser.write(junit).close();
  return counts;
}
