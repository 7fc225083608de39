"""stubs.py SYSROOT OUT VERSION: the C library of a sysroot as stubs that offer nothing newer than glibc VERSION.

A program linked against them asks for each function in its newest version up to VERSION, so it starts wherever that glibc
or a newer one is; what only newer ones have is an undefined symbol at link time. OUT gets libc.so, libm.so and so on in
place of the sysroot's.
"""

import struct
import subprocess
import sys
import tempfile
from pathlib import Path

LIBRARIES = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "ld-linux-x86-64.so.2"]
FUNCTION, OBJECT, INDIRECT = 2, 1, 10


def sections(elf):
    offset, = struct.unpack_from("<Q", elf, 0x28)
    size, count, names = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(count)]
    table = elf[headers[names][4]:]
    return {table[h[0]:table.index(b"\0", h[0])].decode(): elf[h[4]:h[4] + h[5]] for h in headers if h[1] != 8}


def symbols(path):
    """(name, version, type, size) of everything a library defines."""
    parts = sections(path.read_bytes())
    strings, versions = parts[".dynstr"], {}

    def text(at):
        return strings[at:strings.index(b"\0", at)].decode()

    at, definitions = 0, parts[".gnu.version_d"]
    while True:
        _, _, index, _, _, aux, step = struct.unpack_from("<HHHHIII", definitions, at)
        versions[index] = text(struct.unpack_from("<I", definitions, at + aux)[0])
        if step == 0:
            break
        at += step
    for i in range(len(parts[".dynsym"]) // 24):
        name, info, _, section, _, size = struct.unpack_from("<IBBHQQ", parts[".dynsym"], 24 * i)
        version, = struct.unpack_from("<H", parts[".gnu.version"], 2 * i)
        if section not in (0, 0xFFF1) and version & 0x7FFF in versions and info & 15 in (FUNCTION, OBJECT, INDIRECT):
            yield text(name), versions[version & 0x7FFF], info & 15, size


def number(version):
    """Of GLIBC_2.28; None for the library's private ones."""
    digits = version.removeprefix("GLIBC_").split(".")
    return tuple(map(int, digits)) if all(d.isdigit() for d in digits) else None


def main():
    sysroot, out, limit = Path(sys.argv[1]), Path(sys.argv[2]), tuple(map(int, sys.argv[3].split(".")))
    for library in LIBRARIES:
        chosen = {}
        for name, version, kind, size in symbols(sysroot / "lib/x86_64-linux-gnu" / library):
            found = number(version)
            if found and found <= limit and (name not in chosen or found > chosen[name][0]):
                chosen[name] = (found, version, kind, size)
        lines = [".text"]
        for i, (name, (_, version, kind, size)) in enumerate(sorted(chosen.items())):
            typed = "@object" if kind == OBJECT else "@function"
            lines += [f".section {'.data' if kind == OBJECT else '.text'}", f".globl s{i}", f".type s{i},{typed}", f"s{i}:",
                      f".zero {max(size, 1) if kind == OBJECT else 1}", f".size s{i},{size}",
                      f".symver s{i}, {name}@@{version}, remove"]
        nodes = sorted({v for _, v, _, _ in chosen.values()}, key=number)
        base = library.split(".so")[0]
        name = f"{base}-{sys.argv[3]}.so"
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "stub.s").write_text("\n".join(lines) + "\n")
            (Path(folder) / "stub.map").write_text("".join(f"{n} {{ }};\n" for n in nodes))
            subprocess.run(["dist-cc", "-shared", "-nostdlib", f"-Wl,-soname,{library}", "-Wl,--build-id=none",
                            f"-Wl,--version-script={folder}/stub.map", "-o", str(out / name), f"{folder}/stub.s"], check=True)
        linked = out / f"{base}.so"
        linked.unlink(missing_ok=True)
        more = f" libc_nonshared.a AS_NEEDED ( ld-linux-x86-64-{sys.argv[3]}.so )" if base == "libc" else ""
        linked.write_text(f"GROUP ( {name}{more} )\n")


main()
