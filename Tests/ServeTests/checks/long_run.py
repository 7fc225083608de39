"""A run in progress, watched for minutes: how late its page is, and what browser and server grow by.

    python3 long_run.py ASSAY STORE [MINUTES]

STORE is one of assay's with a run; a copy of it gets a run more, to which a sample is committed several times a second.
Fails where a page is more than a second behind a commit, or either side grows by more than 5 MB. MINUTES is 10, as the
pages promise; a tenth of a minute shows that the check works.
"""

import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "ReportsTests" / "checks"))
from chromium import browser

MOST_LATE, MOST_GROWTH, PER_SECOND, GROUP = 1.0, 5e6, 4, 8


def resident(process):
    """Bytes in memory that are the process's own."""
    with open(f"/proc/{process}/smaps_rollup") as file:
        return sum(int(line.split()[1]) * 1024 for line in file if line.startswith(("Private_Dirty", "Private_Clean")))


def columns(db, table, leave):
    return [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})") if name not in leave]


class Run:
    """A run that grows, in the store at a path."""

    def __init__(self, path, wanted):
        self.db = sqlite3.connect(path, timeout=30)
        (self.sample, self.key), = self.db.execute(
            "SELECT min(v.completion_id), (SELECT max(completion_id) FROM completions) FROM verdicts v")
        self.run, self.group, self.problem, self.config = self.db.execute(
            "SELECT (SELECT max(run_id) + 1 FROM runs), (SELECT max(group_id) + 1 FROM groups), g.problem_id, r.config FROM completions c "
            "JOIN groups g USING(group_id) JOIN runs r USING(run_id) WHERE completion_id = ?", (self.sample,)).fetchone()
        self.db.execute("INSERT INTO runs(run_id, name, created_at, config, seed, simulated) VALUES(?, 'going', ?, ?, 1, 0)",
                        (self.run, int(time.time() * 1000), self.config))
        for ordinal in range(-(-wanted // GROUP)):
            self.db.execute("INSERT INTO groups(group_id, run_id, problem_id, ordinal, wanted_n, sampling) VALUES(?, ?, ?, ?, ?, '{}')",
                            (self.group + ordinal, self.run, self.problem, ordinal, GROUP))
        self.completion = ", ".join(columns(self.db, "completions", ("completion_id", "group_id", "idx", "started_at", "finished_at")))
        self.verdict = ", ".join(columns(self.db, "verdicts", ("completion_id",)))
        self.count = 0
        self.db.commit()

    def add(self):
        key, now = self.key + 1 + self.count, int(time.time() * 1000)
        self.db.execute(
            f"INSERT INTO completions(completion_id, group_id, idx, started_at, finished_at, {self.completion}) "
            f"SELECT ?, ?, ?, ?, ?, {self.completion} FROM completions WHERE completion_id = ?",
            (key, self.group + self.count // GROUP, self.count % GROUP, now, now, self.sample))
        self.db.execute(f"INSERT INTO verdicts(completion_id, {self.verdict}) SELECT ?, {self.verdict} FROM verdicts "
                        "WHERE completion_id = ? LIMIT 1", (key, self.sample))
        self.db.commit()
        self.count += 1


def main(assay, source, minutes="10"):
    seconds = float(minutes) * 60
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        path = f"{folder}/store.sqlite"
        sqlite3.connect(source).backup(sqlite3.connect(path))
        # More is wanted than comes: the page must not end before.
        run = Run(path, int(seconds * PER_SECOND) + 1000)
        run.add()
        server = subprocess.Popen([assay, "serve", "--port", "0", "--store", path, "--json"], stdout=subprocess.PIPE, text=True)
        try:
            url = json.loads(server.stdout.readline())["url"].rstrip("/")
            page = chromium.new_page()
            session = page.context.new_cdp_session(page)

            def heap():
                session.send("HeapProfiler.collectGarbage")
                return session.send("Runtime.getHeapUsage")["usedSize"]

            page.goto(url + "/runs/going")
            late, start, before = [], time.monotonic(), None
            while time.monotonic() - start < seconds:
                run.add()
                at = time.perf_counter()
                while page.evaluate("document.getElementById('live-bar').value") < run.count and time.perf_counter() - at < 5:
                    page.wait_for_timeout(20)
                late.append(time.perf_counter() - at)
                page.wait_for_timeout(max(0, 1000 / PER_SECOND - late[-1] * 1000))
                # What is made once, caches and compiled scripts, is made in the first moments.
                if before is None and time.monotonic() - start > min(30, seconds / 4):
                    before = (heap(), resident(server.pid), page.evaluate("document.getElementsByTagName('*').length"))
            after = (heap(), resident(server.pid), page.evaluate("document.getElementsByTagName('*').length"))
        finally:
            server.terminate()
            server.wait()
    growth = [late - early for early, late in zip(before, after)]
    late.sort()
    good = late[-1] < MOST_LATE and growth[0] < MOST_GROWTH and growth[1] < MOST_GROWTH
    print(f"{'ok  ' if good else 'FAIL'} {len(late)} samples in {seconds / 60:.1f} min: behind by {late[len(late) // 2]:.2f} s, "
          f"at most {late[-1]:.2f} s; browser's heap {before[0] / 1e6:.1f} MB {growth[0] / 1e6:+.2f}, elements {before[2]} {growth[2]:+d}; "
          f"server {before[1] / 1e6:.1f} MB {growth[1] / 1e6:+.2f}")
    sys.exit(not good)


if __name__ == "__main__":
    main(*sys.argv[1:])
