import { provenance } from "../run/provenance.ts";
import type { Settings } from "../run/settings.ts";
import type { SourceClassifier } from "../trust/classify.ts";

/** What a product says about its classifier. */
export function classifierProvenance({ saved }: SourceClassifier): Record<string, string> {
  return {
    classifier: `${saved.name}: ${saved.title}`,
    "training data": saved.training.description,
    "sha256 of the training data": saved.training.sha256,
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
