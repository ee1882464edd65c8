import { SURVEYS } from "./features.ts";
import { isMissing } from "./cells.ts";

// runs in a browser's page too

/** A survey's letters of photometric quality: one a band, in the order of its bands. */
interface QualityLetters {
  /** The column that has them: `quality_2mass`. */
  readonly target: string;
  readonly bands: readonly string[];
  /** Whether the survey looked. */
  readonly observed: string;
  /** What a cell may be, which tells the two apart where both are called `ph_qual`. */
  readonly pattern: RegExp;
}

/**
 * 2MASS's and WISE's letters of quality (`ph_qual` at IRSA; `Qfl`, `Qflg` and `qph` at the CDS), of
 * which NEOWISE has two. U is an upper limit; X has no magnitude that could be used; WISE's Z one
 * whose error could not be measured. All others, A to F, are measurements.
 *
 * Source: https://irsa.ipac.caltech.edu/data/2MASS/docs/releases/allsky/doc/sec2_2a.html,
 * https://wise2.ipac.caltech.edu/docs/release/allwise/expsup/sec2_1a.html
 */
export const QUALITY_LETTERS: readonly QualityLetters[] = ([
  ["2MASS", /^[A-FUX0-]{3}$/i],
  ["WISE", /^([ABCUXZN-]{2}|[ABCUXZN-]{4})$/i],
] as const).map(([group, pattern]) => {
  const { observed, bands } = SURVEYS.find((survey) => survey.group === group)!;
  return { target: `quality_${group.toLowerCase()}`, bands, observed, pattern };
});

/** What a letter makes of a band's magnitude: a limit, nothing that could be used, or a measurement. */
export function qualityOf(letter: string | undefined): "limit" | "unusable" | "measured" {
  if (letter === "U") return "limit";
  return letter === "X" || letter === "Z" ? "unusable" : "measured";
}

/** The letters of a cell in capitals, also as Python shows bytes; "" where there are none. */
export function lettersOf(cell: unknown): string {
  if (isMissing(cell)) return "";
  const text = String(cell).trim();
  return (/^b(["'])(.*)\1$/s.exec(text)?.[2].trim() ?? text).toUpperCase();
}

/**
 * Whose letters a column has, by all of its cells that say anything.
 *
 * @returns undefined where they are none, or there are no cells.
 */
export function qualityTarget(cells: readonly unknown[]): string | undefined {
  const words = [...new Set(cells.map(lettersOf))].filter(Boolean);
  const isAll = ({ pattern }: QualityLetters) => words.every((word) => pattern.test(word));
  return words.length === 0 ? undefined : QUALITY_LETTERS.find(isAll)?.target;
}
