import { Buffer } from "node:buffer";
import { Float64, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import pl, { type Series } from "nodejs-polars";
import { type Column, fits, gzip, utf16, votable } from "./encode-tables.ts";

/** What must come of a table. */
export type End =
  /** Its rows have these values; `rejected` counts those left out. */
  | { readonly rows: readonly Row[]; readonly rejected: number; readonly problem?: RegExp }
  /** The command ends with 2 and says this: what, where, and what to do. */
  | { readonly refused: RegExp };

/** Name, position (deg), flux_b (erg/s/cm2) and G magnitude of a source. */
export type Row = readonly [name: string, ra: number, dec: number, flux: number, G: number];

/** A file nobody wants to be given. */
export interface Hostile {
  readonly title: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly end: End;
  /** Options of the command line that belong to it. */
  readonly options?: readonly string[];
}

/** The sources that most files hold. */
export const ROWS: readonly Row[] = [
  ["2CXO J103200.0-573000", 158, -57.5, 1e-14, 15.5],
  ["2CXO J000000.0+000000", 0, 0, 2.5e-15, 20.25],
  ["2CXO J174540.0-290027", 266.41667, -29.00781, 3e-12, 10],
];
const NAMES = ["name", "ra", "dec", "flux_b", "G"];
const LINES = ROWS.map((row) => row.join(","));
const HEAD = NAMES.join(",");
/** The plain table that the others are made from. */
export const PLAIN = [HEAD, ...LINES, ""].join("\n");
const GOOD: End = { rows: ROWS, rejected: 0 };

const refused = (place: RegExp | string, remedy: RegExp | string): End => ({
  refused: new RegExp(`${source(place)}[^]*${source(remedy)}`),
});
const source = (pattern: RegExp | string) =>
  typeof pattern === "string" ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : pattern.source;

/** Some rows go, the others stay as they are. */
const without = (rows: readonly number[], problem: RegExp): End => ({
  rows: ROWS.filter((_, i) => !rows.includes(i)),
  rejected: rows.length,
  problem,
});

const found: Hostile[] = [];
function table(
  title: string,
  content: string | Uint8Array,
  end: End,
  { file = "t.csv", options }: { file?: string; options?: readonly string[] } = {},
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  found.push({ title, file, bytes, end, options });
}

/** The plain table with one cell of the first row changed. */
const withCell = (column: string, cell: string) => {
  const cells: (string | number)[] = [...ROWS[0]];
  cells[NAMES.indexOf(column)] = cell;
  return [HEAD, cells.join(","), ...LINES.slice(1), ""].join("\n");
};
const firstIs = (...row: Row): End => ({ rows: [row, ...ROWS.slice(1)], rejected: 0 });

let extra = 0;

// ---- nothing, or next to nothing
table("no byte", "", refused("is empty", "is it the right one?"));
table("line ends only", "\n\n\n", refused("no header", "must name the columns"));
table("blanks only", "   \n \t \n", refused("no header", "must name the columns"));
table("a byte order mark only", "\ufeff", refused("no header", "must name the columns"));
table("comments only", "# a\n# b\n", refused("no header", "must name the columns"));
table("a header only", HEAD + "\n", refused("a header and no rows", "is it the right file?"));
table("a header without its line end", HEAD, refused("a header and no rows", "the right file?"));
table("one row", [HEAD, LINES[0], ""].join("\n"), { rows: [ROWS[0]], rejected: 0 });
table("one row without its line end", [HEAD, LINES[0]].join("\n"), {
  rows: [ROWS[0]],
  rejected: 0,
});
table("a letter", "x", refused("is one cell", "name the columns there"));
table(
  "prose",
  "Dear all,\nfind the table attached.\n",
  refused("none of its columns is a name", "the header"),
);
table("JSON", '{"name": "a", "ra": 1}\n', refused(/JSON/, "save the table as CSV"));
table(
  "an HTML page",
  "<!DOCTYPE html><html><p>404</p></html>",
  refused("a page without a table", "fetch the table itself"),
);

// ---- columns
table("a column twice", `${HEAD},G\n${LINES.map((l) => l + ",11").join("\n")}`, {
  refused: /"G" \(column 5, behind flux_b\) and "G" [^]*may both be G[^]*--column 'G=G#1'/,
});
table(
  "a column in two spellings",
  `${HEAD.replace(",G", "")},GMAG,gmag\n`,
  refused(/gmag/i, "--column g_sdss=gmag"),
);
table(
  "columns in another order",
  "G,flux_b,dec,ra,name\n" + ROWS.map((row) => [...row].reverse().join()).join("\n"),
  GOOD,
);
table("blanks around names", PLAIN.replace(HEAD, " name , ra,dec ,  flux_b,G "), GOOD);
table("quoted names", PLAIN.replace(HEAD, '"name","ra","dec","flux_b","G"'), GOOD);
table("names in capitals", PLAIN.replace(HEAD, "NAME,RA,DEC,FLUX_B,Gmag"), GOOD);
table("a nameless column at the end", PLAIN.replaceAll(/$/gm, ",").replace(/,$/, ""), GOOD);
table("two nameless columns", PLAIN.replaceAll(/$/gm, ",,").replace(/,,$/, ""), GOOD);
table("no name column, but designations", PLAIN.replace("name", "nom"), GOOD);
table(
  "no name column",
  PLAIN.replace("name", "nom").replaceAll("2CXO J", "src "),
  refused("names", "--column name=nom"),
);
table("no position", PLAIN.replace("ra,dec", "x,y"), refused("position", "--column ra=name:name"));
table("half a position", PLAIN.replace("dec", "y"), refused("position", "--force position"));
table("no flux", PLAIN.replace("flux_b", "z"), refused("X-ray flux", "--column flux_b=z"));
table("a slip of the pen", PLAIN.replace("flux_b", "flx_b"), refused("flx_b", "--column flux_b="));
table("no flux, and told so", PLAIN.replace("flux_b", "z"), {
  rows: ROWS.map(([name, ra, dec, _, G]) => [name, ra, dec, NaN, G]),
  rejected: 0,
}, { options: ["--force", "flux"] });
table(
  "5,000 columns more",
  PLAIN.split("\n").map((line, i) => line && line + `,${i ? 0 : "c#"}`.repeat(5000))
    .map((line) => line.replaceAll("c#", () => `c${extra++}`)).join("\n"),
  GOOD,
);
table(
  "a name of 100,000 letters for a column",
  PLAIN.replace("G\n", `G,${"x".repeat(1e5)}\n`)
    .replaceAll(/(\d)$/gm, "$1,0"),
  GOOD,
);
table(
  "columns named as what every object has",
  PLAIN.replace("G\n", "G,__proto__,constructor,toString\n").replaceAll(/(\d)$/gm, "$1,1,2,3"),
  GOOD,
);
table("short rows", [HEAD, LINES[0], "a,1,2", LINES[1], LINES[2]].join("\n"), {
  rows: ROWS,
  rejected: 1,
  problem: /3 cells, not 5/,
});
table("long rows", [HEAD, ...LINES, `${LINES[0]},7,8`].join("\n"), {
  rows: ROWS,
  rejected: 1,
  problem: /7 cells, not 5/,
});
table(
  "commas in the header, semicolons in the rows",
  PLAIN.replaceAll(",", ";")
    .replace(/^.*/, HEAD),
  refused("none of the 3 rows", "see above"),
);

// ---- separators, line ends, quotes
for (const [name, separator] of [["semicolon", ";"], ["tab", "\t"], ["bar", "|"]]) {
  table(`cells separated by ${name}s`, PLAIN.replaceAll(",", separator), GOOD);
}
table("semicolons with decimal commas", PLAIN.replaceAll(",", ";").replaceAll(".", ","), {
  rows: ROWS.map(([name, ...numbers]) => [name.replace(".", ","), ...numbers]),
  rejected: 0,
});
table(
  "decimal commas and decimal points",
  PLAIN.replaceAll(",", ";").replace(";15.5", ";15,5"),
  { rows: ROWS.slice(1), rejected: 1, problem: /decimal point for the decimal comma/ },
);
table("cells separated by blanks", PLAIN.replaceAll(",", " "), refused("is one cell", "separated"));
table(
  "commas in quotes of the header",
  PLAIN.replace("name", '"name, or what"').replaceAll("2CXO J", "src "),
  { refused: /names[^]*--column 'name=name, or what'/ },
);
table("CRLF", PLAIN.replaceAll("\n", "\r\n"), GOOD);
table("CR", PLAIN.replaceAll("\n", "\r"), GOOD);
table("CRLF and LF mixed", [HEAD, ...LINES].join("\n").replace("\n", "\r\n"), GOOD);
table("blank lines between", PLAIN.replaceAll("\n", "\n\n\n"), GOOD);
table("lines of blanks between", PLAIN.replaceAll("\n", "\n  \n"), GOOD);
table("comments before the header", `# by hand\n#, with, commas\n${PLAIN}`, GOOD);
table("comments between rows", PLAIN.replaceAll("\n", "\n# note, a, b\n"), GOOD);
const named = (name: string) => `"${name.replaceAll('"', '""')}"`;
for (
  const [title, name] of [
    ["a line end in quotes", "two\nlines"],
    ["a CRLF in quotes", "two\r\nlines"],
    ["a separator in quotes", "a, b"],
    ["quotes in quotes", 'the "star"'],
    ["a script for a name", '<script>alert("x")</script>'],
    ["an image for a name", "<img src=x onerror=alert(1)>"],
    ["a formula for a name", '=HYPERLINK("http://example.org","x")'],
    ["a command for a name", "@SUM(1+1)*cmd|' /C calc'!A0"],
    ["a name with an apostrophe", "'quoted"],
    ["a name in another script", "星 Звезда ☆ ‮rtl"],
    ["a name that is an object's own", "__proto__"],
    ["a name that says nothing", "null"],
    ["a name of 100,000 letters", "n".repeat(100_000)],
    ["a path for a name", "../../etc/passwd"],
    ["a colour of the terminal for a name", "\u001b[31mred\u001b[0m"],
  ] as const
) table(title, withCell("name", named(name)), firstIs(name, 158, -57.5, 1e-14, 15.5));
table("a quote never closed", withCell("name", '"open'), refused(/Quote.*line/i, "close"));
table("a quote in the middle", withCell("name", 'a"b'), refused(/Quote.*line 2/i, "quote"));
table("text behind a quote", withCell("name", '"a"b'), refused(/Quote.*line 2/i, "quote"));

// ---- encodings
table("UTF-8 with a mark", "\ufeff" + PLAIN, GOOD);
table("UTF-8 with two marks", "\ufeff\ufeff" + PLAIN, GOOD);
table("UTF-16, little end first", utf16(PLAIN, true), GOOD);
table("UTF-16, big end first", utf16(PLAIN, false), GOOD);
table("UTF-16 without a mark", utf16(PLAIN, true, false), refused("line 1", "--encoding"));
table("UTF-16 without a mark, told", utf16(PLAIN, true, false), GOOD, {
  options: ["--encoding", "utf-16le"],
});
const latin = Buffer.from(withCell("name", "Sgr A\u00b0"), "latin1");
table("Latin-1", latin, refused("line 2 is not UTF-8", "--encoding"));
table("Latin-1, told", latin, firstIs("Sgr A\u00b0", 158, -57.5, 1e-14, 15.5), {
  options: ["--encoding", "latin1"],
});
table(
  "Latin-1 in line 20,002",
  Buffer.concat([
    Buffer.from([HEAD, ...Array(20_000).fill(LINES[0]), ""].join("\n")),
    Buffer.from("\u00e9,1,1,1e-14,1\n", "latin1"),
  ]),
  refused("line 20002 is not UTF-8", "--encoding"),
);
table("a letter cut in half at the end", Buffer.from(PLAIN + "é").subarray(0, -1), {
  refused: /line 5 is not UTF-8[^]*save the table as UTF-8/,
});
table("UTF-16 cut in half", utf16(PLAIN, true).subarray(0, -1), refused("UTF-16", "save"));
table("NUL in a name", withCell("name", "a\0b"), refused("line 2 holds a NUL", "save the table"));
table("NULs for a file", new Uint8Array(4096), refused("line 1 holds a NUL", "save the table"));
table("all bytes there are", Uint8Array.from({ length: 2560 }, (_, i) => i % 256), {
  refused: /line \d[^]*save/,
});

// ---- numbers
for (
  const spelling of [
    ...["1e-14", "1E-14", "+1e-14", "1.0e-14", "1.e-14", ".1e-13", "0.1E-13", " 1e-14 "],
    ...["0.00000000000001", "10e-15", "1e-014", "1000e-17", '"1e-14"'],
  ]
) table(`the number ${spelling}`, withCell("flux_b", spelling), GOOD);
for (
  const spelling of [
    ...["1,5e-14", "1 e-14", "0x1p-4", "1_000", "１", "inf", "-inf", "1e400", "--1", "1e"],
    ...["e5", "5%", "<1e-14", "1e-14+-2e-15", "1.2.3", "true", "=1e-14", "1e7", "∞"],
  ]
) {
  table(
    `not a flux: ${spelling}`,
    withCell("flux_b", spelling.includes(",") ? `"${spelling}"` : spelling),
    without([0], /not a number|outside -0\.000001 to/),
  );
}
for (const limit of ["0", "-1e-14", "-0"]) {
  table(
    `a flux that is an upper limit: ${limit}`,
    withCell("flux_b", limit),
    firstIs(...ROWS[0].slice(0, 3) as [string, number, number], NaN, ROWS[0][4]),
  );
}
for (const nothing of ["", "NaN", "nan", "NULL", "N/A", "-", "--", "None", "\\N"]) {
  table(
    `nothing, spelt "${nothing}"`,
    withCell("G", nothing),
    firstIs(...ROWS[0].slice(0, 4) as [string, number, number, number], NaN),
  );
}
for (const standIn of ["-999", "99", "-99.99", "9999"]) {
  table(`a stand-in for nothing: ${standIn}`, withCell("G", standIn), without([0], /outside -10/));
}

// ---- positions
const placed = (ra: string, dec: string) =>
  [HEAD, [ROWS[0][0], ra, dec, ...ROWS[0].slice(3)].join(), ...LINES.slice(1)].join("\n");
for (
  const [ra, dec] of [
    ["10:32:00", "-57:30:00"],
    ["10 32 00.000", "-57 30 00.00"],
    ["10h32m00s", "-57d30m00s"],
    ["10:31:60", "-57:29:60"],
    ["158.0", "-57 30 00"],
  ]
) table(`the position ${ra} ${dec}`, placed(ra, dec), GOOD);
table(
  "just south of the equator",
  placed("10:32:00", "-00:30:00"),
  firstIs(
    ...[ROWS[0][0], 158, -0.5, 1e-14, 15.5] as Row,
  ),
);
table("a minus from a text processor", placed("158", "\u221257.5"), GOOD);
for (
  const [ra, dec] of [
    ["24:00:00", "0"],
    ["10:61:00", "0"],
    ["10:30:61", "0"],
    ["-1", "0"],
    ["360.5", "0"],
    ["158", "90.1"],
    ["158", "-91"],
    ["158", "91:00:00"],
    ["158", "+-5"],
    ["10h", "5d"],
    ["158 -57.5", ""],
  ]
) {
  table(
    `no place in the sky: ${ra}, ${dec}`,
    placed(ra, dec),
    without([0], /not a number|outside|no such angle/),
  );
}
table(
  "positions in radians",
  [
    "name,ra [rad],dec [rad],flux_b,G",
    ...ROWS.map(([name, ra, dec, ...rest]) =>
      [name, ra * Math.PI / 180, dec * Math.PI / 180, ...rest].join()
    ),
  ].join("\n"),
  GOOD,
);
table(
  "hours for a right ascension",
  [
    "name,ra [h],dec,flux_b,G",
    ...ROWS.map(([name, ra, ...rest]) => [name, ra / 15, ...rest].join()),
  ].join("\n"),
  GOOD,
);
table(
  "Galactic coordinates only",
  "name,l_gal,b_gal,flux_b,G\nx,285.0466841,0.4474390,1e-14,15.5\n",
  {
    rows: [["x", 158, -57.5, 1e-14, 15.5]],
    rejected: 0,
  },
);

// ---- units and orders of magnitude
const scaled = (unit: string, factor: number) =>
  [
    HEAD.replace("flux_b", `flux_b ${unit}`),
    ...ROWS.map(([name, ra, dec, flux, G]) => [name, ra, dec, flux * factor, G].join()),
  ].join("\n");
table("W/m2", scaled("[W/m2]", 1e-3), GOOD);
table("mW/m2", scaled("(mW/m**2)", 1), GOOD);
table("a power of ten for a unit", scaled("[1e-15 erg/s/cm2]", 1e15), GOOD);
table("a power of ten as astropy writes it", scaled("[10**-15 erg s**-1 cm**-2]", 1e15), GOOD);
table(
  "a unit for something else",
  scaled("[mag]", 1),
  refused('unit "mag" is a magnitude', "--column none=flux_b"),
);
table(
  "a unit nobody knows",
  scaled("[furlong]", 1),
  refused('unit "furlong"', "--column flux_b=flux_b:UNIT"),
);
for (const factor of [1e15, 1e12, 1e9, 1e-3, 1e-12, 1e-20]) {
  table(`fluxes ${factor} times too large`, scaled("", factor), {
    refused: /column "flux_b"[^]*--column flux_b=flux_b:UNIT/,
  });
}
table("fluxes too large, and told so", scaled("", 1e3), GOOD, {
  options: ["--column", "flux_b=flux_b:1e-3 erg/s/cm2"],
});
table("magnitudes for fluxes", PLAIN.replace("flux_b,G", "G,flux_b"), {
  refused: /column "flux_b" holds[^]*its unit is not stated/,
});
for (const [unit, value] of [["uJy", 200], ["mJy", 0.2], ["Jy", 2e-4], ["MJy", 2e-10]] as const) {
  table(
    `24 um in ${unit}`,
    PLAIN.replace("G\n", `G,mips_24um [${unit}]\n`).replaceAll(/(\d)$/gm, `$1,${value}`),
    GOOD,
  );
}
table(
  "24 um in Jy that are not called so",
  PLAIN.replace("G\n", "G,mips_24um\n")
    .replaceAll(/(\d)$/gm, "$1,2e-7"),
  { refused: /column "mips_24um"[^]*--column mips_24um=mips_24um:UNIT/ },
);

// ---- what columns are called, and what they are
for (
  const head of [
    "Source,RA_ICRS,DE_ICRS,flux_aper_b,phot_g_mean_mag",
    "2CXO,RAICRS,DEICRS,Fluxb,Gmag",
    "_2CXO,_RAJ2000,_DEJ2000,F90b,Gmag",
    "CSCv2_name,CSCv2_RA,CSCv2_DEC,Fb,Gmag",
    "m.name,m.ra,m.dec,m.flux_aper_avg_b,GAIA_Gmag",
    "A_NAME,A_RA,A_DEC,A_B_FLUX_AP,gaia_g",
    "name_1,ra_1,dec_1,flux_aper90_b_1,Gmag_2",
    "IAU Name,RA (J2000),Dec (J2000),flux b,Gmag_gaia",
    "Source Name,RAdeg,DEdeg,FLUX_B,G_mag",
    "object,R.A.,Dec.,Flux 0.5-7 keV,Gmag",
    "ID,RA [degrees],DEC [DEG],flux_0.5_7.0 [ERG/S/CM**2],G (mag)",
    "name,RAPOS,DECPOS,F (0.5-7.0 keV),G [Vega mag]",
    "CXO,ra_x,dec_x,fcsc_b,phot_g_mean_mag_gaia",
    "Designation,ra,dec,flux_aper90_mean_b,GMAG",
    "main_id,RA,DEC,B_FLUX_AP,Gmag",
    "XID,alpha_j2000,delta_j2000,flux_b [mW m^-2],G",
  ]
) table(`the header ${head}`, PLAIN.replace(HEAD, head), GOOD);
for (
  const [head, words] of [
    ["name,ra,dec,EP_8_FLUX,G", /XMM-Newton's, whose bands are others/],
    ["IAUNAME,RA,DEC,ML_FLUX_1,G", /eROSITA's, whose bands are others/],
    ["IAUName,RA,Decl,FixedPowUnabsFlux,G", /Swift XRT's/],
    ["BAT_NAME,RA,DEC,FLUX,G", /Swift BAT's \(14-195 keV/],
    ["name,ra,dec,photflux_aper_b,G", /a flux of photons/],
    ["name,ra,dec,flux_powlaw_aper_b,G", /a fitted spectral model/],
    ["name,ra,dec,flux_bb_aper_b,G", /a fitted spectral model/],
    ["name,ra,dec,flux_aper_w,G", /the HRC's band/],
    ["name,ra,dec,src_rate_aper_b,G", /a rate of counts/],
    ["name,ra,dec,LX,G", /a luminosity, not a flux/],
    ["name,ra,dec,logFx,G", /a logarithm/],
    ["name,ra,dec,flux_2_10,G", /2-10 keV, another band/],
    ["name,ra,dec,0.5-2 keV,G", /0\.5-2 keV, another band/],
    ["name,ra,dec,flux_aper90_b.1,G", /the second of two columns/],
    ["name,ra,dec,o.flux_aper_b,G", /one observation's/],
    ["name,ra,dec,e_flux_b,G", /no column holds an X-ray flux/],
    ["name,ra,dec,FLUX_HI,G", /radio flux/],
    ["name,ra,dec,flux_b [erg/s],G", /a luminosity, not a flux/],
    ["name,ra,dec,flux_b [mJy],G", /a flux density/],
    ["name,ra,dec,flux_b [10e-15 erg/s/cm2],G", /1e-14 to a computer/],
    ["name,ra,dec,flux_b [MW/M2],G", /milli or mega/],
    ["SRC_NAME,SRC_RA,SRC_DEC,flux_b,G", /position[^]*ra=SRC_RA --column dec=SRC_DEC/],
    ["name,dec,ra,flux_b,G", /changed places[^]*--column ra=dec --column dec=ra/],
    ["name,ra,dec,flux_b,rpmag", /r_sdss or Rp/],
    ["name,ra,dec,SC_EP_8_FLUX,G", /XMM-Newton's/],
    ["name,ra,dec,L_X,G", /a luminosity/],
    ["name,ra,dec,count_rate,G", /a rate of counts/],
    ["name,ra,dec,flux_b [log erg/s/cm2],G", /a logarithm/],
    ["name,ra [furlong],dec,flux_b,G", /unit "furlong"/],
    ["name,ra,dec,flux_b,W1 [Jy]", /unit "Jy" is not understood for W1/],
  ] as const
) table(`no flux, or no answer: ${head}`, PLAIN.replace(HEAD, head), { refused: words });

// ---- VOTable, FITS, Arrow, Parquet
const columns = (change: Partial<Record<string, Partial<Column>>> = {}): Column[] =>
  ["A", "D", "D", "D", "E"].map((form, i) => ({
    name: NAMES[i],
    form,
    cells: ROWS.map((row) => row[i]),
    ...change[NAMES[i]],
  }));
const vot = { file: "t.vot" }, fit = { file: "t.fits" };
for (const form of ["TABLEDATA", "BINARY", "BINARY2"] as const) {
  table(`a VOTable of ${form}`, votable(columns(), form), GOOD, vot);
  table(`a VOTable of ${form}, gzipped`, gzip(votable(columns(), form)), GOOD, {
    file: "t.vot.gz",
  });
  const whole = votable(columns(), form);
  const cut = whole.slice(0, whole.indexOf(`</${form}>`) - 30);
  table(`a VOTable of ${form} cut short`, cut, refused("cut", "fetch it again"), vot);
}
const xml = votable(columns());
table("a VOTable called CSV", xml, GOOD);
table("a VOTable without rows", xml.replace(/<TR>.*<\/TR>/s, ""), refused("no rows", "right file"));
table("a VOTable without a table", xml.replace(/<TABLE>.*<\/TABLE>/s, ""), {
  refused: /holds no table/,
}, vot);
table(
  "a VOTable with a unit",
  votable(columns({
    flux_b: {
      unit: "W/m**2",
      cells: [
        1e-17,
        2.5e-18,
        3e-15,
      ],
    },
  })),
  GOOD,
  vot,
);
table(
  "a VOTable that reports an error",
  votable(columns(), "TABLEDATA", '<INFO name="QUERY_STATUS" value="ERROR">no such table</INFO>'),
  refused("no such table", ""),
  vot,
);
table(
  "a VOTable that is not all there",
  votable(columns(), "TABLEDATA", '<INFO name="QUERY_STATUS" value="OVERFLOW"/>'),
  refused("left rows out", "--force"),
  vot,
);
table("a VOTable with text for a number", xml.replace("<TD>158</TD>", "<TD>east</TD>"), {
  refused: /"ra" has "east"/,
}, vot);
table("a VOTable with a short row", xml.replace("<TD>158</TD>", ""), {
  refused: /row \d has 4 cells, expected 5/,
}, vot);
table("a VOTable with a column twice", votable([...columns(), columns()[4]]), GOOD, vot);
table(
  "a VOTable of a type nobody knows",
  votable(columns(), "BINARY").replace(
    'datatype="float"',
    'datatype="quad"',
  ),
  refused('datatype "quad"', "save"),
  vot,
);
table(
  "a VOTable of rows without bytes",
  votable(columns(), "BINARY").replaceAll(
    /arraysize="\*"|datatype="(double|float)"/g,
    'datatype="char" arraysize="0"',
  ).replaceAll(/datatype="char" datatype/g, "datatype"),
  refused(/row|bytes|arraysize/, "save"),
  vot,
);
for (const size of ["-3", "abc", "1e99", "1.5"]) {
  table(
    `a VOTable with the array size ${size}`,
    votable(columns(), "BINARY")
      .replace('arraysize="*"', `arraysize="${size}"`),
    { refused: /row|arraysize|cut/ },
    vot,
  );
}
table(
  "a VOTable with a bomb of entities",
  `<?xml version="1.0"?><!DOCTYPE VOTABLE [
<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
${xml.slice(xml.indexOf("<VOTABLE")).replace("2CXO J103200.0-573000", "&c;")}`,
  refused("VOTable", "save"),
  vot,
);
table(
  "a VOTable that wants a file of the machine",
  `<?xml version="1.0"?><!DOCTYPE VOTABLE [
<!ENTITY x SYSTEM "file:///etc/passwd">]>
${xml.slice(xml.indexOf("<VOTABLE")).replace("2CXO J103200.0-573000", "&x;")}`,
  refused("VOTable", "save"),
  vot,
);
table(
  "a VOTable whose stream lies elsewhere",
  votable(columns(), "BINARY").replace(
    /<STREAM[^]*<\/STREAM>/,
    '<STREAM href="http://example.org/x" encoding="base64"></STREAM>',
  ),
  refused("http://example.org/x", "save"),
  vot,
);
table(
  "a VOTable whose stream is no base64",
  votable(columns(), "BINARY").replace(
    /(<STREAM[^>]*>)/,
    "$1!!!!",
  ),
  refused("base64", "save"),
  vot,
);
table("a VOTable of UTF-16", utf16(xml.replace("UTF-8", "UTF-16"), true), GOOD, vot);
table(
  "a VOTable of Latin-1",
  Buffer.from(
    votable(columns({ name: { cells: ["é", ROWS[1][0], ROWS[2][0]] } }))
      .replace("UTF-8", "ISO-8859-1"),
    "latin1",
  ),
  firstIs("é", 158, -57.5, 1e-14, 15.5),
  vot,
);
table("XML that is no VOTable", "<?xml version='1.0'?><kml/>", refused("VOTable", "save"), vot);
table("CSV called VOTable", PLAIN, GOOD, vot);

const good = fits(columns());
table("a FITS table", good, GOOD, fit);
table("a FITS table, gzipped", gzip(good), GOOD, { file: "t.fits.gz" });
table("a FITS table called CSV", good, GOOD);
table(
  "a FITS table with a unit",
  fits(columns({
    flux_b: { unit: "W m-2", cells: [1e-17, 2.5e-18, 3e-15] },
  })),
  GOOD,
  fit,
);
table(
  "a FITS table of scaled numbers and nulls",
  fits(columns({
    G: { form: "J", cells: [155000, 202500, -1], cards: { TSCAL: 1e-4, TNULL: -1 } },
  })),
  {
    rows: [...ROWS.slice(0, 2), [...ROWS[2].slice(0, 4), NaN] as unknown as Row],
    rejected: 0,
  },
  fit,
);
table("a FITS image", good.subarray(0, 2880), refused("holds no table", "save"), fit);
for (const bytes of [20, 2000, 3000, 5759, 5800]) {
  table(`a FITS table cut after ${bytes} bytes`, good.subarray(0, bytes), {
    refused: /cut short|holds no table/,
  }, fit);
}
for (
  const [title, change] of [
    ["more rows than bytes", { NAXIS2: 1_000_000_000 }],
    ["a negative number of rows", { NAXIS2: -3 }],
    ["rows of no bytes", { NAXIS1: 0 }],
    ["rows of too few bytes", { NAXIS1: 10 }],
    ["a number of rows in words", { NAXIS2: "many" }],
    ["a million fields", { TFIELDS: 1_000_000 }],
    ["a negative number of fields", { TFIELDS: -1 }],
    ["a format nobody knows", { TFORM2: "Z9" }],
    ["an array of 10^12", { TFORM2: "999999999999D" }],
    ["numbers of no number of bits", { NAXIS: "x" }],
  ] as const
) {
  table(`a FITS table with ${title}`, fits(columns(), change), {
    refused: /FITS|no column|TFORM/,
  }, fit);
}
table(
  "a FITS table that says zero rows and has three",
  fits(columns(), { NAXIS2: 0 }),
  refused("bytes that belong to nothing", "save"),
  fit,
);
table("text called FITS", PLAIN, refused("no fits file", "cut short"), fit);

const arrowOf = (names: readonly string[], cells: readonly (readonly unknown[])[]) =>
  tableToIPC(
    new Table(Object.fromEntries(names.map((name, i) => {
      const isText = typeof cells[i][0] === "string";
      return [name, vectorFromArray([...cells[i]], isText ? new Utf8() : new Float64())];
    }))),
    "file",
  );
const cells = NAMES.map((_, i) => ROWS.map((row) => row[i]));
const arrow = arrowOf(NAMES, cells), arr = { file: "t.arrow" };
table("an Arrow file", arrow, GOOD, arr);
table("an Arrow file called CSV", arrow, GOOD);
table("an Arrow stream", arrow.slice(8), { refused: /Arrow stream[^]*save/ }, arr);
for (const share of [0.02, 0.3, 0.6, 0.9]) {
  const cut = arrow.slice(0, Math.floor(arrow.length * share));
  table(`an Arrow file cut at ${share}`, cut, { refused: /Arrow|cut short/ }, arr);
}
table("numbers as text in Arrow", arrowOf(NAMES, cells.map((c) => c.map(String))), GOOD, arr);

/** A Parquet file of the given columns. */
function parquet(columns: readonly Series[]): Uint8Array {
  const path = Deno.makeTempFileSync({ suffix: ".parquet" });
  try {
    pl.DataFrame([...columns]).writeParquet(path);
    return Deno.readFileSync(path);
  } finally {
    Deno.removeSync(path);
  }
}
const series = (change: Readonly<Record<string, Series>> = {}) =>
  NAMES.map((name, i) => change[name] ?? pl.Series(name, cells[i] as string[]));
const parq = { file: "t.parquet" };
const whole = parquet(series());
table("a Parquet file", whole, GOOD, parq);
table("a Parquet file called CSV", whole, GOOD);
table("a file whose name is a pattern", whole, GOOD, { file: "field[1]?*.parquet" });
table(
  "numbers as text in Parquet",
  parquet(series({
    flux_b: pl.Series("flux_b", cells[3].map(String)),
  })),
  GOOD,
  parq,
);
table(
  "whole numbers in Parquet",
  parquet(series({
    G: pl.Series("G", [15, 20, 10], pl.Int8),
  })),
  {
    rows: ROWS.map(([name, ra, dec, flux, G]) => [name, ra, dec, flux, Math.floor(G)]),
    rejected: 0,
  },
  parq,
);
table(
  "missing names in Parquet",
  parquet(series({
    name: pl.Series("name", [null, ROWS[1][0], ROWS[2][0]], pl.Utf8),
  })),
  without([0], /no name/),
  parq,
);
table(
  "truth for a flux in Parquet",
  parquet(series({
    flux_b: pl.Series("flux_b", [true, false, true]),
  })),
  refused("none of the 3 rows", "see above"),
  parq,
);
table(
  "days for a flux in Parquet",
  parquet(series({
    flux_b: pl.Series("flux_b", [new Date(0), new Date(1), new Date(2)], pl.Datetime("ms")),
  })),
  refused("none of the 3 rows", "see above"),
  parq,
);
table(
  "lists for a flux in Parquet",
  parquet(series({
    flux_b: pl.Series("flux_b", [[1e-14], [2e-14], [3e-14]]),
  })),
  refused("array of numbers", "flux_b[1]"),
  parq,
);
table(
  "a Parquet file of zero rows",
  parquet(series().map((s) => s.slice(0, 0) as Series)),
  refused("no rows", "right file"),
  parq,
);
for (const share of [0.01, 0.3, 0.6, 0.99]) {
  table(`a Parquet file cut at ${share}`, whole.slice(0, Math.floor(whole.length * share)), {
    refused: /Parquet|parquet/,
  }, parq);
}
table("PAR1 and nonsense", "PAR1 and PAR1", refused("arquet", ""), parq);
table("text called Parquet", PLAIN, refused("no parquet file", "cut short"), parq);

// ---- packed, or something else altogether
table("gzipped CSV", gzip(PLAIN), GOOD, { file: "t.csv.gz" });
table("gzipped CSV cut short", gzip(PLAIN.repeat(9)).subarray(0, 60), {
  refused: /gzip[^]*fetch it again/,
}, { file: "t.csv.gz" });
table("gzipped twice", gzip(gzip(PLAIN)), refused("gzip", "unpack it"), { file: "t.csv.gz" });
table("gzip of nothing", gzip(""), refused("empty", "right one"), { file: "t.csv.gz" });
table(
  "gzip with wrong sums",
  (() => {
    const bytes = gzip(PLAIN);
    bytes.fill(7, bytes.length - 8);
    return bytes;
  })(),
  refused("gzip", "fetch it again"),
  { file: "t.csv.gz" },
);
for (
  const [what, magic, remedy] of [
    ["packed by bzip2", "BZh91AY", "unpack it"],
    ["packed by xz", "\xfd7zXZ\0", "unpack it"],
    ["packed by zstd", "\x28\xb5\x2f\xfd", "unpack it"],
    ["an HDF5 file", "\x89HDF\r\n\x1a\n", "save the table as CSV"],
    ["a PDF", "%PDF-1.7\n", "save the table as CSV"],
    ["an old Excel file", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save the table as CSV"],
    ["a PNG image", "\x89PNG\r\n\x1a\n", "save the table as CSV"],
    ["an SQLite database", "SQLite format 3\0", "save the table as CSV"],
  ]
) {
  table(`${what} of bytes`, Buffer.from(magic + "\x01\xf0 nonsense".repeat(20), "latin1"), {
    refused: new RegExp(`is ${what}[^]*${remedy}`),
  });
}

table(
  "a ZIP archive of bytes",
  Buffer.from("PK\x03\x04" + "\x01\xf0 nonsense".repeat(20), "latin1"),
  refused("its ZIP archive is cut short", "save the table as CSV"),
);

/** Every hostile table; titles differ. */
export const HOSTILE: readonly Hostile[] = found;

/** Good tables of every kind, of forty sources, to be mutated; text without quotes. */
export function goodFiles(): Readonly<Record<string, Uint8Array>> {
  const rows = Array.from({ length: 40 }, (_, i): Row => [
    `2CXO J${String(100_000 + i * 137)}.0-57${String(1000 + i)}`,
    ...[i * 9, i * 4 - 80, (i + 1) * 1e-15, 10 + i / 4] as const,
  ]);
  const text = [HEAD, ...rows.map((row) => row.join(",")), ""].join("\n");
  const cells = NAMES.map((_, i) => rows.map((row) => row[i]));
  const filled = columns().map((column, i) => ({ ...column, cells: cells[i] }));
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    "t.csv": bytes(text),
    "t.tsv": bytes(text.replaceAll(",", "\t")),
    "crlf.csv": bytes(text.replaceAll("\n", "\r\n")),
    "t.csv.gz": gzip(text),
    "utf16.csv": utf16(text, true),
    "text.vot": bytes(votable(filled)),
    "binary.vot": bytes(votable(filled, "BINARY")),
    "binary2.vot": bytes(votable(filled, "BINARY2")),
    "t.fits": fits(filled),
    "t.arrow": arrowOf(NAMES, cells),
    "t.parquet": parquet(NAMES.map((name, i) => pl.Series(name, cells[i] as string[]))),
  };
}
