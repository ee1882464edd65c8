import REGISTRY from "../../data/label-catalogues.json" with { type: "json" };
import type { SourceClass } from "../catalogue/classes.ts";

/** One catalogue of the paper's Table 3, as far as it lists one class. */
export interface LabelCatalogue {
  readonly id: string;
  readonly class: SourceClass;
  readonly title: string;
  readonly service: "vizier" | "heasarc";
  /** Name for ADQL, quoted where it must be. */
  readonly table: string;
  /** Columns of right ascension and declination: degrees or sexagesimal. */
  readonly position: readonly [string, string];
  /** Columns that may hold the designation: the first that the table has is taken. */
  readonly name: readonly string[];
  /** Order of the positional accuracy. */
  readonly accuracyArcsec: number;
  /** Only rows whose type has this word, where the catalogue lists several classes. */
  readonly type?: { readonly column: string; readonly contains: string };
  readonly bibcode: string;
  readonly doi?: string;
  /** How table and columns are known: on the service's page, in code elsewhere, or to be probed. */
  readonly certainty: "read" | "seen" | "uncertain";
  readonly note?: string;
}

/** The label catalogues in the order that decides ties: `data/label-catalogues.json`. */
export const LABEL_CATALOGUES = REGISTRY.catalogues as unknown as readonly LabelCatalogue[];
