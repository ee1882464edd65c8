/** The eight classes, in the order of the paper's Table 4. Index = label everywhere in `lib/`. */
export const CLASSES = ["AGN", "STAR", "YSO", "HMXB", "LMXB", "ULX", "CV", "PULSAR"] as const;

/** Name of one class. */
export type SourceClass = (typeof CLASSES)[number];

/**
 * Colour of each class in figures and pages: Okabe & Ito's colour-blind-safe set, with black made
 * grey and brown in place of yellow, which is too light on paper.
 */
export const CLASS_COLOURS: Readonly<Record<SourceClass, string>> = {
  AGN: "#0072B2",
  STAR: "#E69F00",
  YSO: "#D55E00",
  HMXB: "#009E73",
  LMXB: "#56B4E9",
  ULX: "#CC79A7",
  CV: "#5C2E00",
  PULSAR: "#555555",
};

/** The same on a dark ground. */
export const CLASS_COLOURS_ON_DARK: Readonly<Record<SourceClass, string>> = {
  AGN: "#3F97D6",
  STAR: "#F0B429",
  YSO: "#F0702A",
  HMXB: "#2FC797",
  LMXB: "#A8DCFA",
  ULX: "#E89AC8",
  CV: "#9C5448",
  PULSAR: "#8A9197",
};

/** Shape of each class in figures, as Observable Plot names them: colour is not the only sign. */
export const CLASS_SYMBOLS: Readonly<Record<SourceClass, string>> = {
  AGN: "circle",
  STAR: "star",
  YSO: "triangle",
  HMXB: "square",
  LMXB: "diamond",
  ULX: "wye",
  CV: "cross",
  PULSAR: "hexagon",
};

/** Whether `name` is one of the eight classes. */
export function isClass(name: unknown): name is SourceClass {
  return labelOf(name) >= 0;
}

/** Place of a class in {@link CLASSES}; -1 for what is none. */
export function labelOf(name: unknown): number {
  return CLASSES.findIndex((one) => one === name);
}

/**
 * Labels of a list of class names.
 *
 * @returns `[nRows]` indices into {@link CLASSES}.
 * @throws TypeError naming the first row whose class is not one of the eight.
 */
export function toLabels(names: ArrayLike<string>): Int32Array {
  return Int32Array.from(names, (name, row) => {
    const label = labelOf(name);
    if (label < 0) {
      throw new TypeError(
        `row ${row}: class "${name}" is not one of ${
          CLASSES.join(", ")
        }; rename it or drop the row`,
      );
    }
    return label;
  });
}
