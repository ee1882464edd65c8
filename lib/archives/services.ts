/** One TAP service. */
export interface TapService {
  readonly name: string;
  /** Base address, without a slash at the end: `/sync` is added. */
  readonly url: string;
  /** Most rows to ask for at a time; default 200000. */
  readonly pageRows?: number;
  /** Parameters that it wants besides the standard ones. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A release of the Chandra Source Catalog. */
export type CscRelease = "2.0" | "2.1";

/** Who serves catalogues of labels. */
export type LabelService = "vizier" | "heasarc" | "simbad";

/** Where each kind of data comes from. */
export interface Archives {
  readonly csc: Readonly<Record<CscRelease, TapService>>;
  readonly labels: Readonly<Record<LabelService, TapService>>;
  readonly xMatchUrl: string;
  readonly nedUrl: string;
}

/**
 * The archives themselves, all asked for VOTable: their text formats round positions (the CSC's),
 * report failures as data (HEASARC's), or show no cut. The CSC knows no ADQL geometry, so areas are
 * boxes of RA and Dec, and answers with a redirect, which over http could turn a POST into a GET.
 *
 * Addresses: https://cxc.cfa.harvard.edu/csc/, https://tapvizier.cds.unistra.fr,
 * https://heasarc.gsfc.nasa.gov/docs/archive/vo/, https://simbad.cds.unistra.fr,
 * http://cdsxmatch.u-strasbg.fr, https://ned.ipac.caltech.edu
 */
export const LIVE_ARCHIVES: Archives = {
  csc: {
    "2.0": csc("2.0", "https://cda.cfa.harvard.edu/csc2tap"),
    "2.1": csc("2.1", "https://cda.cfa.harvard.edu/csc21tap"),
  },
  labels: {
    vizier: { name: "VizieR TAP", url: "https://tapvizier.cds.unistra.fr/TAPVizieR/tap" },
    heasarc: { name: "HEASARC TAP", url: "https://heasarc.gsfc.nasa.gov/xamin/vo/tap" },
    simbad: { name: "SIMBAD TAP", url: "https://simbad.cds.unistra.fr/simbad/sim-tap" },
  },
  xMatchUrl: "http://cdsxmatch.cds.unistra.fr/xmatch/api/v1/sync",
  nedUrl: "https://ned.ipac.caltech.edu/NED::API/PhotometryOfObject",
};

function csc(release: string, url: string): TapService {
  const name = `Chandra Source Catalog ${release} TAP`;
  return { name, url, pageRows: 50_000, parameters: { PHASE: "RUN" } };
}
