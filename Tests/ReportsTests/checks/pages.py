"""Opens pages in headless Chromium at phone and desktop width, light and dark, and checks them.

    python3 pages.py OUT PAGE.html…

Fails for a console message of level warning or error, a request to the network, a page wider than the window, a script
that ran out of hostile text, or a finding of axe-core of impact serious or critical. Screenshots go to OUT.
"""

import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}


def findings(page):
    page.evaluate(AXE)
    result = page.evaluate("axe.run()")
    return [
        f"axe {v['impact']}: {v['id']}: {v['help']} at {v['nodes'][0]['target']}"
        for v in result["violations"] if v["impact"] in ("serious", "critical")
    ]


def check(browser, path, out):
    problems = []
    for device, (width, height) in WIDTHS.items():
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.on("console", lambda m: m.type in ("warning", "error") and problems.append(f"console: {m.text}"))
            page.on("pageerror", lambda e: problems.append(f"script: {e}"))
            page.on("request", lambda r: r.url.startswith(("file:", "data:")) or problems.append(f"request: {r.url}"))
            page.on("dialog", lambda d: (problems.append(f"dialog: {d.message}"), d.dismiss()))
            page.goto(path.resolve().as_uri())
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if overflow > 0:
                problems.append(f"{device}: {overflow} px wider than the window")
            if page.evaluate("document.querySelectorAll('script,iframe,object,[onerror],[onload]').length + (window.hacked || 0)"):
                problems.append("hostile text became markup")
            problems += [f"{device} {scheme}: {f}" for f in findings(page)]
            page.screenshot(path=out / f"{path.stem}-{device}-{scheme}.png", full_page=True)
            page.close()
    return problems


def main(out, *paths):
    global AXE
    AXE = next(pathlib.Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    failed = False
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for path in map(pathlib.Path, paths):
            problems = sorted(set(check(browser, path, out)))
            failed |= bool(problems)
            print(f"{path.name}: {'ok, 4 screenshots' if not problems else ''}")
            print("".join(f"  {p}\n" for p in problems), end="")
        browser.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
