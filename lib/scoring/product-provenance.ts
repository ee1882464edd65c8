import { provenance } from "../run/provenance.ts";
import type { Settings } from "../run/settings.ts";
import type { SourceClassifier } from "../trust/classify.ts";
import { modelDigest } from "./model-folder.ts";

/** What a product says about its classifier, and whether the limits of hosts decided its classes. */
export function classifierProvenance(
  classifier: SourceClassifier,
  { hostLimits = false } = {},
): Record<string, string> {
  const { name, title, training } = classifier.saved;
  return {
    classifier: `${name}: ${title}`,
    "sha256 of the classifier": modelDigest(classifier),
    "limits of hosts": hostLimits ? "on" : "off",
    "training data": training.description,
    "sha256 of the training data": training.sha256,
    "sha256 of the lightgbm build": training.lightgbm || "unknown",
  };
}

/** What a product says about its making, as flat texts for {@link OutputMetadata}. */
export async function productProvenance(
  settings: Pick<Settings, "seed" | "profile">,
  inputs: readonly string[],
): Promise<Record<string, string>> {
  const { inputs: hashes, code, seed, profile, versions } = await provenance(settings, inputs);
  return {
    ...Object.fromEntries(
      Object.entries(hashes).map(([path, hash]) => [`sha256 of ${path}`, hash]),
    ),
    commit: code.commit ?? "unknown",
    clean: String(code.clean ?? "unknown"),
    seed: String(seed),
    profile,
    deno: versions.deno,
    lightgbm: versions.lightgbm,
  };
}
