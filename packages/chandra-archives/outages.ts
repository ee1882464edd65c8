import { ArchiveError } from "@csc-classify/vo-archives";

/** A part of an acquisition. */
interface Part {
  readonly service: string;
  readonly id: string;
  readonly title: string;
}

/** A part that could not be had in this run: a later one may well have it. */
export interface LeftOut extends Part {
  readonly why: string;
}

/** From so many strikes in a row on, a service counts as down. */
const DOWN = 10;
/** Strikes of a failure: one that says nothing of the next request has few or none. */
const STRIKES: Readonly<Record<ArchiveError["kind"], number>> = {
  network: DOWN,
  timeout: DOWN,
  http: 5,
  format: 2,
  incomplete: 2,
  query: 0,
};

/**
 * What could not be had because a service failed, for an acquisition that goes on without. A
 * service that cannot be reached or falls silent, that fails twice in a row, or answers with anything
 * but tables five times, is asked for nothing more in this run.
 */
export class Outages {
  readonly leftOut: LeftOut[] = [];
  readonly #strikes = new Map<string, number>();
  readonly #down = new Map<string, string>();

  /**
   * What the task gives; undefined where the service fails, or has failed too often before.
   *
   * @throws ArchiveError about the query or table alone, which asking later does not change; any
   * other error.
   */
  async attempt<T>(part: Part, task: () => Promise<T>): Promise<T | undefined> {
    const { service } = part, down = this.#down.get(service);
    if (down !== undefined) {
      this.leftOut.push({ ...part, why: down });
      return undefined;
    }
    try {
      const result = await task();
      this.#strikes.delete(service);
      return result;
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.isAboutQuery) throw error;
      this.note(part, error);
      return undefined;
    }
  }

  /** Takes note of a part that failed. */
  note(part: Part, { kind, problem }: ArchiveError): void {
    const { service } = part;
    this.leftOut.push({ ...part, why: problem });
    const strikes = (this.#strikes.get(service) ?? 0) + STRIKES[kind];
    this.#strikes.set(service, strikes);
    if (strikes >= DOWN) this.#down.set(service, problem);
  }
}
