import HOSTS from "./data/archive-hosts.json" with { type: "json" };
import PASSBANDS from "./data/ned-passbands.json" with { type: "json" };
import {
  type HostList,
  NED_URL,
  type NedPassband,
  SESAME_URL,
  type TapService,
  X_MATCH_URL,
} from "@csc-classify/vo-archives";

/** Who asks, so that an archive's keepers know. */
export const USER_AGENT =
  "csc-classify (classification of Chandra sources after arXiv:2302.09008; Deno)";

/** The passbands of the paper that NED holds: `packages/chandra-archives/data/ned-passbands.json`. */
export const NED_PASSBANDS = PASSBANDS.passbands as readonly NedPassband[];

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
  /** The resolver of names of the CDS. */
  readonly sesameUrl: string;
  /** Where redirects may lead. */
  readonly hosts: HostList;
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
    // it gives 100,000 rows at most, whatever is asked, and not always the same ones
    heasarc: {
      name: "HEASARC TAP",
      url: "https://heasarc.gsfc.nasa.gov/xamin/vo/tap",
      pageRows: 50_000,
    },
    simbad: { name: "SIMBAD TAP", url: "https://simbad.cds.unistra.fr/simbad/sim-tap" },
  },
  xMatchUrl: X_MATCH_URL,
  nedUrl: NED_URL,
  sesameUrl: SESAME_URL,
  hosts: {
    names: HOSTS.hosts,
    keptIn: "the hosts of packages/chandra-archives/data/archive-hosts.json",
  },
};

function csc(release: string, url: string): TapService {
  const name = `Chandra Source Catalog ${release} TAP`;
  return { name, url, pageRows: 15_000, parameters: { PHASE: "RUN" } };
}
