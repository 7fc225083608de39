"""normalize.py BINARY MAP   clears what differs between builds of the same code in different folders, and what no program reads:
the fingerprints that the Swift compiler keeps of its own intermediate code, and the lengths of source files' paths, which it hands
over with an empty path where `withoutActuallyEscaping` ends. MAP is the linker's."""

import re
import struct
import sys
from pathlib import Path

path = Path(sys.argv[1])
elf = bytearray(path.read_bytes())
offset, = struct.unpack_from("<Q", elf, 0x28)
size, count, names = struct.unpack_from("<HHH", elf, 0x3A)
headers = [struct.unpack_from("<IIQQQQIIQQ", elf, offset + i * size) for i in range(count)]


def section(wanted):
    """(address, offset, size) of a section."""
    for header in headers:
        at = headers[names][4] + header[0]
        if elf[at:elf.index(0, at)] == wanted:
            return header[3:6]
    sys.exit(f"normalize.py: {path} has no {wanted.decode()}")


_, start, length = section(b".swift_modhash")
elf[start:start + length] = bytes(length)

CHECK = "swift_isEscapingClosureAtFileLocation"
found = re.search(rf"^ *([0-9a-f]+) .* {CHECK}$", Path(sys.argv[2]).read_text(), re.MULTILINE)
if not found:
    sys.exit(f"normalize.py: no {CHECK} in {sys.argv[2]}: a Swift of another version? See scripts/dist/normalize.py")
address, start, length = section(b".text")
# mov length, %edx; mov line, %ecx; mov column, %r8d; xor %r9d, %r9d; call
for call in re.finditer(rb"\xba(..\0\0)\xb9..\0\0\x41\xb8..\0\0\x45\x31\xc9\xe8(....)", elf[start:start + length], re.DOTALL):
    if address + call.end() + struct.unpack("<i", call[2])[0] == int(found[1], 16):
        elf[start + call.start(1):start + call.end(1)] = bytes(4)
path.write_bytes(elf)
