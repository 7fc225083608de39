"""modhash.py BINARY   clears the fingerprints that the Swift compiler keeps of its own intermediate code: nothing reads them in a
program, and they are all that differs between builds of the same code."""

import struct
import sys
from pathlib import Path

path = Path(sys.argv[1])
elf = bytearray(path.read_bytes())
offset, = struct.unpack_from("<Q", elf, 0x28)
size, count, names = struct.unpack_from("<HHH", elf, 0x3A)
headers = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(count)]
for header in headers:
    at = headers[names][4] + header[0]
    if elf[at:elf.index(0, at)] == b".swift_modhash":
        elf[header[4]:header[4] + header[5]] = bytes(header[5])
        path.write_bytes(elf)
