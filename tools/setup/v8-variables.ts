import { runCommand } from "./run-command.ts";

/** V8 inlines LightGBM's split search badly: fits take some 8 per cent less time without. */
const FLAGS = "--no-wasm-inlining";

let variables: Promise<Record<string, string>> | undefined;

/** Environment of processes that fit models; empty where the Deno in use lacks the flag. */
export function v8Variables(): Promise<Record<string, string>> {
  return variables ??= runCommand(Deno.execPath(), ["eval", `--v8-flags=${FLAGS}`, ""])
    .then(() => ({ DENO_V8_FLAGS: FLAGS }), () => ({}));
}
