"""wheel.py BINARY OBJECTS LIBRARIES OUT VERSION COMMIT   makes the wheel, the tarball and their checksums in OUT.

Same inputs, same bytes: members are sorted, and their times, owners and modes fixed. The wheel has the Python package and the
program as a script, so that pip puts it on PATH; licences and a bill of materials of what is linked in lie in its metadata.
"""

import base64
import gzip
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAG = "manylinux_2_28_x86_64"
TIME = (2020, 1, 1, 0, 0, 0)
SUMMARY = "Reinforcement learning with verifiable rewards: sample, verify, weigh, hand over"

# Linked in from outside Package.resolved: name, SPDX licence.
C_LIBRARIES = {"zlib": "Zlib", "sqlite": "blessing", "openssl": "Apache-2.0", "curl": "curl"}
# Only for building, or for products that the program does not have.
SPDX = {"Yams": "MIT", "GRDB.swift": "MIT", "BigInt": "MIT"}


def linked_packages(objects):
    """Identities of the packages of which a module is in the link."""
    files = (objects / "assay.product/Objects.LinkFileList").read_text()
    modules = set(re.findall(r"/([^/\s]+)\.build/", files))
    found = {}
    for path in sorted((objects.parent.parent / "checkouts").iterdir()):
        names = {p.name for p in (path / "Sources").glob("*")} | ({path.name.removesuffix(".swift")})
        # GRDB keeps its sources in a folder of its own name.
        if names & modules:
            found[path.name] = path
    return found


def licences(libraries, packages, toolchain):
    files = {"LICENSE": (ROOT / "LICENSE").read_bytes()}
    # The toolchain has ICU without its text, which has to go with every copy.
    files["third-party/icu.txt"] = (ROOT / "scripts/dist/icu-license.txt").read_bytes()
    for path in sorted((libraries / "licenses").iterdir()):
        files[f"third-party/{path.name}"] = path.read_bytes()
    for name, folder in packages.items():
        for text in sorted(p for p in folder.iterdir() if re.match(r"(?i)(licen[cs]e|notice)(\.|$)", p.name) and p.is_file()):
            files[f"third-party/{name}-{text.name}"] = text.read_bytes()
    swift = toolchain / "share/swift/LICENSE.txt"
    if swift.exists():
        files["third-party/swift-LICENSE.txt"] = swift.read_bytes()
    return files


def bill(version, commit, libraries, packages):
    """CycloneDX 1.6, without a date or a serial number."""
    resolved = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    components = []
    for pin in resolved:
        name = pin["location"].rstrip("/").split("/")[-1].removesuffix(".git")
        if name not in packages:
            continue
        state = pin["state"]
        components.append({
            "type": "library", "name": name, "version": state.get("version", state["revision"]),
            "purl": "pkg:swift/" + pin["location"].removeprefix("https://").removesuffix(".git") + "@" + state.get("version", state["revision"]),
            "licenses": [{"license": {"id": SPDX.get(name, "Apache-2.0")}}],
            "properties": [{"name": "revision", "value": state["revision"]}],
        })
    for line in (ROOT / "scripts/dist/sources.lock").read_text().splitlines():
        if line.startswith("#") or not line:
            continue
        digest, file, path = line.split()
        name = file.split("-")[0]
        if name in C_LIBRARIES and not file.endswith(".deb"):
            components.append({
                "type": "library", "name": name, "version": re.search(r"-([\d.]+\d)\.tar", file)[1],
                "hashes": [{"alg": "SHA-256", "content": digest}], "licenses": [{"license": {"id": C_LIBRARIES[name]}}],
                "purl": f"pkg:generic/{name}@{re.search(r'-([0-9.]+[0-9]).tar', file)[1]}",
            })
        elif file in ("libgcc-10-dev.deb", "libstdc++-12-dev.deb", "libc6-dev.deb"):
            components.append({
                "type": "library", "name": file.removesuffix(".deb"), "version": path.split("_")[1],
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "licenses": [{"expression": "LGPL-2.1-or-later" if file.startswith("libc6") else "GPL-3.0-or-later WITH GCC-exception-3.1"}],
                "description": "start files and static parts" if file.startswith("libc6") else "static parts of GCC's runtime",
            })
    swift = subprocess.run(["swiftc", "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"Swift version (\S+)", swift)[1]
    components.append({"type": "library", "name": "swift-runtime", "version": number, "licenses": [{"license": {"id": "Apache-2.0"}}],
                       "description": "standard library, Foundation and Dispatch"})
    components.append({"type": "library", "name": "icu", "version": "76", "licenses": [{"license": {"id": "Unicode-3.0"}}],
                       "description": "Foundation's copy, its data cut to the root and English locales"})
    return json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {
            "type": "application", "name": "assay", "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}],
            "properties": [{"name": "commit", "value": commit}]}},
        "components": sorted(components, key=lambda c: c["name"].lower()),
    }, indent=1).encode() + b"\n"


def examples():
    """What the first hour uses, under share/assay."""
    paths = [p for folder in ("closed-loop", "demo", "loggers") for p in (ROOT / "examples" / folder).iterdir() if p.suffix in (".py", ".yaml")]
    return {f"share/assay/{p.relative_to(ROOT)}": p.read_bytes() for p in sorted(paths)}


def wheel(out, version, commit, binary, texts, sbom):
    info = f"assay-{version}.dist-info"
    files = {}
    for path in sorted((ROOT / "python/assay").rglob("*")):
        if path.suffix == ".py" or path.name == "py.typed":
            files[str(path.relative_to(ROOT / "python"))] = path.read_bytes()
    stamped = files["assay/_version.py"].replace(b'COMMIT = ""', f'COMMIT = "{commit}"'.encode())
    if commit and stamped == files["assay/_version.py"]:
        sys.exit("wheel.py: python/assay/_version.py has no line COMMIT = \"\"")
    files["assay/_version.py"] = stamped
    files[f"assay-{version}.data/scripts/assay"] = binary
    for name, text in examples().items():
        files[f"assay-{version}.data/data/{name}"] = text
    for name, text in texts.items():
        files[f"{info}/licenses/{name}"] = text
    files[f"{info}/sboms/assay.cdx.json"] = sbom
    listed = "".join(f"License-File: {name}\n" for name in texts)
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.4\nName: assay\nVersion: {version}\nSummary: {SUMMARY}\nLicense-Expression: Apache-2.0\n{listed}"
        "Requires-Python: >=3.9\nProvides-Extra: trainer\nRequires-Dist: numpy>=1.24; extra == \"trainer\"\n"
        "Description-Content-Type: text/markdown\n\n").encode() + (ROOT / "python/README.md").read_bytes()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: assay ({version})\nRoot-Is-Purelib: false\nTag: py3-none-{TAG}\n".encode()
    path = out / f"assay-{version}-py3-none-{TAG}.whl"
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in [*files.items(), (f"{info}/RECORD", None)]:
            if data is None:
                data = (record + f"{info}/RECORD,,\n").encode()
            else:
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
                record += f"{name},sha256={digest},{len(data)}\n"
            member = zipfile.ZipInfo(name, TIME)
            member.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data, compresslevel=9)
    return path


def tarball(out, version, binary, texts, sbom):
    top = f"assay-{version}"
    files = {f"{top}/bin/assay": binary, f"{top}/share/doc/assay/assay.cdx.json": sbom}
    for name, text in examples().items():
        files[f"{top}/{name}"] = text
    for name, text in texts.items():
        files[f"{top}/share/doc/assay/{name}"] = text
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o755 if "/bin/" in name else 0o644
            member.mtime = 1577836800
            archive.addfile(member, io.BytesIO(data))
    path = out / f"assay-{version}-linux-x86_64.tar.gz"
    path.write_bytes(gzip.compress(plain.getvalue(), 9, mtime=0))
    return path


def main():
    binary, objects, libraries, out = (Path(a).resolve() for a in sys.argv[1:5])
    version, commit = sys.argv[5:7]
    toolchain = Path(subprocess.run(["bash", "-c", "readlink -f $(command -v swiftc)"], capture_output=True, text=True, check=True).stdout.strip()).parents[1]
    packages = linked_packages(objects)
    texts = licences(libraries, packages, toolchain)
    sbom = bill(version, commit, libraries, packages)
    out.mkdir(exist_ok=True)
    made = [wheel(out, version, commit, binary.read_bytes(), texts, sbom), tarball(out, version, binary.read_bytes(), texts, sbom)]
    sums = "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in made)
    (out / "SHA256SUMS").write_text(sums)
    for path in made:
        print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}  {path.stat().st_size / 1e6:.1f} MB")


main()
