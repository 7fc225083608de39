"""`python -m assay …` is `assay …`."""

import os
import sys

from assay._binary import find

if __name__ == "__main__":
    try:
        program = find()
    except FileNotFoundError as error:
        sys.exit(f"assay: {error}")
    os.execv(program, ["assay", *sys.argv[1:]])
