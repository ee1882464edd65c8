import REGISTRY from "./data/label-catalogues.json" with { type: "json" };
import { type SourceClass } from "@csc-classify/chandra-sources";
import type { LabelService } from "./services.ts";

/** One catalogue of labels, as far as it lists one class. */
export interface LabelCatalogue {
  readonly id: string;
  readonly class: SourceClass;
  readonly title: string;
  readonly service: LabelService;
  /** Name for ADQL, quoted where it must be. */
  readonly table: string;
  /** Tables that may hold it instead, for a name that is not certain: the first that is listed. */
  readonly elsewhere?: readonly string[];
  /** Columns of right ascension and declination: degrees or sexagesimal. */
  readonly position: readonly [string, string];
  /** Columns that may hold the designation: the first that the table has is taken. */
  readonly name: readonly string[];
  /** ADQL condition of the rows to ask for. */
  readonly where?: string;
  /** The condition where the service does not take `where`. */
  readonly orWhere?: string;
  /** Only rows whose type has this word or lies in this range of codes, ends included. */
  readonly type?: {
    readonly column: string;
    readonly contains?: string;
    readonly codes?: readonly [number, number];
  };
  /** Order of the positional accuracy. */
  readonly accuracyArcsec: number;
  readonly bibcode: string;
  readonly doi?: string;
  /** How table and columns are known: see the registry's note. */
  readonly certainty: "read" | "seen" | "authors" | "uncertain" | "unseen";
  /** What the authors' table of labels calls it, in capitals, and how its objects' names begin. */
  readonly authors?: readonly string[];
  readonly names?: string;
  readonly note?: string;
}

/** The label catalogues in the order that decides ties: `packages/chandra-archives/data/label-catalogues.json`. */
export const LABEL_CATALOGUES = REGISTRY.catalogues as unknown as readonly LabelCatalogue[];
