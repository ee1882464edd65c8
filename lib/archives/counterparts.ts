/** One catalogue of counterparts and how the features come out of it. */
export interface CounterpartCatalogue {
  readonly id: string;
  readonly title: string;
  /** Name of the table at CDS. */
  readonly table: string;
  /** Columns that may hold right ascension and declination, degrees: the first there is taken. */
  readonly position: readonly [readonly string[], readonly string[]];
  /** Feature and the columns that may hold it: the first that the table has is taken. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Standard deviation of the catalogue's own positions, added to the CSC's, arcsec. */
  readonly positionSigmaArcsec: number;
  /** Rows to keep: a column and the value that it must have. */
  readonly only?: readonly [string, number];
  /** Whether a column name above has never been seen at the service. */
  readonly uncertain?: boolean;
  readonly reference: string;
}

/**
 * The catalogues of section 2.2. The paper takes Gaia within the 3-sigma ellipse and the others
 * from NED, which matches them in its own way; here all are matched alike, with the positional
 * accuracy of each catalogue added to the ellipse.
 */
export const COUNTERPARTS: readonly CounterpartCatalogue[] = [
  {
    id: "gaia",
    title: "Gaia EDR3",
    table: "vizier:I/350/gaiaedr3",
    position: [["ra"], ["dec"]],
    columns: { G: ["phot_g_mean_mag"], Bp: ["phot_bp_mean_mag"], Rp: ["phot_rp_mean_mag"] },
    positionSigmaArcsec: 0,
    reference: "10.1051/0004-6361/202039657",
  },
  {
    id: "2mass",
    title: "2MASS",
    table: "vizier:II/246/out",
    position: [["RAJ2000"], ["DEJ2000"]],
    columns: { J: ["Jmag"], H: ["Hmag"], Ks: ["Kmag"] },
    positionSigmaArcsec: 0.1,
    reference: "10.1086/498708",
  },
  {
    id: "allwise",
    title: "AllWISE",
    table: "vizier:II/328/allwise",
    position: [["RAJ2000"], ["DEJ2000"]],
    columns: { W1: ["W1mag"], W2: ["W2mag"], W3: ["W3mag"], W4: ["W4mag"] },
    positionSigmaArcsec: 0.2,
    reference: "10.1088/0004-6256/140/6/1868",
  },
  {
    id: "sdss",
    title: "SDSS DR16",
    table: "vizier:V/154/sdss16",
    position: [["RA_ICRS", "RAdeg"], ["DE_ICRS", "DEdeg"]],
    columns: {
      u_sdss: ["upmag", "umag"],
      g_sdss: ["gpmag", "gmag"],
      r_sdss: ["rpmag", "rmag"],
      i_sdss: ["ipmag", "imag"],
      z_sdss: ["zpmag", "zmag"],
    },
    positionSigmaArcsec: 0.1,
    only: ["mode", 1],
    uncertain: true,
    reference: "10.3847/1538-4365/ab929e",
  },
  {
    id: "galex",
    title: "GALEX AIS",
    table: "vizier:II/335/galex_ais",
    position: [["RAJ2000"], ["DEJ2000"]],
    columns: { FUV: ["FUVmag"], NUV: ["NUVmag"] },
    positionSigmaArcsec: 0.5,
    reference: "10.3847/1538-4365/aa7053",
  },
  {
    id: "spitzer",
    title: "Spitzer SEIP, MIPS 24 micron",
    table: "vizier:II/368/sstsl2",
    position: [["RAJ2000"], ["DEJ2000"]],
    columns: { mips_24um: ["F24-PSF", "F24PSF", "FM24-PSF", "F24"] },
    positionSigmaArcsec: 0.3,
    uncertain: true,
    reference: "10.26131/IRSA433",
  },
];
