"""Where the program is that came with this package."""

from __future__ import annotations

import os
import shutil
import sysconfig


def find() -> str:
    """Its path: among the scripts of this installation, beside the package (`pip install --target`), or on PATH."""
    here = os.path.dirname(os.path.abspath(__file__))
    folders = [sysconfig.get_path("scripts"), os.path.join(here, "..", "bin")]
    if "posix_user" in sysconfig.get_scheme_names():
        folders.append(sysconfig.get_path("scripts", scheme="posix_user"))
    for folder in folders:
        path = os.path.normpath(os.path.join(folder, "assay"))
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    found = shutil.which("assay")
    if found is None:
        raise FileNotFoundError(
            "the program assay is not beside this package: install the wheel, which has it, or put it on PATH")
    return found
