"""The server's pages in headless Chromium: they move, filter and judge, and keep what every page must keep.

    python3 live.py OUT URL [HOSTILE-URL]

URL is a server with --store and --jobs; HOSTILE-URL one whose store's texts all try to be markup. Screenshots go to OUT.
"""

import json
import pathlib
import sys
import time
import urllib.parse
import urllib.request

from playwright.sync_api import expect

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "ReportsTests" / "checks"))
from chromium import browser, faults, look, say, watch

failed = False


def check(name, good, detail=""):
    global failed
    failed |= say(name, [] if good else [detail or "no"])


def ask(url, path, body=None, kind="application/json"):
    request = urllib.request.Request(url + path, body, {"Content-Type": kind})
    return json.load(urllib.request.urlopen(request))


def overview(page, url, out):
    """Figures and a job's progress move by themselves."""
    page.goto(url)
    page.locator("#live", has_text="yes").wait_for()
    before = int(page.inner_text("#requests"))
    rows = "".join(json.dumps({"response": str(i), "answer": str(i)}) + "\n" for i in range(50_000)).encode()
    job = ask(url, "/v1/jobs", rows, "application/x-ndjson")["id"]
    row = page.locator("#jobs tr", has_text=job)
    seen, end = set(), time.time() + 60
    while time.time() < end and "100 %" not in seen:
        if row.count():
            seen.add(row.locator("td").nth(2).inner_text().strip())
        page.wait_for_timeout(100)
    check("a job's progress moves to 100 %", "100 %" in seen, f"saw {sorted(seen)}")
    check("requests move", int(page.inner_text("#requests")) > before)
    check("the store's runs are listed with their progress", page.locator("#runs progress").count() > 0)
    page.screenshot(path=out / "serve-overview.png", full_page=True)


def playground(page, url):
    """Right, wrong, and a program; what is typed stays text."""
    page.goto(url + "/playground?verifier=math")
    verdict = page.locator("#verdict")

    def judge(wanted, seconds=30):
        page.click("#form button", timeout=seconds * 1000)
        try:
            expect(verdict).to_contain_text(wanted, timeout=seconds * 1000)
        except AssertionError:
            return verdict.inner_text()[:300] or "nothing"
        return ""

    answer = judge("✓ correct")
    check("the playground judges a right answer", not answer, answer)
    page.fill("#response", "So \\boxed{0.7}<b id=x onclick=alert(1)>")
    answer = judge("✗ incorrect")
    check("and a wrong one", not answer, answer)
    check("what is typed stays text", page.locator("#x").count() == 0)
    if page.get_by_role("link", name="code", exact=True).count():
        with page.expect_navigation():
            page.get_by_role("link", name="code", exact=True).click()
        page.fill("#tests", "assert add(1, 2) == 3")
        page.fill("#response", "```python\ndef add(a, b):\n    return a + b\n```")
        answer = judge("✓ correct", 60)
        check("and a program", not answer, answer)


def samples(page, url, run):
    """Each filter shows what it says; a sample leads to its group, and the report to its samples."""
    page.goto(f"{url}/runs/{run}/samples")
    page.fill("#q", "outcome:incorrect")
    page.click("form.filter button")
    page.wait_for_url("**q=outcome**")
    shown = page.locator("tbody tr")
    check("the filter of verdicts works", shown.count() > 0 and shown.filter(has_text="incorrect").count() == shown.count())
    shown.first.get_by_role("link").first.click()
    page.wait_for_url("**/samples/*")
    check("a sample stands beside another of its group", page.locator("#difference").count() == 1 and page.locator("del,ins").count() > 0)
    page.goto(f"{url}/runs/{run}/samples?text=zzzz-not-there")
    check("a text that is nowhere shows none", page.locator("tbody tr").count() == 0)
    page.goto(f"{url}/runs/{run}")
    page.get_by_text("Browse the samples").click()
    page.wait_for_url("**/samples*")
    check("the report leads to its samples", page.locator("tbody tr").count() > 0)


def main(out, url, hostile=None):
    out = pathlib.Path(out)
    url, own = url.rstrip("/"), (url, "data:")
    run = urllib.parse.quote(ask(url, "/v1/runs")["runs"][-1]["name"], safe="")
    with browser() as chromium:
        page, problems = chromium.new_page(viewport={"width": 1100, "height": 1000}), []
        watch(page, problems, own)
        overview(page, url, out)
        playground(page, url)
        samples(page, url, run)
        page.close()
        check("no complaint on the way", not problems, "; ".join(problems))
        pages = {"overview": "/", "playground": "/playground", "run": f"/runs/{run}", "samples": f"/runs/{run}/samples",
                 "compare": "/compare", "compared": f"/compare?first={run}&second={run}"}
        for name, path in pages.items():
            problems = look(chromium, url + path, own, out, f"serve-{name}", full=name != "samples")
            check(path, not problems, "; ".join(problems))
        if hostile:
            hostile = hostile.rstrip("/")
            name = urllib.parse.quote(ask(hostile, "/v1/runs")["runs"][-1]["name"], safe="")
            for path in ("/", f"/runs/{name}", f"/runs/{name}/samples"):
                page, problems = chromium.new_page(viewport={"width": 390, "height": 844}), []
                watch(page, problems, (hostile, "data:"))
                page.goto(hostile + path)
                page.wait_for_timeout(1200)  # the overview's events have come
                problems += faults(page, "phone")
                page.close()
                check(f"hostile texts at {path[:12]}… stay text", not problems, "; ".join(problems))
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
