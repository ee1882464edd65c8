/** What NED's photometry calls one of our features, and how its fluxes become that feature. */
export interface NedPassband {
  readonly feature: string;
  /** NED's names, compared without regard to case and spaces. */
  readonly names: readonly string[];
  readonly kind: "magnitude" | "flux density" | "X-ray flux";
  /** Flux density of magnitude zero, Jy, and where it is from. */
  readonly zeroJy?: number;
}

const AB = 3631; // Oke & Gunn 1983, 10.1086/160817

/** The passbands of the paper that NED holds; the X-ray names are NED's own. */
const NED_PASSBANDS: readonly NedPassband[] = [
  magnitude("FUV", ["FUV (GALEX) AB", "FUV (GALEX)"], AB),
  magnitude("NUV", ["NUV (GALEX) AB", "NUV (GALEX)"], AB),
  ...["u", "g", "r", "i", "z"].map((band) =>
    magnitude(`${band}_sdss`, [`${band} (SDSS PSF) AB`, `${band} (SDSS PSF)`], AB)
  ),
  // Jarrett et al. 2011, 10.1088/0004-637X/735/2/112
  magnitude("W1", ["W1 (WISE)"], 309.540),
  magnitude("W2", ["W2 (WISE)"], 171.787),
  magnitude("W3", ["W3 (WISE)"], 31.674),
  magnitude("W4", ["W4 (WISE)"], 8.363),
  // Cohen et al. 2003, 10.1086/376474
  magnitude("J", ["J (2MASS)", "J (2MASS/CTIO)"], 1594),
  magnitude("H", ["H (2MASS)", "H (2MASS/CTIO)"], 1024),
  magnitude("Ks", ["K_s (2MASS)", "K_s (2MASS/CTIO)"], 666.7),
  // Rieke et al. 2008, 10.1088/0004-6256/135/6/2245
  {
    feature: "mips_24um",
    names: ["24 microns (MIPS)", "24 microns MIPS"],
    kind: "flux density",
    zeroJy: 7.17,
  },
  xray("flux_b", "0.5-7 keV (Chandra)", "0.5-7 keV Chandra"),
  xray("flux_h", "2-7 keV (Chandra)", "2-7 keV Chandra"),
  xray("flux_m", "1.2-2 keV (Chandra)", "1.2-2 keV Chandra"),
  xray("flux_s", "0.5-1.2 keV (Chandra)", "0.5-1.2 keV Chandra"),
  xray("flux_u", "0.2-0.5 keV (Chandra)", "0.2-0.5 keV Chandra"),
  xray("flux_ned", "0.3-8 keV (Chandra)", "0.3-8 keV Chandra"),
];

function magnitude(feature: string, names: readonly string[], zeroJy: number): NedPassband {
  return { feature, names, kind: "magnitude", zeroJy };
}

function xray(feature: string, ...names: string[]): NedPassband {
  return { feature, names, kind: "X-ray flux" };
}

/** The passband of NED's name; undefined for one that the paper does not use. */
export function nedPassband(name: string): NedPassband | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/\s+/g, "");
  return NED_PASSBANDS.find(({ names }) => names.some((one) => plain(one) === plain(name)));
}

const JY: Readonly<Record<string, number>> = {
  jy: 1,
  mjy: 1e-3,
  millijy: 1e-3,
  ujy: 1e-6,
  microjy: 1e-6,
  njy: 1e-9,
  nanojy: 1e-9,
};

/** A measurement in the feature's own unit, or the reason why it cannot be. */
export interface ConvertedValue {
  /** Magnitude, microjansky, or erg/s/cm2; absent when refused. */
  readonly value?: number;
  /** What was done about another unit, or why the value was refused; absent when it was right. */
  readonly note?: string;
}

/**
 * Brings one of NED's measurements to the unit of its feature. NED lists flux densities under
 * passbands whose other entries are magnitudes (and the reverse), which the published table took
 * for what they are not: they are converted here, or refused.
 */
export function convertNed(passband: NedPassband, measured: number, unit: string): ConvertedValue {
  const plain = unit.toLowerCase().replace(/[\s^]+/g, "");
  const { kind, zeroJy } = passband;
  const isMagnitude = /^(ab|asinh|vega)?mag(nitudes?)?(ab|vega)?$/.test(plain);
  if (kind === "magnitude" && isMagnitude) {
    // no counterpart is that bright or faint: such a number has another unit than it says
    if (measured > -5 && measured < 40) return { value: measured };
    return { note: `refused: ${measured} is no magnitude, though NED says "${unit}"` };
  }
  const toJy = JY[plain];
  if (kind === "magnitude" && toJy !== undefined && measured > 0) {
    return { value: -2.5 * Math.log10(measured * toJy / zeroJy!), note: `converted from ${unit}` };
  }
  if (kind === "flux density" && toJy !== undefined) {
    const note = toJy === 1e-6 ? undefined : `converted from ${unit}`;
    return { value: measured * toJy * 1e6, note };
  }
  if (kind === "flux density" && isMagnitude) {
    return { value: zeroJy! * 1e6 * 10 ** (-0.4 * measured), note: `converted from ${unit}` };
  }
  if (kind === "X-ray flux" && /^ergs?(\/s\/cm2?|s-1cm-2|cm-2s-1|\/cm2?\/s)$/.test(plain)) {
    return { value: measured };
  }
  return { note: `refused: unit "${unit}" is none of a ${kind}` };
}
