"""Files appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autogen.errors import AutogenError


def write_atomic(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Writes a file by way of a temporary one beside it. Without ``replace``, an existing file is an
    AutogenError, however late it appeared. A symbolic link keeps pointing where it does."""
    target = Path(os.path.realpath(path)) if replace else path
    try:
        temporary = _temporary(target, data)
        try:
            if replace:
                os.replace(temporary, target)
            else:
                _claim(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError:
        raise AutogenError(f"{path} exists already and is not overwritten.") from None
    except OSError as error:
        raise AutogenError(f"{path} could not be written: {error.strerror or error}.") from None


def _claim(temporary: Path, target: Path) -> None:
    """Gives the file its name unless that is taken; a file system without hard links gets a rename."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        os.rename(temporary, target)


def _temporary(target: Path, data: bytes) -> Path:
    """A finished copy beside the target, with the rights the target has or would get."""
    handle, name = tempfile.mkstemp(prefix=".autogen-", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def write_all(new: Mapping[Path, bytes], replaced: Mapping[Path, bytes]) -> None:
    """Writes new files, then replaces existing ones; when one fails or the run is interrupted, the new
    ones and the folders made for them are gone again."""
    made: list[Path] = []
    try:
        for path, data in new.items():
            made += _folders(path.parent)
            write_atomic(path, data)
            made.append(path)
        for path, data in replaced.items():
            write_atomic(path, data, replace=True)
    except BaseException:
        for path in reversed(made):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _folders(folder: Path) -> list[Path]:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AutogenError(f"The folder {folder} could not be made: {error.strerror}.") from None
    return missing[::-1]
