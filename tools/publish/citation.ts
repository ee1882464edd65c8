import config from "../../deno.json" with { type: "json" };
import publication from "./publication.json" with { type: "json" };

/** What is cited: the project or a catalogue it made. */
interface Work {
  readonly type: "software" | "dataset";
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** ISO 8601 date. */
  readonly released: string;
  /** SPDX identifier. */
  readonly licence: string;
}

/** The project itself, released on a day. */
export function projectWork(released: string, version: string = config.version): Work {
  const { project: { title, description }, licence } = publication;
  return { type: "software", title, description, version, released, licence: licence.code };
}

/** A catalogue, made on a day by this version. */
export function catalogueWork(released: string, description: string, title: string): Work {
  const licence = publication.licence.catalogue;
  return { type: "dataset", title, description, version: config.version, released, licence };
}

/** `CITATION.cff` (https://citation-file-format.github.io, version 1.2.0). */
function citationCff(work: Work): string {
  const text = JSON.stringify; // a JSON string is a YAML string
  const { creators, keywords, repository, doi, cites } = publication;
  return [
    "cff-version: 1.2.0",
    `message: "If you use this ${work.type}, please cite it and the paper it builds on."`,
    `type: ${work.type}`,
    `title: ${text(work.title)}`,
    `abstract: ${text(work.description)}`,
    "authors:",
    ...creators.map(({ name }) => `  - name: ${text(name)}`),
    `version: ${text(work.version)}`,
    `date-released: ${text(work.released)}`,
    `license: ${work.licence}`,
    ...(doi ? [`doi: ${text(doi)}`] : []),
    ...(repository ? [`repository-code: ${text(repository)}`] : []),
    "keywords:",
    ...keywords.map((word) => `  - ${text(word)}`),
    "references:",
    ...cites.flatMap(({ title, authors, journal, year, volume, start, doi }) => [
      "  - type: article",
      `    title: ${text(title)}`,
      "    authors:",
      ...authors.flatMap((author) => {
        const [family, given] = author.split(", ");
        return [`      - family-names: ${text(family)}`, `        given-names: ${text(given)}`];
      }),
      `    journal: ${text(journal)}`,
      `    year: ${year}`,
      `    volume: ${text(volume)}`,
      `    start: ${text(start)}`,
      `    doi: ${text(doi)}`,
    ]),
    "",
  ].join("\n");
}

/** `codemeta.json` (https://codemeta.github.io, version 2.0). */
function codemeta(work: Work): object {
  const { creators, keywords, repository, cites } = publication;
  return {
    "@context": "https://doi.org/10.5063/schema/codemeta-2.0",
    "@type": work.type === "software" ? "SoftwareSourceCode" : "Dataset",
    name: work.title,
    description: work.description,
    author: creators.map(({ name }) => ({ "@type": "Organization", name })),
    version: work.version,
    datePublished: work.released,
    license: `https://spdx.org/licenses/${work.licence}`,
    keywords,
    ...(repository && { codeRepository: repository }),
    ...(work.type === "software" && {
      programmingLanguage: "TypeScript",
      runtimePlatform: "Deno",
    }),
    referencePublication: cites.map(({ title, doi }) => ({
      "@type": "ScholarlyArticle",
      "@id": `https://doi.org/${doi}`,
      name: title,
    })),
  };
}

/** `.zenodo.json`: the metadata of a deposit (https://developers.zenodo.org/#representation). */
export function zenodo(work: Work): object {
  const { creators, keywords, cites } = publication;
  return {
    title: work.title,
    upload_type: work.type,
    description: work.description,
    creators: creators.map(({ name }) => ({ name })),
    version: work.version,
    publication_date: work.released,
    access_right: "open",
    license: { id: work.licence },
    keywords,
    related_identifiers: cites.map(({ doi }) => ({
      identifier: doi,
      relation: work.type === "software" ? "isSupplementTo" : "isDerivedFrom",
      scheme: "doi",
    })),
  };
}

/** The three files by name. */
export function citationFiles(work: Work): Record<string, string> {
  const json = (value: object) => JSON.stringify(value, null, 2) + "\n";
  return {
    "CITATION.cff": citationCff(work),
    "codemeta.json": json(codemeta(work)),
    ".zenodo.json": json(zenodo(work)),
  };
}
