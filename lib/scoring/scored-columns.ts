import { CLASSES } from "../catalogue/classes.ts";
import type { FeatureGroup } from "../catalogue/features.ts";
import type { OutputColumn } from "../outputs/column.ts";

/** The measured groups whose presence a scored row states; position and colours follow from others. */
export const PRESENCE_GROUPS: readonly FeatureGroup[] = [
  "X-ray flux",
  "X-ray variability",
  "Gaia",
  "GALEX",
  "SDSS",
  "WISE",
  "MIPS",
  "2MASS",
];

/** Column of the presence of a group, e.g. `has_xray_flux`. */
function presenceColumn(group: FeatureGroup): string {
  return `has_${group.toLowerCase().replaceAll("-", "").replaceAll(" ", "_")}`;
}

/** Columns of a scored catalogue, in order. A missing value is null. */
export const SCORED_COLUMNS: readonly OutputColumn[] = [
  column("name", "text", "meta.id;meta.main", "source name"),
  column("ra", "double", "pos.eq.ra;meta.main", "right ascension, ICRS", "deg"),
  column("dec", "double", "pos.eq.dec;meta.main", "declination, ICRS", "deg"),
  ...CLASSES.map((name) =>
    column(`cmp_${name}`, "double", "stat.probability", `probability of class ${name}`)
  ),
  column("class", "text", "meta.code.class;src.class", "class of the highest probability"),
  column(
    "cmp",
    "double",
    "stat.probability",
    "class membership probability: the highest of the eight",
  ),
  column("margin", "double", "stat.probability", "highest minus second highest probability"),
  ...PRESENCE_GROUPS.map((group) =>
    column(
      presenceColumn(group),
      "boolean",
      "meta.code",
      `whether any ${group} feature was present`,
    )
  ),
];

function column(
  name: string,
  type: OutputColumn["type"],
  ucd: string,
  description: string,
  unit = "",
): OutputColumn {
  return { name, type, unit, ucd, description };
}
