import { CLASSES, type Sources } from "@csc-classify/chandra-sources";
import { featureWords, unitWords } from "../../../lib/tables/feature-words.ts";
import { toGalactic } from "@csc-classify/sky";
import { SourceClassifier } from "../../../lib/trust/classify.ts";
import type { Catalogue, PageModel } from "./catalogue.ts";
import { element } from "./element.ts";
import { formatDec, formatNumber, formatProbability, formatRa } from "./format.ts";
import { treeShap } from "@csc-classify/lightgbm-wasm";

const CONTRIBUTIONS = 10;

/** Its trees are read when the first source is explained. */
let loaded: SourceClassifier | undefined;

/** One source in full: position, eight probabilities, and why, by TreeSHAP worked out here. */
export function sourceDetails(
  catalogue: Catalogue,
  model: PageModel,
  row: number,
  explained: number,
  onExplain: (label: number) => void,
): Node[] {
  const predicted = CLASSES[catalogue.label[row]];
  return [
    element("h2", { tabindex: -1 }, catalogue.name(row)),
    element(
      "p",
      { class: "verdict" },
      element("span", { class: `tag class-${predicted}` }, predicted),
      ` with probability ${formatProbability(catalogue.cmp[row])}`,
    ),
    positions(catalogue, row),
    ...links(catalogue, row),
    ...notes(catalogue, row),
    element("h3", {}, "Class membership probabilities"),
    probabilities(catalogue, row, explained, onExplain),
    element("h3", {}, `What speaks for ${CLASSES[explained]}, what against`),
    contributions(catalogue, model, row, explained),
  ];
}

function positions({ ra, dec }: Catalogue, row: number): HTMLElement {
  if (Number.isNaN(ra[row])) return element("p", {}, "No position.");
  const { l, b } = toGalactic(ra[row], dec[row]);
  const pairs: [string, string][] = [
    ["ICRS", `${formatRa(ra[row], 2)} ${formatDec(dec[row], 1)}`],
    ["", `${ra[row].toFixed(6)}° ${dec[row].toFixed(6)}°`],
    ["Galactic", `l ${l.toFixed(4)}°  b ${b.toFixed(4)}°`],
  ];
  return element(
    "dl",
    {},
    ...pairs.flatMap(([term, value]) => [element("dt", {}, term), element("dd", {}, value)]),
  );
}

/** What archives have at the position: links that nothing follows but a click. */
function links({ ra, dec }: Catalogue, row: number): HTMLElement[] {
  if (Number.isNaN(ra[row])) return [];
  const [a, d] = [ra[row].toFixed(6), dec[row].toFixed(6)];
  const place = encodeURIComponent(`${a}d ${d}d`), cone = `RA=${a}&DEC=${d}&SR=0.0028&VERB=2`;
  const addresses: [name: string, url: string, hint: string][] = [
    [
      "SIMBAD",
      `https://simbad.cds.unistra.fr/simbad/sim-coo?Coord=${place}&Radius=10&Radius.unit=arcsec`,
      "objects within 10 arcsec",
    ],
    [
      "NED",
      "https://ned.ipac.caltech.edu/conesearch?search_type=Near%20Position%20Search" +
      `&in_csys=Equatorial&in_equinox=J2000&coordinates=${place}&radius=0.17`,
      "objects within 10 arcsec",
    ],
    [
      "CSC 2.1",
      `https://cda.cfa.harvard.edu/csc21scs/coneSearch?${cone}`,
      "the Chandra Source Catalog within 10 arcsec, as VOTable; CSCview takes the position by hand",
    ],
    [
      "CSC 2.0",
      `https://cda.cfa.harvard.edu/csc2scs/coneSearch?${cone}`,
      "the same of release 2.0",
    ],
    [
      "ESASky",
      `https://sky.esa.int/?target=${
        encodeURIComponent(`${a} ${d}`)
      }&fov=0.05&cooframe=J2000&sci=true`,
      "the sky there, from many telescopes",
    ],
  ];
  const anchors = addresses.map(([name, href, title]) =>
    element("a", { href, title, target: "_blank", rel: "noopener noreferrer" }, name)
  );
  return [element("p", { class: "links" }, ...anchors)];
}

/** Columns that the details show elsewhere, or that its features show better. */
const IN_PLACE = /^(name|ra|dec|class|cmp|margin|cmp_.*|has_.*|set95_size|simulated)$/;

const COLUMN_WORDS: Readonly<Record<string, string>> = {
  set95: "95 % set",
  set95_promise: "what it promises",
  flux_b_from: "0.5–7 keV flux",
  likeness_reason: "most like it",
  in_training: "was learnt from",
  training_class: "learnt as",
  limits_change: "limits of its host would change it",
  release: "CSC release",
  other_inputs: "by other sets",
};

/** A column of the catalogue in words. */
function columnWords(name: string): string {
  return COLUMN_WORDS[name] ?? name.replaceAll("_", " ");
}

/** What else is known of the source: published class, 95 % set, host, origin and the like. */
function notes(catalogue: Catalogue, row: number): HTMLElement[] {
  const pairs = catalogue.columns.filter(({ name }) => !IN_PLACE.test(name)).flatMap((column) => {
    const value = catalogue.cell(row, column), { name, description } = column;
    if (value === null || value === "" || value === false) return [];
    const text = value === true
      ? "yes"
      : typeof value === "number"
      ? formatNumber(value)
      : String(value).replaceAll(";", "; ");
    return [element("dt", { title: description }, columnWords(name)), element("dd", {}, text)];
  });
  return pairs.length === 0 ? [] : [element("dl", { class: "notes" }, ...pairs)];
}

function probabilities(
  catalogue: Catalogue,
  row: number,
  explained: number,
  onExplain: (label: number) => void,
): HTMLElement {
  const labels = CLASSES.map((_, label) => label)
    .sort((a, b) => catalogue.probabilities[b][row] - catalogue.probabilities[a][row]);
  return element(
    "div",
    { class: "bars", role: "group", "aria-label": "Choose the class to explain" },
    ...labels.map((label) => {
      const name = CLASSES[label], value = catalogue.probabilities[label][row];
      const bar = element("span", { class: `bar class-${name}` });
      bar.style.width = `${100 * value}%`;
      const button = element(
        "button",
        { type: "button", "aria-pressed": String(label === explained), title: `Explain ${name}` },
        element("span", { class: "label" }, name),
        element("span", { class: "track" }, bar),
        element("span", { class: "value" }, formatProbability(value)),
      );
      button.addEventListener("click", () => onExplain(label));
      return button;
    }),
  );
}

/** One row of the catalogue as a table of sources. */
function oneSource(catalogue: Catalogue, { inputs }: PageModel, row: number): Sources {
  return {
    origin: { kind: "table", description: "", sha256: "" },
    names: [catalogue.name(row)],
    ra: Float64Array.of(catalogue.ra[row]),
    dec: Float64Array.of(catalogue.dec[row]),
    matrix: {
      values: Float64Array.from(inputs, (_, column) => catalogue.input(row, column)),
      nRows: 1,
      nColumns: inputs.length,
      names: inputs,
    },
  };
}

function contributions(
  catalogue: Catalogue,
  model: PageModel,
  row: number,
  label: number,
): HTMLElement {
  const classifier = loaded ??= new SourceClassifier(model.classifier);
  const source = oneSource(catalogue, model, row);
  const { values: features } = classifier.features(source);
  const phi = treeShap(classifier.trees, classifier.prepare(source).values, label);
  const mean = phi[phi.length - 1], values = Array.from(phi.subarray(0, phi.length - 1));
  const order = values.map((_, i) => i).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  const top = order.slice(0, CONTRIBUTIONS);
  const rest = order.slice(CONTRIBUTIONS).reduce((sum, i) => sum + values[i], 0);
  const most = Math.max(...values.map(Math.abs), Math.abs(rest), 1e-9);
  const lines = top.map((i) => {
    const { name, quantity, unit } = model.features[i], value = features[i];
    return contribution(featureWords(name), measured(name, value, unit), values[i], most, quantity);
  });
  const sum = mean + values.reduce((total, value) => total + value, 0);
  return element(
    "div",
    { class: "shap" },
    ...lines,
    contribution(`${values.length - top.length} others`, "", rest, most, "all other features"),
    element(
      "p",
      { class: "note" },
      `TreeSHAP of the raw score (log scale): mean ${formatNumber(mean, 3)} plus the parts is ` +
        `${
          formatNumber(sum, 3)
        }. Worked out in this page from the model and the source's features.`,
    ),
  );
}

/** A value as people say it: yes and no for what is either. */
function measured(name: string, value: number, unit: string): string {
  if (Number.isNaN(value)) return "missing";
  if (/_in$|^covered_/.test(name)) return value > 0 ? "yes" : "no";
  return `${formatNumber(value)} ${unitWords(unit)}`.trim();
}

function contribution(
  name: string,
  value: string,
  phi: number,
  most: number,
  hint: string,
): HTMLElement {
  const bar = element("span", { class: phi >= 0 ? "part for" : "part against" });
  bar.style.width = `${50 * Math.abs(phi) / most}%`;
  return element(
    "div",
    { class: "contribution", title: hint },
    element("span", { class: "feature" }, name),
    element("span", { class: "measured" }, value),
    element("span", { class: "balance" }, bar),
    element("span", { class: "value" }, (phi >= 0 ? "+" : "−") + Math.abs(phi).toFixed(2)),
  );
}
