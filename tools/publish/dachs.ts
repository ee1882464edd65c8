import { escapeXml, type OutputColumn, type OutputMetadata } from "@csc-classify/vo-tables";
import publication from "./publication.json" with { type: "json" };

/** ADQL has no truth values to compare with: they become 0 and 1. */
const TYPES: Readonly<Record<OutputColumn["type"], string>> = {
  text: "text",
  double: "double precision",
  integer: "integer",
  boolean: "smallint",
};

/** Name of a column in the database: SQL folds letters to lower case. */
export function sqlName({ name }: Pick<OutputColumn, "name">): string {
  return name.toLowerCase();
}

/** What {@link resourceDescriptor} is told besides the columns. */
interface ServiceOptions {
  /** Schema, and folder below DaCHS's `inputs`. */
  readonly schema: string;
  /** ISO 8601. */
  readonly made: string;
  /** Coverage as an ASCII MOC. */
  readonly moc: string;
  /** Columns that have a value in every row. */
  readonly complete: ReadonlySet<string>;
  /** A source that a test may look for. */
  readonly example: { readonly ra: number; readonly dec: number };
}

/**
 * The resource descriptor `q.rd` with which GAVO DaCHS (https://docs.g-vo.org/DaCHS/) publishes the
 * catalogue by TAP and cone search: `catalogue.vot` lies beside it in `data/`.
 */
export function resourceDescriptor(
  columns: readonly OutputColumn[],
  metadata: OutputMetadata,
  { schema, made, moc, complete, example }: ServiceOptions,
): string {
  const { creators, licence, unifiedAstronomyThesaurus, contact, cites } = publication;
  const meta = (name: string, value: string) => `  <meta name="${name}">${escapeXml(value)}</meta>`;
  const { ra, dec } = example;
  return [
    `<resource schema="${schema}">`,
    meta("title", metadata.title),
    meta("description", metadata.description),
    meta("creationDate", made.slice(0, 19) + "Z"),
    ...unifiedAstronomyThesaurus.map((term) => meta("subject", term)),
    ...creators.map(({ name }) => meta("creator.name", name)),
    ...(contact ? [meta("contact.email", contact)] : []),
    meta("rights", `Licence: ${licence.catalogue}`),
    meta("source", cites[0].doi),
    meta("instrument", "Chandra"),
    meta("facility", "Chandra"),
    meta("type", "Catalog"),
    meta("contentLevel", "Research"),
    meta("coverage.waveband", "X-ray"),
    `  <coverage><spatial>${escapeXml(moc)}</spatial></coverage>`,
    `  <table id="sources" onDisk="True" adql="True" primary="name" mixin="//scs#pgs-pos-index">`,
    `    <meta name="description">${escapeXml(metadata.description)}</meta>`,
    ...columns.map((column) => {
      const { type, unit, ucd, description } = column;
      const attributes = [
        `name="${sqlName(column)}" type="${TYPES[type]}"`,
        unit && `unit="${escapeXml(unit)}"`,
        ucd && `ucd="${escapeXml(ucd)}"`,
        complete.has(column.name) && `required="True"`,
        `description="${escapeXml(description + (type === "boolean" ? " (1: yes, 0: no)" : ""))}"`,
      ].filter(Boolean);
      const needsNull = ["integer", "boolean"].includes(type) && !complete.has(column.name);
      const nullLiteral = type === "boolean" ? -1 : -(2 ** 31);
      return `    <column ${attributes.join(" ")}` +
        (needsNull ? `><values nullLiteral="${nullLiteral}"/></column>` : "/>");
    }),
    "  </table>",
    `  <data id="import">`,
    "    <sources>data/catalogue.vot</sources>",
    "    <voTableGrammar/>",
    `    <make table="sources"><rowmaker>`,
    "      <!-- the grammar appends _ to names that are words of SQL -->",
    ...columns.map((column) => {
      const value = `vars.get("${column.name}_", vars.get("${column.name}"))`;
      const whole = `(lambda v: None if v is None else int(v))(${value})`;
      return `      <map key="${sqlName(column)}">${
        column.type === "boolean" ? whole : value
      }</map>`;
    }),
    "    </rowmaker></make>",
    "  </data>",
    `  <service id="cone" allowed="scs.xml,form">`,
    `    <meta name="shortName">${escapeXml(schema.slice(0, 11))} cone</meta>`,
    `    <meta name="title">${escapeXml(metadata.title)}: cone search</meta>`,
    `    <meta name="testQuery.ra">${ra}</meta><meta name="testQuery.dec">${dec}</meta>`,
    `    <meta name="testQuery.sr">0.01</meta>`,
    `    <publish render="scs.xml" sets="ivo_managed"/>`,
    `    <publish render="form" sets="ivo_managed,local"/>`,
    `    <scsCore queriedTable="sources"><FEED source="//scs#coreDescs"/></scsCore>`,
    "  </service>",
    `  <regSuite title="${escapeXml(schema)} regression">`,
    `    <regTest title="the cone search finds a source of the catalogue">`,
    `      <url RA="${ra}" DEC="${dec}" SR="0.001">cone/scs.xml</url>`,
    `      <code>self.assertTrue(len(self.getVOTableRows()) >= 1)</code>`,
    "    </regTest>",
    "  </regSuite>",
    "</resource>",
    "",
  ].join("\n");
}
