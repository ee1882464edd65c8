import assert from "node:assert/strict";
import { columnOf, parseChoice, readRows, TableQuestions } from "@csc-classify/chandra-sources";
import { blobFile, openFile } from "@csc-classify/vo-tables/browser";

/** What came of a table. */
interface Outcome {
  /** Values by target, a row each, to six digits. */
  readonly values: (target: string) => (string | number)[];
  /** `target=column` of the columns that are used. */
  readonly targets: readonly string[];
  readonly rejects: readonly string[];
  readonly notes: string;
  /** Questions in words, and the options that settle them. */
  readonly asked: string;
  readonly offered: string;
}

async function outcome(text: string, ...options: readonly string[]): Promise<Outcome> {
  const pairs = options.filter((_, i) => i % 2 === 0).map((option, i) =>
    [option, options[2 * i + 1]] as const
  );
  const rejects: string[] = [];
  try {
    const read = await readRows("t.txt", await openFile(blobFile("t.txt", new Blob([text]))), {
      features: [],
      choices: pairs.filter(([option]) => option === "--column").map(([, said]) =>
        parseChoice(said)
      ),
      force: (["bands", "values"] as const).filter((doubt) =>
        pairs.some(([option, said]) => option === "--force" && said === doubt)
      ),
      onReject: ({ row, problem }) => rejects.push(`row ${row}: ${problem}`),
    });
    const parts = await Array.fromAsync(read.batches);
    const values = (target: string): (string | number)[] =>
      parts.flatMap((part): (string | number)[] => {
        if (target === "name") return [...part.names];
        const numbers = target === "ra" || target === "dec" ? part[target] : columnOf(part, target);
        return Array.from(numbers, (value) => Number(value.toPrecision(6)));
      });
    const targets = read.map.mapped.map(({ target, column }) => `${target}=${column}`);
    return { values, targets, rejects, notes: read.notes.join(" "), asked: "", offered: "" };
  } catch (error) {
    if (!(error instanceof TableQuestions)) throw error;
    return {
      values: () => [],
      targets: [],
      rejects,
      notes: "",
      asked: error.questions.map((question) => question.text).join("\n"),
      offered: error.questions.flatMap((question) => question.options).join(" "),
    };
  }
}

const PLACES = [["10.5", "20.5"], ["11.5", "-21.5"], ["12.5", "22.5"], ["13.5", "23.5"]];
const FLUXES = [1.5e-14, 2.5e-14, 3.5e-15, 4.5e-14];
/** A table of four sources with further columns, comments above it. */
function table(columns: Readonly<Record<string, readonly (string | number)[]>>, above = "") {
  const rows = PLACES.map(([ra, dec], i) =>
    [`Zed ${i + 1}`, ra, dec, ...Object.values(columns).map((cells) => cells[i])].join("\t")
  );
  return `${above}${["name", "ra", "dec", ...Object.keys(columns)].join("\t")}\n${
    rows.join("\n")
  }\n`;
}
const FLUX = { flux_b: FLUXES };

Deno.test("comments above a table say bands, units and corrections of its fluxes", async () => {
  const scaled = { flux_b: FLUXES.map((flux) => flux * 1e15) };
  for (
    const line of [
      "# flux_b in units of 1e-15 erg/s/cm2",
      "# All fluxes are in 10^-15 erg cm^-2 s^-1 (0.5-7 keV).",
      "# Fluxes: unit = 10^-18 W/m2",
    ]
  ) {
    const { values } = await outcome(table(scaled, `${line}\n`));
    assert.deepEqual(values("flux_b"), FLUXES, line);
  }
  const below = await outcome(`${table(scaled)}# (4) flux_b: 0.5-7 keV, 10^-15 erg/s/cm2\n`);
  assert.deepEqual(below.values("flux_b"), FLUXES);
  const other = await outcome(table(FLUX, "# Fluxes are in the 0.5-8 keV band\n"));
  assert.match(other.asked, /"flux_b": a flux in 0.5-8 keV, another band/);
  assert.equal(other.offered, "--column flux_b=flux_b:0.93 erg/s/cm2 --force bands");
  const corrected = await outcome(table(FLUX, "# unabsorbed fluxes, erg/s/cm2\n"));
  assert.match(corrected.asked, /a flux corrected for absorption/);
  // a line of several bands says which column has which
  const several = await outcome(
    table({ ...FLUX, flux_h: FLUXES }, "# flux_b: flux in 0.5-8 keV, flux_h: flux in 2-7 keV\n"),
  );
  assert.deepEqual(several.targets, ["name=name", "ra=ra", "dec=dec", "flux_h=flux_h"]);
  // other words are none of a flux's
  const words = "# Sources found in 0.3-8 keV images.\n# Positions of 2000, units in degrees\n";
  assert.deepEqual((await outcome(table(FLUX, words))).values("flux_b"), FLUXES);
});

Deno.test("zero points that a name, a description or a comment states are taken as they are", async () => {
  const magnitudes = [16.5, 15.5, 14.5, 13.5];
  const w1 = magnitudes.map((value) => Number((value - 2.699).toPrecision(6)));
  const ab = await outcome(table({ ...FLUX, W1_AB: magnitudes }));
  assert.deepEqual(ab.values("W1"), w1);
  const said = await outcome(table({ ...FLUX, W1mag: magnitudes }, "# Magnitudes are AB.\n"));
  assert.deepEqual(said.values("W1"), w1);
  assert.match(said.notes, /taken as the file says: "Magnitudes are AB."/);
  for (const line of ["# SDSS magnitudes are AB\n", "# Magnitudes: AB and Vega\n"]) {
    assert.deepEqual(
      (await outcome(table({ ...FLUX, W1mag: magnitudes }, line))).values("W1"),
      magnitudes,
    );
  }
});

Deno.test("B1950 in a comment or in astropy's SkyCoord is the positions' frame", async () => {
  const old = await outcome(table(FLUX, "# Equinox B1950\n"));
  assert.match(old.notes, /brought from FK4 B1950 to ICRS/);
  const precessed = await outcome(table(FLUX, "# precessed from B1950 to J2000\n"));
  assert.deepEqual(precessed.values("ra"), [10.5, 11.5, 12.5, 13.5]);
  const ecsv = await outcome(`# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: coord.ra, unit: deg, datatype: float64}
# - {name: coord.dec, unit: deg, datatype: float64}
# - {name: flux_b, unit: erg / (s cm2), datatype: float64}
# meta: !!omap
# - comments: ['fluxes are unabsorbed']
# - __serialized_columns__:
#     coord: {__class__: astropy.coordinates.sky_coordinate.SkyCoord, frame: fk4, equinox: B1950.0}
# schema: astropy-2.0
name coord.ra coord.dec flux_b
Zed 10.5 20.5 1.5e-14
`);
  assert.match(ecsv.asked, /corrected for absorption/);
});

Deno.test("marks around values are left out where they come again, and it is said", async () => {
  const [a, b, c, d] = ["1.5e-14", "2.5e-14", "3.5e-15", "4.5e-14"];
  for (
    const cells of [
      [`${a}:`, b, `${c}:`, d],
      [`~${a}`, `~${b}`, c, d],
      [`${a}*`, b, c, `${d}^a`],
      [`${a}(12)`, `${b}(13)`, c, d],
      [`${a} (1.2e-14,1.8e-14)`, `${b} [2e-14, 3e-14]`, c, d],
      [`(${a})`, `[${b}]`, c, d],
      [`${a} (a)`, `${b} (a, b)`, c, `${d} [c]`],
      [`${a}a`, `${b}b`, c, d],
      [`${a} det`, `${b} det`, c, d],
    ]
  ) {
    const { values, notes } = await outcome(table({ flux_b: cells }));
    assert.deepEqual(values("flux_b"), FLUXES, cells.join());
    assert.match(notes, /Marks around values, .* are left out: flux_b\. .*write <1\.5/);
  }
  const once = await outcome(table({ flux_b: [`${a}*`, b, c, d] }));
  assert.match(once.rejects.join(), /row 1: not a number alone; .*column of its own/);
  // which of two is meant, nobody knows
  const pair = await outcome(table({ flux_b: [`(${a},${b})`, `(${b},${c})`, c, d] }));
  assert.equal(pair.rejects.length, 2);
  // nor whether thousands or millions
  for (const mark of ["k", "M", "e", "x 10", "erg"]) {
    const { rejects } = await outcome(table({ flux_b: [`${a}${mark}`, `${b}${mark}`, c, d] }));
    assert.equal(rejects.length, 2, mark);
  }
});

Deno.test("letters of upper limits behind values make them limits; limits of no use are missing", async () => {
  for (const mark of ["U", " UL", "ul", " (u.l.)", " upper limit"]) {
    const flux_b = ["1.5e-14", `2.5e-14${mark}`, `3.5e-15${mark}`, "4.5e-14"];
    const G = [`20.5${mark}`, "15.5", `20.1${mark}`, "14.5"];
    const { values, notes, rejects } = await outcome(table({ flux_b, G }));
    assert.deepEqual(rejects, [], mark);
    assert.deepEqual(values("flux_b"), [1.5e-14, NaN, NaN, 4.5e-14], mark);
    assert.deepEqual(values("observed_flux_b"), [1, 1, 1, 1]);
    assert.deepEqual(values("G"), [NaN, 15.5, NaN, 14.5]);
    assert.deepEqual(values("observed_gaia"), [1, NaN, 1, NaN]);
    assert.match(notes, /are limits, observed and fainter: .*flux_b in 2 rows/);
  }
  const other = await outcome(
    table({
      flux_b: [">1.5e-14", "2.5e-14", ">3e-14", "4.5e-14"],
      significance: ["<3", "<3", 5, 6],
    }),
  );
  assert.deepEqual(other.rejects, []);
  assert.deepEqual(other.values("flux_b"), [NaN, 2.5e-14, NaN, 4.5e-14]);
  assert.deepEqual(other.values("significance"), [NaN, NaN, 5, 6]);
  assert.match(other.notes, /taken for missing: flux_b in 2 rows, significance in 2 rows/);
  // one may be a slip
  const once = await outcome(table({ flux_b: [">1.5e-14", "2.5e-14", "3e-14U", "4.5e-14"] }));
  assert.equal(once.rejects.length, 2);
});

Deno.test("a column of nothing but < beside a flux, or one called a limit, says that it is one", async () => {
  const marks = ["", "", "<", ""], yes = ["False", "False", "True", "False"];
  const tables: readonly Parameters<typeof table>[0][] = [
    { l: marks, flux_b: FLUXES },
    { flux_b: FLUXES, limit: marks },
    { f_flux_b: marks, flux_b: FLUXES },
    { is_upper_limit: yes, G: [15, 15, 15, 15], flux_b: FLUXES },
  ];
  for (const columns of tables) {
    const { values, targets } = await outcome(table(columns));
    assert.deepEqual(values("flux_b"), [1.5e-14, 2.5e-14, NaN, 4.5e-14], targets.join());
    assert.ok(targets.some((target) => target.startsWith("l_flux_b=")));
  }
});

Deno.test("cells with limits, powers set high and overflows are read as papers have them", async () => {
  const { values } = await outcome(
    table({ flux_b: ["<1.5e-14 (3σ)", "<=2e-14", "3.5 × 10⁻¹⁵", "$4.5\\times10^{-14}$"] }),
  );
  assert.deepEqual(values("flux_b"), [NaN, NaN, 3.5e-15, 4.5e-14]);
  const none = await outcome(
    table({ flux_b: ["1.5e-14±1e-15", "********", "nan±nan", "2e-14±1e-15"] }),
  );
  assert.deepEqual(none.values("flux_b"), [1.5e-14, NaN, NaN, 2e-14]);
});

Deno.test("commas part thousands where other numbers have points", async () => {
  const { values, notes } = await outcome(
    table({ "flux_b [1e-18 erg/s/cm2]": ["15,000", "25,000", "3,500", "45,000"] }),
  );
  assert.deepEqual(values("flux_b"), FLUXES);
  assert.match(notes, /Commas part thousands/);
});

Deno.test("signs of LaTeX, Excel's apostrophes and errors are read as what they stand for", async () => {
  const { values } = await outcome(
    "name,ra,dec,flux_b,G\nA,'11:14:07.35,$-$61:00:04.7,1.5e-14,#NV\nB,'00 30 00,\"$-$00 30 00\",2e-14,#DIV/0!\n",
  );
  assert.deepEqual(values("ra"), [168.531, 7.5]);
  assert.deepEqual(values("dec"), [-61.0013, -0.5]);
  assert.deepEqual(values("G"), [NaN, NaN]);
});

Deno.test("angles may have parts of minutes, or no signs between their parts where that is said", async () => {
  const minutes = await outcome("name\tra\tdec\tflux_b\nA\t10 20.5\t-00 30.3\t1e-14\n");
  assert.deepEqual([minutes.values("ra"), minutes.values("dec")], [[155.125], [-0.505]]);
  const compact = Array.from(
    { length: 12 },
    (_, i) => `Z${i},0535${10 + i}.0,-0523${10 + i},1e-14`,
  );
  const text = `name,ra,dec,flux_b\n${compact.join("\n")}\n`;
  const asked = await outcome(text);
  assert.equal(asked.offered, "--column ra=ra:hms --column dec=dec:dms");
  const { values } = await outcome(text, ...asked.offered.split(" "));
  assert.deepEqual([values("ra")[0], values("dec")[0]], [83.7917, -5.38611]);
});

Deno.test("0 degrees without a sign say nothing where others are south", async () => {
  const head = "name,RAh,RAm,RAs,DEd,DEm,DEs,flux_b\n";
  const { rejects } = await outcome(`${head}A,1,2,3,-5,6,7,1e-14\nB,1,2,3,0,6,7,1e-14\n`);
  assert.match(rejects.join(), /row 2: 0 degrees without a sign, .*write -0 or \+0/);
  const text = await outcome(`${head}A,1,2,3,-5,6,7,1e-14\nB,1,2,3,-0,30,0,1e-14\n`);
  assert.deepEqual(text.values("dec"), [-5.10194, -0.5]);
  const signed = await outcome(`${head}A,1,2,3,-5,-6,-7,1e-14\nB,1,2,3,0,-30,0,1e-14\n`);
  assert.deepEqual(signed.values("dec"), [-5.10194, -0.5]);
  const north = await outcome(`${head}A,1,2,3,5,6,7,1e-14\nB,1,2,3,0,30,0,1e-14\n`);
  assert.deepEqual(north.values("dec"), [5.10194, 0.5]);
});

Deno.test("numbers that no star or survey has are no magnitudes", async () => {
  const index = await outcome(table({ ...FLUX, Gmag: [1.7, 1.8, 2.1, 1.9], J: [15, 30, 30, 14] }));
  assert.deepEqual(index.targets, ["name=name", "ra=ra", "dec=dec", "flux_b=flux_b", "J=J"]);
  assert.deepEqual(index.values("J"), [15, NaN, NaN, 14]);
  assert.match(index.notes, /Taken for missing: 30 of J in 2 rows/);
});

Deno.test("fluxes that were rounded to nothing are asked about", async () => {
  const { asked, offered } = await outcome(table({ flux_b: [0, 0, "8.5e-16", 0] }));
  assert.match(asked, /"flux_b" holds 0 in 3 of 4 rows: were fluxes rounded/);
  assert.equal(offered, "--force values");
  assert.deepEqual(
    (await outcome(table({ flux_b: [0, 0, "8.5e-16", 0] }), "--force", "values"))
      .values("flux_b"),
    [NaN, NaN, 8.5e-16, NaN],
  );
});

Deno.test("names of hosts that come again for places apart are no sources' names", async () => {
  const text = "Name,ID,ra,dec,flux_b\n" +
    PLACES.map(([ra, dec], i) => `NGC 1,${i + 1},${ra},${dec},${FLUXES[i]}`).join("\n");
  const { asked, offered } = await outcome(text);
  assert.match(asked, /"Name" comes again in 3 of 4 rows, .*hosts or fields; "ID" differs/);
  assert.deepEqual((await outcome(text, ...offered.split(" "))).values("name"), [
    "1",
    "2",
    "3",
    "4",
  ]);
});

Deno.test("rows that sum up a table are no sources", async () => {
  const { rejects, values } = await outcome(`${table(FLUX)}Mean\t12\t11.5\t2.2e-14\n`);
  assert.deepEqual(values("name"), ["Zed 1", "Zed 2", "Zed 3", "Zed 4"]);
  assert.match(rejects.join(), /row 5: it seems to sum up the rows above/);
});

Deno.test("a header of groups stands above that of the names", async () => {
  const csv = PLACES.map(([ra, dec], i) => `Zed ${i + 1},${ra},${dec},${FLUXES[i]},15.5,16.5`).join(
    "\n",
  );
  const pandas = await outcome(`src,src,src,xray,opt,opt\nname,ra,dec,flux_b,G,J\n${csv}\n`);
  const merged = await outcome(`,Position,,X-ray,Optical,\nname,ra,dec,flux_b,G,J\n${csv}\n`);
  for (const { targets, values } of [pandas, merged]) {
    assert.deepEqual(targets.length, 6);
    assert.deepEqual(values("flux_b"), FLUXES);
  }
});

Deno.test("a unit in a column's name is none of its bands", async () => {
  for (const name of ["flux_b_erg_s_cm2", "flux_b_ergs_cm2_s", "flux_b_cgs", "flux_b_mW_m2"]) {
    const { values, targets } = await outcome(table({ [name]: FLUXES }));
    assert.equal(targets.at(-1), `flux_b=${name}`);
    assert.deepEqual(values("flux_b"), FLUXES);
  }
  const scaled = await outcome(table({ "flux_b_1e-15_erg_s_cm2": [15, 25, 3.5, 45] }));
  assert.deepEqual(scaled.values("flux_b"), FLUXES);
});

Deno.test("labels of sources are no classes; a list of observations is called one", async () => {
  const labels = await outcome(table({ ...FLUX, Label: ["C1_1", "C1_2", "C2_1", "C2_2"] }));
  assert.ok(!labels.targets.some((target) => target.startsWith("class")));
  const log = await outcome(
    "obsid|name|ra|dec|detector|exposure\n1|A|10.5|20.5|ACIS-I|20\n2|B|11|21|ACIS-S|30\n",
  );
  assert.match(log.asked, /it seems to list observations, not sources/);
});

const votable = (fields: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  `<VOTABLE version="1.4"><RESOURCE><TABLE>${fields.join("")}<DATA><TABLEDATA>${
    rows.map((row) => `<TR>${row.map((cell) => `<TD>${cell}</TD>`).join("")}</TR>`).join("")
  }</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
const field = (name: string, unit = "", words = "", type = "double") =>
  `<FIELD name="${name}" datatype="${type}"${type === "char" ? ' arraysize="*"' : ""}${
    unit && ` unit="${unit}"`
  }><DESCRIPTION>${words}</DESCRIPTION></FIELD>`;
const NAME = field("name", "", "", "char");

Deno.test("a position that is described as the X-ray source's is taken before a counterpart's", async () => {
  const text = votable(
    [
      NAME,
      field("RAJ2000", "deg", "Right ascension of the optical counterpart of the X-ray source"),
      field("DEJ2000", "deg", "Declination of the optical counterpart"),
      field("RA_ICRS", "deg", "Right ascension of the X-ray source"),
      field("DE_ICRS", "deg", "Declination of the X-ray source"),
      field("flux_b", "mW/m2"),
    ],
    PLACES.map(([ra, dec], i) => [`Zed ${i}`, Number(ra) + 0.01, dec, ra, dec, FLUXES[i]]),
  );
  assert.deepEqual((await outcome(text)).values("ra"), [10.5, 11.5, 12.5, 13.5]);
});

Deno.test("descriptions state units, zero points and flags of limits", async () => {
  const text = votable(
    [
      NAME,
      field("ra", "deg"),
      field("dec", "deg"),
      field("Fb", "", "Flux in 0.5-7keV, in 10^-15^erg/s/cm^2^"),
      field("f_Fb", "", "[0/1] 1: upper limit", "int"),
      field("W1mag", "mag", "WISE W1 magnitude, AB system"),
    ],
    PLACES.map(([ra, dec], i) => [`Zed ${i}`, ra, dec, FLUXES[i] * 1e15, i === 2 ? 1 : 0, 16.699]),
  );
  const { asked, offered } = await outcome(text);
  assert.match(asked, /"f_Fb" stands beside "Fb" and is "\[0\/1\] 1: upper limit"/);
  assert.equal(offered, "--column l_flux_b=f_Fb");
  const { values } = await outcome(text, ...offered.split(" "));
  assert.deepEqual(values("flux_b"), [1.5e-14, 2.5e-14, NaN, 4.5e-14]);
  assert.deepEqual(values("W1"), [14, 14, 14, 14]);
});

Deno.test("of several tables with positions the one with fluxes is read", async () => {
  const part = (name: string, more: string, cell: string) =>
    `<TABLE name="${name}">${NAME}${field("ra", "deg")}${
      field("dec", "deg")
    }${more}<DATA><TABLEDATA>` +
    `<TR><TD>a</TD><TD>1</TD><TD>2</TD><TD>${cell}</TD></TR></TABLEDATA></DATA></TABLE>`;
  const { values, notes } = await outcome(
    `<VOTABLE version="1.4"><RESOURCE>${part("obs", field("exposure", "ks"), "10")}${
      part("sources", field("flux_aper_b", "mW/m2"), "1e-14")
    }</RESOURCE></VOTABLE>`,
  );
  assert.deepEqual(values("flux_b"), [1e-14]);
  assert.match(notes, /sources is read, the one with positions and fluxes, not obs/);
});

Deno.test("a name in capitals and blanks is as good as one with underscores", async () => {
  const { targets } = await outcome(
    table({ ...FLUX, "G mag": [15, 16, 17, 18], "BP-RP": [1.1, 1.2, 1.3, 1.4] }),
  );
  assert.deepEqual(targets.slice(4), ["G=G mag", "Bp_Rp=BP-RP"]);
});

Deno.test("a soft and a hard band without energies are left out together; the total one is offered", async () => {
  const text = table({ F_t: FLUXES, F_s: FLUXES, F_h: FLUXES });
  const { asked, offered } = await outcome(text);
  assert.match(asked, /hard is then mostly 2-8 keV \(say 'flux_h=F_h:0.88 erg\/s\/cm2'\)/);
  assert.equal(offered, "--column none=F_s --column none=F_h");
  assert.equal((await outcome(text, ...offered.split(" "))).offered, "--column flux_b=F_t");
});

Deno.test("notes of a machine-readable table count, descriptions of other columns do not", async () => {
  const rule = "-".repeat(80);
  const paper = (note: string) =>
    [
      ...["Title: Sources", "=".repeat(80), "Byte-by-byte Description of file: t.txt", rule],
      ...["   Bytes Format Units      Label Explanations", rule],
      "   1-  5 A5     ---        Name  Name",
      "   7- 10 F4.1   deg        RAdeg Right ascension",
      "  12- 16 F5.1   deg        DEdeg Declination",
      "  18- 21 F4.1   10-15mW/m2 Fx    Absorbed flux, 0.5-7 keV",
      "  23- 26 F4.1   10-15mW/m2 Fu    Unabsorbed flux, 0.5-7 keV",
      ...[rule, ...note ? [note, rule] : []],
      ...["Zed 1 10.5  20.5 15.0 25.5", "Zed 2 11.5 -21.5 25.0 35.5"],
    ].join("\n");
  const read = await outcome(paper(""));
  assert.deepEqual(read.values("flux_b"), [1.5e-14, 2.5e-14]);
  const { asked } = await outcome(paper("Note (1): Fluxes in Fx are\n  corrected for absorption."));
  assert.match(asked, /"Fx".*: a flux corrected for absorption/);
});

Deno.test("descriptions say which survey's a magnitude is, and which are none that is measured", async () => {
  const read = async (name: string, words: string) => {
    const fields = [NAME, field("ra", "deg"), field("dec", "deg"), field("flux_b", "mW/m2")];
    const rows = PLACES.map(([ra, dec], i) => [`Zed ${i}`, ra, dec, FLUXES[i], 17.5]);
    return (await outcome(votable([...fields, field(name, "mag", words)], rows))).targets[4];
  };
  assert.equal(await read("imag", "SDSS i magnitude"), "i_sdss=imag");
  assert.equal(await read("Gmag", "Gaia G magnitude"), "G=Gmag");
  assert.equal(await read("Gmag", "Pan-STARRS g magnitude"), undefined);
  assert.equal(await read("Jmag", "Absolute magnitude in J"), undefined);
  assert.equal(await read("W1mag", "Spitzer IRAC 3.6um magnitude"), undefined);
});

Deno.test("texts that are kept from Excel are what stands in them; apostrophes are no quotes", async () => {
  const kept = await outcome(
    'name,ra,dec,flux_b\n"=""Zed 1""","=""10.5""","=""-20.5""","=""1.5e-14"""\n',
  );
  const row = ["name", "ra", "dec", "flux_b"].map((target) => kept.values(target)[0]);
  assert.deepEqual(row, ["Zed 1", 10.5, -20.5, 1.5e-14]);
  await assert.rejects(outcome("'name','ra'\n'Zed 1','10.5'\n"), /in apostrophes.*double quotes/);
});

Deno.test("soft and hard beside a total flux of another name are that table's bands, not ours in silence", async () => {
  const trio = (total: string) => table({ [total]: FLUXES, flux_s: FLUXES, flux_h: FLUXES });
  const { asked, offered } = await outcome(trio("flux_t"));
  assert.match(asked, /"flux_s" may be 0.5-1.2 keV, as in the CSC, or 0.5-2 keV/);
  assert.equal(offered, "--column none=flux_s --column none=flux_h");
  assert.equal(
    (await outcome(trio("flux_t"), ...offered.split(" "))).offered,
    "--column flux_b=flux_t",
  );
  const cosmos = await outcome(trio("flux_f").replaceAll("Zed ", "cid_"));
  assert.match(cosmos.asked, /"flux_h": a flux in 2-10 keV, as the names of C-COSMOS/);
  const ours = await outcome(trio("flux_b"));
  assert.deepEqual(ours.targets.slice(3), [
    "flux_b=flux_b",
    "flux_s=flux_s",
    "flux_h=flux_h",
  ]);
});

Deno.test("a flag that says which flux is a limit is its flag, however the two are put together", async () => {
  const flag = ["1", "0", "0", "1"];
  for (const name of ["is_upper_limit_b", "flux_b_ulflag", "ul_flag_flux_b", "b_is_ul"]) {
    const text = table({ flux_b: FLUXES, flux_h: FLUXES, [name]: flag });
    const { values, targets } = await outcome(text);
    assert.ok(targets.includes(`l_flux_b=${name}`), name);
    assert.deepEqual(values("flux_b"), [NaN, 2.5e-14, 3.5e-15, NaN]);
    assert.deepEqual(values("flux_h"), FLUXES);
  }
  const { values } = await outcome(table({ ...FLUX, is_member_b: flag }));
  assert.deepEqual(values("flux_b"), FLUXES);
});

Deno.test("what a description begins with may be no flux of a source; energies in brackets are a band", async () => {
  const read = (words: string) => {
    const fields = [NAME, field("ra", "deg"), field("dec", "deg"), field("flux_b", "mW/m2", words)];
    const rows = PLACES.map(([ra, dec], i) => [`Zed ${i}`, ra, dec, FLUXES[i]]);
    return outcome(votable(fields, rows));
  };
  for (
    const words of [
      "3 sigma upper limit on the 0.5-7 keV flux",
      "1 sigma error of the flux",
      "Background flux in the aperture",
      "Limiting flux, 0.5-7 keV",
    ]
  ) {
    const { asked } = await read(words);
    assert.ok(asked.includes(`"flux_b": is "${words}"`), words);
  }
  for (const [words, band] of [["Broad (0.3-8)", "0.3-8"], ["Full band (0.5-10)", "0.5-10"]]) {
    assert.match((await read(words)).asked, new RegExp(`"flux_b": a flux in ${band} keV`));
  }
  for (
    const words of [
      "Background-subtracted flux (0.5-7)",
      "Error-weighted mean flux",
      "Flux (1-3 observations)",
      "Flux, or upper limit where there is no detection",
    ]
  ) {
    assert.deepEqual((await read(words)).values("flux_b"), FLUXES, words);
  }
});

Deno.test("bounds that are described as such stay the bounds of their flux", async () => {
  const fields = [
    ...[NAME, field("ra", "deg"), field("dec", "deg"), field("flux_aper_b", "mW/m2")],
    field("flux_aper_lolim_b", "mW/m2", "Lower confidence limit of the flux"),
  ];
  const rows = PLACES.map(([ra, dec], i) => [`Zed ${i}`, ra, dec, FLUXES[i], FLUXES[i] / 2]);
  const { targets } = await outcome(votable(fields, rows));
  assert.deepEqual(targets.slice(3), ["flux_b=flux_aper_b", "flux_b_lolim=flux_aper_lolim_b"]);
});

Deno.test("energies that a description states are better than those of the survey of the names", async () => {
  const read = (words: string) => {
    const fields = [NAME, field("ra", "deg"), field("dec", "deg"), field("fHB", "mW/m2", words)];
    const rows = PLACES.map(([ra, dec], i) => [`aegis_${i}`, ra, dec, FLUXES[i]]);
    return outcome(votable(fields, rows));
  };
  assert.deepEqual((await read("Flux in 2-7keV")).values("flux_h"), FLUXES);
  assert.match((await read("Hard flux")).asked, /"fHB" times 0.74 is near flux_h/);
});

Deno.test("a line of photons above a table is the unit of its fluxes, unless it speaks of energy", async () => {
  const { asked } = await outcome(table(FLUX, "# fluxes in photons/cm2/s\n"));
  assert.match(asked, /unit "photons\/cm2\/s" is a flux of photons, not of energy/);
  const line = "# fluxes in erg/s/cm2, worked out from those in photons/cm2/s\n";
  assert.deepEqual((await outcome(table(FLUX, line))).values("flux_b"), FLUXES);
});

Deno.test("of AllWISE's magnitudes the fitted ones are taken, not those of one aperture", async () => {
  const both = await outcome(table({ ...FLUX, w1mag: [9, 9, 9, 9], w1mpro: [8, 8, 8, 8] }));
  assert.deepEqual(both.values("W1"), [8, 8, 8, 8]);
  assert.deepEqual((await outcome(table({ ...FLUX, W1mag: [9, 9, 9, 9] }))).values("W1"), [
    9,
    9,
    9,
    9,
  ]);
});

Deno.test("columns that are offered for names and fluxes hold names and fluxes of sources", async () => {
  const places = ["053510.1-052301", "053511.2-052402", "053512.3-052503", "053513.4-052604"];
  const text = table({
    XrayName: places,
    prob_no_source: ["1e-5", "1e-6", "1e-7", "1e-8"],
    bkg_flux_b: FLUXES,
    flux_medium: FLUXES,
    flux_broad: FLUXES,
  }).replace(/^name/, "x").replaceAll("Zed ", "");
  assert.equal(
    (await outcome(text)).offered,
    "--column name=XrayName",
  );
  const letters = table({ dflux: FLUXES, sflux: FLUXES, hflux: FLUXES, bflux: FLUXES });
  const { asked, offered } = await outcome(letters);
  assert.equal(offered, "--column flux_b=bflux");
  assert.match(asked, /"bflux", "sflux", "hflux" may be/);
});

Deno.test("words in a column that is called a flux's limit say which fluxes are limits", async () => {
  const limited = [1.5e-14, 2.5e-14, NaN, 4.5e-14];
  for (
    const [name, cells] of [
      ["ul_b", ["D", "D", "U", "D"]],
      ["flux_b_limit", ["", "", "UL", ""]],
      ["l_flux_b", ["det", "det", "upper limit", "det"]],
      ["upper_limit", ["no", "no", "yes", "no"]],
      // a flag's words may leave no doubt either
      ["flux_b_flag", ["", "", "UL", ""]],
      ["flux_type", ["det", "det", "upper limit", "det"]],
      ["nondet_b", [0, 0, 1, 0]],
      ["censored", ["F", "F", "T", "F"]],
    ] as const
  ) {
    const { values, targets } = await outcome(table({ ...FLUX, [name]: cells }));
    assert.ok(targets.includes(`l_flux_b=${name}`), name);
    assert.deepEqual(values("flux_b"), limited, name);
  }
  // words that nobody knows are asked about, and may be said
  const open = table({ ...FLUX, ul_b: ["a", "a", "x", "a"] });
  assert.match((await outcome(open)).asked, /"ul_b" stands beside "flux_b" and holds "a", "x"/);
  const { values } = await outcome(open, "--column", "l_flux_b=ul_b:x");
  assert.deepEqual(values("flux_b"), limited);
});

Deno.test("a flag of a flux, or whether it was detected, is asked about where it differs", async () => {
  const limited = [1.5e-14, 2.5e-14, NaN, 4.5e-14];
  for (
    const [name, cells, said] of [
      ["f_flux_b", [0, 0, 1, 0], "f_flux_b"],
      ["f_flux_b", ["", "", "u", ""], "f_flux_b:u"],
      ["flag_b", ["N", "N", "Y", "N"], "flag_b"],
      ["flux_flag", [0, 0, 1, 0], "flux_flag"],
      ["det_b", [1, 1, 0, 1], "det_b:0"],
      ["is_detected", ["True", "True", "False", "True"], "is_detected:False"],
    ] as const
  ) {
    const text = table({ ...FLUX, [name]: cells }), { offered } = await outcome(text);
    assert.equal(offered, `--column l_flux_b=${said}`);
    const { values } = await outcome(text, ...offered.split(" "));
    assert.deepEqual(values("flux_b"), limited);
    const without = await outcome(text, "--column", `none=${name}`);
    assert.deepEqual(without.values("flux_b"), FLUXES);
  }
  // what is the same in all rows, has other values or another name says nothing of limits
  for (
    const [name, cells] of [
      ["f_flux_b", [0, 0, 0, 0]],
      ["det_b", [1, 1, 1, 1]],
      ["q_flux_b", [0, 1, 2, 3]],
      ["n_flux_b", ["a", "", "b", ""]],
      ["f_Gmag", [0, 0, 1, 0]],
      ["var_flag", [0, 0, 1, 0]],
    ] as const
  ) {
    const { values } = await outcome(table({ ...FLUX, [name]: cells }));
    assert.deepEqual(values("flux_b"), FLUXES, name);
  }
});

Deno.test("limits of several fluxes, or as numbers where fluxes are missing, are asked about", async () => {
  const several = { ...FLUX, flux_h: FLUXES };
  const flagged = table({ ...several, upper_limit: [0, 0, 1, 0] });
  const { asked, offered } = await outcome(flagged);
  assert.match(asked, /a flux is an upper limit; of which, "flux_b" or "flux_h", is not said/);
  const { values } = await outcome(flagged, ...offered.split(" "));
  assert.deepEqual([values("flux_b")[2], values("flux_h")], [NaN, FLUXES]);
  const numbers = table({ flux_b: [1.5e-14, "", 3.5e-15, 4.5e-14], flux_b_ul: FLUXES });
  const bounds = await outcome(numbers);
  assert.equal(bounds.offered, "--column flux_b_hilim=flux_b_ul");
  const read = await outcome(numbers, ...bounds.offered.split(" "));
  assert.deepEqual(read.values("observed_flux_b"), [1, 1, 1, 1]);
  // beside fluxes that are all there they are bounds of no use
  const whole = await outcome(table({ ...FLUX, flux_b_ul: FLUXES.map((flux) => 2 * flux) }));
  assert.deepEqual(whole.values("flux_b"), FLUXES);
});

Deno.test("an equinox in the names of a position is its frame, wherever it stands in them", async () => {
  const at = async (ra: string, dec: string, more = "", cell = "") => {
    const { values, notes, asked } = await outcome(
      `name,${ra},${dec},flux_b${more}\nZed,10.5,20.5,1.5e-14${cell}\n`,
    );
    return { place: [values("ra")[0], values("dec")[0]], notes, asked };
  };
  const { place: old } = await at("RAB1950", "DEB1950");
  // some 0.66 and 0.27 degrees of precession in fifty years
  assert.ok(Math.abs(Number(old[0]) - 11.16) < 0.02 && Math.abs(Number(old[1]) - 20.77) < 0.02);
  for (
    const [ra, dec] of [
      ["RA1950", "DE1950"],
      ["RA_1950", "Dec_1950"],
      ["RA(B1950)", "Dec(B1950)"],
      ["RA.B1950", "DE.B1950"],
      ["alpha1950", "delta1950"],
      ["ra1950_deg", "dec1950_deg"],
      ["B1950_RA", "B1950_DEC"],
      ["RA_FK4", "DEC_FK4"],
    ]
  ) {
    const { place, notes } = await at(ra, dec);
    assert.deepEqual(place, old, ra);
    assert.match(notes, /from FK4 B1950 to ICRS/);
  }
  assert.deepEqual((await at("ra", "dec", ",equinox", ",B1950.0")).place, old);
  const parts = "RA1950h,RA1950m,RA1950s,DE1950d,DE1950m,DE1950s";
  const joined = await outcome(`name,${parts},flux_b\nZed,0,42,0,20,30,0,1.5e-14\n`);
  assert.deepEqual([joined.values("ra")[0], joined.values("dec")[0]], old);
  const julian = await at("RAJ1975", "DEJ1975");
  assert.match(julian.notes, /from FK5 J1975/);
  // equinoxes of ours, and epochs, change nothing
  for (
    const [ra, dec] of [
      ["RA_2000", "DE_2000"],
      ["RA_J2016", "DE_J2016"],
      ["ra_epoch2000", "dec_epoch2000"],
      ["RAJ2015.5", "DEJ2015.5"],
    ]
  ) {
    assert.deepEqual((await at(ra, dec)).place, [10.5, 20.5], ra);
  }
  // beside the X-ray source's those of an epoch, or of another equinox, are not taken
  for (const [ra, dec] of [["ra_x", "dec_x"], ["ra_csc", "dec_csc"], ["CXO_RA", "CXO_DEC"]]) {
    for (
      const [other, cell] of [
        [",RA_2016,DEC_2016", ",10.5001,20.5001"],
        [",ra_epoch2000,dec_epoch2000", ",10.5001,20.5001"],
        [",B1950_RA,B1950_DEC", ",9.85,20.23"],
      ]
    ) {
      assert.deepEqual((await at(ra, dec, other, cell)).place, [10.5, 20.5], `${ra}${other}`);
    }
  }
  // a comment of B1950 names is none of columns that say J2000
  const named = await outcome(
    "# names are B1950\nname,RA_J2000,DE_J2000,flux_b\nZ,10.5,20.5,1e-14\n",
  );
  assert.deepEqual(named.values("ra"), [10.5]);
  // a join's are a counterpart's
  assert.match((await at("RAB1950_gaia", "DEB1950_gaia")).asked, /no column holds the position/);
  // what cannot be brought to ICRS is said, and so are several equinoxes
  assert.match((await at("RA1875", "DE1875")).asked, /positions are in "equinox 1875"/);
  const mixed = await outcome(table({ ...FLUX, equinox: [1950, 2000, 2000, 2000] }));
  assert.match(mixed.asked, /"equinox" says that rows are of several equinoxes, 1950, 2000/);
  assert.equal(mixed.offered, "--column none=equinox");
  // of two positions J2000's is taken
  const both = await outcome(
    "name,RA_1950,DE_1950,RA_2000,DE_2000,flux_b\nZ,9.83,20.22,10.5,20.5,1e-14\n",
  );
  assert.deepEqual(both.values("ra"), [10.5]);
});

Deno.test("a UCD of an error or a limit, wherever the word stands in it, doubts a column of our name", async () => {
  const read = (ucd: string, target: "flux_b" | "G" | "ra" = "flux_b") => {
    const fields = [NAME, field("ra", "deg"), field("dec", "deg")];
    fields.push(field("flux_b", "erg/s/cm2"), field("G", "mag"));
    const rows = PLACES.slice(0, 2).map(([ra, dec], i) => [`Zed ${i}`, ra, dec, FLUXES[i], 15 + i]);
    const isMeant = (one: string) => one.includes(`name="${target}"`);
    return outcome(
      votable(fields.map((one) => isMeant(one) ? one.replace(">", ` ucd="${ucd}">`) : one), rows),
    );
  };
  for (const ucd of ["stat.max;phot.flux", "phot.flux;em.X-ray;stat.min", "phot.flux;stat.error"]) {
    const { asked, offered } = await read(ucd);
    assert.match(asked, /"flux_b": its UCD \S+ is that of (a limit|an error)/);
    assert.equal(offered, "--force flux");
  }
  for (
    const ucd of [
      "phot.flux;em.X-ray",
      "phot.flux;em.X-ray;stat.mean",
      "phot.flux;em.X-ray;stat.median",
    ]
  ) {
    assert.deepEqual((await read(ucd)).values("flux_b"), FLUXES.slice(0, 2), ucd);
  }
  const magnitude = await read("stat.error;phot.mag", "G");
  assert.match(magnitude.asked, /"G": its UCD stat.error;phot.mag is that of an error/);
  const place = await read("stat.error;pos.eq.ra", "ra");
  assert.equal(place.offered, "--column none=ra");
  assert.deepEqual((await read("pos.eq.ra;meta.main", "ra")).values("ra"), [10.5, 11.5]);
});

Deno.test("soft and broad fluxes of our names under a survey's designations may be of its bands", async () => {
  const named = (name: string, columns: Parameters<typeof table>[0]) =>
    outcome(table(columns).replaceAll("Zed ", name));
  const bands = { ...FLUX, flux_s: FLUXES.map((flux) => flux / 4), flux_h: FLUXES };
  const { asked, offered } = await named("CXOC J1000", bands);
  assert.match(
    asked,
    /those of C-COSMOS and COSMOS-Legacy: "flux_b" may be 0.5-10 keV, "flux_s" may/,
  );
  assert.equal(
    offered,
    "--column flux_b=flux_b:0.83 erg/s/cm2 --column none=flux_s " +
      "--column flux_h=flux_h:0.74 erg/s/cm2",
  );
  const forced = await outcome(table(bands).replaceAll("Zed ", "CXOC J1000"), "--force", "bands");
  assert.deepEqual(forced.values("flux_b"), FLUXES);
  // the CSC's bands, one flux alone, and names of no survey
  for (
    const [name, columns] of [
      ["CXOC J1000", { ...bands, flux_m: FLUXES.map((flux) => flux / 5) }],
      ["CXOC J1000", FLUX],
      ["2CXO J1000", bands],
      ["CXOU J1000", bands],
    ] as const
  ) {
    assert.deepEqual((await named(name, columns)).values("flux_b"), FLUXES, name);
  }
});

Deno.test("CIAO's words are the CSC's bands beside a medium one", async () => {
  const parts = FLUXES.map((flux) => flux / 4);
  const five = (of: (band: string) => string) => ({
    [of("broad")]: FLUXES,
    [of("ultrasoft")]: parts,
    [of("soft")]: parts,
    [of("medium")]: parts,
    [of("hard")]: parts,
  });
  for (
    const named of [
      (band: string) => `flux_${band}`,
      (band: string) => `${band.toUpperCase()}_FLUX`,
      (band: string) => `net_flux_aper_${band}`,
      (band: string) => `Flux ${band}`,
    ]
  ) {
    const { targets } = await outcome(table({ ...five(named), [named("wide")]: FLUXES }));
    assert.deepEqual(
      targets.slice(3),
      ["broad", "ultrasoft", "soft", "medium", "hard"].map((band) =>
        `flux_${band[0]}=${named(band)}`
      ),
    );
  }
  const bounds = await outcome(
    table({ ...five((band) => `flux_${band}`), flux_broad_lo: parts, flux_broad_hi: FLUXES }),
  );
  assert.ok(bounds.targets.includes("flux_b_hilim=flux_broad_hi"));
  // without the broad one all three are asked about, without a medium one the words are anybody's
  const three = { flux_soft: parts, flux_medium: parts, flux_hard: parts };
  assert.equal(
    (await outcome(table(three))).offered,
    "--column flux_s=flux_soft --column flux_m=flux_medium --column flux_h=flux_hard",
  );
  const { flux_medium: _, ...two } = three;
  const { offered } = await outcome(table({ flux_broad: FLUXES, ...two }));
  assert.equal(offered, "--column flux_b=flux_broad");
});

Deno.test("a column src gives the names only where no other is called one", async () => {
  const named = async (header: string) => {
    const { targets } = await outcome(`${header},ra,dec,flux_b\n7,gaia,10.5,20.5,1.5e-14\n`);
    return targets.find((one) => one.startsWith("name="));
  };
  assert.equal(await named("xid,src"), "name=xid");
  assert.equal(await named("cxo,src"), "name=cxo");
  assert.equal(await named("notes,src"), "name=src");
});

Deno.test("a column that states one band for all rows says of which the fluxes are, one of several is asked about", async () => {
  const rows = (bands: readonly string[]) => table({ NET_FLUX_APER: FLUXES, BAND: bands });
  for (const band of ["broad", "b", "0.5-7.0", "0.5:7.0:2.3"]) {
    const { targets } = await outcome(rows(Array(4).fill(band)));
    assert.ok(targets.includes("flux_b=NET_FLUX_APER"), band);
  }
  const hard = await outcome(rows(Array(4).fill("hard")));
  assert.ok(hard.targets.includes("flux_h=NET_FLUX_APER"));
  const several = await outcome(rows(["broad", "soft", "broad", "soft"]));
  assert.match(several.asked, /"BAND" says that rows are of several bands, broad, soft/);
  assert.match((await outcome(rows(["b", "s", "b", "w"]))).asked, /of several bands, b, s, w/);
  // beside columns of several bands it says which one found the source
  const wide = { flux_b: FLUXES, flux_h: FLUXES.map((flux) => flux * 0.4) };
  const found = await outcome(table({ ...wide, band: ["b", "h", "b", "s"] }));
  assert.deepEqual(found.values("flux_b"), FLUXES);
  // of another kind
  for (const bands of [["L", "S", "L", "C"], ["J", "H", "K", "H"]]) {
    assert.deepEqual((await outcome(table({ ...FLUX, band: bands }))).values("flux_b"), FLUXES);
  }
});

Deno.test("powers of ten and units in the names of fluxes are their units", async () => {
  const scaled = FLUXES.map((flux) => Number((flux * 1e14).toPrecision(6)));
  for (
    const name of [
      "flux_b_1e-14",
      "flux_b_e-14",
      "flux_b/1e-14",
      "flux_b*1e14",
      "flux_b x 10^14",
      "flux_b/10^-14 (erg cm-2 s-1)",
      "flux_b_10^-14_cgs",
    ]
  ) {
    assert.deepEqual((await outcome(table({ [name]: scaled }))).values("flux_b"), FLUXES, name);
  }
  const unknown = await outcome(table({ "F_X/1e-14 cgs": scaled }));
  assert.equal(unknown.offered, "--column flux_b=F_X/1e-14 cgs");
  // numbers that are none of a unit
  for (const name of ["flux_b_14", "flux_b_2", "flux_b/1e-4", "flux_b_1e4"]) {
    assert.match((await outcome(table({ [name]: scaled }))).offered, /:UNIT$/, name);
  }
});

Deno.test("logarithms without their sign are asked about as such; those of other bands are none of ours", async () => {
  const positive = FLUXES.map((flux) => (-Math.log10(flux)).toFixed(6));
  for (const name of ["-log flux_b", "neg_log_flux_b", "-log F"]) {
    const text = table({ [name]: positive }), { offered } = await outcome(text);
    assert.equal(offered, `--column flux_b=${name}:-log erg/s/cm2`);
    const { values } = await outcome(text, "--column", offered.slice("--column ".length));
    assert.deepEqual(values("flux_b").map((value) => Number(value).toPrecision(4)), [
      "1.500e-14",
      "2.500e-14",
      "3.500e-15",
      "4.500e-14",
    ]);
  }
  const unsaid = await outcome(table({ flux_b: positive }));
  assert.match(unsaid.asked, /without their sign, --column 'flux_b=flux_b:-log erg\/s\/cm2'/);
  const soft = await outcome(table({ "log_f_0.5-2": FLUXES.map((flux) => Math.log10(flux)) }));
  assert.match(soft.asked, /the logarithm of a flux in 0.5-2 keV, another band/);
  assert.equal(soft.offered, "--force flux");
});

Deno.test("ACIS Extract's photons and counts are no fluxes, its bands are 0.5-8, 2-8 and 0.5-2 keV", async () => {
  const { asked, offered } = await outcome(table({
    NetCounts_t: [15, 25, 35, 45],
    FLUX2_t: FLUXES.map((flux) => flux * 1e8),
    PhotonFlux_t: FLUXES.map((flux) => flux * 1e8),
    EnergyFlux_t: FLUXES,
    EnergyFlux_h: FLUXES,
  }));
  assert.match(asked, /"FLUX2_t": ACIS Extract's flux of photons/);
  assert.equal(
    offered,
    "--column flux_b=EnergyFlux_t:0.93 erg/s/cm2 --column flux_h=EnergyFlux_h:0.88 erg/s/cm2 " +
      "--force bands",
  );
});

Deno.test("a flux whose name says observed, absorbed or Chandra's is one; photons and nu F nu are none", async () => {
  for (
    const name of ["F_X,abs (0.5-7.0 keV)", "F_Chandra (0.5-7 keV)", "FX(erg/s/cm2; 0.5-7 keV)"]
  ) {
    const { targets, values } = await outcome(table({ [name]: FLUXES }));
    assert.equal(targets.length, 4, name);
    assert.deepEqual(values("flux_b"), FLUXES, name);
  }
  for (const name of ["F_Chandra", "F_E", "Flux (furlongs)"]) {
    const { offered } = await outcome(table({ [name]: FLUXES }));
    const column = name.replace(/ \(.*/, "");
    assert.equal(offered, `--column flux_b=${column}${column === name ? "" : ":UNIT"}`);
  }
  for (
    const [name, why] of [
      ["F_X,unabs (0.5-7 keV)", /corrected for absorption/],
      ["F_ph", /a flux of photons/],
      ["nuFnu_2keV", /a flux density times its frequency/],
      ["Fx [uJy]", /uJy is a flux density/],
    ] as const
  ) {
    const { asked, offered } = await outcome(table({ [name]: FLUXES }));
    assert.match(asked, why);
    assert.equal(offered, "--force flux", name);
  }
});

Deno.test("words beside a magnitude that leave no doubt make it a limit, a flag of 0 and 1 does not", async () => {
  const G = [20.5, 15.5, 16.5, 17.5];
  for (const [name, cells] of [["G_flag", ["UL", "", "", ""]], ["G_ul", ["U", "D", "D", "D"]]]) {
    const { values } = await outcome(table({ ...FLUX, G, [name as string]: cells }));
    assert.deepEqual(values("G"), [NaN, 15.5, 16.5, 17.5], name as string);
  }
  for (const name of ["G_flag", "f_G", "det_G"]) {
    const { values } = await outcome(table({ ...FLUX, G, [name]: [1, 0, 0, 0] }));
    assert.deepEqual(values("G"), G, name);
  }
});

Deno.test("a sign that a flux is more than its number makes no upper limit; a letter that is a column is its own", async () => {
  const signs = table({ l_flux_b: [">", "", "<", ""], ...FLUX });
  const { asked, offered } = await outcome(signs);
  assert.match(asked, /"l_flux_b" says > in 1 of 4 rows: there "flux_b" is a lower limit/);
  assert.equal(offered, "--column l_flux_b=l_flux_b:<");
  const read = await outcome(signs, ...offered.split(" "));
  assert.deepEqual(read.values("flux_b"), [1.5e-14, 2.5e-14, NaN, 4.5e-14]);
  const only = await outcome(table({ l_flux_b: [">", "", "", ""], ...FLUX }));
  assert.equal(only.offered, "--column none=l_flux_b");
  const optical = await outcome(table({ ...FLUX, B: [20, 21, 22, 23], ul_B: [1, 0, 0, 0] }));
  assert.deepEqual(optical.values("flux_b"), FLUXES);
  const fluxes = { flux_b: FLUXES, flux_h: FLUXES.map((flux) => flux * 0.4) };
  for (const name of ["Hmag", "H_mag", "h_m", "mag_h"]) {
    const infrared = { [name]: [14, 15, 14.5, 15.5], H_flag: [1, 0, 0, 0] };
    assert.equal((await outcome(table({ ...fluxes, ...infrared }))).asked, "", name);
  }
  assert.match((await outcome(table({ ...fluxes, H_flag: [1, 0, 0, 0] }))).asked, /"H_flag"/);
  const galactic = await outcome(
    table({ ...FLUX, l: [120, 121, 122, 123], b: [-42, -84, -40, -39], ul_b: [1, 0, 0, 0] }),
  );
  assert.ok(galactic.targets.includes("l_flux_b=ul_b"));
});

Deno.test("a unit behind the number in every cell is the column's", async () => {
  const marked = (cells: readonly (string | number)[], unit: string) =>
    cells.map((cell) => `${cell}${unit}`);
  const { values, targets, rejects } = await outcome(
    table({
      flux_b: marked(FLUXES.map((flux) => flux / 1000), " W/m2"),
      G: marked([15.5, 16.5, 17.5, 18.5], " mag"),
      significance: marked([3, 4, 5, 6], "σ"),
    }),
  );
  assert.deepEqual(rejects, []);
  assert.equal(targets.length, 6);
  assert.deepEqual(values("flux_b"), FLUXES);
  assert.deepEqual(values("G"), [15.5, 16.5, 17.5, 18.5]);
  assert.deepEqual(values("significance"), [3, 4, 5, 6]);
  const degrees = await outcome("name,ra,dec,flux_b\nA,10.5°,-20.5°,1e-14\nB,11.5°,20.5°,2e-14\n");
  assert.deepEqual([degrees.values("ra"), degrees.values("dec")], [[10.5, 11.5], [-20.5, 20.5]]);
  // of one cell alone, of several units, or none of the quantity
  for (
    const cells of [
      ["1.5e-14 W/m2", 2.5e-14, 3.5e-15, 4.5e-14],
      ["1.5e-14 W/m2", "2.5e-14 erg/s/cm2", 3.5e-15, 4.5e-14],
      marked(FLUXES, " mag"),
    ]
  ) {
    assert.notEqual((await outcome(table({ flux_b: cells }))).rejects.length, 0);
  }
});

Deno.test("a column that states one frame for all rows is the position's", async () => {
  const one = (cells: readonly string[], name: string) =>
    outcome(table({ ...FLUX, [name]: cells }));
  for (const name of ["frame", "RADECSYS", "coord_sys"]) {
    assert.match((await one(Array(4).fill("FK4"), name)).notes, /from FK4 B1950 to ICRS/);
    assert.deepEqual((await one(["ICRS", "FK5", "J2000", ""], name)).values("ra")[0], 10.5);
    assert.deepEqual((await one(["1", "2", "3", "4"], name)).values("ra")[0], 10.5);
  }
  assert.match(
    (await one(["FK4", "FK5", "FK5", "FK5"], "frame")).asked,
    /several equinoxes, fk4, fk5/,
  );
});

Deno.test("rows of nothing but numbers are rows of tables with cells at fixed places", async () => {
  const mrt = `Title: Sources
================================================================================
Byte-by-byte Description of file: t2.txt
--------------------------------------------------------------------------------
   Bytes Format Units   Label    Explanations
--------------------------------------------------------------------------------
   1-  3 I3     ---     Seq      Number of the source
   5-  9 F5.2   deg     RAdeg    Right ascension (J2000)
  11- 16 F6.2   deg     DEdeg    Declination (J2000)
  18- 22 F5.2   10-15mW/m2 Fb    Flux in the 0.5-7 keV band
      24 A1     ---   f_Fb       Note on Fb
--------------------------------------------------------------------------------
  1 10.50  20.50 12.00 a
  2 11.50 -21.50 13.00  
  3 12.50  22.50 14.00  
`;
  const ipac = `|  id |    ra |   dec | flux_b |
| int | double| double| double |
    1   10.50   20.50   0.12
    2   11.50  -21.50   0.13
    3   12.50   22.50   0.14
`;
  const aligned = `seq     ra     dec   flux_b
  1  10.50   20.50     0.12
  2  11.50  -21.50     0.13
  3  12.50   22.50     0.14
`;
  for (
    const [text, name, unit] of [
      [mrt, "Seq", ""],
      [ipac, "id", ":1e-13 erg/s/cm2"],
      [aligned, "seq", ":1e-13 erg/s/cm2"],
    ]
  ) {
    const flux = unit ? ["--column", `flux_b=flux_b${unit}`] : [];
    const { values, rejects } = await outcome(text, "--column", `name=${name}`, ...flux);
    assert.deepEqual(rejects, []);
    assert.deepEqual(values("name"), ["1", "2", "3"], text);
    assert.deepEqual(values("dec"), [20.5, -21.5, 22.5]);
    assert.deepEqual(values("flux_b"), [1.2e-14, 1.3e-14, 1.4e-14]);
  }
  // flags are no names
  const { offered } = await outcome(
    mrt.replace("13.00  ", "13.00 b").replace("14.00  ", "14.00 c"),
  );
  assert.equal(offered, "--column name=Seq");
});
