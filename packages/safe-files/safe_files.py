"""The rule of this package for Python scripts: a file is written whole, and only files are replaced."""

import contextlib
import hashlib
import os
import re
import shutil
import uuid
from pathlib import Path


def write_atomic(path, text, kept=None, tell=None):
    """Writes a file in one piece: a reader sees the old content or the new, never a part.

    Below the folder `kept` an edited file is kept beside its place, as by kept-files.ts.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OSError(f"{path} is a link, a folder or a device, which is not replaced; remove it")
    part = path.with_name(f"{path.name}.{uuid.uuid4()}.part")
    try:
        with open(part, "x", encoding="utf-8") as file:
            file.write(text)
        if kept is not None:
            _before_replacing(Path(kept), path, part, tell)
        os.replace(part, path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def remove_file(path, kept=None, tell=None):
    """Removes a file, or a link without what it leads to; nothing where there is none.

    Below the folder `kept` an edited file gets another name instead.
    """
    path = Path(path)
    if kept is not None and path.is_file() and not path.is_symlink():
        if _digest(path) not in _noted(_note_of(Path(kept), path)):
            _keep_beside(path, tell)
    path.unlink(missing_ok=True)


def _before_replacing(folder, path, part, tell):
    """Notes what a file is going to hold, and keeps what is there if it is not as it was noted."""
    note = _note_of(folder, path)
    now, following = _digest(path) if path.exists() else None, _digest(part)
    is_ours = now in (None, following) or now in _noted(note)
    if not is_ours:
        _keep_beside(path, tell)
    with contextlib.suppress(OSError):  # where it cannot be noted it is taken for an edited one
        contents = [now, following] if is_ours and now not in (None, following) else [following]
        write_atomic(note, "\n".join(contents) + "\n")


def _note_of(folder, path):
    below = Path(os.path.relpath(path, folder)).as_posix()
    return folder / ".written" / hashlib.sha256(below.encode()).hexdigest()


def _noted(note):
    with contextlib.suppress(OSError):
        return re.findall(r"\b[0-9a-f]{64}\b", note.read_text(encoding="utf-8"))
    return []


def _digest(path):
    with open(path, "rb") as file:
        digest = hashlib.sha256()
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _keep_beside(path, tell):
    """Gives a file a second name, or where there are none a copy; `tell` takes a line about it."""
    n = 1
    while True:
        other = path.with_name(f"{path.stem}.edited{f'-{n}' if n > 1 else ''}{path.suffix}")
        try:
            try:
                os.link(path, other)
            except FileExistsError:
                raise
            except OSError:  # a file system without second names
                with open(path, "rb") as source, open(other, "xb") as copy:
                    shutil.copyfileobj(source, copy)
            break
        except FileExistsError:
            n += 1
    if tell:
        tell(f"{path} was changed since this project wrote it: that is kept as {other.name}")
