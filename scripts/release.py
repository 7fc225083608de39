#!/usr/bin/env python3
"""release.py VERSION   sets the number, checks what a release must agree on, commits and tags it. Nothing is pushed.

Checked: the number is semantic and newer; the tree is clean; CHANGELOG.md has notes for it; documents and manifests that name a
version name this one; every migration of the schema is in the notes of some release and has a store of its kind among the tests'.
"""
import datetime
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWIFT, PYTHON = ROOT / "Sources/AssayCommand/Version.swift", ROOT / "python/assay/_version.py"
NAMING = ["docs/install.md", "README.md", "deploy/kubernetes/serve.yaml", "deploy/kubernetes/verify-job.yaml"]
# Names of artefacts and images that hold the number.
NAMED = re.compile(r"\bassay[-:](\d+\.\d+\.\d+)")


def stop(text):
    sys.exit(f"release.py: {text}")


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main():
    if len(sys.argv) != 2 or not re.fullmatch(r"\d+\.\d+\.\d+", sys.argv[1]):
        stop("make release VERSION=1.2.3")
    version = sys.argv[1]
    old = re.search(r'number = "(.*?)"', SWIFT.read_text())[1]
    numbers = [tuple(map(int, v.split("."))) for v in (old, version)]
    tags = git("tag", "--list", "v*").split()
    if f"v{version}" in tags:
        stop(f"v{version} is tagged already")
    if numbers[1] < numbers[0] or (numbers[1] == numbers[0] and f"v{old}" in tags):
        stop(f"{version} is not newer than {old}")
    if git("status", "--porcelain", "--untracked-files=no"):
        stop("uncommitted changes; a release is of what is committed")
    changelog = ROOT / "CHANGELOG.md"
    notes = changelog.read_text()
    heading = re.search(rf"^## {re.escape(version)} \((.*?)\)\n(.*?)(?=^## |\Z)", notes, re.M | re.S)
    if not heading or not re.search(r"^- ", heading[2], re.M):
        stop(f"CHANGELOG.md has no section '## {version} (unreleased)' with lines in it")
    migrations = re.findall(r'registerMigration\("([^"]+)"', "".join(
        p.read_text() for p in sorted((ROOT / "Sources/Experience/Store").rglob("*.swift"))))
    missing = [m for m in migrations if m not in (ROOT / "docs/store.md").read_text()]
    if missing:
        stop(f"docs/store.md does not name the migrations {', '.join(missing)}: make reference")
    fixtures = list((ROOT / "Tests/ExperienceTests/Fixtures").glob("schema-*.sql"))
    if not fixtures:
        stop("Tests/ExperienceTests/Fixtures has no store of an earlier schema")
    changed = [SWIFT, PYTHON, changelog]
    SWIFT.write_text(SWIFT.read_text().replace(f'number = "{old}"', f'number = "{version}"'))
    PYTHON.write_text(re.sub(r'NUMBER = ".*?"', f'NUMBER = "{version}"', PYTHON.read_text()))
    today = datetime.date.today().isoformat()
    changelog.write_text(notes.replace(heading[0].split("\n")[0], f"## {version} ({today})", 1))
    for name in NAMING:
        path = ROOT / name
        path.write_text(NAMED.sub(lambda m: m[0].replace(m[1], version), path.read_text()))
        changed.append(path)
    git("add", *map(str, changed))
    git("commit", "-m", f"Release {version}")
    git("tag", "-a", f"v{version}", "-m", heading[2].strip())
    print(f"v{version} is committed and tagged. Then: make dist, make test-dist; git push --follow-tags when they are good")


main()
