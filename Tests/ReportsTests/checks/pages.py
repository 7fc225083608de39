"""Opens pages in headless Chromium at phone and desktop width, light and dark, and checks them.

    python3 pages.py OUT PAGE.html…

Fails for a console message of level warning or error, a request to the network, a page wider than the window, a script
that ran out of hostile text, or a finding of axe-core of impact serious or critical. Screenshots go to OUT.
"""

import pathlib
import sys

from chromium import browser, look, say


def main(out, *paths):
    out = pathlib.Path(out)
    failed = False
    with browser() as chromium:
        for path in map(pathlib.Path, paths):
            url = path.resolve().as_uri()
            failed |= say(f"{path.name}", look(chromium, url, ("file:", "data:"), out, path.stem))
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
