#!/usr/bin/env python3
"""Runs what README.md and docs/ show, from their own text, and compares what they say comes out.

    scripts/doc_tests.py --assay .build/release/assay [--quick] [PAGE ...]

Each page has a folder of its own, in which its blocks run one after the other, with `assay` on PATH and the repository's examples,
deploy, docs, prompts, python and scripts beside it.

    ```console      `$ command` lines are run, and what follows them is compared; … stands for anything, alone on a line for lines
    ```sh           run whole; it must end with 0
    ```yaml         keys and values must be ones that a configuration may have
    ```python       must compile
    ``` … file=NAME written to NAME, whatever the language

A comment before a block changes that: `<!-- test: slow -->` (over ten seconds, left out with --quick), `<!-- test: exit 2 -->`,
`<!-- test: background -->` (runs until the page ends; its output must begin as shown), `<!-- test: needs PATH -->` (skipped where that
is not), `<!-- test: skip, WHY -->`. Exit code 1 when anything failed.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(\s*)```(\S*)\s*(.*)$")
DIRECTIVE = re.compile(r"<!-- test: (.*?) -->")
COMMANDS = r"(?:assay|make|pip|python3?|curl|bash|sbatch|docker|apptainer|tar|cat|echo|gym) "
BESIDE = ["examples", "deploy", "dist", "docs", "prompts", "python", "scripts"]


class Block:
    def __init__(self, page, line, language, info, text, directives):
        self.page, self.line, self.language, self.text = page, line, language, text
        self.file = (re.search(r"file=(\S+)", info) or [None, None])[1]
        self.directives = directives

    def has(self, word):
        return next((d[len(word):].strip(" ,") for d in self.directives if d.split(" ")[0].rstrip(",") == word), None)

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks(path):
    """(blocks, complaints) of a page."""
    found, wrong, directives, inside, lines = [], [], [], None, []
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    for number, line in enumerate(path.read_text().split("\n"), 1):
        fence = FENCE.match(line)
        if inside:
            if fence and not fence[2]:
                found.append(Block(name, inside[0], inside[1], inside[2], "\n".join(lines), directives))
                inside, lines, directives = None, [], []
            else:
                lines.append(line[len(inside[3]):] if line.startswith(inside[3]) else line)
        elif fence:
            inside = (number, fence[2], fence[3], fence[1])
        elif comment := DIRECTIVE.search(line):
            directives = [d.strip() for d in comment[1].split(";")]
        elif re.match(r"^    (\$ )?" + COMMANDS, line):
            wrong.append(f"{name}:{number}: a command outside of a ```sh or ```console block")
        elif line.strip():
            directives = []
    return found, wrong


def commands(text):
    """(command, lines of output) of a console block."""
    found = []
    lines = iter(text.split("\n"))
    for line in lines:
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\"):
                command += "\n" + next(lines, "").removeprefix("> ")
            found.append((command, []))
        elif found:
            found[-1][1].append(line)
    return found


def differs(shown, said):
    """What is shown and was not said, or nothing."""
    parts = []
    for line in shown:
        if line.strip() == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(".*".join(re.escape(p) for p in line.rstrip().split("…")) + r"[ \t]*\n")
    pattern = "".join(parts)
    text = "\n".join(line.rstrip() for line in said.rstrip("\n").split("\n")) + "\n"
    if re.fullmatch(pattern, text if shown else ""):
        return None
    for count in range(len(parts), 0, -1):
        if re.match("".join(parts[:count]), text):
            return shown[count] if count < len(shown) else "(nothing more)"
    return shown[0] if shown else "(nothing)"


class Page:
    """A page's folder and what runs in it."""

    def __init__(self, assay, keep):
        self.top = Path(tempfile.mkdtemp(prefix="assay-doc-"))
        self.keep = keep
        self.folder = self.top / "page"
        for folder in (self.folder, self.top / "bin", self.top / "home"):
            folder.mkdir()
        (self.top / "bin/assay").symlink_to(assay)
        for name in BESIDE:
            (self.folder / name).symlink_to(ROOT / name)
        shared = ROOT.parent / "shared"
        if shared.is_dir():
            (self.top / "shared").symlink_to(shared)
        self.environment = {
            "PATH": f"{self.top / 'bin'}:{os.environ['PATH']}", "HOME": str(self.top / "home"), "LANG": "C.UTF-8",
            # What a page installs goes into an environment of its own.
            "PIP_REQUIRE_VIRTUALENV": "true", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **{k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "PYENV")) or k.lower().endswith("_proxy")}}
        self.background = []

    def start(self, command):
        return subprocess.Popen(
            ["bash", "-c", command], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, text=True,
            errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, command, seconds):
        process = self.start(command)
        try:
            said, _ = process.communicate(timeout=seconds)
            return process.returncode, said
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            return None, said

    def leave_running(self, command, shown, seconds):
        log = self.top / f"background-{len(self.background)}"
        process = self.start(f"exec > {log} 2>&1\n{command}")
        self.background.append(process)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = log.read_text(errors="replace") if log.exists() else ""
            if differs([*shown, "…"], said) is None or process.poll() is not None:
                break
            time.sleep(0.1)
        return log.read_text(errors="replace")

    def close(self):
        for process in self.background:
            try:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        if self.keep:
            print(f"kept {self.folder}")
        else:
            shutil.rmtree(self.top, ignore_errors=True)


def yaml_problem(page, block):
    """What a configuration says of a fragment; a data set that is not there is not at fault."""
    (page.folder / "fragment.yaml").write_text(block.text + "\n")
    code, said = page.run("assay run fragment.yaml --set dataset.path=none.jsonl --set dataset.name= --set store=none/x.sqlite", 60)
    if "none.jsonl" in said or code == 0:
        return None
    return said.strip()


def try_block(page, block, quick):
    """(failure or None, whether it was run)."""
    if block.has("skip") is not None:
        return None, False
    if quick and block.has("slow") is not None:
        return None, False
    needs = block.has("needs")
    if needs and not (page.folder / needs).exists():
        return None, False
    if block.file:
        path = page.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text + "\n")
    seconds = 3600 if block.has("slow") is not None else 60
    wanted = int(block.has("exit") or 0)
    language = block.language
    if language == "console" or (not language and block.text.startswith("$ ")):
        listed = commands(block.text)
        for number, (command, shown) in enumerate(listed):
            while shown and not shown[-1].strip():
                shown.pop()
            if block.has("background") is not None:
                said = page.leave_running(command, shown, seconds)
                missing = differs([*shown, "…"], said)
                code = wanted
            else:
                code, said = page.run(command, seconds)
                missing = differs(shown, said) if shown or said.strip() else None
            if missing:
                return f"`{command}` did not say\n    {missing}\n  but\n" + said.rstrip(), True
            if code != (wanted if number == len(listed) - 1 else 0) and code != wanted:
                return f"`{command}` ended with {code}\n" + said.rstrip(), True
        return None, True
    if language == "sh":
        if block.has("background") is not None:
            page.leave_running(block.text, [], 2)
            return None, True
        code, said = page.run("set -euo pipefail\n" + block.text, seconds)
        return (None if code == wanted else f"ended with {code}\n{said.rstrip()}"), True
    if language == "yaml" and block.file is None:
        return yaml_problem(page, block), True
    if language == "python" and block.file is None:
        try:
            compile(block.text, str(block), "exec")
        except SyntaxError as error:
            return str(error), True
        return None, True
    return None, bool(block.file)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--assay", default=".build/release/assay")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("pages", nargs="*")
    options = parser.parse_args()
    assay = Path(options.assay).resolve()
    if not os.access(assay, os.X_OK):
        sys.exit(f"doc_tests.py: no program at {assay}")
    pages = [Path(p).resolve() for p in options.pages] or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    ran = left = 0
    failures = []
    for path in pages:
        found, wrong = blocks(path)
        failures += wrong
        page = Page(assay, options.keep)
        began = time.monotonic()
        try:
            for block in found:
                started = time.monotonic()
                failure, was_run = try_block(page, block, options.quick)
                took = time.monotonic() - started
                ran, left = ran + was_run, left + (not was_run)
                if failure:
                    failures.append(f"{block}: {failure}")
                # No failure: how long a block takes is the machine's as much as the block's.
                elif was_run and took > 10 and block.has("slow") is None:
                    print(f"{block}: took {took:.0f} s; mark it <!-- test: slow --> if it does on a quiet machine")
        finally:
            page.close()
        print(f"{path.name}: {len(found)} blocks, {time.monotonic() - began:.1f} s", flush=True)
    for failure in failures:
        lines = failure.split("\n")
        print("\n" + "\n".join(lines if len(lines) < 30 else [*lines[:8], "  …", *lines[-20:]]))
    print(f"\n{ran} blocks run, {left} not, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
