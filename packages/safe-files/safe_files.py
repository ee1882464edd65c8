"""The rule of this package for Python scripts: a file is written whole, and only files are replaced."""

import os
import uuid
from pathlib import Path


def write_atomic(path, text):
    """Writes a file in one piece: a reader sees the old content or the new, never a part."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OSError(f"{path} is a link, a folder or a device, which is not replaced; remove it")
    part = path.with_name(f"{path.name}.{uuid.uuid4()}.part")
    try:
        with open(part, "x", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def remove_file(path):
    """Removes a file, or a link without what it leads to; nothing where there is none."""
    Path(path).unlink(missing_ok=True)
