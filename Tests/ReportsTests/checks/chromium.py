"""Headless Chromium and what every page must keep, for the checks of reports and of the server's pages.

Needs `pip install axe-playwright-python` and a Chromium (Debian's package).
"""

import contextlib
import itertools
import os
import pathlib
import shutil
import time

import axe_playwright_python
from playwright.sync_api import Error, sync_playwright

WIDTHS = {"phone": (360, 800), "tablet": (768, 1024), "desktop": (1280, 900), "wide": (1920, 1080)}
# Every width and scheme on a picture (`make pages`), or the two that differ the most.
EVERY = bool(os.environ.get("EVERY"))
AXE = next(pathlib.Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
# A map has thousands of cells, all alike.
AUDIT = "axe.run({exclude: [['.columns-of-cells > :nth-child(n+4)'], ['tbody tr:nth-child(n+12)']]})"
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


# Boxes of text that lie on each other, of what can be seen; a box that is cut off counts as far as it shows.
OVERLAPS = """() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && boxes.length < 6000) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script,style,title,select,dialog:not([open])") || !parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let clip = {left: -1e9, top: -1e9, right: 1e9, bottom: 1e9};
    for (let up = parent; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX === "visible" || up instanceof SVGElement) continue;
      const own = up.getBoundingClientRect();
      clip = {left: Math.max(clip.left, own.left), top: Math.max(clip.top, own.top),
              right: Math.min(clip.right, own.right), bottom: Math.min(clip.bottom, own.bottom)};
    }
    for (const rect of range.getClientRects()) {
      const box = {left: Math.max(rect.left, clip.left), right: Math.min(rect.right, clip.right),
                   top: Math.max(rect.top, clip.top) + 2, bottom: Math.min(rect.bottom, clip.bottom) - 2,
                   text: node.data.trim().slice(0, 30), node, svg: parent instanceof SVGElement};
      if (box.right - box.left > 2 && box.bottom - box.top > 2) boxes.push(box);
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  const found = [];
  for (let i = 0; i < boxes.length && found.length < 5; i++)
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      if (a.node === b.node) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2) { found.push(a.text + " / " + b.text); break; }
    }
  return found;
}"""


def faults(page, name, audit=True):
    """What is wrong with the page as it stands: too wide, hostile text that became markup, findings of axe-core."""
    found = []
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        found.append(f"{name}: {overflow} px wider than the window")
    if page.evaluate(f"{MARKUP} + (window.hacked || 0)"):
        found.append(f"{name}: hostile text became markup")
    found += [f"{name}: texts lie on each other: {pair}" for pair in page.evaluate(OVERLAPS)]
    if not audit:
        return found
    page.evaluate(AXE)
    for violation in page.evaluate(AUDIT)["violations"]:
        if violation["impact"] in ("serious", "critical"):
            found.append(f"{name}: axe {violation['impact']}: {violation['id']}: {violation['help']} at "
                         f"{violation['nodes'][0]['target']}")
    return found


def look(chromium, url, own, out, stem, full=True):
    """Opens a page and looks at it at each width, light, dark and as print; gives what is wrong. Screenshots go to `out`.

    axe-core runs once in each scheme: markup does not depend on widths, nor contrast.
    """
    problems = []
    page = chromium.new_page()
    watch(page, problems, own)
    page.goto(url, timeout=120_000)
    # What is still being made says so, and comes by itself.
    end = time.time() + 120
    while time.time() < end:
        # It loads itself again meanwhile.
        with contextlib.suppress(Error):
            page.wait_for_load_state()
            if not page.locator("[data-again]").count():
                break
        page.wait_for_timeout(500)
    some = (("desktop", "light"), ("desktop", "dark"), ("wide", "light"), ("tablet", "light"), ("phone", "dark"), ("phone", "light"))
    for device, scheme in itertools.product(WIDTHS, ("light", "dark")) if EVERY else some:
        audit = (device, scheme) in (("desktop", "light"), ("phone", "dark"))
        width, height = WIDTHS[device]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        problems += faults(page, f"{device} {scheme}", audit)
        if EVERY or (device, scheme) in (("desktop", "light"), ("phone", "dark")):
            page.screenshot(path=out / f"{stem}-{device}-{scheme}.png", full_page=full)
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 1000, "height": 1400})
    wider = page.evaluate("document.documentElement.scrollWidth") - 1000
    if wider > 0:
        problems.append(f"print: {wider} px wider than the paper")
    problems += [f"print: texts lie on each other: {pair}" for pair in page.evaluate(OVERLAPS)]
    if EVERY:
        page.screenshot(path=out / f"{stem}-print.png", full_page=full)
    page.close()
    return sorted(set(problems))


def say(name, problems):
    """Prints the outcome of one check; True when there is a problem."""
    print(f"{'FAIL' if problems else 'ok  '} {name}", flush=True)
    print("".join(f"       {problem}\n" for problem in problems), end="")
    return bool(problems)
