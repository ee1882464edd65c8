import { SingleBar } from "cli-progress";
import { interruptCheck, kernel } from "#lib/run/interrupt.ts";
import { display, escapeHtml, replace, STYLE_ELEMENT } from "./display.ts";

/** A running job's bar. Call {@link finish} or let `await using` do it. */
export interface Progress extends AsyncDisposable {
  /**
   * Says how much is done; cheap, call it as often as you like.
   *
   * @param total The amount of work, where more is known of it by now.
   * @throws Error after an "Interrupt" in JupyterLab: the work that is told of ends there.
   */
  update(done: number, total?: number): void;
  /** Turns the bar into one closing line. */
  finish(note?: string): Promise<void>;
}

/** Where a bar is drawn. */
interface Bar {
  draw(done: number, total: number): void;
  /** Leaves one line in place of the bar. */
  close(line: string): Promise<void> | void;
}

/** Redraws are at least this far apart; more often is noise for a reader and for nbconvert. */
const REDRAW_MS = 250;

/**
 * A progress bar in the cell, or in the terminal outside a kernel; it moves in place and leaves one
 * line behind. Neither in a kernel nor in a terminal it is silent.
 *
 * @param label What is being done, plain text.
 * @param total The amount of work, in the unit of `update`.
 */
export async function progress(label: string, total: number): Promise<Progress> {
  const start = performance.now();
  const bar = kernel() ? await cellBar(label, total) : terminalBar(label, total);
  const checkInterrupt = interruptCheck();
  let done = 0, all = total, ended = false;
  const finish = async (note = "") => {
    if (ended) return;
    ended = true;
    await bar?.close(closingLine(label, done, all, start, note));
  };
  return {
    update(now, of = all) {
      [done, all] = [now, of];
      if (ended) return;
      checkInterrupt();
      bar?.draw(done, all);
    },
    finish,
    [Symbol.asyncDispose]: () => finish(),
  };
}

async function cellBar(label: string, total: number): Promise<Bar> {
  const id = crypto.randomUUID();
  let drawn = performance.now();
  // one redraw at a time and in order, or an old bar could overwrite the closing line
  let sending = display(barBundle(label, 0, total), id);
  await sending;
  return {
    draw(done, total) {
      if (performance.now() - drawn < REDRAW_MS) return;
      drawn = performance.now();
      sending = sending.then(() => replace(barBundle(label, done, total), id));
    },
    async close(line) {
      await sending;
      await replace(closingBundle(line), id);
    },
  };
}

function terminalBar(label: string, total: number): Bar | undefined {
  if (!Deno.stderr.isTerminal()) return undefined;
  const format = `${label} {bar} {value}/{total}`;
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true, barsize: 24 });
  bar.start(total, 0);
  return {
    draw(done, total) {
      bar.setTotal(total);
      bar.update(done);
    },
    close(line) {
      bar.stop();
      console.error(line);
    },
  };
}

function closingLine(label: string, done: number, total: number, start: number, note: string) {
  const seconds = (performance.now() - start) / 1000;
  const time = seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
  const count = done === total ? `${total} done` : `stopped at ${done} of ${total}`;
  return [`${label}: ${count} in ${time}`, note].filter(Boolean).join(", ");
}

function closingBundle(line: string) {
  return {
    "text/html": `${STYLE_ELEMENT}<div class="csc-progress">✓ ${escapeHtml(line)}</div>`,
    "text/plain": line,
  };
}

function barBundle(label: string, done: number, total: number) {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const words = `${done} of ${total}`;
  return {
    "text/html": `${STYLE_ELEMENT}<div class="csc-progress"><span>${escapeHtml(label)}</span>` +
      `<span class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="${total}" ` +
      `aria-valuenow="${done}"><i style="width:${(100 * share).toFixed(1)}%"></i></span>` +
      `<span>${escapeHtml(words)}</span></div>`,
    "text/plain": `${label}: ${words}`,
  };
}
