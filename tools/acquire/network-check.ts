import { type Archives } from "@csc-classify/chandra-archives";

/** How {@link networkCheck} waits and speaks. */
interface CheckOptions {
  /** Longest wait for an answer of any kind, ms; default 2500. */
  readonly waitMs?: number;
  /** Receives a line where nothing has answered in time, which a slow network may explain. */
  readonly onSlow?: (line: string) => void;
}

/**
 * A check that there is a network, made when it is first called: whether any of the archives' hosts
 * answers, whatever it says. Where none does in time the caller is told and goes on.
 *
 * @returns To be called before a request; throws RangeError, in one line, where no host can be
 * reached.
 */
export function networkCheck(archives: Archives, options: CheckOptions = {}): () => Promise<void> {
  let checked: Promise<void> | undefined;
  return () => checked ??= check(archives, options);
}

async function check(archives: Archives, { waitMs = 2500, onSlow }: CheckOptions): Promise<void> {
  const { csc, labels, xMatchUrl, nedUrl } = archives;
  const services = [...Object.values(csc), ...Object.values(labels)].map(({ url }) => url);
  const origins = [...new Set([...services, xMatchUrl, nedUrl].map((url) => new URL(url).origin))];
  const stop = new AbortController(), late = AbortSignal.timeout(waitMs);
  const signal = AbortSignal.any([stop.signal, late]);
  const asked = origins.map(async (origin) => {
    const how = { method: "HEAD", redirect: "manual" as const, signal };
    await (await fetch(origin, how)).body?.cancel();
  });
  try {
    await Promise.any(asked);
  } catch (error) {
    const { errors } = error as AggregateError;
    // a certificate that is refused was sent by somebody, and what is not permitted is said later
    const reached = errors.some((one) =>
      one instanceof Deno.errors.NotCapable ||
      /certificate|handshake|invalid peer|corrupt message/i.test(`${one} ${one?.cause}`)
    );
    const hosts = `none of ${origins.map((origin) => new URL(origin).host).join(", ")}`;
    if (late.aborted) {
      onSlow?.(
        `Is there a network? ${hosts} has answered within ${waitMs / 1000} s; still asking.`,
      );
    } else if (!reached) {
      const [{ message, cause }] = errors;
      throw new RangeError(
        `There is no network: ${hosts} can be reached (${
          cause?.message ?? message
        }). Connect, or ` +
          "set HTTPS_PROXY, and run again: what was fetched is kept.",
      );
    }
  } finally {
    stop.abort();
    await Promise.allSettled(asked);
  }
}
