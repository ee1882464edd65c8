import sax from "sax";

/** How many tests passed, failed and were skipped. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of the skipped tests. */
  readonly ignored: readonly string[];
}

/**
 * Counts the tests in a JUnit report of `deno test`.
 *
 * @throws Error when the report is not well-formed XML.
 */
export function countTests(junit: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const ignored: string[] = [];
  let outcome: keyof typeof counts = "passed", depth = 0, title = "";
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }: { name: string; attributes: { name?: string } }) => {
    if (name === "testcase" && depth++ === 0) [outcome, title] = ["passed", attributes.name ?? ""];
    if (name === "failure" || name === "error") outcome = "failed";
    if (name === "skipped") outcome = "skipped";
  };
  parser.onclosetag = (name: string) => {
    if (name !== "testcase" || --depth > 0) return;
    counts[outcome]++;
    if (outcome === "skipped") ignored.push(title);
  };
  parser.onerror = (error: Error) => {
    throw error;
  };
  parser.write(junit).close();
  return { ...counts, ignored };
}
