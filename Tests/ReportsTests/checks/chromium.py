"""Headless Chromium and what every page must keep, for the checks of reports and of the server's pages.

Needs `pip install axe-playwright-python` and a Chromium (Debian's package).
"""

import contextlib
import pathlib
import shutil

import axe_playwright_python
from playwright.sync_api import sync_playwright

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
AXE = next(pathlib.Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
# Run beside the page's own scripts, whatever its content security policy says of inline ones.
MARKUP = "document.querySelectorAll('script:not([src]),iframe,object,embed,[onerror],[onload],[onclick]').length"


@contextlib.contextmanager
def browser():
    """A Chromium that is closed at the end."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def watch(page, problems, own):
    """Notes what a page must not do: complain, fail, ask for an address that is not its own, open a dialog."""
    page.on("console", lambda m: m.type in ("warning", "error") and problems.append(f"console: {m.text}"))
    page.on("pageerror", lambda e: problems.append(f"script: {e}"))
    page.on("request", lambda r: r.url.startswith(own) or problems.append(f"request: {r.url}"))
    page.on("dialog", lambda d: (problems.append(f"dialog: {d.message}"), d.dismiss()))


def faults(page, name, audit=True):
    """What is wrong with the page as it stands: too wide, hostile text that became markup, findings of axe-core."""
    found = []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        found.append(f"{name}: {overflow} px wider than the window")
    if page.evaluate(f"{MARKUP} + (window.hacked || 0)"):
        found.append(f"{name}: hostile text became markup")
    if not audit:
        return found
    page.evaluate(AXE)
    for violation in page.evaluate("axe.run()")["violations"]:
        if violation["impact"] in ("serious", "critical"):
            found.append(f"{name}: axe {violation['impact']}: {violation['id']}: {violation['help']} at "
                         f"{violation['nodes'][0]['target']}")
    return found


def look(chromium, url, own, out, stem, full=True):
    """Opens a page and looks at it at each width, light and dark; gives what is wrong. Screenshots go to `out`.

    axe-core runs at each width and in each scheme once: markup does not depend on colours, nor contrast on widths.
    """
    problems = []
    page = chromium.new_page()
    watch(page, problems, own)
    page.goto(url)
    for device, scheme, audit in (("desktop", "light", True), ("desktop", "dark", False), ("phone", "dark", True),
                                  ("phone", "light", False)):
        width, height = WIDTHS[device]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        problems += faults(page, f"{device} {scheme}", audit)
        page.screenshot(path=out / f"{stem}-{device}-{scheme}.png", full_page=full)
    page.close()
    return sorted(set(problems))


def say(name, problems):
    """Prints the outcome of one check; True when there is a problem."""
    print(f"{'FAIL' if problems else 'ok  '} {name}", flush=True)
    print("".join(f"       {problem}\n" for problem in problems), end="")
    return bool(problems)
