/** One column of a product: what every format needs to describe it. */
export interface OutputColumn {
  readonly name: string;
  readonly type: "text" | "double" | "integer" | "boolean";
  /** VOUnits notation; "" for a pure number or text. */
  readonly unit: string;
  /** UCD1+; "" where none fits. */
  readonly ucd: string;
  readonly description: string;
}

/** What a whole product says about itself. */
export interface OutputMetadata {
  readonly title: string;
  readonly description: string;
  /** Whether the rows are simulated: every format says so. */
  readonly simulated: boolean;
  /** Where it comes from: short names to values, e.g. commit, seed, SHA-256 of inputs. */
  readonly provenance: Readonly<Record<string, string>>;
}

/** A value of a cell; null when missing. */
export type Cell = string | number | boolean | null;
