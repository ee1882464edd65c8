import { type NameReading, nearBand } from "@csc-classify/chandra-sources";
import NAMES from "../../packages/chandra-sources/data/column-names.json" with { type: "json" };
import { ROOT } from "#lib/run/files.ts";
import { writeAtomic } from "@csc-classify/safe-files";

/** `docs/dialects.md`: the tables whose columns are known, from `packages/chandra-sources/data/column-names.json`. */
export function dialectsText(): string {
  const dialects = NAMES.dialects.flatMap(
    ({ title, source, header, meaning, separator = " ", names }) => {
      const columns = header.split(separator), targets = meaning.split(separator);
      return [
        `## ${title}`,
        "",
        `Source: ${source}`,
        "",
        ...table(
          ["column", "is taken as"],
          columns.map((column, i) => [code(column), targets[i] === "-" ? "" : targets[i]]),
        ),
        "",
        "Names that are known of it, the better first:",
        "",
        ...table(
          ["ours", "names"],
          Object.entries<readonly string[] | undefined>(names).map(([target, aliases = []]) => [
            code(target),
            aliases.map(code).join(", "),
          ]),
        ),
        "",
      ];
    },
  );
  return [
    "# Tables whose columns are known",
    "",
    "Made from `packages/chandra-sources/data/column-names.json` by `deno run -RW -E tools/derive/dialects.ts`; a test holds that",
    "it is up to date, another that each header below is read as it says. `{band}` stands for each of",
    "b (0.5-7 keV), u (0.2-0.5), s (0.5-1.2), m (1.2-2) and h (2-7). Names count in any case of letters,",
    "with blanks, hyphens and commas as underscores; those of one or two letters only as they are written here.",
    "Read are CSV and its kin, VizieR's TSV, ECSV, IPAC, TDAT, machine-readable tables of AAS and CDS,",
    "columns under each other, JSON, tables of HTML and LaTeX, sheets of Excel, VOTable, FITS, Parquet and Arrow.",
    "",
    "Unit, UCD, values and the other columns may say that a column is another thing than its name does:",
    "`deno task score FILE --dry-run` shows what was understood.",
    "",
    ...dialects,
    "## Joined tables",
    "",
    "Prefixes and suffixes that a join of tables adds to any name: " +
    `${NAMES.joins.prefixes.map((word) => code(`${word}_`)).join(", ")}, ` +
    `${
      NAMES.joins.suffixes.map((word) => code(`_${word}`)).join(", ")
    }. Those of a survey, before or ` +
    "behind the name of one of its bands:",
    "",
    ...table(
      ["survey", "words", "bands"],
      Object.entries(NAMES.surveys).map(([survey, { words, bands }]) => [
        survey,
        words.map(code).join(", "),
        Object.entries<readonly string[] | undefined>(bands).map(([band, names = []]) =>
          `${band}: ${names.map(code).join(", ")}`
        ).join("; "),
      ]),
    ),
    "",
    "## Names of several meanings",
    "",
    ...table(
      ["names", "may be", "told by"],
      NAMES.ambiguous.flatMap(({ names, readings }) =>
        (readings as readonly NameReading[]).map((reading) => [
          names.map(code).join(", "),
          code(reading.as),
          evidence(reading),
        ])
      ),
    ),
    "",
    "## What is none of ours",
    "",
    "Columns of other missions' bands, other quantities and fits are refused where an X-ray flux is",
    "wanted, with what would be right.",
    "",
    ...table(
      ["pattern of the name", "what it is", "right would be"],
      NAMES.others.map(({ pattern, what, right }) => [
        code(pattern.replaceAll("|", "\\|")),
        what,
        right,
      ]),
    ),
    "",
    "## Bands near ours",
    "",
    "Most papers give fluxes in other bands than the CSC's. Where a name, a header or a description",
    "states one of these, and there is no flux in a band of ours, it is offered with the factor that",
    "brings it there: `--column 'flux_b=FLUX:0.93 mW/m2' --force bands`. The factor is that of a power",
    "law of photon index 1.7 without absorption; beside it what indices of 1.4 to 2 give. Sources that",
    "bear the name of another mission are refused nevertheless. A soft band of 0.5-2 keV is none of",
    "ours: it is two.",
    "",
    ...table(
      ["band, keV", "ours", "factor", "of indices 1.4 to 2"],
      PAPER_BANDS.map((band) => {
        const { target, share, range } = nearBand(band)!;
        return [
          band.join("-"),
          code(target),
          share.toFixed(2),
          range.map(toHundredths).join(" to "),
        ];
      }),
    ),
    "",
    "Some surveys call their fluxes full, hard and soft (`fb_flux`, `FluxH`, `flux_soft`) and state the",
    "energies in the paper alone. The names of their sources say which survey it is:",
    "",
    ...table(
      ["survey", "names of sources or columns", "bands, keV", "source"],
      NAMES.chandraSurveys.map(({ title, designation, bands, source }) => [
        title,
        code(designation.replaceAll("|", "\\|")),
        Object.entries(bands).map(([band, energies]) => `${band} ${energies.join("-")}`).join(", "),
        source,
      ]),
    ),
    "",
    "## What cells and descriptions say",
    "",
    "Where no column is called a name, one whose cells are designations of Chandra's sources is",
    "(`2CXO J...`, `CXOU J...`; without the acronym under a header that has it); one that holds numbers,",
    "as Gaia's `Source` in a join, stands behind it. A column in a unit of fluxes whose description",
    "states one of our bands, and nothing of errors, limits, models or corrections, is that flux.",
    "A unit such as `[mW/m2]`, `dex(erg/(s cm2))` or `log W/m2` says that the values are logarithms, and",
    "each counts as 10 to that power. Where a name says so (`log_flux_b`, `logFx`), or values do (-15 to",
    "-12), it is asked: `--column 'flux_b=logFx:log erg/s/cm2'`.",
    "",
    "Lines behind `#` above or below a table, COMMENT cards of FITS, captions and notes of LaTeX describe",
    "the columns that they name, and fluxes where they name none: energies (`# fluxes are 0.5-8 keV`),",
    "absorption, units (`# flux_b in units of 1e-15 erg/s/cm2`); of magnitudes AB or Vega, of positions",
    "B1950. A column that describes itself as a counterpart's position stands behind the X-ray source's.",
    "",
    "A column of nothing but `<` beside a flux, `l_` and its name, or `is_upper_limit`, says that the flux",
    "is a limit, by yes and no or by words such as `UL`, `U` and `D`; a flag such as `f_FX`, or whether the",
    "source was detected, is asked about: `--column l_flux_b=NAME:WORD`, where WORD says that it is a limit.",
    "Angles may be `05 35.29`, and `053517.4` where their unit is said to be hms and dms; names whose rows",
    "lie apart are asked about. An equinox in the names of a position (`RA1950`, `RAJ1975`, `RA_FK4`) or in a",
    "column beside it is its frame; years from 2010 on are epochs in ICRS.",
    "",
    "CIAO's words are the CSC's bands where one of them is medium (`flux_broad`, `SOFT_FLUX`,",
    "`net_flux_aper_hard`), and a column `BAND` that is the same in all rows says of which its fluxes are.",
    "A name may have a power of ten or a unit (`flux_b_1e-14`, `F_X/1e-14 cgs`, `flux_b*1e14`), and so may",
    "all cells of a column (`15.1 mag`).",
    "",
    "Of values with errors that come again in a column (`1.5 ± 0.3`, `1.5+0.3-0.2`,",
    "`$1.5^{+0.3}_{-0.2}$`) the values are read; of a flux `<1.5e-15`, of a magnitude `>20.5`, of both `1.5U`",
    "and `1.5 UL` are limits, observed and fainter; limits that say no more (a flux `>1e-13`, `p<0.01`) are",
    "missing. Marks (`1.5:`, `~1.5`, `1.5*`, `1.5(3)`, `(1.5)`, `1.5 (a)`, `1.5a`) are left out and commas",
    "between thousands read, and it is said. Once it may be a slip, and the row is listed. Magnitudes",
    "beside the number of a galaxy (GLADE, PGC, GWGC, HyperLEDA, HECATE) are asked about: they may be the",
    "galaxy's.",
    "",
    "Where no column holds a position and names state it, it is offered:",
    "`--column ra=NAME:name --column dec=NAME:name`.",
    "",
    "## Missing values",
    "",
    `Besides dashes and dots: ${
      NAMES.missingMarks.filter(Boolean).map(code).join(", ")
    }. Numbers of`,
    "nothing but nines that come twice and cannot be measured, or are negative; magnitudes of exactly 0;",
    `fluxes of many digits that come again far below all others; once too where it is ${
      NAMES.fills.join(", ")
    },`,
    "which MUWCLASS fills in.",
    "",
  ].join("\n");
}

/** Bands in which papers give fluxes of Chandra's sources, keV. */
const PAPER_BANDS: readonly (readonly [least: number, most: number])[] = [
  [0.3, 8],
  [0.35, 8],
  [0.5, 6],
  [0.5, 8],
  [0.5, 10],
  [2, 8],
  [2, 10],
];

function toHundredths(share: number): string {
  return share.toFixed(2);
}

function evidence({ written, unwritten, needs, near, far, least, most }: NameReading): string {
  return [
    written && `written ${written.map(code).join(", ")}`,
    unwritten && `not written ${unwritten.map(code).join(", ")}`,
    needs && `only beside ${needs.map(code).join(", ")}`,
    near && `beside ${near.map(code).join(", ")}`,
    far && `not beside ${far.map(code).join(", ")}`,
    most !== undefined && `values ${least === undefined ? "up to" : `${least} to`} ${most}`,
  ].filter(Boolean).join("; ");
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

if (import.meta.main) {
  const path = `${ROOT}/docs/dialects.md`;
  await writeAtomic(path, dialectsText());
  console.log(path);
}
