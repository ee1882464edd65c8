import assert from "node:assert/strict";
import {
  type ColumnChoice,
  type Doubt,
  FEATURE_NAMES,
  parseChoice,
} from "@csc-classify/chandra-sources";
import { csvLine } from "@csc-classify/vo-tables";
import { describeTable } from "#tools/tasks/user-table.ts";

/** Words of a command line as a shell reads them. */
async function wordsOf(command: string): Promise<string[]> {
  const { stdout, success } = await new Deno.Command("sh", {
    args: ["-c", `for word in "$@"; do :; done; printf '%s\\0' ${command}`],
  }).output();
  assert.ok(success);
  return new TextDecoder().decode(stdout).split("\0").slice(0, -1);
}

/** What `deno task score` would make of its words. */
function optionsOf(args: readonly string[]) {
  const column: ColumnChoice[] = [], force: Doubt[] = [];
  let rows: "all" | undefined;
  for (let i = 1; i < args.length; i++) {
    if (args[i] === "--column") column.push(parseChoice(args[++i]));
    else if (args[i] === "--force") force.push(args[++i] as Doubt);
    else if (args[i] === "--rows") rows = args[++i] as "all";
    else assert.fail(`${args[i]} is no option`);
  }
  return { column, force, rows };
}

/** A column as the last of the advice reads it. */
interface ReadColumn {
  readonly target: string;
  readonly column: string;
  readonly factor: number;
  readonly isLogarithm?: true;
}

/** Follows what a table's refusals advise; returns the steps it took. */
async function follow(
  text: string,
  unit: string,
  onReady?: (columns: readonly ReadColumn[]) => void,
): Promise<string[][]> {
  const path = await Deno.makeTempFile({ prefix: "it's a table ", suffix: ".csv" });
  const steps: string[][] = [];
  try {
    await Deno.writeTextFile(path, text);
    for (let args = [path]; steps.length < 6;) {
      steps.push(args.slice(1));
      const { text, isReady } = await describeTable(path, args, {
        features: FEATURE_NAMES,
        ...optionsOf(args),
        json: true,
      });
      if (isReady) {
        onReady?.(JSON.parse(text).columns);
        return steps;
      }
      const { command } = JSON.parse(text);
      assert.ok(command, `no advice: ${text}`);
      const [deno, task, score, ...words] = await wordsOf(command);
      assert.deepEqual([deno, task, score, words[0]], ["deno", "task", "score", path]);
      args = words.map((word) => word.replace(/:UNIT$/, `:${unit}`));
      assert.notDeepEqual(args.slice(1), steps.at(-1), `advice that changes nothing: ${command}`);
    }
    throw new Error(`no end: ${JSON.stringify(steps)}`);
  } finally {
    await Deno.remove(path);
  }
}

const csv = (...rows: readonly (readonly (string | number)[])[]) => rows.map(csvLine).join("");
/** Two sources under the given names of name, ra, dec and flux, with further columns. */
const sources = (
  [name, ra, dec, flux]: readonly string[],
  values: readonly [number, number] = [1.5e-14, 2.5e-14],
  more: readonly (readonly [string, string | number, string | number])[] = [],
) =>
  csv(
    [name, ra, dec, flux, ...more.map(([head]) => head)],
    ["Zed 1", 10.5, 20.5, values[0], ...more.map(([, cell]) => cell)],
    ["Zed 2", 11.5, 21.5, values[1], ...more.map(([, , cell]) => cell)],
  );

/** Names that a shell or our own notation might stumble over. */
const ODD = [
  ...["a:b", "my flux: (W)", "flux [0]", "it's", '"quoted"', "$HOME", "`ls`", "a=b", "ra#1", "a;b"],
  ...[
    "a|b & c",
    "*",
    "\\n",
    "~",
    "Zahl ü",
    "--column",
    "-x",
    "100%",
    "n #flux",
    "x{b}",
    "a,b",
    "mag:deg",
  ],
];

Deno.test("whatever columns are called, the advice goes through a shell and scores", async () => {
  for (const odd of ODD) {
    await follow(sources([odd, "ra", "dec", "flux_b"]), "");
    await follow(sources(["name", "ra", "dec", odd]), "");
    await follow(sources(["name", "ra", "dec", odd], [13.5, 21]), "1e-15 erg/s/cm2");
  }
});

Deno.test("each kind of question is settled by what it advises", async () => {
  const ours = ["name", "ra", "dec", "flux_b"];
  const tables: Readonly<Record<string, string>> = {
    prefixed: sources(["SRC_NAME", "SRC_RA", "SRC_DEC", "flux_b"]),
    "position twice": sources(ours, undefined, [["ra", 10.6, 11.6], ["dec", 20.6, 21.6]]),
    "counterpart's position": sources(["name", "RAJ2000", "DEJ2000", "flux_b"], undefined, [
      ["X_RA", 10.6, 11.6],
      ["X_DEC", 20.6, 21.6],
    ]),
    "joined by TOPCAT": sources(["name_1", "ra_1", "dec_1", "flux_aper_b"], undefined, [
      ["name_2", "G 1", "G 2"],
      ["ra_2", 10.7, 11.7],
      ["dec_2", 20.7, 21.7],
    ]),
    "magnitude twice": sources(ours, undefined, [["jmag", 15, 16], ["JMAG", 14, 15]]),
    "magnitudes of two surveys": sources(ours, undefined, [["rpmag", 15, 16]]),
    "unit unsaid": sources(ours, [13.5, 21]),
    "unit unknown": sources(["name", "ra", "dec", "flux_b [furlong]"], [13.5, 21]),
    "fluxes fainter than any": sources(ours, [1.5e-24, 2.5e-24]),
    "unit of another quantity": sources(["name", "ra", "dec", "flux_b [erg/s]"], [1e31, 2e31]),
    luminosity: sources(["name", "ra", "dec", "LX"], [1e31, 2e31]),
    "another mission": sources(["name", "ra", "dec", "EP_8_FLUX"]),
    "no flux at all": sources(["name", "ra", "dec", "Gmag"], [15, 16]),
    "values with errors in no unit": csv(
      ours,
      ["Zed 1", 10, 20, "15.2 ± 0.3"],
      ["Zed 2", 11, 21, "1.2+0.3-0.2"],
    ),
    "limits and values in no unit": csv(ours, ["Zed 1", 10, 20, "<15.2"], ["Zed 2", 11, 21, "<1"], [
      "Zed 3",
      12,
      22,
      "7.5",
    ]),
    "positions in arcseconds": csv(
      ours,
      ...Array.from({ length: 12 }, (_, i) => [`Zed ${i}`, 300000 + i, -20000 - i, 1e-14]),
    ),
    "bands of other papers": csv(
      ["name", "ra", "dec", "Fb", "Fs", "Fm", "Fh"],
      ["CXOU J1", 10, 20, 1e-14, 2e-15, 3e-15, 5e-15],
    ),
    "a position in the names": csv(
      ["CXO J", "flux_b"],
      ["174537.2-285610", 1e-14],
      ["050000.0+100000", 2e-14],
    ),
    "no position": sources(["name", "x", "y", "flux_b"]),
    "no name": csv(["ra", "dec", "flux_b"], [1, 2, 1e-14], [2, 3, 2e-14]),
    "rows that differ": csv(ours, ["Zed", 1, 2, 1e-14], ["Zed", 1, 2, 2e-14]),
    "degrees in sixtieths": csv(ours, ["a", "210:20:30", "10:0:0", 1e-14], [
      "b",
      "150:0:0",
      "1:0:0",
      1e-14,
    ]),
    "degrees or hours": csv(["name", "ra [deg]", "dec", "flux_b"], [
      "a",
      "10:20:30",
      "10:0:0",
      1e-14,
    ]),
    "hours by the names": csv(
      ours,
      ["J174537.2-285610", 17.760333, -28.936111, 1e-14],
      ["J050000.0+100000", 5, 10, 1e-14],
    ),
    "magnitudes of a galaxy": sources(ours, undefined, [
      ["PGC", 1, 2],
      ["J_mag", 9, 10],
      ["K_mag", 8, 9],
    ]),
    "a unit of logarithms over fluxes": sources(["name", "ra", "dec", "flux_b [log W/m2]"], [
      1.5e-17,
      2.5e-17,
    ]),
    "another mission's names": sources(["name", "ra", "dec", "Flux8"]).replaceAll(
      "Zed ",
      "4XMM J0000",
    ),
    "a unit of logarithms of nothing": sources(["name", "ra", "dec", "flux_b [dex]"], [-14, -15]),
    "a total flux": sources(["name", "ra", "dec", "F_tot"]),
    "luminosities under a flux's name": sources(ours, [1e31, 2e31]),
    "luminosities beside a flux": csv(
      [...ours, "flux_h"],
      ...[1, 2, 3].map((i) => [`Zed ${i}`, i, i, 1e-14, i * 1e31]),
    ),
    "probabilities in per cent": sources(ours, undefined, [["var_intra_prob_b", 95.5, 10]]),
    "parts above the whole": csv(
      [...ours, "flux_s", "flux_m", "flux_h"],
      ...Array.from({ length: 12 }, (_, i) => [`Zed ${i}`, i, i, 1e-14, 3e-13, 3e-13, 4e-13]),
    ),
    "parts far below the whole": csv(
      [...ours, "flux_s", "flux_m", "flux_h"],
      ...Array.from({ length: 12 }, (_, i) => [`Zed ${i}`, i, i, 1e-12, 3e-16, 3e-16, 4e-16]),
    ),
    "a band in braces": sources(["name", "ra", "dec", "$S_{2-8}$ (10^-15 erg cm^-2 s^-1)"], [3, 4]),
    "a flag that may be of limits": sources(ours, undefined, [["f_flux_b", 0, 1]]),
    "words of limits that nobody knows": sources(ours, undefined, [["ul_b", "x", "y"]]),
    "whether a flux was detected": sources(ours, undefined, [["det_b", 0, 1]]),
    "limits beside fluxes that are missing": csv(
      [...ours, "flux_b_ul"],
      ["Zed", 1, 2, 1e-14, 2e-14],
      ["Yed", 2, 3, "", 2e-14],
    ),
    "several equinoxes": sources(ours, undefined, [["equinox", 1950, 2000]]),
    "a survey's names": sources([...ours], undefined, [["flux_s", 1e-15, 2e-15]]).replaceAll(
      "Zed ",
      "CXOC J1",
    ),
    "flags for magnitudes": csv(
      [...ours, "G"],
      ...[0.1, 0.5, 0.9].map((G, i) => [`Zed ${i}`, i, i, 1e-14, G]),
    ),
  };
  for (const [what, text] of Object.entries(tables)) {
    const unit = /^parts/.test(what) ? "erg/s/cm2" : "1e-15 erg/s/cm2";
    const steps = await follow(text, unit).catch((error) => {
      throw new Error(what, { cause: error });
    });
    assert.ok(steps.length > 1, `${what} asked nothing`);
  }
});

/** Places all over the sky, by turns of the golden angle, degrees. */
const SKY = Array.from({ length: 40 }, (_, i) => {
  const sine = -0.975 + 0.05 * i;
  return [(137.508 * i) % 360, Math.asin(sine) * 180 / Math.PI] as const;
});

Deno.test("positions in radians or hours that nothing says are asked about, a field never", async () => {
  const head = ["name", "ra", "dec", "flux_b"];
  const told = async (places: readonly (readonly [number, number])[]) => {
    const rows = places.map(([ra, dec], i) => [`Zed ${i}`, ra, dec, 1e-14]);
    let factors: number[] = [];
    const steps = await follow(csv(head, ...rows), "", (columns) => {
      factors = columns.slice(1, 3).map(({ factor }) => factor);
    });
    return { steps: steps.slice(1), factors };
  };
  const radian = 180 / Math.PI;
  assert.deepEqual(await told(SKY.map(([ra, dec]) => [ra / radian, dec / radian])), {
    steps: [["--column", "ra=ra:rad", "--column", "dec=dec:rad"]],
    factors: [radian, radian],
  });
  // of a part of the sky too
  const half = SKY.filter(([ra, dec]) => ra > 60 && ra < 240 && Math.abs(dec) < 60);
  assert.deepEqual((await told(half.map(([ra, dec]) => [ra / radian, dec / radian]))).factors, [
    radian,
    radian,
  ]);
  assert.deepEqual(await told(SKY.map(([ra, dec]) => [ra / 15, dec])), {
    steps: [["--column", "ra=ra:hour"]],
    factors: [15, 1],
  });
  assert.deepEqual(await told(SKY), { steps: [], factors: [1, 1] });
  // fields beside the vernal equinox, and few sources
  for (const [width, height, from] of [[0.5, 0.5, 1], [6, 1, 0], [2, 2, -1], [20, 20, 0]]) {
    const field = SKY.map(([ra, dec]) =>
      [1 + ra / 360 * width, from + (dec / 180 + 0.5) * height] as const
    );
    assert.deepEqual((await told(field)).steps, [], `${width} x ${height}`);
  }
  // the first of many in the order of right ascension, of which the rest is not seen
  const sorted = Array.from({ length: 2100 }, (_, i) => [i * 0.01, SKY[i % 40][1]] as const);
  assert.deepEqual((await told(sorted)).steps, []);
  const few = SKY.slice(0, 9).map(([ra, dec]) => [ra / 15, dec] as const);
  assert.deepEqual((await told(few)).steps, []);
});

Deno.test("logarithms of fluxes are raised where their unit says so, and asked about else", async () => {
  const head = ["name", "ra", "dec"], values = [-13.9, -14.5, -13.2];
  const told = async (...columns: readonly string[]) => {
    const rows = values.map((
      value,
      i,
    ) => [`Zed ${i}`, i, i, ...columns.map((column) => /flux_s/.test(column) ? 1e-15 : value)]);
    let read: string[] = [];
    const steps = await follow(csv([...head, ...columns], ...rows), "", (columns) => {
      read = columns.slice(3).map(({ target, factor, isLogarithm }) =>
        `${target} ${factor}${isLogarithm ? " 10^x" : ""}`
      );
    });
    return [...steps.slice(1).map((step) => step.join(" ")), ...read];
  };
  for (const unit of ["log erg/s/cm2", "dex(erg / (s cm2))", "[mW/m2]"]) {
    assert.deepEqual(await told(`flux_b [${unit}]`), ["flux_b 1 10^x"], unit);
  }
  for (const name of ["log_flux_b", "logFlux_b", "log10(flux_b)", "flux_b"]) {
    assert.deepEqual(await told(name), [
      `--column flux_b=${name}:log erg/s/cm2`,
      "flux_b 1 10^x",
    ]);
  }
  // beside another flux too
  assert.deepEqual(await told("log_flux_b [W/m2]", "flux_s [erg/s/cm2]"), [
    "--column flux_b=log_flux_b:log W/m2",
    "flux_b 1000 10^x",
    "flux_s 1",
  ]);
  assert.deepEqual(await told("logFx"), ["--column flux_b=logFx:log erg/s/cm2", "flux_b 1 10^x"]);
  assert.deepEqual(await told("log_flux_0.5_8"), [
    "--column flux_b=log_flux_0.5_8:log 0.93 erg/s/cm2 --force bands",
    "flux_b 0.93 10^x",
  ]);
});

Deno.test("the names of a survey's sources say which bands its fluxes are of", async () => {
  const head = ["name", "ra", "dec"];
  const told = async (name: string, ...columns: readonly string[]) => {
    const rows = [1, 2, 3].map((
      i,
    ) => [`${name}10020${i}.3+021122`, i, i, ...columns.map(() => 1e-14)]);
    let read: string[] = [];
    const steps = await follow(csv([...head, ...columns], ...rows), "", (columns) => {
      read = columns.slice(3).map(({ target, column, factor }) => `${target} ${column} ${factor}`);
    });
    return [...steps.slice(1).map((step) => step.join(" ")), ...read];
  };
  assert.deepEqual(await told("CXOC J", "fb_flux", "fb_flux_error", "sb_flux", "hb_flux"), [
    "--column flux_b=fb_flux:0.83 erg/s/cm2 --column flux_h=hb_flux:0.74 erg/s/cm2 --force bands",
    "flux_b fb_flux 0.83",
    "flux_h hb_flux 0.74",
  ]);
  assert.deepEqual(await told("CXOMP J", "bc_flux_1p4", "sc_flux_1p4", "hc_flux_1p4"), [
    "--column flux_b=bc_flux_1p4:0.93 erg/s/cm2 --column flux_h=hc_flux_1p4:0.88 erg/s/cm2 --force bands",
    "flux_b bc_flux_1p4 0.93",
    "flux_h hc_flux_1p4 0.88",
  ]);
  assert.deepEqual(await told("CXOXB J", "fb_flux", "sb_flux", "hb_flux"), [
    "flux_b fb_flux 1",
    "flux_h hb_flux 1",
  ]);
});

Deno.test("magnitudes beside a galaxy's name are left out, or taken where the user says so", async () => {
  const text = sources(["name", "ra", "dec", "flux_b"], undefined, [
    ["PGC", 1, 2],
    ["J_mag", 9, 10],
    ["Gmag", 15, 16],
  ]);
  let read: string[] = [];
  const steps = await follow(text, "", (columns) => {
    read = columns.map(({ target }) => target);
  });
  assert.deepEqual(steps.slice(1), [["--column", "none=J_mag"]]);
  assert.deepEqual(read, ["name", "ra", "dec", "flux_b", "G"]);
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, text);
    const args = [path, "--column", "J=J_mag"];
    const options = { features: FEATURE_NAMES, ...optionsOf(args), json: true };
    assert.ok((await describeTable(path, args, options)).isReady);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a choice that cannot be is replaced or left out by what is advised", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, sources(["name", "ra", "dec", "LX"], [1e31, 2e31]));
    const args = [path, "--column", "flux_b=LX:erg/s/cm2"];
    const { text } = await describeTable(path, args, {
      features: FEATURE_NAMES,
      ...optionsOf(args),
      json: true,
    });
    const { command } = JSON.parse(text);
    assert.equal(command, `deno task score ${path} --force flux`);
  } finally {
    await Deno.remove(path);
  }
});
