import type { TextDialect } from "./read-text-table.ts";

/** What is peculiar about one TAP service. */
export interface TapService {
  readonly name: string;
  /** Base address, without a slash at the end: `/sync` and `/async` are added. */
  readonly url: string;
  /** FORMAT parameter; default `votable`. */
  readonly format?: string;
  /** How its text looks when the format is text. */
  readonly text?: TextDialect;
  /** Most rows to ask for at a time; default 200000. */
  readonly pageRows?: number;
  /** Parameters that it wants besides the standard ones. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Chandra Source Catalog services. They know no ADQL geometry, so cut by RA and Dec; they ignore
 * FORMAT=csv, and answer with a redirect.
 * Addresses: https://cxc.cfa.harvard.edu/csc/
 */
export const CSC_TAP: Readonly<Record<"2.0" | "2.1", TapService>> = {
  "2.0": cscService("2.0", "http://cda.cfa.harvard.edu/csc2tap"),
  "2.1": cscService("2.1", "http://cda.cfa.harvard.edu/csc21tap"),
};

function cscService(release: string, url: string): TapService {
  return {
    name: `Chandra Source Catalog ${release} TAP`,
    url,
    format: "text",
    text: "tsv",
    pageRows: 50_000,
    parameters: { PHASE: "RUN" },
  };
}

/** VizieR's catalogues: https://tapvizier.cds.unistra.fr */
export const VIZIER_TAP: TapService = {
  name: "VizieR TAP",
  url: "https://tapvizier.cds.unistra.fr/TAPVizieR/tap",
};

/** HEASARC's catalogues: https://heasarc.gsfc.nasa.gov/docs/archive/vo/ */
export const HEASARC_TAP: TapService = {
  name: "HEASARC TAP",
  url: "https://heasarc.gsfc.nasa.gov/xamin/vo/tap",
  format: "text",
  text: "pipe",
};
