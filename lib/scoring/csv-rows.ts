/**
 * Rows of a CSV text that comes in pieces (RFC 4180; line ends LF, CRLF or CR; a byte order mark is
 * dropped). Empty lines are left out.
 *
 * @throws SyntaxError for a quote that is never closed, naming the line where it opened.
 */
export async function* csvRows(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let row: string[] = [], cell = "", isQuoted = false, wasQuote = false, wasReturn = false;
  let line = 1, openedAt = 0, isFirst = true;
  const isEmpty = () => row.length === 0 && cell === "";
  for await (const piece of pieces) {
    const text = isFirst ? piece.replace(/^\ufeff/, "") : piece;
    isFirst = false;
    for (const char of text) {
      if (char === "\n") line++;
      if (isQuoted) {
        if (wasQuote && char === '"') cell += char;
        else if (wasQuote) isQuoted = false;
        else if (char !== '"') cell += char;
        wasQuote = char === '"' && !wasQuote;
        if (isQuoted) continue;
        wasQuote = false;
      }
      if (char === "\n" && wasReturn) {
        wasReturn = false;
        continue;
      }
      wasReturn = char === "\r";
      if (char === '"' && cell === "") {
        isQuoted = true;
        openedAt = line;
      } else if (char === ",") {
        row.push(cell);
        cell = "";
      } else if (char === "\n" || char === "\r") {
        if (!isEmpty()) yield [...row, cell];
        row = [];
        cell = "";
      } else cell += char;
    }
  }
  if (isQuoted && !wasQuote) {
    throw new SyntaxError(`a quote opened in line ${openedAt} is never closed`);
  }
  if (!isEmpty()) yield [...row, cell];
}
