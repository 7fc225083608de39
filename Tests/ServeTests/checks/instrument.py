"""From a number to its reason: clicks, keys, pages without script, a run that moves, and hostile texts, in headless Chromium.

    python3 instrument.py OUT CODE-URL CODE-STORE HOSTILE-URL HOSTILE-EPISODES-URL [NAME=URL…]

CODE-URL serves CODE-STORE (`code_store.py`: runs `programs` and `online`); HOSTILE-URL and HOSTILE-EPISODES-URL stores whose
texts all try to be markup. Of each further server the list, a run, its samples and one of them are looked at.
"""

import json
import pathlib
import sqlite3
import sys
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "ReportsTests" / "checks"))
from chromium import browser, faults, look, say, watch
from payloads import PAYLOADS

failed = False


def check(name, good, detail=""):
    global failed
    failed |= say(name, [] if good else [detail or "no"])


def clicks(page, url):
    """How far it is from a number to its reason."""
    page.goto(url + "/runs/programs")
    page.get_by_role("region", name="Accuracy").get_by_role("link").first.click()
    page.wait_for_url("**/samples*")
    row = page.locator("tbody tr", has_text="wrong_answer").first
    check("1 click from a report's number to its samples' reasons", row.is_visible())
    row.get_by_role("link").first.click()
    page.wait_for_url("**/samples/*")
    names = [name for name in ("input", "expected", "got") if page.locator("dt", has_text=name).first.is_visible()]
    check("a failing program's input, expected and got show without a click", len(names) == 3, f"saw {names}")
    check("the program is marked in the completion", page.locator("mark.answer").count() == 1)
    page.goto(url + "/")
    with page.expect_navigation():
        page.locator("tr", has_text="online").get_by_role("link", name="compare").click()
    with page.expect_navigation():
        page.get_by_role("link", name="programs").click()
    check("2 clicks from the list to two runs compared", page.url.count("run=") == 2, page.url)
    page.goto(url + "/")
    page.check("input[value=online]")
    page.check("input[value=programs]")
    with page.expect_navigation():
        page.get_by_role("button", name="Compare").click()
    check("ticked runs are compared", page.url.count("run=") == 2, page.url)
    page.goto(url + "/runs/programs")
    with page.expect_navigation():
        page.locator(".columns-of-cells a").nth(1).click()
    check("a cell of the map leads to its sample", "/samples/" in page.url, page.url)


def keys(page, url):
    """j k n p u / and ? do what the list of keys says."""
    page.goto(url + "/runs/online/samples?q=outcome:incorrect")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/samples/*")
    first = page.inner_text("h1")
    check("j and Enter open a row, in its filter", "q=" in page.url and "at=1" in page.url, page.url)
    page.keyboard.press("j")
    page.wait_for_url("**at=2*")
    check("j goes to the next sample of the filter", page.inner_text("h1") != first)
    page.keyboard.press("k")
    page.wait_for_url("**at=1*")
    check("k goes back", page.inner_text("h1") == first)
    page.keyboard.press("u")
    page.wait_for_url("**/samples?*")
    check("u leads up, to the row that one comes from", page.locator("tr:target").count() == 1, page.url)
    page.keyboard.press("n")
    page.wait_for_url("**page=1*")
    check("n turns the page", "page=1" in page.url)
    page.keyboard.press("?")
    check("? shows the keys", page.locator("dialog[open]").is_visible())
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    check("/ goes to the filter", page.evaluate("document.activeElement.id") == "q")
    page.fill("#q", "outcome:corect")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check("a wrong filter is a page that says what is right", "did you mean 'correct'" in page.inner_text("main"))


def without_script(chromium, url):
    """Filters, sorting, comparing and judging are forms and links."""
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(url + "/runs/programs/samples")
    page.fill("#q", "reason:timeout")
    with page.expect_navigation():
        page.get_by_role("button", name="Filter").click()
    check("the filter works without script", page.locator("tbody tr").count() == 2)
    with page.expect_navigation():
        page.get_by_role("link", name="tokens").click()
    check("so does sorting", "sort=-tokens" in page.url, page.url)
    page.goto(url + "/playground?verifier=math")
    page.fill("#answer", "1/2")
    page.fill("#response", "\\boxed{0.5}")
    with page.expect_navigation():
        page.get_by_role("button", name="Judge").click()
    check("so does the playground", "correct" in page.inner_text("#verdict"), page.inner_text("#verdict")[:200])
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    check("and its address gives the verdict again", "response=" in address and "correct" in page.inner_text("#verdict"))


def live(page, url, store):
    """A run that goes on moves its page within a second of a commit, and ends it."""
    db = sqlite3.connect(store, timeout=10)
    db.execute("INSERT INTO runs SELECT 3, 'going', created_at, config, 1, 0 FROM runs WHERE run_id = 2")
    db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(9000, 3, 1000, 0, 40, '{}')")
    db.commit()

    def add(index):
        db.execute("INSERT INTO completions SELECT ?, 9000, ?, text, finish, stop_reason, n_tokens, logprob_kind, unusable, weight_spans, "
                   "endpoint, model, seed, request_id, attempt, ?, ?, reasoning, tool_calls FROM completions WHERE completion_id = 1001",
                   (90_000 + index, index, int(time.time() * 1000), int(time.time() * 1000)))
        db.execute("INSERT INTO verdicts SELECT ?, scoring_id, outcome, score, reason, extracted, explanation, components, details, "
                   "milliseconds, at FROM verdicts WHERE completion_id = 1001", (90_000 + index,))
        db.commit()

    add(0)
    page.goto(url + "/runs/going")
    page.wait_for_timeout(500)
    late = []
    for index in range(1, 40):
        add(index)
        start = time.perf_counter()
        # Asked again and again: a function that waits in the page would be script that the page's policy forbids.
        while page.evaluate("document.getElementById('live-bar').value") < index + 1 and time.perf_counter() - start < 5:
            page.wait_for_timeout(20)
        late.append(time.perf_counter() - start)
        if late[-1] >= 5:
            break
        if index == 12:
            check("the latest sample stands first", "#12" in page.locator("#live-newest tr").first.inner_text())
    check(f"a page moves within a second of a commit (at most {max(late):.2f} s in {len(late)})", max(late) < 1)
    check("and says when all is there", "has all its samples" in page.inner_text("#live-words"), page.inner_text("#live-words"))
    db.close()


def hostile(chromium, url):
    """Payloads of every kind in every field, in addresses and in the playground."""
    page, problems = chromium.new_page(viewport={"width": 360, "height": 800}), []
    watch(page, problems, (url, "data:"))
    runs = json.load(urllib.request.urlopen(url + "/v1/runs"))["runs"]
    name = urllib.parse.quote(runs[-1]["name"], safe="")
    page.goto(url + f"/runs/{name}/samples")
    ids = page.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.id.slice(1))")
    for path in ["/", "/compare", f"/compare?run={name}", f"/compare?run={name}&run={name}", f"/runs/{name}", f"/runs/{name}/samples",
                 f"/runs/{name}/samples?sort=-reason"] + [f"/runs/{name}/samples/{key}" for key in ids[:100:9]]:
        page.goto(url + path)
        problems += faults(page, path[:40], audit=False)
    for text in PAYLOADS:
        quoted = urllib.parse.quote(text)
        for path in (f"/runs/{name}/samples?text={quoted}", f"/playground?verifier=exact&answer={quoted}&response={quoted}"):
            with urllib.request.urlopen(urllib.request.Request(url + path, headers={"Accept": "text/html"})) as reply:
                body = reply.read().decode()
            for mark in ("<script>window", "<img src=x", "<svg onload", "<iframe", "<base", "<meta http-equiv=refresh", "\" onmouseover", "\x1b"):
                if mark in body:
                    problems.append(f"{path[:60]}: {mark!r} is in the page as it came")
    problems = [p for p in problems if not p.startswith("console: Failed to load")]
    check(f"200 payloads and a store of them stay text ({len(ids)} samples on the page)", bool(ids) and not problems, "; ".join(sorted(set(problems))[:5]))
    page.close()


def main(out, url, store, *others):
    out, url = pathlib.Path(out), url.rstrip("/")
    with browser() as chromium:
        page, problems = chromium.new_page(viewport={"width": 1280, "height": 900}), []
        watch(page, problems, (url, "data:"))
        clicks(page, url)
        keys(page, url)
        live(page, url, store)
        page.goto(url + "/nothing")
        check("a wrong address is a page", page.locator("nav a").count() > 2)
        page.close()
        problems = [p for p in problems if not p.startswith("console: Failed to load")]
        check("no complaint on the way", not problems, "; ".join(problems))
        without_script(chromium, url)
        for stem, path in {"programs": "/runs/programs", "program": "/runs/programs/samples/3", "online": "/runs/online",
                           "choice": "/compare?run=online", "table": "/runs/programs/samples"}.items():
            problems = look(chromium, url + path, (url, "data:"), out, f"code-{stem}", full=True)
            check(path, not problems, "; ".join(problems))
        for bad in others[:2]:
            hostile(chromium, bad.rstrip("/"))
        for item in others[2:]:
            name, base = item.rstrip("/").split("=", 1)
            run = "/runs/" + urllib.parse.quote(json.load(urllib.request.urlopen(base + "/v1/runs"))["runs"][-1]["name"], safe="")
            for stem, path in {"runs": "/", "run": run, "samples": run + "/samples", "search": run + "/samples?q=text:first",
                               "sample": run + "/samples/5"}.items():
                # A page of thousands of lines is looked at as far as one sees it.
                problems = look(chromium, base + path, (base, "data:"), out, f"{name}-{stem}", full=stem != "samples")
                check(f"{name} {path}", not problems, "; ".join(problems))
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
