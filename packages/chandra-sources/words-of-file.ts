import type { TableColumn } from "@csc-classify/vo-tables/browser";
import { framedName, isJ2000, plainName, splitNameUnit } from "./column-names.ts";
import { quantityOf } from "./seen-table.ts";
import { parseUnit } from "./units.ts";

// a page of the browser carries this file too: what people write of columns above a table

/** Names of columns of fluxes, their errors and bounds among them; flags are none. */
const FLUX_NAME = /flux|^(log_?)?[fs]_?(x|[busmh]|\d[\d.]*[-_]\d[\d.]*(kev)?)(_|$)/,
  FLAG_NAME = /^[lnqf]_(f|flux|s)|^limit_|flag|signif/;
/** Energies, `0.5-8 keV`. */
const BAND = /\d(?:\.\d+)?\s*(?:keV)?\s*(?:-|\u2013|\u2212|to)\s*\d+(?:\.\d+)?\s*keV/gi;
/** Names of fewer letters are words of any sentence. */
const LEAST_NAME = 3;

/** A line above a table with the places at which it names columns, by their names. */
interface Line {
  readonly text: string;
  readonly places: ReadonlyMap<string, number>;
  /** Whether it speaks of all fluxes alike: of one band at most, and of no column by its name. */
  readonly isOfFluxes: boolean;
}

/**
 * Columns with what is written of them above the table: a line that names a column describes it,
 * one that speaks of fluxes those that have no description of their own. A unit of fluxes in a
 * description, or in a name, is a column's that states none, and so is an equinox in a name; B1950 is
 * the frame of positions that state none.
 */
export function withWords<Column extends TableColumn>(
  columns: readonly Column[],
  comments: readonly string[] = [],
): Column[] {
  const isOld = comments.some((line) => /\b(B ?1950(\.0)?|FK4)\b/i.test(line)) &&
    !comments.some((line) => /\b(J ?2000|FK5|ICRS)\b/i.test(line));
  const lines = comments.map((text) => lineOf(text, columns));
  return columns.map((column) => {
    const plain = plainName(column.name);
    const isFlux = FLUX_NAME.test(plain) && !FLAG_NAME.test(plain);
    const said = lines.flatMap((line) => {
      const clause = clauseOf(line, column.name);
      return clause !== undefined ? [clause] : isFlux && line.isOfFluxes ? [line.text] : [];
    });
    // what a column says of itself is better, but few say that it is corrected
    const own = column.description === undefined
      ? said
      : [column.description, ...said.filter((line) => isFlux && /absor/i.test(line))];
    const description = own.length > 0 ? own.join("; ") : undefined;
    const unit = unitWithName(column) ??
      (isFlux ? unitInWords(description ?? "") : undefined);
    const isAngle = /^(_?ra|_?dec?)(_|$|j$|deg$|h$)/.test(plain);
    const named = framedName(column.name)?.frame;
    const frame = column.frame ??
      (named ? (isJ2000(named) ? undefined : named) : isOld && isAngle ? "FK4 B1950" : undefined);
    return {
      ...column,
      ...(description !== undefined && { description }),
      ...(unit !== undefined && { unit }),
      ...(frame !== undefined && { frame }),
    };
  });
}

/** The unit of a column, with the power of ten that its name may have: `F_X/10^-15` in erg/s/cm2. */
function unitWithName({ name, unit }: TableColumn): string | undefined {
  const { unit: named } = splitNameUnit(name);
  if (unit === undefined || named === undefined) return unit ?? named;
  const [factor] = /^1e-\d+/.exec(named) ?? [];
  return factor && /^[a-z]/i.test(unit) && quantityOf(unit) === "a flux"
    ? `${factor} ${unit}`
    : unit;
}

function lineOf(text: string, columns: readonly TableColumn[]): Line {
  const places = new Map(
    columns.map(({ name }) => [name, placeOf(text, name)] as const).filter(([, place]) =>
      place >= 0
    ),
  );
  const isNamed = [...places.keys()].some((name) => plainName(name) !== "flux");
  const isOfFluxes = /\bflux(es)?\b/i.test(text) && (text.match(BAND)?.length ?? 0) < 2 && !isNamed;
  return { text, places, isOfFluxes };
}

/** What a line says of a column that it names: from its name to the next; undefined where it does not. */
function clauseOf({ text, places }: Line, name: string): string | undefined {
  const at = places.get(name);
  if (at === undefined) return undefined;
  const ends = [...places.values()].filter((place) => place > at);
  return text.slice(at, Math.min(text.length, ...ends));
}

/** Place of a column's name as a word of a line; -1 where it is none. */
function placeOf(line: string, name: string): number {
  if (name.length < LEAST_NAME) return -1;
  const at = line.indexOf(name);
  const isWord = at >= 0 && !/[\w.]/.test(line[at - 1] ?? "") &&
    !/\w/.test(line[at + name.length] ?? "");
  return isWord ? at : -1;
}

/**
 * The first unit that words of fluxes state, `in units of 10^-15 erg/s/cm2`: of energy, or of photons
 * where they speak of no energy; undefined where none.
 */
function unitInWords(text: string): string | undefined {
  const isOfEnergy = /erg|\bm?W\b/i.test(text);
  const isMeant = (quantity: string) =>
    quantity === "a flux" || (!isOfEnergy && quantity.startsWith("a flux of photons"));
  // CDS writes 10^-15^erg/s/cm^2^
  const plain = text.replace(/\^([+-]?\d+)\^/g, "^$1 ");
  for (
    const { 0: start, index } of plain.matchAll(
      /(?:\bin|\bunits?\b|[(:=])\s+(?=\S)|[([]|,\s+(?=(?:x\s*)?1[0e.])/gi,
    )
  ) {
    const [phrase] = /^[^,;)\]]*/.exec(plain.slice(index + start.length))!;
    const words = phrase.replace(/^(?:units?\s+)?(?:of\s+|are\s+|is\s+|in\s+)*/i, "").trim()
      .split(/\s+/).slice(0, 8);
    for (let n = words.length; n > 0; n--) {
      const unit = words.slice(0, n).join(" ").replace(/[.:]+$/, "");
      if (parseUnit(unit) !== undefined && isMeant(quantityOf(unit)) && /[a-z]/i.test(unit)) {
        return unit;
      }
    }
  }
}
