import assert from "node:assert/strict";
import {
  FEATURE_NAMES,
  FEATURE_SCALE,
  parseChoice,
  PUBLISHED_LABELS,
  shellWord,
} from "@csc-classify/chandra-sources";
import { type ColumnMap, mapColumns, type MapOptions } from "../column-map.ts";

const FEATURES = ["gal_l", "gal_b", "flux_b", "G", "J", "G_J", "W1", "mips_24um"];

/** Maps a header of `name`, `name :: unit :: ucd :: description` or the first of these, with rows. */
function map(
  header: readonly string[],
  options: Partial<MapOptions> = {},
  rows: readonly (readonly unknown[])[] = [],
): {
  map: ColumnMap;
  complaints: string[];
  targets: Record<string, string>;
  options: string[];
} {
  const columns = header.map((text) => {
    const [name, unit, ucd, description] = text.split(" :: ");
    return { name, unit, ucd, description };
  });
  const map = mapColumns(columns, { features: FEATURES, ...options }, rows);
  const complaints = map.questions.map(({ text }) => text);
  const targets = Object.fromEntries(map.mapped.map(({ target, column }) => [column, target]));
  return { map, complaints, targets, options: map.questions.flatMap(({ options }) => options) };
}

const PLACED = ["name", "ra", "dec", "flux_b"];

Deno.test("columns are found under our names and those of the usual catalogues", () => {
  const header = ["Name", "RA_ICRS", "de_icrs", "flux_aper90_ave_b", "phot_g_mean_mag", "j_m"];
  const { map: { mapped, absent }, complaints } = map([...header, "W1mag_allwise", "nonsense"]);
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    mapped.map(({ target }) => target),
    ["name", "ra", "dec", "flux_b", "G", "J", "W1"],
  );
  assert.deepEqual(absent, ["gal_l", "gal_b", "G_J", "mips_24um"]);
});

Deno.test("the dialects of CSC 2, VizieR and MUWCLASS are known by heart", () => {
  const csc = ["name", "ra", "dec", ..."busmh".split("").map((band) => `flux_aper_avg_${band}`)];
  const gregoryLoredo = ["var_intra_prob_b", "kp_intra_prob_b", "var_inter_sigma_b"];
  assert.deepEqual(map([...csc, ...gregoryLoredo]).targets, {
    ...{ name: "name", ra: "ra", dec: "dec" },
    ...Object.fromEntries("busmh".split("").map((b) => [`flux_aper_avg_${b}`, `flux_${b}`])),
    ...Object.fromEntries(gregoryLoredo.map((name) => [name, name])),
  });
  const vizier = map(["2CXO", "RAICRS", "DEICRS", "S/N", "Fluxb", "F90s"]).targets;
  assert.deepEqual(Object.values(vizier), [
    "name",
    "ra",
    "dec",
    "significance",
    "flux_b",
    "flux_s",
  ]);
  // in MUWCLASS both names stand for Kuiper's test, and fluxes go by Fs or Fcsc_s
  const theirs = map(["CSCv2_name", "CSCv2_RA", "CSCv2_DEC", "Fs", "Fcsc_m", "P_intra", "Gmag"]);
  assert.deepEqual(
    Object.values(theirs.targets),
    ["name", "ra", "dec", "flux_s", "flux_m", "kp_intra_prob_b", "G"],
  );
  assert.equal(map([...PLACED, "var_intra_prob"]).targets.var_intra_prob, "kp_intra_prob_b");
});

Deno.test("the authors' 41 labels go by what they hold, and back from 0-10", () => {
  const { map: { mapped }, complaints } = map(["name", ...PUBLISHED_LABELS]);
  assert.deepEqual(complaints, []);
  const held = new Map(mapped.map((column) => [column.column, column]));
  assert.equal(held.get("ks_intra_prob_b")!.target, "flux_u");
  assert.equal(held.get("h-csc")!.target, "flux_b");
  const { min, max } = FEATURE_SCALE[FEATURE_NAMES.indexOf("flux_b")];
  const { factor, offset } = held.get("h-csc")!;
  assert.deepEqual([offset, offset + 10 * factor], [min, max]);
});

Deno.test("one-letter names count only as they are written: g is not G, h is not H", () => {
  const { map: { ignored }, targets } = map([...PLACED, "g", "h", "H", "G"]);
  assert.deepEqual([targets.H, targets.G], ["H", "G"]);
  assert.deepEqual(ignored, ["g", "h"]);
});

Deno.test("the better of two columns is taken; two equally good ones must be told apart", () => {
  const better = map([...PLACED.slice(0, 3), "flux_aper90_mean_b", "flux_aper90_ave_b"]);
  assert.equal(better.targets.flux_aper90_ave_b, "flux_b");
  assert.deepEqual(better.map.ignored, [
    "flux_aper90_mean_b (flux_b is taken from flux_aper90_ave_b)",
  ]);
  const { complaints, options } = map([...PLACED, "jmag", "JMAG"]);
  assert.deepEqual(complaints, ['"jmag" and "JMAG" may both be J: say which']);
  assert.deepEqual(options, ["--column", "J=jmag"]);
  assert.deepEqual(
    map([...PLACED, "jmag", "JMAG"], { choices: [parseChoice("J=JMAG")] }).complaints,
    [],
  );
  // a counterpart's position is not the source's
  assert.match(map(["name", "flux_b", "RA_ICRS_gaia", "DE_ICRS_gaia"]).complaints[0], /position/);
});

Deno.test("what the user says of a column counts, unit included", () => {
  const choices = [parseChoice("flux_h = my flux:1e-15 erg/s/cm2")];
  const { map: { mapped }, complaints } = map(["name", "ra", "dec", "my flux"], { choices });
  assert.deepEqual(complaints, []);
  assert.deepEqual([mapped[3].target, mapped[3].factor], ["flux_h", 1e-15]);
  const wrong = [parseChoice("flux_q=x"), parseChoice("G=gmg")];
  const [target, column] = map([...PLACED, "gmag"], { choices: wrong }).complaints;
  assert.match(target, /^--column flux_q=x: there is no "flux_q"; there are name, .*, and none$/);
  assert.equal(
    column,
    "--column G=gmg: no such column; the table has name, ra, dec, flux_b, gmag",
  );
  assert.deepEqual(map(PLACED, { choices: [parseChoice("flux_b=FLUX B")] }).options, [
    ...["--column", "flux_b=flux_b"],
  ]);
  assert.throws(() => parseChoice("flux_h"), /feature=column/);
});

Deno.test("units are converted, prefixes told by case", () => {
  const factor = (unit: string, feature: string) => {
    const { map: { mapped }, complaints } = map([`x :: ${unit}`], {
      choices: [parseChoice(`${feature}=x`)],
      force: ["name", "position", "flux", "values"],
    });
    return complaints.find((text) => text.includes("unit")) ?? mapped[0].factor;
  };
  assert.equal(factor("W/m2", "flux_b"), 1e3);
  assert.equal(factor("1e-15 erg/s/cm2", "flux_b"), 1e-15);
  assert.equal(factor("10**-15 erg.s**-1.cm**-2", "flux_b"), 1e-15);
  assert.equal(factor("mW.m**-2", "flux_b"), 1);
  assert.equal(factor("1e20 cm^-2", "nh_gal"), 1);
  assert.equal(factor("cm-2", "nh_gal"), 1e-20);
  assert.equal(factor("erg s^-1 cm^-2", "flux_b"), 1);
  assert.equal(factor("mJy", "mips_24um"), 1000);
  assert.equal(factor("MJy", "mips_24um"), 1e12);
  assert.equal(factor("µJy", "mips_24um"), 1);
  assert.match(String(factor("Jy", "G")), /unit "Jy" is not understood for G; understood are mag/);
});

Deno.test("what is not there is asked for by meaning, all columns named, never by likeness of letters", () => {
  const rows = [["Zed 1", 15, 1e-14, 7], ["Zed 2", 16, 2e-14, 8]];
  const { complaints, options } = map(["ident", "mag", "brightness", "flx_b"], {}, rows);
  assert.equal(complaints.length, 3);
  assert.match(complaints[0], /names; "ident" may be, of ident, mag, brightness, flx_b$/);
  assert.match(complaints[1], /position \(ra and dec, degrees\); the table has ident, mag,/);
  assert.match(complaints[2], /flux_b is 0\.5-7 keV.*flux_h 2-7 keV.*; "brightness" may be, of/);
  assert.deepEqual(options, [
    ...["--column", "name=ident", "--force", "position", "--column", "flux_b=brightness"],
  ]);
  const all = { force: ["name", "position", "flux"] as const };
  assert.deepEqual(map(["ident", "Gmag"], all).complaints, []);
});

Deno.test("--column names a column with colons, blanks and brackets, the second of a name, none", () => {
  const header = [...PLACED, "my: flux [x]", "G", "G"];
  const targets = (...choices: string[]) => {
    const mapped = map(header, { choices: choices.map(parseChoice) });
    assert.deepEqual(mapped.complaints, []);
    return mapped.map.mapped.map(({ target, index, factor }) => `${target} ${index} ${factor}`);
  };
  assert.ok(targets("flux_h=my: flux [x]:W/m2", "G=G#2").includes("flux_h 4 1000"));
  assert.ok(targets("flux_h=my: flux [x]", "G=G#2").includes("G 6 1"));
  assert.ok(!targets("none=G#1", "none=G#2").some((text) => text.startsWith("G ")));
  assert.deepEqual(map(header).options, ["--column", "G=G#1"]);
  assert.equal(shellWord("ra=it's"), `'ra=it'\\''s'`);
});

Deno.test("values, units, UCDs and the company tell columns apart that share a name", () => {
  const taken = (header: readonly string[], cells: readonly unknown[]) => {
    const { targets, complaints } = map([...PLACED, ...header], {}, [[
      "Zed",
      1,
      2,
      1e-14,
      ...cells,
    ]]);
    return [header.map((text) => targets[text.split(" :: ")[0]] ?? "-").join(" "), ...complaints];
  };
  assert.deepEqual(taken(["KS", "KP"], [0.4, 0.9]), ["ks_intra_prob_b kp_intra_prob_b"]);
  assert.deepEqual(taken(["KS"], [0.4]), ["-"]);
  assert.deepEqual(taken(["J", "H", "Ks"], [15, 14, 13]), ["J H Ks"]);
  assert.deepEqual(taken(["upmag", "rpmag"], [15, 14]), ["u_sdss r_sdss"]);
  assert.deepEqual(taken(["BPmag", "RPmag"], [15, 14]), ["Bp Rp"]);
  assert.deepEqual(taken(["BPmag", "RPmag", "upmag", "rpmag"], [15, 14, 16, 17]), [
    "Bp Rp u_sdss r_sdss",
  ]);
  const both = ["gmag", "rmag", "imag", "zmag", "ymag", "Gmag", "BPmag"];
  assert.deepEqual(taken(both, [18, 17, 16, 15, 14, 17, 18]), ["- - - - - G Bp"]);
  assert.match(taken(["rpmag"], [14])[1], /"rpmag" may be r_sdss or Rp/);
  assert.deepEqual(taken(["umag", "gmag", "rmag", "imag", "zmag"], [19, 18, 17, 16, 15]), [
    "u_sdss g_sdss r_sdss i_sdss z_sdss",
  ]);
  assert.deepEqual(taken(["gmag", "rmag", "imag", "zmag", "ymag"], [18, 17, 16, 15, 14]), [
    "- - - - -",
  ]);
  assert.deepEqual(taken(["fe", "fs", "fm"], [1, 0, 0]), ["- - -"]);
  assert.deepEqual(taken(["Fs", "Fm", "CSC_flags"], [1e-15, 2e-15, 0]), ["flux_s flux_m -"]);
  assert.match(taken(["Fs", "Fm"], [1e-15, 2e-15])[1], /"Fs", "Fm" are taken for the CSC's bands/);
  assert.deepEqual(taken(["FLUX_H :: mag", "FLUX_V :: mag"], [9, 10]), ["- -"]);
  assert.deepEqual(taken(["fluxh :: mW.m**-2 :: phot.mag;em.opt"], [1e-15]), ["-"]);
  assert.deepEqual(
    taken(["flux_aper_h.1", "flux_bb_aper_h", "flux_aper_w", "FLUX_HI"], [
      ...[1e-15, 1e-15, 1e-15, 1],
    ]),
    ["- - - -"],
  );
  assert.deepEqual(taken(["GAIA_Gmag", "TMASS_Jmag", "WISE_W1MAG", "sdss_u"], [15, 14, 13, 19]), [
    "G J W1 u_sdss",
  ]);
});

Deno.test("other missions' bands, luminosities, photons and fits are refused with what would be right", () => {
  const refusal = (name: string, ...choices: string[]) =>
    map(["name", "ra", "dec", name], { choices: choices.map(parseChoice) }, [
      ["Zed", 1, 2, name === "LX" ? 1e31 : 1e-14],
    ]);
  for (
    const [name, reason] of [
      ["EP_8_FLUX", /XMM-Newton's, whose bands are others.*0\.2-12 keV/],
      ["SC_EP_8_FLUX", /XMM-Newton's/],
      ["ML_FLUX_1", /eROSITA's/],
      ["FixedPowObsFlux", /Swift XRT's/],
      ["LX", /a luminosity, not a flux.*4 pi distance\^2/],
      ["photflux_aper_b", /a flux of photons/],
      ["flux_powlaw_aper_b", /a fitted spectral model/],
      ["src_rate_aper_b", /a rate of counts/],
      ["Flux2-10keV", /2-10 keV, another band/],
    ] as const
  ) {
    const { complaints, options } = refusal(name);
    assert.match(complaints.join(), reason, name);
    assert.match(complaints.join(), /Chandra's energy flux: flux_b is 0\.5-7 keV/);
    assert.deepEqual(
      options,
      name === "Flux2-10keV"
        ? ["--column", "flux_h=Flux2-10keV:0.74 erg/s/cm2", "--force", "bands"]
        : ["--force", "flux"],
    );
    const chosen = refusal(name, `flux_b=${name}:erg/s/cm2`);
    assert.match(chosen.complaints.join(), reason, name);
    assert.deepEqual(chosen.options, ["--force", name === "LX" ? "flux" : "bands"]);
  }
  assert.deepEqual(refusal("flux_0.5_7").targets["flux_0.5_7"], "flux_b");
});

Deno.test("a description that states another band than the name refuses, one that states ours does not", () => {
  const described = (name: string, ...words: readonly string[]) =>
    map(["name", "ra", "dec", ...words.map((text) => `${name} :: mW/m2 :: phot.flux :: ${text}`)]);
  const other = described("Fb", "Net flux in 0.5-8 keV");
  assert.deepEqual(other.targets, { name: "name", ra: "ra", dec: "dec" });
  assert.match(other.complaints.join(), /"Fb": a flux in 0\.5-8 keV, another band/);
  assert.match(described("FX", "Flux (0.3 to 10.0keV)").complaints.join(), /0\.3-10 keV/);
  for (
    const words of ["Broad band (0.5-7.0 keV)", "0.5 - 7keV, from counts in 0.3-8 keV", "Grade 2-5"]
  ) assert.equal(described("Fb", words).targets.Fb, "flux_b", words);
});

Deno.test("sources that bear another mission's names are asked about, unless the flux says Chandra's", () => {
  const named = (
    source: string,
    flux = "flux_b",
    name = "name",
    options: Partial<MapOptions> = {},
  ) =>
    map([name, "ra", "dec", flux], options, [[source, 1, 2, 1e-14], [source + "7", 1, 3, 2e-14]]);
  for (
    const [source, whose] of [
      ["4XMM J000400.0+02000", /XMM-Newton's/],
      ["1eRASS J000400.0+02000", /eROSITA's/],
      ["2SXPS J000400.0+02000", /Swift's/],
      ["2RXS J000400.0+02000", /ROSAT's/],
      ["SWIFT J0004.0+0200", /Swift's \(XRT 0.3-10, BAT 14-195 keV\)/],
      ["LSXPS J000400.0+020000", /Swift's/],
      ["RX J0004.0+0200", /ROSAT's/],
      ["3XLSS J000400.0+020000", /XMM-Newton's/],
      ["IGR J00040+0200", /INTEGRAL's/],
      ["EP J000400.0+0200", /Einstein Probe's/],
    ] as const
  ) {
    const { complaints, options } = named(source);
    assert.match(complaints.join(), whose);
    assert.match(complaints.join(), /"flux_b" is hardly Chandra's/);
    assert.deepEqual(options, ["--force", "bands"]);
    assert.deepEqual(named(source, "flux_b", "name", { force: ["bands"] }).complaints, []);
    assert.deepEqual(named(source, "flux_aper_b").complaints, []);
  }
  // the designation may stand in the header alone
  const byHeader = named("J000400.0+02000", "flux_b", "4XMM", {
    choices: [parseChoice("name=4XMM")],
  });
  assert.match(byHeader.complaints.join(), /XMM-Newton's/);
  assert.deepEqual(named("2CXO J000400.0+02000").complaints, []);
  for (
    const source of ["CXO J000400.0+020000", "CXOU J000400.0+020000", "EP 1", "RXC 3", "Swift 4"]
  ) {
    assert.deepEqual(named(source).complaints, [], source);
  }
  // X-ray binaries keep the names of those who found them: with the CSC's bands they are Chandra's
  const bands = ["flux_b", "flux_m"];
  const observed = (source: string) =>
    map(["name", "ra", "dec", ...bands], {}, [[source, 1, 2, 1e-14, 3e-15]]).complaints;
  for (const source of ["IGR J00040+0200", "RX J0004.0+0200", "4FGL J0004.0+0200"]) {
    assert.deepEqual(observed(source), [], source);
  }
  assert.match(observed("4XMM J000400.0+02000").join(), /XMM-Newton's/);
  // those of several missions count together
  const mixed = ["IGR J00040+0200", "MAXI J0004+020", "SWIFT J0004.0+0200", "Z 4"];
  const rows = mixed.map((source, i) => [source, 1 + i, 2, 1e-14]);
  assert.match(map(PLACED, {}, rows).complaints.join(), /"flux_b" is hardly Chandra's/);
  assert.deepEqual(
    map(PLACED, {}, [...rows, ["Z 5", 5, 2, 1e-14], ["Z 6", 6, 2, 1e-14]]).complaints,
    [],
  );
  // what describes itself as Chandra's is
  const described = ["name", "ra", "dec", "flux_b ::  ::  :: Chandra flux"];
  assert.deepEqual(map(described, {}, rows).complaints, []);
});

Deno.test("a soft band without a medium one is asked about unless the CSC's", () => {
  const soft = (name: string, source = "J1", ...more: readonly string[]) =>
    map(["name", "ra", "dec", "Fluxb", name, ...more], {}, [[source, 1, 2, 1e-14, 2e-15, 2e-15]]);
  const { complaints, options } = soft("FluxS");
  assert.match(complaints.join(), /"FluxS" may be 0\.5-1\.2 keV, as in the CSC, or 0\.5-2 keV/);
  assert.deepEqual(options, ["--column", "none=FluxS"]);
  for (const name of ["flux_s", "flux_aper_s", "Fluxs ::  ::  :: Soft (0.5-1.2 keV)"]) {
    assert.deepEqual(soft(name).complaints, [], name);
  }
  assert.deepEqual(soft("Fluxs", "2CXO J000400.0+020000").complaints, []);
  assert.deepEqual(soft("Fluxs", "J1", "Fluxm").complaints, []);
});

Deno.test("energies, numbers of bands and corrections in a flux's name refuse it", () => {
  for (
    const [name, reason] of [
      ["flux_b ::  ::  :: 0.5-8 keV", /"flux_b": a flux in 0\.5-8 keV, another band/],
      ["flux_b_0.5_8", /0\.5-8 keV/],
      ["FLUX_B8", /XMM-Newton's/],
      ["xmm_flux_b", /of another mission/],
      ["flux_b_nustar", /of another mission/],
      ["FLUX_V", /a magnitude/],
      ["flux_b_unabs", /corrected for absorption/],
      ["intrinsic_flux_b", /corrected for absorption/],
    ] as const
  ) {
    const refused = map(["name", "ra", "dec", name], {}, [["Zed", 1, 2, 1e-14]]);
    assert.match(refused.complaints.join(), reason, name);
    const near = /flux_b\S*(?= ::.*0\.5-8 keV|$)/.exec(name)?.[0];
    assert.deepEqual(
      refused.options,
      /0\.5.8/.test(name)
        ? ["--column", `flux_b=${near}:0.93 erg/s/cm2`, "--force", "bands"]
        : ["--force", "flux"],
      name,
    );
  }
  assert.deepEqual(map(["name", "ra", "dec", "flux_b_0.5_7"]).targets["flux_b_0.5_7"], "flux_b");
});

Deno.test("a lone hard or soft flux is not advised for the broad one, nor logarithms for fluxes", () => {
  const hard = map(["name", "ra", "dec", "flux_hard"], {}, [["Zed", 1, 2, 1e-14]]);
  assert.deepEqual(hard.options, ["--column", "flux_h=flux_hard"]);
  const logs = map(PLACED, {}, [["Zed", 1, 2, -13.9], ["Zod", 1, 3, -14.5]]);
  assert.match(logs.complaints.join(), /the logarithms of fluxes/);
  assert.deepEqual(logs.options, ["--column", "flux_b=flux_b:log erg/s/cm2"]);
  const described = ["name", "ra", "dec", "FX :: mW/m2 ::  :: Flux in 2-7 keV"];
  assert.equal(map(described, {}, [["Zed", 1, 2, 1e-14]]).targets.FX, "flux_h");
  const unclear = map(["name", "ra", "dec", "flux_b :: 10e-15 erg/s/cm2"]);
  assert.deepEqual(unclear.options, ["--column", "flux_b=flux_b:UNIT"]);
});

Deno.test("extinctions and absolute magnitudes are no magnitudes; colons, Greek and stops are read", () => {
  const odd = map([...PLACED, "A_G", "M_G", "M_Ks"], {}, [["Zed", 1, 2, 1e-14, 1.5, 5, 4]]);
  assert.deepEqual(odd.map.mapped.map(({ column }) => column), PLACED);
  assert.deepEqual(map(["csc:name", "csc:ra", "csc:dec", "csc:flux_aper_b"]).targets, {
    "csc:name": "name",
    "csc:ra": "ra",
    "csc:dec": "dec",
    "csc:flux_aper_b": "flux_b",
  });
  assert.deepEqual(map(["name", "α", "δ", "flux_b"]).targets["δ"], "dec");
  const xray = map(["name", "X-ray RA", "X-ray Dec", "flux_b"], {}, [["Zed", 1, 2, 1e-14]]);
  assert.deepEqual(xray.options, ["--column", "ra=X-ray RA", "--column", "dec=X-ray Dec"]);
  assert.deepEqual(map(["name", "R.A.", "Decl.", "flux_b"]).targets["Decl."], "dec");
});

Deno.test("H beside S and M, ratios and words under a magnitude's name are no magnitudes", () => {
  const rows = (...cells: readonly unknown[]) => [["Zed", 1, 2, 1e-14, ...cells]];
  assert.equal(map([...PLACED, "S", "M", "H"], {}, rows(12, 20, 15)).targets.H, undefined);
  assert.equal(map([...PLACED, "J", "H", "M"], {}, rows(15, 14, 0.8)).targets.H, "H");
  const ratios = map(
    [...PLACED, "H"],
    {},
    [-0.4, 0.2, 0.3].map((h, i) => [`Z${i}`, i, 2, 1e-14, h]),
  );
  assert.match(ratios.complaints.join(), /"H" holds -0\.4 to 0\.3, no magnitudes/);
  const words = map([...PLACED, "G"], {}, rows("K0V"));
  assert.match(words.complaints.join(), /"G" holds words such as "K0V"/);
  assert.deepEqual(words.options, ["--column", "none=G"]);
});

Deno.test("names of sources tell right ascension and declination that changed places", () => {
  const name = "2CXO J004244.1+411608";
  const { complaints, options } = map(PLACED, {}, [[name, 41.269, 10.684, 1e-14]]);
  assert.match(complaints.join(), /these seem to have changed places/);
  assert.deepEqual(options, ["--column", "ra=dec", "--column", "dec=ra"]);
});

Deno.test("a magnitude's own long name wins over a letter; a column of coordinates is a position", () => {
  const rows = [["Zed", 10, 20, 1e-14, 1, 15]];
  assert.deepEqual(map([...PLACED, "K", "Kmag"], {}, rows).targets.Kmag, "Ks");
  const { targets } = map(["name", "coord.ra", "coord.dec", "flux_b"]);
  assert.deepEqual([targets["coord.ra"], targets["coord.dec"]], ["ra", "dec"]);
});

Deno.test("u g r i z beside each other are SDSS's, g r i alone or a redshift z are not", () => {
  const found = (header: readonly string[], cells: readonly number[]) =>
    map([...PLACED, ...header], {}, [["Zed", 10, 20, 1e-14, ...cells]]).map.mapped.slice(4)
      .map(({ target }) => target).join(" ");
  const all = ["u", "g", "r", "i", "z"];
  assert.equal(found(all, [21, 20, 19, 18, 17]), "u_sdss g_sdss r_sdss i_sdss z_sdss");
  assert.equal(found(all, [21, 20, 19, 18, 0.8]), "u_sdss g_sdss r_sdss i_sdss");
  assert.equal(found(["g", "r", "i"], [20, 19, 18]), "");
  assert.equal(found(["G", "u"], [15, 12]), "G");
  assert.equal(
    found(["U", "G", "R", "I", "Z"], [20, 19, 18, 17, 16]),
    "u_sdss g_sdss r_sdss i_sdss z_sdss",
  );
  assert.equal(found(["G", "R", "I"], [19, 18, 17]), "");
  assert.equal(found(["G", "Bp", "Rp", "I"], [15, 16, 14, 13]), "G Bp Rp");
  assert.equal(found(["U", "B", "V", "R", "I"], [20, 19, 18, 17, 16]), "");
});

Deno.test("headers that end in J over designations are names; braces and bare powers are read", () => {
  const rows = [["123456.7+123456", 1, 2, 1e-14, "W 1"], ["123457.7+123456", 1, 3, 1e-14, "W 2"]];
  for (const name of ["CXO J", "CXOU J", "CXOGNC_J", "2CXO J", "CXOONCJ"]) {
    const { targets, complaints } = map([name, "ra", "dec", "flux_b", "ID"], {}, rows);
    assert.deepEqual([targets[name], complaints], ["name", []], name);
  }
  const braces =
    map(["name", "ra", "dec", "F_{2-7} :: 10^-15"], {}, [["Zed", 1, 2, 3]]).map.mapped[3];
  assert.deepEqual([braces.target, braces.factor], ["flux_h", 1e-15]);
  for (
    const name of [
      "F_500_7000",
      "flux_500_7000eV",
      "F_{X,0.5-7}",
      "F_X^{0.5-7}",
      "$F_{0.5-7}$",
      "Energy flux (0.5-7 keV)",
    ]
  ) {
    assert.equal(map(["name", "ra", "dec", name]).targets[name], "flux_b", name);
  }
  assert.match(map(["name", "ra", "dec", "Fx_int"]).complaints.join(), /corrected for absorption/);
  assert.equal(map([...PLACED, "C_{2-7}"]).targets["C_{2-7}"], undefined);
  const second = map([...PLACED, "Lx 0.5-2.5"]).map.ignored;
  assert.deepEqual(second, ["Lx 0.5-2.5 (a luminosity, not a flux)"]);
  const flux = map(["name", "ra", "dec", "Flux ::  ::  :: b", "Flux ::  ::  :: h"]).map.mapped;
  assert.deepEqual(flux.slice(3).map(({ target }) => target), ["flux_b", "flux_h"]);
});

Deno.test("descriptions say that a flux is corrected for absorption, or a logarithm of which band", () => {
  const rows = [["Zed", 1, 2, 3e-14, 2e-14]];
  const words = (text: string) => `FX :: mW/m2 ::  :: ${text}`;
  for (
    const text of [
      "Unabsorbed flux in the 0.5-7 keV band",
      "Flux (0.5-7 keV) corrected for Galactic absorption",
      "Absorption-corrected flux, 0.5-7 keV",
    ]
  ) {
    const header = ["name", "ra", "dec", words(text), "Fa :: mW/m2 ::  :: Flux in 0.5-7 keV"];
    const { targets, map: { ignored } } = map(header, {}, rows);
    assert.deepEqual([targets.FX, targets.Fa], [undefined, "flux_b"], text);
    assert.match(ignored.join(), /FX \(a flux corrected for absorption, as its description says\)/);
  }
  for (
    const text of ["Absorbed flux in 0.5-7 keV", "Flux in 0.5-7 keV, not corrected for absorption"]
  ) {
    const { targets } = map(["name", "ra", "dec", words(text)], {}, rows);
    assert.equal(targets.FX ?? "flux_b", "flux_b", text);
  }
  const logs = ["name", "ra", "dec", "logFX :: [mW/m2] ::  :: Log of the 0.5-8keV flux"];
  assert.deepEqual(map(logs, {}, [["Zed", 1, 2, -14]]).options, [
    "--column",
    "flux_b=logFX:log 0.93 mW/m2",
    "--force",
    "bands",
  ]);
});

Deno.test("R magnitudes of Johnson and Cousins are none of SDSS's, and nothing is asked of them", () => {
  const cells = [["Zed", 10, 20, 1e-14, 15, 14, 13]];
  const johnson = map([...PLACED, "Vmag", "Rmag", "I_mag"], {}, cells);
  assert.deepEqual([johnson.complaints, johnson.map.mapped.length], [[], PLACED.length]);
  assert.match(map([...PLACED, "rmag"], {}, cells).complaints.join(), /"rmag" may be r_sdss/);
  const sdss = map([...PLACED, "UMAG", "RMAG", "ZMAG"], {}, cells).targets;
  assert.equal(sdss.RMAG, "r_sdss");
});

Deno.test("what values a flux of a short name may have goes by its unit", () => {
  const header = ["name", "ra", "dec", "Fb :: 10-15mW/m2", "Fh :: 10-15mW/m2"];
  const { map: mapped, targets } = map(header, {}, [["Zed", 1, 2, 12.3, 7.1]]);
  assert.deepEqual([targets.Fb, targets.Fh], ["flux_b", "flux_h"]);
  assert.equal(mapped.mapped.find(({ target }) => target === "flux_b")?.factor, 1e-15);
});

Deno.test("a counterpart's position beside the source's is asked about where the two lie apart", () => {
  const header = ["name", "X_RA", "X_DEC", "flux_b", "RAJ2000", "DEJ2000"];
  const apart = map(header, {}, [["Zed", 10.5, 20.5, 1e-14, 10.6, 20.6]]);
  assert.match(apart.complaints[0], /"X_RA" with "X_DEC", or "RAJ2000" with "DEJ2000"/);
  assert.deepEqual(apart.options, ["--column", "ra=X_RA", "--column", "dec=X_DEC"]);
  const same = map(header, {}, [["Zed", 10.5, 20.5, 1e-14, 10.5, 20.50001]]);
  assert.deepEqual(same.complaints, []);
  const twice = ["ra", "dec", "flux_b", "ra", "dec", "name"];
  const cells = [[10.6, 20.6, 1e-14, 10.5, 20.5, "Zed"]];
  assert.match(
    map(twice, {}, cells).complaints[0],
    /"ra" \(column 1\).*"ra" \(column 4, behind flux_b\)/,
  );
  // who names one of a pair means its partner too
  const { map: chosen } = map(twice, { choices: [parseChoice("ra=ra#2")] }, cells);
  assert.deepEqual(chosen.mapped.map(({ index }) => index), [2, 3, 4, 5]);
  const old = ["name", "flux_b", "RAJ2000", "DEJ2000", "RAB1950", "DEB1950"];
  assert.deepEqual(map(old, {}, [["Zed", 1e-14, 10, 20, 9.4, 19.7]]).complaints, []);
});

Deno.test("an array is no number: which element is asked, and may be said", () => {
  const columns = [...PLACED.map((name) => ({ name }))].map((column) =>
    column.name === "flux_b" ? { ...column, arrayLength: 2 } : column
  );
  const { questions } = mapColumns(columns, { features: [] });
  assert.match(questions[0].text, /"flux_b", .* is an array of 2 numbers a row: which one\?/);
  assert.deepEqual(questions[0].options, ["--column", "flux_b=flux_b[1]"]);
  const choices = [parseChoice("flux_b=flux_b[2]")];
  const { mapped, questions: none } = mapColumns(columns, { features: [], choices });
  assert.deepEqual(none, []);
  assert.equal(mapped[3].element, 2);
});

Deno.test("the class is a label, not a prediction that stands beside it or beside probabilities", () => {
  assert.equal(map([...PLACED, "Class", "true_Class"]).targets.true_Class, "class");
  const predicted = map([...PLACED, "Class", "Class_prob"], { labelled: true });
  assert.match(predicted.complaints[0], /"Class" stands beside the probabilities of a classifier/);
  const { map: scored, complaints } = map([...PLACED, "Class", "Class_prob"]);
  assert.deepEqual(complaints, []);
  assert.match(scored.ignored[0], /^Class \(a class that a classifier gave, no label\)/);
});

Deno.test("prefixes of CSCview, hours in a name, changed places of coordinates are known", () => {
  const cscview = map(["m.name", "m.ra", "m.dec", "m.flux_aper_b", "o.flux_aper_b"]);
  assert.deepEqual(cscview.complaints, []);
  assert.equal(cscview.targets["m.flux_aper_b"], "flux_b");
  const { map: { mapped } } = map(["name", "RA_hours", "dec", "flux_b"]);
  assert.deepEqual([mapped[1].target, mapped[1].factor], ["ra", 15]);
  const rows = [["Zed", -20, 210, 1e-14]];
  assert.deepEqual(map(PLACED, {}, rows).options, ["--column", "ra=dec", "--column", "dec=ra"]);
  // VizieR's bounds of a flux are no joined tables'
  assert.deepEqual(map([...PLACED.slice(0, 3), "Fluxb", "b_Fluxb", "B_Fluxb"]).complaints, []);
  assert.match(map([...PLACED.slice(0, 3), "B_Fluxb"]).complaints[0], /no column holds an X-ray/);
});

Deno.test("a UCD says what names and positions are, whatever they are called", () => {
  const { targets, complaints } = map([
    ...["designacion ::  :: meta.id;meta.main", "alfa :: deg :: pos.eq.ra;meta.main"],
    ...["delta :: deg :: POS_EQ_DEC_MAIN", "Fluxb :: mW/m2 :: phot.flux;em.X-ray"],
  ]);
  assert.deepEqual(complaints, []);
  assert.deepEqual(targets, { designacion: "name", alfa: "ra", delta: "dec", Fluxb: "flux_b" });
  const counterpart = ["name", "ra", "dec", "flux_b", "alfa :: deg :: pos.eq.ra"];
  assert.equal(map(counterpart).targets.alfa, undefined);
});

Deno.test("designations of Chandra's sources are names, before numbers that are called so", () => {
  const rows = (name: string) => [
    [1, name, 10.5, 20.5, 1.5e-14],
    [2, name.replace("7", "8"), 11.5, 21.5, 2.5e-14],
  ];
  const head = (column: string) => ["Source", column, "ra", "dec", "flux_b"];
  for (
    const [column, cell] of [
      ["_2CXO", "J004200.7+203000"],
      ["CXOU J", "004200.7+203000"],
      ["Name_XRB", "2CXO J004200.7+203000"],
      ["CXOPS", "CXOPS J004200.7+203000"],
    ]
  ) {
    const { targets, complaints } = map(head(column), {}, rows(cell));
    assert.deepEqual(complaints, []);
    assert.equal(targets[column], "name", column);
    assert.equal(targets.Source, undefined);
  }
  // another survey's, and names that are words, stay what they are
  assert.equal(map(head("SDSS"), {}, rows("J004200.72+203000.1")).targets.Source, "name");
  const words = rows("2CXO J004200.7+203000").map(([n, ...rest]) => [`Zed ${n}`, ...rest]);
  assert.equal(map(head("also"), {}, words).targets.Source, "name");
});

Deno.test("hardness ratios are never proposed as fluxes; fluxes of CIAO's srcflux are told apart", () => {
  const rows = [["Zed 1", 10.5, 20.5, -0.25, 3.5], ["Zed 2", 11.5, 21.5, 0.5, 4.5]];
  const { options, complaints } = map(
    ["name", "ra", "dec", "HR ::  :: phot.flux", "fB"],
    {},
    rows,
  );
  assert.deepEqual(options, ["--column", "flux_b=fB:UNIT"]);
  assert.doesNotMatch(complaints[0], /flux_b=HR/);
  const fluxes = ["NET_FLUX_APER", "NET_MFLUX_APER", "NET_UMFLUX_APER"];
  const ciao = map(
    ["name", "ra", "dec", ...fluxes.map((name) => `${name} :: erg/cm**2/s`)],
    {},
    rows.map((row) => [...row.slice(0, 3), 1.5e-14, 1.75e-14, 2e-14]),
  );
  assert.deepEqual(ciao.options, ["--column", "flux_b=NET_FLUX_APER"]);
  assert.match(ciao.complaints[0], /"NET_UMFLUX_APER": a flux corrected for absorption/);
});

Deno.test("fluxes are taken by the one band that their description states, errors and bounds are not", () => {
  const flux = (name: string, words: string) =>
    `${name} :: mW/m2 :: phot.flux;em.X-ray :: ${words}`;
  const { targets, complaints } = map(
    [
      ...PLACED.slice(0, 3),
      flux("FFB", "Observed-frame flux in the 0.5-7.0keV full band"),
      flux("FSB", "Observed-frame flux in the 0.5-2.0keV soft band"),
      flux("FHB", "Observed-frame flux in the 2.0-7.0keV hard band"),
      flux("e_FFB", "Flux in the 0.5-7.0keV band"),
      flux("Up", "Upper limit on the flux in the 1.2-2.0keV band"),
      flux("Fc", "Absorption-corrected flux in the 0.5-1.2keV band"),
      "LX :: 10-7W :: phys.luminosity :: Luminosity and flux in the 0.5-1.2keV band",
    ],
    {},
    [
      ["Zed 1", 10.5, 20.5, 6e-15, 1e-15, 4e-15, 1e-16, 1e-15, 1e-15, 1e43],
      ["Zed 2", 11.5, 21.5, 7e-15, 2e-15, 5e-15, 1e-16, 1e-15, 1e-15, 1e43],
    ],
  );
  assert.deepEqual(complaints, []);
  assert.deepEqual(targets, {
    ...{ name: "name", ra: "ra", dec: "dec" },
    ...{ FFB: "flux_b", FHB: "flux_h" },
  });
});

Deno.test("a flux in a band near ours is offered with the factor between them, other missions' are not", () => {
  const rows = (name: string) => [
    [`${name} J004200.7+203000`, 10.5, 20.5, 1.5, 2.5],
    [`${name} J004600.7+213000`, 11.5, 21.5, 2.5, 4.5],
  ];
  const head = [...PLACED.slice(0, 3), "F2-8 :: 10-14mW/m2", "F_X (0.5-8 keV) :: 10-14mW/m2"];
  const asked = map(head, {}, rows("CXOU"));
  assert.match(
    asked.complaints[0],
    /times 0\.93 is near flux_b \(0\.91 to 0\.95 for photon indices/,
  );
  assert.deepEqual(asked.options, [
    ...["--column", "flux_b=F_X (0.5-8 keV):0.93 10-14mW/m2"],
    ...["--column", "flux_h=F2-8:0.88 10-14mW/m2", "--force", "bands"],
  ]);
  const choices = asked.options.filter((word) => word.includes("=")).map(parseChoice);
  const taken = map(head, { choices, force: ["bands"] }, rows("CXOU"));
  assert.deepEqual(taken.complaints, []);
  assert.deepEqual(taken.map.mapped.slice(3).map(({ factor }) => factor), [0.88e-14, 0.93e-14]);
  assert.match(taken.map.remarks.join(), /in 0\.5-8 keV, another band, is taken for flux_b/);
  const said = map(head, { choices: [parseChoice("flux_h=F2-8")] }, rows("CXOU"));
  assert.deepEqual(said.options, ["--column", "flux_h=F2-8:0.88 10-14mW/m2", "--force", "bands"]);
  assert.deepEqual(map(head, {}, rows("2SXPS")).options, ["--force", "flux"]);
});

Deno.test("in capitals GMAG is SDSS's beside UMAG, and Gaia's without; dashes of print are hyphens", () => {
  const row = [["Zed 1", 10.5, 20.5, 1.5e-14, 15, 16, 17, 18]];
  const sdss = map([...PLACED, "UMAG", "GMAG", "RMAG", "ZMAG"], {}, row).targets;
  assert.deepEqual(
    [sdss.UMAG, sdss.GMAG, sdss.RMAG, sdss.ZMAG].join(),
    "u_sdss,g_sdss,r_sdss,z_sdss",
  );
  assert.equal(map([...PLACED, "GMAG", "JMAG"], {}, row).targets.GMAG, "G");
  const printed = map([
    ...PLACED.slice(0, 3),
    "F0.5\u20137 keV :: erg cm\u22122 s\u22121",
    "F2\u20127 keV :: 10\u221215 erg cm\u22122 s\u22121",
  ]);
  assert.deepEqual(printed.complaints, []);
  assert.deepEqual(printed.map.mapped.map(({ target, factor }) => [target, factor]).slice(3), [
    ["flux_b", 1],
    ["flux_h", 1e-15],
  ]);
});

Deno.test("a flux whose band nothing states is asked about with the factor of the usual one, photons are told", () => {
  const rows = [["Zed 1", 10.5, 20.5, 1.5e-14, 1.5e-14], ["Zed 2", 11.5, 21.5, 2.5e-14, 2e-14]];
  const { complaints, options } = map(["name", "ra", "dec", "hb_flux", "fb_flux"], {}, rows);
  assert.match(
    complaints[0],
    /"fb_flux", "hb_flux" may be.*say 'flux_b=fb_flux:0\.93 erg\/s\/cm2'/,
  );
  assert.deepEqual(options, ["--column", "flux_b=fb_flux"]);
  const said = [parseChoice("flux_b=fb_flux:0.93 erg/s/cm2")];
  const taken = map(["name", "ra", "dec", "hb_flux", "fb_flux"], { choices: said }, rows);
  assert.deepEqual([taken.complaints, taken.map.mapped.at(-1)?.factor], [[], 0.93]);
  const photons = rows.map(([name, ra, dec], i) => [name, ra, dec, (i + 1) * 1e-6]);
  const asked = map(["name", "ra", "dec", "FLUX_HARD"], {}, photons);
  assert.match(asked.complaints[0], /0\.000002 are those of fluxes of photons/);
});

Deno.test("a number of a source is proposed for its name before words of its kind", () => {
  const rows = [[1, 10.5, 20.5, 1.5e-14, "B1V"], [2, 11.5, 21.5, 2.5e-14, "G2"]];
  for (const name of ["Source ID", "src_no", "MSID", "XRay Source Number"]) {
    const { options } = map([name, "ra", "dec", "flux_b", "Sp. Type"], {}, rows);
    assert.deepEqual(options, ["--column", `name=${name}`]);
  }
});
