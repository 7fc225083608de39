"""check.py BINARY VERSION   stops where a program would not run elsewhere: libraries beside glibc's, symbols newer than 2.28, a path
of this machine, another version."""

import re
import struct
import subprocess
import sys
from pathlib import Path

GLIBC = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "ld-linux-x86-64.so.2"}


def needed(elf):
    """(libraries, versions that are asked of them)."""
    offset, = struct.unpack_from("<Q", elf, 0x28)
    size, count, _ = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(count)]
    libraries, versions = [], set()
    for header in headers:
        if header[1] == 6:  # SHT_DYNAMIC
            strings = elf[headers[header[6]][4]:]
            for at in range(header[4], header[4] + header[5], 16):
                tag, value = struct.unpack_from("<qQ", elf, at)
                if tag == 1:
                    libraries.append(strings[value:strings.index(b"\0", value)].decode())
        if header[1] == 0x6FFFFFFE:  # SHT_GNU_verneed
            strings, at = elf[headers[header[6]][4]:], header[4]
            while True:
                _, entries, _, first, step = struct.unpack_from("<HHIII", elf, at)
                inner = at + first
                for _ in range(entries):
                    _, _, _, name, following = struct.unpack_from("<IHHII", elf, inner)
                    versions.add(strings[name:strings.index(b"\0", name)].decode())
                    inner += following
                if step == 0:
                    break
                at += step
    return libraries, versions


def main():
    path, version = sys.argv[1:3]
    elf = Path(path).read_bytes()
    libraries, versions = needed(elf)
    foreign = set(libraries) - GLIBC
    if foreign:
        sys.exit(f"check.py: {path} needs {', '.join(sorted(foreign))}")
    newest = max(tuple(map(int, v.removeprefix("GLIBC_").split("."))) for v in versions if re.fullmatch(r"GLIBC_[\d.]+", v))
    if newest > (2, 28):
        sys.exit(f"check.py: {path} asks for glibc {'.'.join(map(str, newest))}; 2.28 is what the wheel says")
    root = str(Path.cwd()).encode()
    if root in elf:
        at = elf.index(root)
        sys.exit(f"check.py: {path} has a path of this machine: {elf[at:at + 120]!r}")
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.strip()
    if said != version:
        sys.exit(f"check.py: {path} says it is {said!r}, not {version!r}")
    print(f"assay {version}: needs glibc {'.'.join(map(str, newest))} and {', '.join(sorted(libraries))}; {len(elf) / 1e6:.1f} MB")


main()
