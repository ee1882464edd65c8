// sampjs, a script of its own in the page: https://github.com/astrojs/sampjs
interface SampConnection {
  notifyAll(parameters: readonly unknown[]): void;
  declareMetadata(parameters: readonly unknown[]): void;
}
declare const samp: {
  readonly Message: new (mtype: string, parameters: Readonly<Record<string, unknown>>) => unknown;
  readonly Connector: new (name: string, metadata: Readonly<Record<string, string>>) => {
    runWithConnection(
      use: (connection: SampConnection) => void,
      fail: (error: unknown) => void,
    ): void;
    unregister(): void;
  };
};

/**
 * A catalogue beside the page, handed to TOPCAT, Aladin or whatever listens to the SAMP hub of this
 * machine. Nothing is asked of the hub before {@link load}.
 */
export class SampTable {
  readonly #connector = new samp.Connector("Source explorer", {
    "samp.description.text": "A classified catalogue of Chandra sources",
  });

  readonly url: string;
  readonly title: string;

  constructor(url: string, title: string) {
    this.url = url;
    this.title = title;
    addEventListener("pagehide", () => this.#connector.unregister());
  }

  /** Asks all tools to load the catalogue; `done` hears of a problem, or of none. */
  load(done: (problem?: string) => void): void {
    const parameters = { url: this.url, "table-id": this.url, name: this.title };
    this.#connector.runWithConnection(
      (connection) => {
        connection.notifyAll([new samp.Message("table.load.votable", parameters)]);
        done();
      },
      () => done("No SAMP hub answers on this machine. Start TOPCAT, then click again."),
    );
  }

  /** Asks them to select rows of it. */
  select(rows: Uint32Array): void {
    this.#notify("table.select.rowList", {
      "table-id": this.url,
      url: this.url,
      "row-list": Array.from(rows, String),
    });
  }

  /** Asks them to look at a position, degrees. */
  pointAt(ra: number, dec: number): void {
    if (!Number.isNaN(ra)) this.#notify("coord.pointAt.sky", { ra: String(ra), dec: String(dec) });
  }

  #notify(mtype: string, parameters: Readonly<Record<string, unknown>>): void {
    this.#connector.runWithConnection(
      (connection) => connection.notifyAll([new samp.Message(mtype, parameters)]),
      () => {}, // the hub is gone: the next load says so
    );
  }
}
