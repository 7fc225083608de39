#!/usr/bin/env python3
"""Names what ends the process: conversions and arithmetic that trap, indexes nobody checked, writes that a closed pipe kills.

    python3 scripts/lint_traps.py [FOLDER ...]        default: Sources

It reads text, not types: it finds what it can tell, and is silent about the rest. A line that is right says why, on itself or
above: `// total: the count is below 64`. Exit code 1 when anything is named.
"""
import pathlib
import re
import sys

INTEGER = r"\b(?:Int|UInt)(?:8|16|32|64|128)?"
# Labels of conversions that cannot trap.
TOTAL = r"exactly|clamping|rounding|truncatingIfNeeded|bitPattern|littleEndian|bigEndian|ascii|_"
CONVERSION = re.compile(INTEGER + r"\((?!\s*(?:" + TOTAL + r")\s*:)")
# What makes an expression a floating one.
FLOATING = re.compile(
    r"\.rounded\b|\.squareRoot|\bDouble\(|\bFloat\(|\b(?:log2|log10|log|exp2|exp|pow|sqrt)\(|\b\d+\.\d+|\b\d+e\d+|\bdoubleValue\b"
    r"|/ \.(?:seconds|milliseconds)\(|\bas Double\b|\?\? 0\.0")
# Names that a file declares as floating.
DECLARED = re.compile(r"\b([a-z_]\w*)\s*:\s*(?:Double|Float)\b(?!\?*\s*[,)]*\s*->)|\b(?:let|var)\s+(\w+)\s*=\s*-?\d+\.\d+\b")

# A name bound to an integer out of a text.
PARSED = re.compile(
    r"\b(?:let|var)\s+(\w+)\s*(?::\s*Int\??)?\s*=\s*(?:try\s+)?[^{}\n]*?(?:\.intValue\b|" + INTEGER
    + r"\((?!\s*(?:" + TOTAL + r")\s*:)(?:String\(|text\b|value\)|words?\[|parts?\[|name\b|digits\b)[^)\n]*\))")

ALWAYS = [
    (re.compile(r"\btry!"), "try!", "handle the error, or let it be thrown"),
    (re.compile(r"\bas!"), "as!", "use as? and say what happens otherwise"),
    (re.compile(r"\b(?:fatalError|precondition|preconditionFailure|assertionFailure)\("), "an exit of its own",
     "throw a typed error"),
    (re.compile(r"[\w\])]!(?=[\s.,;:)\]\[]|$)(?!=)"), "force unwrap", "bind it, or say what happens without it"),
    (re.compile(r"\bFileHandle\b[^\n]*\.write\(|\bprint\("), "a write that a closed pipe or a full disk ends",
     "write through the one writer of output"),
]
# These folders and files go over to the one writer of output.
WRITERS = ("Sources/AssayCommand/", "Sources/Serve/Log/AccessLog.swift")

# Lists whose length somebody outside decides.
OUTSIDE_LIST = r"\.split\b|\.components\(|\.arrayValue\b|\.compactMap\b|\.filter\b|\.elements\("
LITERAL_INDEX = re.compile(r"(\b[A-Za-z_]\w*|\))\[(\d+)\](?!\s*=[^=])")
ALLOWED = re.compile(r"//\s*total:\s*\S")


def blanked(text):
    """The text with comments and the insides of strings as spaces; interpolations stay code. Lines and columns stay."""
    out, _index, size = [], 0, len(text)

    def blank(part):
        out.append(re.sub(r"[^\n]", " ", part))

    def code(index, until):
        depth = 0
        while index < size:
            here = text[index]
            if text.startswith("//", index):
                end = text.find("\n", index)
                end = size if end < 0 else end
                blank(text[index:end])
                index = end
            elif text.startswith("/*", index):
                end = text.find("*/", index)
                end = size if end < 0 else end + 2
                blank(text[index:end])
                index = end
            elif here == '"' or (here == "#" and re.match(r'#+"', text[index:])):
                index = string(index)
            elif until and here == "(":
                depth += 1
                out.append(here)
                index += 1
            elif until and here == ")":
                out.append(here)
                index += 1
                if depth == 0:
                    return index
                depth -= 1
            else:
                out.append(here)
                index += 1
        return index

    def string(index):
        hashes = re.match(r"#*", text[index:]).group()
        quote = '"""' if text.startswith('"""', index + len(hashes)) else '"'
        index += len(hashes) + len(quote)
        out.append(" " * len(hashes) + '"' + " " * (len(quote) - 1))
        while index < size:
            if text.startswith(quote + hashes, index):
                out.append('"' + " " * (len(quote + hashes) - 1))
                return index + len(quote + hashes)
            if text.startswith("\\" + hashes + "(", index):
                blank(text[index:index + 1 + len(hashes)])
                out.append("(")
                index = code(index + 2 + len(hashes), until=True)
            elif text[index] == "\\" and not hashes:
                blank(text[index:index + 2])
                index += 2
            elif text[index] == "\n" and quote == '"':
                return index
            else:
                blank(text[index])
                index += 1
        return index

    code(0, until=False)
    return "".join(out)


def argument(code, opening):
    """What stands between the parenthesis at `opening` and its partner."""
    depth = 0
    for index in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[index], 0)
        if depth == 0:
            return code[opening + 1:index]
    return code[opening + 1:]


def functions(code):
    """The spans of bodies of functions, initialisers and accessors, the outermost first."""
    spans = []
    for match in re.finditer(r"\b(?:func\s+\S+|init[?]?|deinit|subscript|var\s+\w+[^={\n]*)\s*[^{}\n]*(?:\n[^{}]*?)?\{", code):
        depth = 0
        for index in range(match.end() - 1, len(code)):
            depth += {"{": 1, "}": -1}.get(code[index], 0)
            if depth == 0:
                spans.append((match.start(), index))
                break
    return spans


class File:
    def __init__(self, path):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.code = blanked("\n".join(self.lines))
        self.spans = functions(self.code)
        self.found = []

    def line(self, offset):
        return self.code.count("\n", 0, offset)

    def say(self, offset, what, instead):
        number = self.line(offset)
        if not any(ALLOWED.search(self.lines[n]) for n in (number, number - 1) if n >= 0):
            self.found.append((number + 1, what, instead))

    def body(self, offset):
        """The innermost function around an offset; the file where there is none."""
        around = [span for span in self.spans if span[0] <= offset <= span[1]]
        return max(around) if around else (0, len(self.code))

    def floats(self, span):
        """Names of floating numbers that a function sees: its own, and those declared outside of all functions."""
        names = set()
        for match in DECLARED.finditer(self.code):
            inside = self.body(match.start())
            if inside == span or inside == (0, len(self.code)):
                names |= {name for name in match.groups() if name}
        return names

    def conversions(self):
        for match in CONVERSION.finditer(self.code):
            floats = self.floats(self.body(match.start()))
            inside = argument(self.code, match.end() - 1)
            names = set(re.findall(r"(?<![.\w])\w+(?![\w(:])", inside))
            if FLOATING.search(inside) or (names & floats and not re.search(r"\.count\b|\.index\b", inside)):
                kind = match.group()[:-1]
                self.say(
                    match.start(), f"{kind}(…) of a floating number traps for NaN and beyond its range",
                    f"{kind}(clamping: …), {kind}(rounding: …) or {kind}(exactly: …)")

    def parsed(self):
        for match in PARSED.finditer(self.code):
            name = match.group(1)
            end = self.body(match.start())[1]
            rest = self.code[match.end():end]
            # A range was asked for, so the value is bounded.
            bound = re.search(r"\.contains\(" + name + r"\b|\b" + name + r"\s*(?:<|<=|==)\s*\w", rest)
            raw = re.compile(
                r"(?<![\w.)\]])-" + name + r"\b|\babs\(" + name + r"\)|(?<![\w.\"])" + name + r"\s*[-+*]=?\s*[\w(]"
                r"|[\w)]\s[-+*]\s" + name + r"\b(?!\.)")
            for use in raw.finditer(rest):
                if bound and bound.start() < use.start():
                    break
                self.say(
                    match.end() + use.start(), f"arithmetic on '{name}', which was read from outside, traps on overflow",
                    "adding, subtracting, multiplied(by:), negated(), or magnitude")
                break

    def indexes(self):
        for match in LITERAL_INDEX.finditer(self.code):
            name, place = match.groups()
            if name == ")":
                self.say(match.start(), f"index [{place}] of a result that may be shorter", "first, or a checked count")
                continue
            start, _ = self.body(match.start())
            before = self.code[start:match.start()]
            bound = re.search(r"\b(?:let|var)\s+" + name + r"\b[^=\n]*=\s*[^\n]*(?:" + OUTSIDE_LIST + r")", before)
            checked = re.search(r"\b" + name + r"\.(?:count|isEmpty|indices)\b|\bcase\b", self.code[start:match.end()])
            if bound and not checked:
                self.say(match.start(), f"'{name}[{place}]' is not checked to be there", "first, or a checked count")

    def stored(self):
        """Values of a store's rows, where GRDB's subscripts end the process for one of another kind."""
        if "import GRDB" not in self.code:
            return
        for match in re.finditer(r"(?<![\w.])(?:row|rows|texts|set|last|group|\$0|\$1)\??\[(?:\"|\d+\](?!\.))", self.code):
            if not re.search(r"\b(?:array|string|int|double)Value\b", self.lines[self.line(match.start())]):
                self.say(match.start(), "a value of a store may be of another kind", "try row[stored: …]")

    def lint(self):
        self.stored()
        self.conversions()
        self.parsed()
        self.indexes()
        for pattern, what, instead in ALWAYS:
            if "write" in what and str(self.path).startswith(WRITERS):
                continue
            for match in pattern.finditer(self.code):
                self.say(match.start(), what, instead)
        return sorted(set(self.found))


def main():
    folders = sys.argv[1:] or ["Sources"]
    count = 0
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*.swift")):
            for number, what, instead in File(path).lint():
                print(f"{path}:{number}: {what}; write {instead}, or say '// total: why'")
                count += 1
    if count:
        sys.exit(f"{count} places can end the process")


if __name__ == "__main__":
    main()
