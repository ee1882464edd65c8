/** Files that are never half-written, folders that are removed only by whoever made them, SHA-256. */
export { refuseReplacing, removeLeftBeside, replaceFolder, workFolder } from "./build-folders.ts";
export { checkInputs, checkOutputs, type Output, refuseLinks } from "./check-outputs.ts";
export {
  changedIn,
  CONTENTS,
  emptyFolder,
  makeFolder,
  MARK,
  markOf,
  moveFolder,
  removeEmptyFolders,
  removeFolder,
  useFolder,
  whyGuarded,
} from "./marked-folders.ts";
export { isAsNoted, keepEdited, noteAsWritten, WRITTEN_BELOW } from "./kept-files.ts";
export { filesBelow } from "./files-below.ts";
export { oneByOne } from "./one-by-one.ts";
export { OutputError } from "./output-error.ts";
export { readRegular, readRegularText } from "./read-files.ts";
export { readSealed, writeSealed } from "./sealed-files.ts";
export { fileSha256, sha256 } from "./sha256.ts";
export { hasCode, systemWords } from "./system.ts";
export { removeUnfinished } from "./unfinished.ts";
export {
  isPart,
  placeFiles,
  removeFile,
  removeParts,
  replaceFile,
  writeAtomic,
  writeJson,
  writeStream,
} from "./write-files.ts";
export { WrittenFiles } from "./written-files.ts";
