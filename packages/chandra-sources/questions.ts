// a page of the browser carries this file too: what a user says of columns, and is asked

/** A user's own word on a column: `flux_h=Fcsc_h:erg/s/cm2`. */
export interface ColumnChoice {
  readonly target: string;
  /** Column, `NAME#2` for the second of a name, `NAME[2]` for an element, with `:UNIT` or without. */
  readonly spec: string;
}

/** Doubts that a user may settle by name, and what then happens. */
export const DOUBTS = {
  name: "sources without a column of names are named by their rows",
  position: "sources without a position are scored",
  flux: "sources without an X-ray flux are scored",
  bands: "a column of another mission, band or quantity is taken for what --column says it is",
  values: "values far from what is usual are taken as they are",
  overflow: "a table is scored though its service says that it left rows out",
} as const;
export type Doubt = keyof typeof DOUBTS;

/** Something that only the user knows. */
export interface Question {
  readonly text: string;
  /** Target that a column is wanted for. */
  readonly target?: string;
  /** Columns that it may be, as `--column` names them, the likeliest first. */
  readonly candidates: readonly string[];
  /** Options that settle it, as words of a command line; `UNIT` stands for a unit the user knows. */
  readonly options: readonly string[];
  /** All ways to settle it, each as such options, where candidates alone do not say them. */
  readonly ways?: readonly (readonly string[])[];
  /** A choice of the user that must go. */
  readonly without?: ColumnChoice;
}

/** The questions as a message: a line each, with the options that settle it. */
export function questionsText(path: string, questions: readonly Question[]): string {
  const lines = questions.slice(0, 20).map(({ text, options, candidates, target }) => {
    const said = options.length > 0 ? `: ${options.map(shellWord).join(" ")}` : "";
    const others = candidates.filter((one) =>
      !options.some((option) => option.replace(/:UNIT$/, "") === `${target}=${one}`)
    ).slice(0, 8);
    const or = others.length > 0 && target
      ? `; or ${others.map((one) => shellWord(`${target}=${one}`)).join(", ")}`
      : "";
    return `- ${text}${said}${or}`;
  });
  const rest = questions.length - lines.length;
  if (rest > 0) lines.push(`- and ${rest} more`);
  return `${path} cannot be used as it is:\n${lines.join("\n")}`;
}

/**
 * Reads `target=column`, `target=column:unit`.
 *
 * @throws TypeError saying the form.
 */
export function parseChoice(text: string): ColumnChoice {
  const bare = text.trim().replace(/^--column[\s=]+/, "");
  const [, , inner = bare] = /^(["'])(.*)\1$/s.exec(bare) ?? [];
  const match = /^([^=]+?)\s*=\s*(.+)$/s.exec(inner.trim());
  if (!match) throw new TypeError(`"${text}": use feature=column or feature=column:unit`);
  return { target: match[1], spec: match[2] };
}

/** Whether two choices say the same. */
export function isSameChoice(a: ColumnChoice, b: ColumnChoice): boolean {
  return a.target === b.target && a.spec === b.spec;
}

/** A word for a shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
