import assert from "node:assert/strict";
import { conversionOf, converted, parseUnit } from "../units.ts";

const FLUX = "mW.m**-2";

Deno.test("a flux's unit is understood however it is written", () => {
  const factors: Readonly<Record<string, number>> = {
    "erg/s/cm2": 1,
    "erg.s**-1.cm**-2": 1,
    "erg / (s cm2)": 1,
    "erg/(cm^2 s)": 1,
    "ERG/S/CM^2": 1,
    "ergs/cm^2/sec": 1,
    "erg cm⁻² s⁻¹": 1,
    "erg per s per cm2": 1,
    "$\\rm erg\\,s^{-1}\\,cm^{-2}$": 1,
    "mW.m**-2": 1,
    "W/m^2": 1e3,
    "W m-2": 1e3,
    "1000 erg/s/cm2": 1e3,
    "1e-15 erg/s/cm2": 1e-15,
    "10**-15 mW/m2": 1e-15,
    "10-15mW/m2": 1e-15,
    "x10^-14 erg/s/cm^2": 1e-14,
    "(10^-14 erg/s/cm^2)": 1e-14,
    "1e-17 W/m^2": 1e-14,
    "keV/s/cm2": 1.602176634e-9,
    // of VizieR
    "aW/m2": 1e-15,
    "fW/m2": 1e-12,
    "10+3mW/m2": 1e3,
    "10^{-15} erg cm^{-2} s^{-1}": 1e-15,
  };
  for (const [unit, factor] of Object.entries(factors)) {
    assert.deepEqual(conversionOf(unit, "flux_b", FLUX), { factor, offset: 0 }, unit);
  }
});

Deno.test("a unit of another quantity is refused with what it is, an unclear one with why", () => {
  const problem = (unit: string) => {
    const how = conversionOf(unit, "flux_b", FLUX);
    return "problem" in how ? how.problem : `taken: ${how.factor}`;
  };
  assert.match(problem("erg/s"), /^a luminosity/);
  assert.match(problem("photon/cm2/s"), /^a flux of photons/);
  assert.match(problem("ct/s"), /^a rate of counts/);
  assert.match(problem("uJy"), /^a flux density/);
  assert.match(problem("mag"), /^a magnitude/);
  assert.match(problem("10e-15 erg/s/cm2"), /^unclear/);
  assert.match(problem("MW/M2"), /^unclear in capitals/);
  for (const unit of ["dex", "log", "[-]", "log furlong"]) {
    assert.match(problem(unit), /^a logarithm of what is not said; of a flux say log erg\/s\/cm2/);
  }
  assert.match(problem("log erg/s"), /^a luminosity/);
  assert.equal(problem("furlong"), "not understood");
});

Deno.test("a unit that says logarithm raises 10 to the value", () => {
  const factors: Readonly<Record<string, number>> = {
    "log erg/s/cm2": 1,
    "log10(erg/s/cm2)": 1,
    "log [erg s-1 cm-2]": 1,
    "dex(erg / (s cm2))": 1,
    "[mW/m2]": 1,
    "[10-15mW/m2]": 1e-15,
    "log W/m2": 1e3,
    "log 0.93 erg/s/cm2": 0.93,
  };
  for (const [unit, factor] of Object.entries(factors)) {
    const how = { factor, offset: 0, isLogarithm: true as const };
    assert.deepEqual(conversionOf(unit, "flux_b", FLUX), how, unit);
    assert.equal(converted(-14, how), 1e-14 * factor);
  }
});

Deno.test("flux densities have their prefixes by case, and a factor in front counts", () => {
  const factor = (unit: string) => conversionOf(unit, "mips_24um", "uJy");
  assert.deepEqual(factor("100 uJy"), { factor: 100, offset: 0 });
  assert.deepEqual(factor("µJy"), { factor: 1, offset: 0 });
  assert.deepEqual(factor("mJy"), { factor: 1e3, offset: 0 });
  assert.deepEqual(factor("MJy"), { factor: 1e12, offset: 0 });
  assert.ok("problem" in factor("MJY"));
});

Deno.test("AB magnitudes become Vega's where ours are, and the other way round", () => {
  // WISE Explanatory Supplement IV.4.h and Blanton & Roweis 2007
  const offset = (unit: string, band: string) => {
    const how = conversionOf(unit, band, "mag");
    return "problem" in how ? how.problem : how.offset;
  };
  for (const unit of ["AB", "mag(AB)", "AB mag", "mag [AB]", "ABmag", "mag_AB"]) {
    assert.equal(offset(unit, "W1"), -2.699, unit);
    assert.equal(offset(unit, "J"), -0.91, unit);
    assert.equal(offset(unit, "NUV"), 0, unit);
  }
  assert.equal(offset("Vega mag", "W1"), 0);
  assert.equal(offset("mag(Vega)", "u_sdss"), 0.91);
  assert.equal(offset("mag", "W1"), 0);
  assert.match(String(offset("mag(Vega)", "FUV")), /of the Vega system, ours is AB/);
});

Deno.test("what is no unit is none", () => {
  for (const text of ["h:m:s", "erg/", "(erg", "erg)", "10e3", "mag(ST)", "log(mag)", "m//s"]) {
    assert.equal(parseUnit(text), undefined, text);
  }
});
