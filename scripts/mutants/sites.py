"""Where a source can be mutated, and how: every site keeps its original beside the mutant, chosen while the program runs."""
import hashlib
import re
from dataclasses import dataclass

SWIFT_GATE = "assayMutant"
C_GATE = "assay_mutant"
ON = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+", "*": "+", "&&": "||", "||": "&&"}
PRECEDENCE = {**dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), "ComparisonPrecedence"), "+": "AdditionPrecedence", "-": "AdditionPrecedence",
              "*": "MultiplicationPrecedence", "&&": "LogicalConjunctionPrecedence", "||": "LogicalDisjunctionPrecedence"}
KINDS = {"<": "Comparable", "<=": "Comparable", ">": "Comparable", ">=": "Comparable", "==": "Equatable", "!=": "Equatable",
         "+": "AdditiveArithmetic", "-": "AdditiveArithmetic", "*": "Numeric"}
SQL = {" DESC": " ASC", " IS NOT NULL": " IS NULL", " IS NULL": " IS NOT NULL", " <= ": " < ", " < ": " <= ", " >= ": " > ", " > ": " >= ",
       "MAX(": "MIN(", "MIN(": "MAX(", "min(": "max(", "max(": "min(", " AND ": " OR ", " DISTINCT ": " "}


@dataclass(frozen=True)
class Site:
    """A place in a file: `start..<end` of its text is replaced by `swapped`, where `@` stands for the mutant's number."""
    path: str
    line: int
    start: int
    end: int
    kind: str
    swapped: str
    text: str  # the line as it stands, and which of the equal ones in the file

    @property
    def key(self):
        return hashlib.sha256(f"{self.path}\n{self.kind}\n{self.text}\n{self.swapped}".encode()).hexdigest()[:12]


def masked(text, is_swift):
    """The text with comments and strings blanked, and the strings that read as SQL as (start, end)."""
    out, sql, i = list(text), [], 0

    def blank(start, end):
        out[start:end] = [c if c == "\n" else " " for c in text[start:end]]

    while i < len(text):
        if text.startswith("//", i):
            end = text.find("\n", i)
        elif text.startswith("/*", i):
            end = text.find("*/", i) + 2
        elif text[i] == '"' or (text[i] == "'" and not is_swift) or (is_swift and re.match(r'#+"', text[i:i + 4])):
            end = string_end(text, i, is_swift)
            if is_swift and text[i] == '"' and re.search(r"\b(SELECT|UPDATE|DELETE|INSERT)\b", text[i:end]):
                sql.append((i, end))
        else:
            i += 1
            continue
        end = end if end > i else len(text)
        blank(i, end)
        i = end
    return "".join(out), sql


def string_end(text, i, is_swift):
    hashes = re.match(r"#*", text[i:]).group() if is_swift else ""
    mark = '"""' if is_swift and text.startswith('"""', i + len(hashes)) else text[i + len(hashes)]
    i += len(hashes) + len(mark)
    while i < len(text):
        if text.startswith("\\" + hashes, i):
            i += 1 + len(hashes)
            if text.startswith("(", i) and is_swift:
                i = closing(text, i, is_swift)
            else:
                i += 1
        elif text.startswith(mark + hashes, i):
            return i + len(mark) + len(hashes)
        else:
            i += 1
    return len(text)


def closing(text, i, is_swift):
    """Past the bracket that closes the one at `i`; strings inside are stepped over."""
    depth = 0
    while i < len(text):
        if text[i] == '"':
            i = string_end(text, i, is_swift)
            continue
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        i += 1
        if depth == 0:
            return i
    return i


STATEMENT = re.compile(r"^(\s+)((?:_ = )?(?:try )?(?:await )?(?!return\b|super\b|self\.init\b|precondition|assert)[a-z_]\w*(?:[?!]?\.\w+)*\(.*\)\s*)$")
C_STATEMENT = re.compile(r"^(\s+)((?!return\b|sizeof\b|if\b|while\b|for\b|switch\b)[a-z_]\w*\(.*\);)\s*$")
OPERATOR = re.compile(r"(?<=\s)(<=|>=|==|!=|<|>|\+|-|\*|&&|\|\|)(?=\s)")
NUMBER = re.compile(r"(?<![\w.$'])(\d+)(?![\w.'])")
IF = re.compile(r"^(\s*(?:\} else |else )?if )(?!#)")
GUARD = re.compile(r"^(\s*guard )(?!let\b|var\b|case\b|try\b|await\b|#)([^,{]+?)(,| else \{)")
C_IF = re.compile(r"^(\s*(?:\} )?(?:else )?if )\(")
RETURN = re.compile(r"(?<=\breturn )(true|false)\b")
UNTOUCHED = re.compile(r"^\s*(import |case |default|@|#|\*|precedencegroup|infix |prefix |static_assert|public enum|enum )|\bwhere\b|= nil|!= nil|== nil|\bfunc\b|\bin nil")


def sites(path, text):
    is_swift = path.endswith(".swift")
    if "@inlinable" in text or "@_silgen_name" in text:
        return []
    plain, sql = masked(text, is_swift)
    found, seen, offset = [], {}, 0
    lines = plain.split("\n")
    raw = text.split("\n")
    depth = 0

    def add(number, start, end, kind, swapped):
        name = raw[number].strip()
        order = seen[(kind, name, swapped)] = seen.get((kind, name, swapped), -1) + 1
        found.append(Site(path, number + 1, start, end, kind, swapped, f"{name}#{order}"))

    for number, line in enumerate(lines):
        inside = depth > 0
        depth += line.count("{") - line.count("}")
        if inside and line.strip() and not UNTOUCHED.search(line):
            here = (add, number, line, lines, raw, offset)
            swift_line(*here) if is_swift else c_line(*here)
        offset += len(line) + 1
    for start, end in sql:
        for word, other in SQL.items():
            for match in re.finditer(re.escape(word), text[start:end]):
                at = start + match.start()
                add(text.count("\n", 0, at), at, at + len(word), "sql", f'\\({SWIFT_GATE}(@) ? "{other}" : "{word}")')
    return found


def swift_line(add, number, line, lines, raw, offset):
    for match in OPERATOR.finditer(line):
        if line[:match.start()].strip() and line[match.end():].strip() and "->" not in line:
            add(number, offset + match.start(), offset + match.end(), "operator", f"@{match.group()}")
    for match in NUMBER.finditer(line):
        value = match.group()
        if line[:match.start()].strip():
            add(number, offset + match.start(), offset + match.end(), "number", f"({SWIFT_GATE}(@) ? {int(value) + 1} : {value})")
    for match in RETURN.finditer(line):
        gate = f"{SWIFT_GATE}(@)"
        add(number, offset + match.start(), offset + match.end(), "return", gate if match.group() == "false" else "!" + gate)
    if match := IF.match(line):
        add(number, offset + match.end(), offset + match.end(), "if", f"!{SWIFT_GATE}(@), ")
    if match := GUARD.match(line):
        clause = raw[number][match.start(2):match.end(2)]
        add(number, offset + match.start(2), offset + match.end(2), "guard", f"{SWIFT_GATE}(@) || ({clause})")
    before = next((lines[n].rstrip() for n in range(number - 1, -1, -1) if lines[n].strip()), "")
    after = next((lines[n].strip() for n in range(number + 1, len(lines)) if lines[n].strip()), "")
    if (match := STATEMENT.match(line)) and before[-1:] in "{})\"" and after[:1] not in ".+?:|&" and not before.endswith(" in {"):
        add(number, offset + match.start(2), offset + len(line.rstrip()), "statement", f"if !{SWIFT_GATE}(@) {{ {raw[number].strip()} }}")


def c_line(add, number, line, lines, raw, offset):
    if match := C_STATEMENT.match(line):
        add(number, offset + match.start(2), offset + match.end(2), "statement", f"if (!{C_GATE}(@)) {raw[number].strip()}")
    if match := C_IF.match(line):
        end = closing(line, match.end() - 1, False)
        if end <= len(line) and line[:end].count("(") == line[:end].count(")"):
            add(number, offset + match.end() - 1, offset + end, "if", f"(!{C_GATE}(@) && {raw[number][match.end() - 1:end]})")
    for match in NUMBER.finditer(line):
        if line[:match.start()].strip() and not re.search(r"\[\s*$", line[:match.start()]) and "define" not in line:
            value = match.group()
            add(number, offset + match.start(), offset + match.end(), "number", f"({C_GATE}(@) ? {int(value) + 1} : {value})")


def rewritten(text, chosen):
    """The text with the chosen sites, {number: site}, switched by the gate."""
    is_swift = any(site.path.endswith(".swift") for site in chosen.values())
    tail = []
    for number, site in sorted(chosen.items(), key=lambda pair: -pair[1].start):
        new = site.swapped.replace("@", str(number))
        if site.kind == "operator":
            old, other = site.swapped[1:], ON[site.swapped[1:]]
            new = "\u22a0" + "".join(chr(0x2230 + int(d)) for d in str(number))
            tail.append(operator(new, number, old, other))
        text = text[:site.start] + new + text[site.end:]
    if is_swift:
        return text + f'\n@_silgen_name("{C_GATE}") private func {SWIFT_GATE}(_ number: Int32) -> Bool\n' + "".join(tail)
    return f"extern _Bool {C_GATE}(int);\n#line 1\n" + text


def operator(name, number, old, other):
    head = f"infix operator {name}: {PRECEDENCE[old]}\n"
    if old in ("&&", "||"):
        return head + (f"private func {name} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool "
                       f"{{ {SWIFT_GATE}({number}) ? try a {other} b() : try a {old} b() }}\n")
    result = "T" if KINDS[old] in ("AdditiveArithmetic", "Numeric") else "Bool"
    return head + f"private func {name} <T: {KINDS[old]}>(a: T, b: T) -> {result} {{ {SWIFT_GATE}({number}) ? a {other} b : a {old} b }}\n"
