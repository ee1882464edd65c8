import assert from "node:assert/strict";
import { LABEL_CATALOGUES } from "@csc-classify/chandra-archives";
import { CLASSES, columnOf, type Sources } from "@csc-classify/chandra-sources";
import { random } from "@csc-classify/forests";
import { formatDec, formatRa } from "#tools/explorer/page/format.ts";

/** A VOTable datatype of the invented tables. */
export type Type = "char" | "double" | "int" | "boolean";
export type Value = string | number | boolean | null;

/** One table of a service. */
export interface Table {
  readonly columns: Readonly<Record<string, Type>>;
  /** Types that the service's own list has wrong. */
  readonly listed?: Readonly<Record<string, Type>>;
  readonly rows: Value[][];
}

/** What is to come out for one source. */
export interface Truth {
  readonly name: string;
  readonly ra: number;
  readonly dec: number;
  /** Features that are there, by name: all others are missing. */
  readonly features: Record<string, number>;
  class: string | null;
  catalogue: string | null;
  readonly selected: boolean;
}

/** The area that the invented field fills. */
export const FIELD = { ra: 158, dec: -57.5, radius: 0.2 };

/** What the invented field is like. */
interface FieldOptions {
  /** Sources in it. */
  readonly field?: number;
  /** Factor of the error ellipses. */
  readonly ellipse?: number;
  /** Factor of the surface density of stars that have nothing to do with the sources. */
  readonly crowd?: number;
}

/**
 * Entries per square arcsec in the plane of the Milky Way, some 200,000 in a square degree of Gaia,
 * 40,000 of 2MASS, 20,000 of AllWISE.
 */
const PLANE_DENSITY = {
  "vizier:I/350/gaiaedr3": 2e5 / 3600 ** 2,
  "vizier:II/246/out": 4e4 / 3600 ** 2,
  "vizier:II/328/allwise": 2e4 / 3600 ** 2,
};
/** So far around a source stars are invented. */
const CROWD_ARCSEC = 20;

/** How an object of a label catalogue is placed and what it is. */
type LabelRow = [source: number, offsetArcsec: number, ...extra: Value[]];

const FLAGS = [
  "extent_flag",
  "pileup_flag",
  "sat_src_flag",
  "conf_flag",
  "streak_src_flag",
  "var_flag",
];
const VARIABILITY = [
  "var_inter_prob_b",
  "var_inter_sigma_b",
  "var_inter_index_b",
  "var_intra_prob_b",
  "ks_intra_prob_b",
  "kp_intra_prob_b",
  "var_intra_index_b",
];
const BANDS = ["b", "u", "s", "m", "h"];
const HARDNESS = ["hm", "hs", "ms"].flatMap((pair) =>
  ["", "_lolim", "_hilim"].map((end) => `hard_${pair}${end}`)
);
const BOUNDS = ["flux_aper_lolim", "flux_aper_hilim", "flux_aper_avg_lolim", "flux_aper_avg_hilim"];

/**
 * A sky with 24 sources in one field and others at the poles, at RA 0 and everywhere: what every
 * archive has of them, and what is to come out. Nothing of it exists.
 */
export class InventedSky {
  readonly truth: Truth[] = [];
  /** Tables by service (csc20, csc21, heasarc, simbad, vizier) and name. */
  readonly tap: Readonly<Record<string, Record<string, Table>>>;
  /** Tables of counterparts by name at X-Match. */
  readonly xMatch: Readonly<Record<string, Table>>;
  /** NED's photometry by name: passband, measurement, unit. */
  readonly ned: Readonly<Record<string, readonly (readonly [string, string, string])[]>>;
  readonly #stream = random(31, "invented sky");

  readonly #field: number;
  readonly #ellipse: number;

  constructor(elsewhere = 60, { field = 24, ellipse = 1, crowd = 0 }: FieldOptions = {}) {
    [this.#field, this.#ellipse] = [field, ellipse];
    this.xMatch = {
      "vizier:I/350/gaiaedr3": table({
        ...doubles("ra_epoch2000", "dec_epoch2000", "ra", "dec"),
        ...doubles(
          "phot_g_mean_mag",
          "phot_bp_mean_mag",
          "phot_rp_mean_mag",
          "pmra",
          "pmdec",
          "[Fe/H]",
        ),
      }),
      "vizier:II/246/out": table({
        ...doubles("RAJ2000", "DEJ2000", "Jmag", "Hmag", "Kmag", "e_Jmag", "e_Hmag", "e_Kmag"),
        Qfl: "char",
      }),
      "vizier:II/328/allwise": table({
        ...doubles("RAJ2000", "DEJ2000", "W1mag", "W2mag", "W3mag", "W4mag"),
        ...doubles("e_W1mag", "e_W2mag", "e_W3mag", "e_W4mag"),
        qph: "char",
      }),
      "vizier:V/154/sdss16": table({
        ...doubles("RA_ICRS", "DE_ICRS"),
        mode: "int",
        ...doubles("umag", "gmag", "rmag", "imag", "zmag", "<zph>"),
      }),
      "vizier:II/335/galex_ais": table(doubles("RAJ2000", "DEJ2000", "FUVmag", "NUVmag")),
      "vizier:II/368/sstsl2": table(doubles("RAJ2000", "DEJ2000", "F24-PSF")),
    };
    const csc = this.#sources(elsewhere);
    if (crowd > 0) this.#crowd(crowd);
    const labels = this.#labels();
    for (const { service, table: quoted, position, name, type } of LABEL_CATALOGUES) {
      const id = quoted.replaceAll('"', "");
      // some catalogues have moved; the others are there, with nothing of this sky
      if (["J/AJ/144/192/table4", "m83xmm", "J/ApJS/208/17/psrcat"].includes(id)) continue;
      labels[service][id] ??= table({
        [name[0]]: "char",
        ...doubles(...position),
        ...(type && { [type.column]: "int" as const }),
      });
    }
    this.tap = {
      csc20: { "csc2.master_source": csc },
      csc21: { "csc21.master_source": csc },
      ...labels,
    };
    const [first, , third] = this.truth;
    this.ned = {
      [first.name]: [["0.3-8 keV (Chandra)", "3.1E-14", "erg/cm^2/s"], [
        "J (2MASS)",
        "11.2",
        "mag",
      ]],
      [third.name]: [["0.3-8 keV Chandra", "1.7E-14", "erg/cm^2/s"], ["K_s (2MASS)", "55", "mJy"]],
      "M 51": [["J (2MASS)", "6.4", "mag"]],
    };
  }

  /** A number of few digits, so that it is the same in every notation. */
  #draw(low: number, high: number, digits = 4): number {
    return Number((low + (high - low) * this.#stream.uniform()).toFixed(digits));
  }

  #sources(elsewhere: number): Table {
    const places: [number, number][] = [];
    for (let i = 0; i < this.#field; i++) {
      const [radius, angle] = [0.19 * Math.sqrt(this.#draw(0, 1)), this.#draw(0, 2 * Math.PI)];
      const dec = FIELD.dec + radius * Math.sin(angle);
      places.push([
        FIELD.ra + radius * Math.cos(angle) / Math.cos(dec * Math.PI / 180),
        dec,
      ]);
    }
    // in the box around the field, but not in the circle
    places.push([FIELD.ra + 0.36, FIELD.dec + 0.19]);
    places.push([0.00002, 12], [359.99999, -33], [120, 89.95], [77, -89.9], [210, 0]);
    for (let i = 0; i < elsewhere; i++) places.push([this.#draw(0, 360), this.#draw(-88, 88)]);
    const columns: Record<string, Type> = {
      name: "char",
      ...doubles("ra", "dec", "gal_l", "gal_b"),
      ...doubles("err_ellipse_r0", "err_ellipse_r1", "err_ellipse_ang", "significance"),
      ...doubles(...BANDS.flatMap((band) => [`flux_aper_${band}`, `flux_aper_avg_${band}`])),
      ...doubles(...BANDS.flatMap((band) => BOUNDS.map((bound) => `${bound}_${band}`)), "nh_gal"),
      ...doubles(...HARDNESS),
      ...doubles(...VARIABILITY),
      ...Object.fromEntries(FLAGS.map((name) => [name, "boolean" as const])),
    };
    const csc: Table = { columns, rows: [] };
    places.forEach(([ra, dec], i) => this.#add(csc, round(ra), round(dec), i));
    this.#published(csc);
    return csc;
  }

  #add(csc: Table, ra: number, dec: number, i: number): void {
    // every eighth source is flagged, another is extended by its name alone
    const flag = i % 8 === 7 ? FLAGS[(i >> 3) % 5] : undefined;
    const isExtended = i === 6;
    const sky = formatRa(ra, 1).replaceAll(":", "") + formatDec(dec, 0).replaceAll(":", "");
    const name = `2CXO J${sky}${isExtended ? "X" : ""}`;
    const flux = this.#draw(1, 99, 3) * 1e-15;
    const features: Record<string, number> = {};
    const give = (feature: string, value: number | null) => {
      if (value !== null) features[feature] = value;
      return value;
    };
    const bounds: Value[] = [];
    const fluxes = BANDS.flatMap((band, k): Value[] => {
      const value = band === "u" && i % 2 ? null : Number((flux / (k + 1)).toPrecision(6));
      // an upper limit, as the catalogue writes it: value and lower bound 0
      const isLimit = band === "s" && i % 9 === 4;
      const low = value === null ? null : isLimit ? 0 : Number((0.8 * value).toPrecision(6));
      const high = value === null ? null : Number((1.2 * value).toPrecision(6));
      bounds.push(low, high, low, high);
      give(`flux_${band}_lolim`, low);
      give(`flux_${band}_hilim`, high);
      if (value === null) return [null, null];
      give(`observed_flux_${band}`, 1);
      if (isLimit) return [0, 0];
      return [Number((1.3 * value).toPrecision(6)), give(`flux_${band}`, value)];
    });
    const hasInter = i % 3 !== 0;
    const variability = VARIABILITY.map((column) => {
      const isInter = column.startsWith("var_inter");
      if (isInter && !hasInter) return null;
      const high = column.includes("index") ? 10 : column.includes("sigma") ? 1e-6 : 1;
      const value = column.includes("index")
        ? this.#stream.integer(11)
        : Number((high * this.#draw(0, 1)).toPrecision(4));
      return give(column, value);
    });
    const flags = FLAGS.map((one) => one === flag || (one === "var_flag" && i % 5 === 0));
    const axes = [this.#draw(0.6, 1.1, 3), this.#draw(0.4, 0.6, 3)];
    const ellipse = [...axes.map((axis) => axis * this.#ellipse), this.#draw(0, 179, 1)];
    csc.rows.push([
      ...[name, ra, dec, null, null],
      ...ellipse,
      ...[give("significance", this.#draw(3, 40, 2)), ...fluxes, ...bounds, give("nh_gal", 1.5)],
      ...[...HARDNESS.map((_, k) => 0.1 * k), ...variability, ...flags],
    ]);
    const [r0, r1, angle] = ellipse;
    Object.assign(features, { err_ellipse_r0: r0, err_ellipse_r1: r1, err_ellipse_ang: angle });
    const selected = !isExtended && !(flag && flag !== "var_flag");
    this.truth.push({ name, ra, dec, features, class: null, catalogue: null, selected });
    if (Math.abs(dec) < 89) this.#counterparts(ra, dec, i, give);
  }

  /** What the other catalogues have at a source. */
  #counterparts(
    ra: number,
    dec: number,
    i: number,
    give: (feature: string, value: number | null) => number | null,
  ): void {
    const at = (east: number, north: number): [number, number] => [
      round(((ra + east / 3600 / Math.cos(dec * Math.PI / 180)) + 360) % 360),
      round(dec + north / 3600),
    ];
    const add = (name: string, ...row: Value[]) => this.xMatch[name].rows.push(row);
    const mag = (feature: string, low: number, high: number) =>
      give(feature, this.#draw(low, high, 3))!;
    if (i % 5 !== 4) {
      // one has moved far since: at epoch 2016 it is outside the ellipse
      const moved = i === 0 ? at(6, 3) : at(0.12, 0.1);
      const faint = i % 7 === 3;
      add(
        "vizier:I/350/gaiaedr3",
        ...[...at(0.1, 0.1), ...moved, mag("G", 10, 20)],
        ...faint ? [null, null] : [mag("Bp", 10, 20), mag("Rp", 10, 20)],
        ...i === 0 ? [368.75, 181.25] : [1.25, 0],
        -0.5,
      );
      // a second one, farther away
      add("vizier:I/350/gaiaedr3", ...at(0.6, -0.6), ...at(0.6, -0.6), 5, 5, 5, null, null, null);
    }
    if (i % 5 < 3) {
      // a limit without an error, as the surveys write it, and one with
      const hasNoError = i % 4 === 1, isLimit = hasNoError || i % 4 === 3;
      const [j, h] = [mag("J", 8, 15), mag("H", 8, 15)];
      const k = isLimit ? give("limit_Ks", 14.123) : mag("Ks", 8, 15);
      const errors = [0.02, 0.03, hasNoError ? null : 0.03];
      add("vizier:II/246/out", ...at(-0.1, 0.1), j, h, k, ...errors, `AB${isLimit ? "U" : "C"}`);
      const [w1, w2] = [mag("W1", 8, 15), mag("W2", 8, 15)];
      // magnitudes that cannot be used: not fitted, and without an error that could be measured
      const w3 = i % 8 === 3 ? 11.5 : mag("W3", 7, 12);
      const letter = i % 4 === 2 ? "U" : i % 8 === 5 ? "Z" : "B";
      const w4 = letter === "B" ? mag("W4", 5, 9) : letter === "U" ? give("limit_W4", 8.5) : 9.1;
      const e4 = letter === "B" ? 0.2 : null;
      add(
        "vizier:II/328/allwise",
        ...[...at(0.2, 0), w1, w2, w3, w4, 0.02, 0.02, 0.1, e4],
        `AA${i % 8 === 3 ? "X" : "A"}${letter}`,
      );
    }
    if (i % 6 === 1) {
      const bands = ["u", "g", "r", "i", "z"].map((band) => mag(`${band}_sdss`, 15, 22));
      add("vizier:V/154/sdss16", ...at(0.02, 0.02), 2, 1, 1, 1, 1, 1, null);
      add("vizier:V/154/sdss16", ...at(0.1, 0), 1, ...bands, 0.3);
      add("vizier:II/335/galex_ais", ...at(0.4, 0.3), null, mag("NUV", 18, 22));
      add("vizier:II/368/sstsl2", ...at(0, -0.2), mag("mips_24um", 100, 9000));
    }
  }

  /** Stars that have nothing to do with the sources, as many as at b = 0 some times over. */
  #crowd(times: number): void {
    const stream = random(32, "invented crowd");
    const between = (low: number, high: number) => low + (high - low) * stream.uniform();
    for (const { ra, dec } of this.truth.slice(0, this.#field)) {
      for (const [name, perArcsec2] of Object.entries(PLANE_DENSITY)) {
        const { columns, rows } = this.xMatch[name];
        const expected = times * perArcsec2 * Math.PI * CROWD_ARCSEC ** 2;
        const n = Math.floor(expected) + Number(stream.uniform() < expected % 1);
        for (let k = 0; k < n; k++) {
          const away = CROWD_ARCSEC * Math.sqrt(stream.uniform()), angle = between(0, 2 * Math.PI);
          const north = away * Math.sin(angle), east = away * Math.cos(angle);
          const place = [
            round(ra + east / 3600 / Math.cos(dec * Math.PI / 180)),
            round(dec + north / 3600),
          ];
          rows.push(
            Object.keys(columns).map((column, i): Value =>
              // positions come first, in pairs
              i < (name.includes("gaia") ? 4 : 2)
                ? place[i % 2]
                : columns[column] === "char"
                ? "AAAA".slice(0, name.includes("allwise") ? 4 : 3)
                : /^pm/.test(column)
                ? 0
                : /^e_/.test(column)
                ? 0.1
                : Number(between(9, 19).toFixed(3))
            ),
          );
        }
      }
    }
  }

  /** The two sources that the authors published: their fluxes are the averages. */
  #published(csc: Table): void {
    const columns = Object.keys(csc.columns);
    const rows: [string, number, number, Record<string, number>][] = [
      ["2CXO J002046.2-705659", 5.1925, -70.9497, {
        flux_aper_avg_b: 5.06716e-15,
        flux_aper_avg_h: 3.284658e-15,
        flux_aper_avg_m: 1.163564e-15,
        flux_aper_avg_s: 9.246993e-16,
      }],
    ];
    for (const [name, ra, dec, values] of rows) {
      const row: Value[] = columns.map((column) =>
        column in values
          ? values[column]
          : /^flux_aper_[busmh]$/.test(column)
          ? 2e-15
          : csc.columns[column] === "boolean"
          ? false
          : { name, ra, dec, err_ellipse_r0: 0.95638, err_ellipse_r1: 0.9 }[column] ?? null
      );
      csc.rows.push(row);
      const features = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key.replace("aper_avg_", ""), value]),
      );
      Object.assign(features, { err_ellipse_r0: 0.95638, err_ellipse_r1: 0.9 });
      for (const name of Object.keys(features)) {
        if (name.startsWith("flux_")) features[`observed_${name}`] = 1;
      }
      this.truth.push({ name, ra, dec, features, class: null, catalogue: null, selected: true });
    }
  }

  /** The services of labels, and what they say of the sources. */
  #labels(): Record<string, Record<string, Table>> {
    const at = (source: number, offsetArcsec: number): [number, number] => {
      const { ra, dec } = this.truth[source];
      return [ra, round(dec + offsetArcsec / 3600)];
    };
    const says = (source: number, of: string, catalogue: string) =>
      Object.assign(this.truth[source], { class: of, catalogue });
    const heasarc = (rows: LabelRow[], names = "X") => ({
      columns: { name: "char", ra: "double", dec: "double", class: "int" } as Table["columns"],
      rows: rows.map(([source, offset, code], k): Value[] => [
        `${names} ${k + 1}`,
        ...at(source, offset),
        code,
      ]),
    });
    const sexagesimal = (rows: LabelRow[], name: string) => ({
      columns: {
        recno: "int",
        [name]: "char",
        RAJ2000: "char",
        DEJ2000: "char",
      } as Table["columns"],
      rows: rows.map(([source, offset], k): Value[] => {
        const [ra, dec] = at(source, offset);
        const plain = [formatRa(ra, 4), formatDec(dec, 3)].map((text) => text.replaceAll(":", " "));
        return [k + 1, `${name} ${k + 1}`, ...plain];
      }),
    });
    says(0, "STAR", "skiff"), says(1, "AGN", "veron"), says(2, "YSO", "kuhn");
    says(3, "HMXB", "simbad-hmxb"), says(4, "LMXB", "lmxbcat"), says(5, "CV", "gc47tuccxo-cv");
    // a flagged one has its label too
    says(7, "AGN", "veron"), says(8, "PULSAR", "atnf"), says(9, "HMXB", "intrefcat-hmxb");
    says(10, "LMXB", "intrefcat-lmxb"), says(11, "ULX", "ulxrbcat"), says(12, "LMXB", "ngc3115cxo");
    says(25, "STAR", "skiff"), says(27, "AGN", "veron"), says(29, "PULSAR", "simbad-pulsar");
    // two catalogues disagree: the nearer wins
    says(13, "CV", "ritter-cv"), says(19, "HMXB", "simbad-hmxb");
    return {
      heasarc: {
        "hmxbcat": heasarc([[13, 0.8, 1100]], "HMXB"),
        "lmxbcat": heasarc([[4, 0.2, 1400], [14, 30, 1400]], "LMXB"),
        "intrefcat": heasarc([[9, 0.3, 1310], [10, 0.3, 1510], [15, 0.1, 7100]], "INTREF"),
        "ulxrbcat": heasarc([[11, 0.4, 6400]], "ULX"),
        // one source in two states
        "ngc3115cxo": {
          columns: { name: "char", ra: "double", dec: "double", class: "int", state: "char" },
          rows: ["soft", "hard"].map((state) => ["N3115 7", ...at(12, 0.25), 1400, state]),
        },
        "gc47tuccxo": heasarc([[5, 0.1, 1600], [16, 0.1, 2000]], "CXOGLB"),
        // no labels: a large table, by which the service's limit is probed
        "rass2rxs": {
          columns: { name: "char" },
          rows: Array.from({ length: 60 }, (_, k) => [`RXS ${k}`]),
        },
        // codes that none of our classes has
        "xrbcat": heasarc([[17, 0.1, 1000]], "XRB"),
      },
      simbad: {
        basic: {
          columns: { oid: "int", main_id: "char", ra: "double", dec: "double", otype: "char" },
          rows: [
            [1, "XB one", ...at(3, 0.2), "HXB"],
            [2, "star beside it", ...at(3, 0.1), "*"],
            [3, "PSR two", ...at(29, 0.5), "Psr"],
            [4, "no position", null, null, "HXB"],
            // a pulsar first of all, an X-ray binary too
            [5, "XB with a pulsar", ...at(19, 0.2), "Psr"],
            [6, "XB perhaps", ...at(20, 0.2), "HX?"],
          ],
        },
        otypes: {
          columns: { oidref: "int", otype: "char" },
          rows: [
            ...[[1, "HXB"], [2, "*"], [3, "Psr"], [4, "HXB"], [5, "Psr"], [5, "HXB"], [6, "HX?"]],
          ],
        },
      },
      vizier: {
        "VII/258/vv10": sexagesimal([[1, 0.3], [7, 0.2], [27, 0.4]], "Name"),
        "B/mk/mktypes": sexagesimal([[0, 0.2], [25, 0.1], [18, 1.5]], "Name"),
        "J/ApJS/254/33/table1": {
          // not by the names that the registry has
          columns: { recno: "int", SPICY: "int", RAdeg: "double", DEdeg: "double" },
          rows: [[1, 4711, ...at(2, 0.35)]],
        },
        "B/psr/psr": sexagesimal([[8, 0.05]], "PSRJ"),
        "B/cb/cbdata": sexagesimal([[13, 0.4]], "Name"),
        "V/123A/cv": sexagesimal([], "Name"),
        "J/ApJS/208/17/table2": sexagesimal([], "PSR"),
      },
    };
  }
}

function table(columns: Record<string, Type>): Table {
  return { columns, rows: [] };
}

function doubles(...names: string[]): Record<string, Type> {
  return Object.fromEntries(names.map((name) => [name, "double" as const]));
}

function round(degrees: number): number {
  return Number(degrees.toFixed(7));
}

/** Compares every value of acquired sources with what was put into the archives. */
export function assertTrue(sources: Sources, truths: readonly Truth[]): void {
  assert.deepEqual([...sources.names].sort(), truths.map(({ name }) => name).sort());
  // what no model uses has tests of its own
  const skipped =
    /^(gal_|flux_ned$|selected$|observed_|flux_aper|hard_|p_any|p_i_|offset_sigma|rivals|.*(_flag|_arcsec)$)/;
  // colours are compared below, against their magnitudes
  const colours: Record<string, [string, string]> = { Bp_Rp: ["Bp", "Rp"], W1_W2: ["W1", "W2"] };
  const measured = sources.matrix.names.filter((name) =>
    !skipped.test(name) && !/^(Bp_|G_|Rp_|J_|W1_)/.test(name)
  );
  for (const truth of truths) {
    const row = sources.names.indexOf(truth.name);
    assert.deepEqual([sources.ra[row], sources.dec[row]], [truth.ra, truth.dec], truth.name);
    for (const name of measured) {
      const value = columnOf(sources, name)[row];
      assert.ok(Object.is(value, truth.features[name] ?? NaN), `${truth.name} ${name} ${value}`);
    }
    for (const [name, [first, second]] of Object.entries(colours)) {
      const expected = (truth.features[first] ?? NaN) - (truth.features[second] ?? NaN);
      assert.equal(columnOf(sources, name)[row], expected, `${truth.name} ${name}`);
    }
    assert.equal(CLASSES[sources.labels![row]] ?? null, truth.class, truth.name);
    assert.equal(sources.catalogues![row] || null, truth.catalogue, truth.name);
    assert.equal(columnOf(sources, "selected")[row], Number(truth.selected), truth.name);
  }
}
