import assert from "node:assert/strict";
import PASSBANDS from "../../../packages/chandra-archives/data/ned-passbands.json" with {
  type: "json",
};
import { NED_PASSBANDS } from "@csc-classify/chandra-archives";
import { convertNed, nedPassband } from "../../../packages/vo-archives/ned.ts";
import { columnOf, FEATURES, fillDerived, HOST_LISTS } from "@csc-classify/chandra-sources";
import { logLuminosity } from "@csc-classify/chandra-sources/quantities";
import { ROOT } from "#lib/run/files.ts";
import { separationArcsec, THREE_SIGMA_PER_95, toGalactic } from "@csc-classify/sky";
import { parseDec, parseRa } from "@csc-classify/vo-tables";
import { DUST_DISC, logDustColumn } from "#lib/tables/added-features.ts";
import {
  behind,
  crossSectionCm2,
  galacticColumnCm2,
  transmission,
  type XrayBand,
} from "#lib/trust/absorption.ts";
import { LUMINOSITY_LIMITS } from "#lib/trust/physical-limits.ts";
import { constantsText } from "#tools/derive/constants.ts";

/** One value worked out from ours, what the source states, and how near it must come. */
type Check = [what: string, ours: number, cited: number, share: number];

const objects = new Map(HOST_LISTS.flatMap(({ objects }) => objects).map((one) => [one.name, one]));
const of = (name: string) => objects.get(name)!;
const mpc = (name: string) => of(name).distanceMpc;
const kpc = (name: string) => 1000 * of(name).distanceMpc;
const arcmin = (name: string) => 2 * of(name).radiusArcmin;

/** Ohlson et al. 2024 (doi:10.3847/1538-3881/acf7bc), table of best distances, Mpc. */
const DISTANCES: Check[] = ([
  ...[["NGC 4442", 15.276], ["NGC 4550", 15.488], ["IC 3059", 16.5], ["NGC 48", 22.923]],
  ...[["NGC 1371", 16.4], ["NGC 4136", 6.67], ["NGC 4826", 4.41], ["NGC 1672", 20.227]],
  ...[["NGC 1559", 22], ["NGC 1705", 5.73], ["ESO495-021", 8.24], ["IC 691", 21.045]],
  ...[["ESO097-013", 4.2], ["NGC 3115", 9.68], ["NGC 1313", 4.31]],
] as [string, number][]).map(([name, cited]) => [`distance of ${name}`, mpc(name), cited, 0.005]);

/** RC3 (doi:10.1007/978-1-4757-4363-0): logD25, of tenths of an arcminute, and logR25. */
const SIZES: Check[] = ([
  ...[["NGC 4395", 2.12, NaN], ["NGC 4151", 1.8, NaN], ["NGC 3976", 1.58, 0.5]],
  ...[["NGC 3981", 1.72, 0.35], ["NGC 3982", 1.37, 0.06]],
] as [string, number, number][]).flatMap(([name, logD25, logR25]): Check[] => [
  [`D25 of ${name}`, arcmin(name), 0.1 * 10 ** logD25, 0.03],
  ...(isNaN(logR25)
    ? []
    : [[`axis ratio of ${name}`, of(name).axisRatio, 10 ** -logR25, 0.06] as Check]),
]);

/** Harris 1996, edition 2010 (doi:10.1086/118116): position, kpc, half-light radius in arcmin. */
const CLUSTERS: Check[] = ([
  ["Terzan 5", "17 48 04.80", "-24 46 45", 6.9, 0.72],
  ["Terzan 2", "17 27 33.10", "-30 48 08.4", 7.5, 1.52],
  ["Terzan 6", "17 50 46.38", "-31 16 31.4", 6.8, 0.44],
  ["NGC 6440", "17 48 52.70", "-20 21 36.9", 8.5, 0.48],
  ["M15", "21 29 58.33", "+12 10 01.2", 10.4, 1.0],
  ["NGC 5139", "13 26 47.24", "-47 28 46.5", 5.2, 5.0],
] as [string, string, string, number, number][]).flatMap(([name, ra, dec, distance, half]) => {
  const { ra: ownRa, dec: ownDec, radiusArcmin } = of(name);
  const apart = separationArcsec(ownRa, ownDec, parseRa(ra), parseDec(dec));
  return [
    [`distance of ${name}`, kpc(name), distance, 1e-9],
    [`half-light radius of ${name}`, radiusArcmin, half, 1e-9],
    [`place of ${name}: 1 within an arcsecond`, apart < 1 ? 1 : apart, 1, 0],
  ] as Check[];
});

/** Share of the integral of E^power over one band that another holds. */
const inBand = (low: number, high: number, power: number) =>
  power === -1 ? Math.log(high / low) : (high ** (power + 1) - low ** (power + 1)) / (power + 1);
const loss = (column: number, index: number, measured: "photons" | "counts") =>
  transmission("flux_b", column, index) / transmission("flux_b", column, index, measured);
/** Limits of surveys as {@link behind} applies them: the faintest magnitude that is left. */
const faintest = (band: string, b: number) => {
  const place = { ra: Float64Array.of(10), dec: Float64Array.of(10) };
  const sight = { ...{ ra: 10, dec: 10, columnCm2: 0, dimming: 1 }, ...(b < 10 ? PLANE : {}) };
  const origin = { kind: "table", description: "", sha256: "" } as const;
  const isSeen = (magnitude: number) => {
    const matrix = fillDerived(new Map([[band, [magnitude]]]), place);
    return !isNaN(columnOf(behind({ origin, names: ["x"], ...place, matrix }, [sight]), band)[0]);
  };
  let [low, high] = [5, 30];
  for (let i = 0; i < 40; i++) {
    isSeen((low + high) / 2) ? low = (low + high) / 2 : high = (low + high) / 2;
  }
  return low;
};
const PLANE = { ra: 270.6, dec: -23 }; // b = 0
const zeroJy = (feature: string) =>
  PASSBANDS.passbands.find((band) => band.feature === feature)!.zeroJy!;
const toVega = (band: string) =>
  20 - convertNed(nedPassband(band, NED_PASSBANDS)!, 20, "AB mag").value!;

const PHYSICS: Check[] = [
  // Morrison & McCammon 1983 (doi:10.1086/161102), Table 2: (120.6 + 169.3 - 47.7) at 1 keV,
  // (202.7 + 104.7 x 2 - 17 x 4) / 8 at 2 keV, (433.9 - 2.4 x 5 + 0.75 x 25) / 125 at 5 keV
  ["cross-section at 1 keV", crossSectionCm2(1), 242.2e-24, 1e-9],
  ["cross-section at 2 keV", crossSectionCm2(2), 43.0125e-24, 1e-9],
  ["cross-section at 5 keV", crossSectionCm2(5), 3.5252e-24, 1e-9],
  // a power law of photon index 1.7 and 1.9 behind gas: worked out on 2,000 energies by numpy
  ["energy over photons, 1e22", loss(1e22, 1.7, "photons"), 1.83, 0.005],
  ["energy over photons, 1e23", loss(1e23, 1.7, "photons"), 2.79, 0.005],
  ["energy over counts, 1e22", Math.sqrt(loss(1e22, 1.9, "counts")), 1.2, 0.005],
  ["energy over counts, 1e23", Math.sqrt(loss(1e23, 1.9, "counts")), 1.75, 0.005],
  ["broad band through 1e22, index 1.9", transmission("flux_b", 1e22, 1.9), 0.553, 0.005],
  ["broad band through 1e23, index 1.9", transmission("flux_b", 1e23, 1.9), 0.228, 0.005],
  ["photons through 1e22", transmission("flux_b", 1e22, 1.9, "photons"), 0.285, 0.01],
  // Dickey & Lockman 1990: 3.84e20 / sin b - 2.11e20
  ["hydrogen at the pole", galacticColumnCm2(0, 90), 1.73e20, 0.1],
  ["hydrogen at b = 54.4", galacticColumnCm2(223.6, -54.4), 2.612e20, 0.1],
  ["hydrogen at b = 30", galacticColumnCm2(90, 30), 5.57e20, 0.1],
  // Li et al. 2018 (doi:10.3847/1538-4357/aabaef); an exponential disc has its height at the pole
  ["dust disc, length", DUST_DISC.length, 3.192, 0.001],
  ["dust disc, height", DUST_DISC.height, 0.103, 1e-9],
  ["dust towards the pole, kpc", 10 ** logDustColumn(0, 90), 0.103, 0.1],
  ["the Sun's distance, kpc (GRAVITY 2019)", DUST_DISC.sun, 8.178, 0.001],
  // surveys: 10 sigma in 2MASS is 15.8, 15.1, 14.3 (Skrutskie et al. 2006), 5 sigma 2.5 log10(2) fainter
  ["2MASS J, 5 sigma", faintest("J", 50), 15.8 + 0.753, 0.001],
  ["2MASS H, 5 sigma", faintest("H", 50), 15.1 + 0.753, 0.001],
  ["2MASS Ks, 5 sigma", faintest("Ks", 50), 14.3 + 0.753, 0.001],
  ["2MASS Ks in the plane", faintest("Ks", 0), 14.05, 0.001],
  ["GALEX all-sky FUV", faintest("FUV", 50), 19.9, 1e-4],
  ["GALEX all-sky NUV", faintest("NUV", 50), 20.8, 1e-4],
  // zero points: 48.6 mag at 1 erg/s/cm2/Hz; Cohen et al. 2003; Jarrett et al. 2011
  ["AB zero point, Jy", zeroJy("u_sdss"), 10 ** (23 - 48.6 / 2.5), 1e-3],
  ["J, AB less Vega", toVega("J (2MASS)"), 0.894, 0.001],
  ["Ks, AB less Vega", toVega("K_s (2MASS)"), 1.84, 0.001],
  ["W1, AB less Vega", toVega("W1 (WISE)"), 2.673, 0.001],
  ["W4, AB less Vega", toVega("W4 (WISE)"), 6.594, 0.001],
  ["MIPS 24 micron, Jy (Rieke et al. 2008)", zeroJy("mips_24um"), 7.17, 1e-9],
  // 4 pi (10 x 3.0857e24)^2 x 1e-14
  ["luminosity of 1e-14 at 10 Mpc", 10 ** logLuminosity(1e-14, 10), 1.1965e38, 1e-3],
  ["Mpc in cm", Math.sqrt(10 ** logLuminosity(1, 1) / (4 * Math.PI)), 3.08568e24, 1e-5],
  // the bands that the threshold of ultraluminous sources and NED's flux are of
  [
    "0.3-10 over 0.5-7 keV, dex",
    Math.log10(inBand(0.3, 10, -0.9) / inBand(0.5, 7, -0.9)),
    0.122,
    0.02,
  ],
  [
    "0.3-8 over 0.5-7 keV, dex",
    Math.log10(inBand(0.3, 8, -0.9) / inBand(0.5, 7, -0.9)),
    0.088,
    0.02,
  ],
  ["log10 of 1e39 erg/s", LUMINOSITY_LIMITS.ultraluminous, 39, 0],
  ["2 Mpc", 10 ** LUMINOSITY_LIMITS.outsideLocalGroup, 2, 1e-9],
  // a two-dimensional normal: 95 % within sqrt(-2 ln 0.05) = 2.4477 sigma
  ["3 sigma per axis over 95 %", THREE_SIGMA_PER_95, 1.2256, 1e-4],
  ["what it holds", 1 - 0.05 ** (THREE_SIGMA_PER_95 ** 2), 0.9889, 1e-4],
  // IAU 1958 pole in J2000, and Sgr A*
  ["north Galactic pole", toGalactic(192.85948, 27.12825).b, 90, 1e-5],
  ["Sgr A*, b", toGalactic(266.41683, -29.00781).b, -0.0462, 0.02],
  ["Kuhn et al. 2019: Trifid, kpc", kpc("Trifid M20"), 1.264, 0.005],
];

const CHECKS = [...DISTANCES, ...SIZES, ...CLUSTERS, ...PHYSICS];

Deno.test(`${CHECKS.length} constants are those that their sources state`, () => {
  assert.ok(CHECKS.length >= 40);
  const wrong = CHECKS.filter(([, ours, cited, share]) =>
    !(Math.abs(ours - cited) <= share * Math.abs(cited))
  );
  assert.deepEqual(wrong.map(([what, ours, cited]) => `${what}: ${ours}, cited ${cited}`), []);
});

Deno.test("bands absorb in their order: ultrasoft most, hard least", () => {
  const through = (["flux_u", "flux_s", "flux_m", "flux_h"] as XrayBand[]).map((band) =>
    transmission(band, 3e21, 1.9)
  );
  assert.deepEqual([...through].sort((a, b) => a - b), through);
});

/** Words of the UCD1+ controlled vocabulary (IVOA, edition 1.5) that features use. */
const UCD_WORDS = new Set(
  ("pos.galactic.lon pos.galactic.lat phot.flux phot.flux.density phot.mag phot.color em.X-ray " +
    "stat.probability src.var em.UV.100-200nm em.UV.200-300nm em.opt em.opt.U em.opt.B em.opt.R " +
    "em.opt.I em.IR.J em.IR.H em.IR.K em.IR.3-4um em.IR.4-8um em.IR.8-15um em.IR.15-30um").split(
      " ",
    ),
);

Deno.test("features are described by words that the UCD standard has, and units that VOUnits has", () => {
  for (const { name, ucd, unit } of FEATURES) {
    for (const word of ucd.split(";")) assert.ok(UCD_WORDS.has(word), `${name}: ${word}`);
    assert.ok(["", "deg", "mag", "uJy", "mW.m**-2", "ph.s**-1.cm**-2"].includes(unit), unit);
  }
});

Deno.test("docs/constants.md is what data and comments say: deno run -RW -E tools/derive/constants.ts", async () => {
  // the formatter aligns its tables
  const bare = (text: string) => text.replace(/[\s-]+/g, " ");
  const written = await Deno.readTextFile(`${ROOT}/docs/constants.md`);
  assert.equal(bare(written), bare(await constantsText()));
});
