#!/usr/bin/env python3
"""test.py DIST [ROOT ...]   tries DIST's wheel and tarball on bare systems, as an ordinary user without a network or a compiler.

ROOTs are folders of debootstrap (default: bookworm, trixie, bullseye and Ubuntu's jammy under .build-dist/roots, made when they are
not there; needs root). Each is entered as a machine of its own by pivot_root, then as a plain chroot, then under the rules of Docker's
default seccomp profile. Prints a line per trial with its time; exit code 1 when one failed.
"""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITES = {
    "bookworm": ("http://deb.debian.org/debian", "main"), "trixie": ("http://deb.debian.org/debian", "main"),
    "bullseye": ("http://deb.debian.org/debian", "main"), "jammy": ("http://archive.ubuntu.com/ubuntu", "main,universe"),
}
ROWS = ROOT.parent / "shared/data/gsm8k_model_solutions.jsonl"
ENTER = """ip link set lo up; mount --bind "$1" "$1"; mount --make-rprivate /; cd "$1"; mount -t proc proc proc
mount --rbind /dev dev; mkdir -p .old; pivot_root . .old; umount -l /.old; shift; exec chroot --userspec=1000:1000 / "$@" """
CHROOT = """ip link set lo up; mount --make-rprivate /; mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; root=$1; shift
exec chroot --userspec=1000:1000 "$root" "$@" """


def bare_root(suite):
    path = ROOT / ".build-dist/roots" / suite
    if not (path / "usr/bin/python3").exists():
        mirror, components = SUITES[suite]
        path.parent.mkdir(parents=True, exist_ok=True)
        print(f"assay: making a bare {suite} (2 to 4 minutes)", flush=True)
        subprocess.run(["debootstrap", "--variant=minbase", f"--components={components}", "--include=python3,python3-venv,ca-certificates",
                        suite, str(path), mirror], check=True, stdout=subprocess.DEVNULL)
    return path


def certificates(folder):
    """A private authority and its certificate for 127.0.0.1."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=private", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", f"{folder}/server.key", "-out", f"{folder}/server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", f"{folder}/server.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", f"{folder}/names", "-out", f"{folder}/server.pem")


def main():
    dist = Path(sys.argv[1] if len(sys.argv) > 1 else "dist").resolve()
    roots = [Path(r).resolve() for r in sys.argv[2:]] or [bare_root(s) for s in SUITES]
    failed = 0
    for root in roots:
        home = root / "home/user"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for file in dist.iterdir():
            if file.suffix in (".whl", ".gz"):
                shutil.copy(file, home)
        if ROWS.exists():
            shutil.copy(ROWS, home / "rows.jsonl")
        shutil.copy(Path(__file__).parent / "trials.py", home)
        with tempfile.TemporaryDirectory() as made:
            certificates(Path(made))
            for name in ("ca.pem", "server.pem", "server.key"):
                shutil.copy(f"{made}/{name}", home)
        for path in [home, *home.iterdir()]:
            os.chown(path, 1000, 1000)
        for way, script in (("machine", ENTER), ("chroot", CHROOT), ("docker", ENTER)):
            print(f"== {root.name}, {way}", flush=True)
            done = subprocess.run(["unshare", "-n", "-m", "--propagation", "private", "sh", "-ec", script, "sh", str(root), "/usr/bin/env", "-i",
                                   "HOME=/home/user", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "python3", "/home/user/trials.py", way])
            failed += done.returncode != 0
    print("all passed" if not failed else f"{failed} of {3 * len(roots)} failed")
    sys.exit(1 if failed else 0)


main()
