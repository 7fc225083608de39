"""icu.py ARCHIVE OUT: ICU's data without what assay never asks for.

The Swift runtime brings 34 MB of it: converters of character sets, dictionaries, transliterations, and every language's names.
Kept are what Foundation needs to start and the root and English locales.
"""

import struct
import subprocess
import sys
import tempfile
from pathlib import Path

MEMBER, SYMBOL = "icu_packaged_data.cpp.o", "icudt76_dat"
LOCALES = {
    "supplementalData", "likelySubtags", "pool", "root", "en", "en_US", "en_US_POSIX", "en_001", "numberingSystems", "keyTypeData",
    "metadata", "timezoneTypes", "windowsZones", "zoneinfo64", "metaZones", "dayPeriods", "genderList", "icustd", "icuver",
    "plurals", "pluralRanges", "currencyNumericCodes", "grammaticalFeatures", "units", "res_index", "tzdbNames",
}


def data_of(archive):
    """The bytes of the symbol, from the object that defines it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dist-ar", "x", str(Path(archive).resolve()), MEMBER], cwd=folder, check=True)
        elf = (Path(folder) / MEMBER).read_bytes()
    offset, = struct.unpack_from("<Q", elf, 0x28)
    size, count, _ = struct.unpack_from("<HHH", elf, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(count)]
    for header in headers:
        if header[1] != 2:  # a symbol table
            continue
        names = elf[headers[header[6]][4]:]
        for at in range(header[4], header[4] + header[5], 24):
            name, _, _, section, value, length = struct.unpack_from("<IBBHQQ", elf, at)
            if names[name:names.index(b"\0", name)] == SYMBOL.encode() and section:
                start = headers[section][4] + value
                return elf[start:start + (length or headers[section][5] - value)]
    sys.exit(f"icu.py: no {SYMBOL} in {archive}: a Swift of another version? See scripts/dist/icu.py")


def is_kept(name):
    parts = name.split("/")[1:]
    base, extension = parts[-1].rsplit(".", 1)
    folder = parts[0] if len(parts) > 1 else ""
    if extension == "res":
        return base in LOCALES and folder not in ("translit", "rbnf")
    return extension not in ("cnv", "dict", "lstm", "spp") and folder != "translit"


def main():
    data = data_of(sys.argv[1])
    header, = struct.unpack_from("<H", data, 0)
    count, = struct.unpack_from("<I", data, header)
    items = []
    for i in range(count):
        name, start = struct.unpack_from("<II", data, header + 4 + 8 * i)
        items.append((data[header + name:data.index(b"\0", header + name)].decode(), start))
    ends = [start for _, start in items[1:]] + [len(data) - header]
    kept = [(name, data[header + start:header + end]) for (name, start), end in zip(items, ends) if is_kept(name)]
    names, name_offsets = b"", []
    for name, _ in kept:
        name_offsets.append(4 + 8 * len(kept) + len(names))
        names += name.encode() + b"\0"
    start = 4 + 8 * len(kept) + len(names)
    start += -(header + start) % 16
    body, offsets = b"", []
    for _, item in kept:
        body += b"\0" * (-(header + start + len(body)) % 16)
        offsets.append(start + len(body))
        body += item
    table = struct.pack("<I", len(kept)) + b"".join(struct.pack("<II", *pair) for pair in zip(name_offsets, offsets)) + names
    Path(sys.argv[2]).write_bytes(data[:header] + table.ljust(start, b"\0") + body)


main()
