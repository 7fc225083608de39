/// Sets in words as formulas: "all positive integers n with n at least 4" is \{n \in \mathbb{Z}^+ : n \ge 4\}.
enum Described {
    /// The formula; nil for other texts and for properties that no inequality or congruence states.
    static func formula(_ folded: [UInt8]) -> [UInt8]? {
        guard folded.count <= 400 else { return nil }
        if let set = chinese(folded) { return set }
        guard isStart(folded) else { return nil }
        var reader = Reader(PlainText.flattened(folded))
        return reader.read().map { Array($0.utf8) }
    }

    /// Whether a text begins as the description of a set does: "all", "every", "the integers".
    static func isStart(_ folded: [UInt8]) -> Bool {
        guard let first = folded.first(where: { Ascii.isLetter($0) || $0 == Ascii.backslash }),
            "aAeEtTs\\".utf8.contains(first),
            first != Ascii.backslash
                || ["\\text", "\\mathrm", "\\mbox"].contains(where: { folded.starts(with: $0.utf8) })
        else { return false }
        let words = PlainText.tokens(Array(folded.prefix(48)))
        guard let first = words.first else { return false }
        return ["all", "every", "any", "each"].contains(first)
            || (["the", "set"].contains(first) && words.prefix(6).contains { $0.hasSuffix("s") && sets[$0] != nil })
    }

    private static let sets: [String: String] = [
        "integer": "\\mathbb{Z}", "integers": "\\mathbb{Z}", "real": "\\mathbb{R}", "reals": "\\mathbb{R}",
        "rational": "\\mathbb{Q}", "rationals": "\\mathbb{Q}", "natural": "\\mathbb{Z}^+", "naturals": "\\mathbb{Z}^+",
    ]
    private static let fillers: Set<String> = ["the", "set", "of", "number", "numbers", "value", "values", "possible"]
    private static let links: Set<String> = [
        "with", "such", "that", "where", "satisfying", "for", "which", "which", "are", "is", "whose", "and",
    ]
    // Longest first.
    private static let comparisons: [(words: [String], sign: String)] = [
        (["greater", "than", "or", "equal", "to"], "\\ge "), (["less", "than", "or", "equal", "to"], "\\le "),
        (["not", "less", "than"], "\\ge "), (["not", "greater", "than"], "\\le "), (["no", "less", "than"], "\\ge "),
        (["no", "greater", "than"], "\\le "), (["congruent", "to"], "\\equiv "), (["not", "equal", "to"], "\\ne "),
        (["greater", "than"], ">"), (["more", "than"], ">"), (["larger", "than"], ">"), (["bigger", "than"], ">"),
        (["less", "than"], "<"), (["smaller", "than"], "<"), (["at", "least"], "\\ge "), (["at", "most"], "\\le "),
        (["other", "than"], "\\ne "), (["apart", "from"], "\\ne "), (["different", "from"], "\\ne "),
        (["except", "for"], "\\ne "), (["except"], "\\ne "), (["excluding"], "\\ne "), (["besides"], "\\ne "),
    ]

    /// Reads a description word by word.
    private struct Reader {
        let bytes: [UInt8]
        var position = 0
        var set: String?
        var sign = ""
        var letter: String?

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func read() -> String? {
            guard let quantity = word() else { return nil }
            if quantity == "the" || quantity == "set" { position = 0 }
            var isLinked = false
            while true {
                let start = position
                if let comparison = comparison() { return described(comparison + (rest() ?? "?")) }
                guard let word = word() else {
                    position = start
                    break
                }
                if word.utf8.count == 1 {
                    // The letter again begins what is said of it.
                    if letter != nil || isLinked || beginsFormula() {
                        position = start
                        break
                    }
                    letter = word
                } else if Described.links.contains(word) {
                    isLinked = true
                } else if word == "from" || word == "between" {
                    return range(isOpen: word == "between")
                } else if let next = Described.sets[word] {
                    if set == nil { set = next }
                    if set != next, next != "\\mathbb{Z}" { return nil }
                    if next == "\\mathbb{Z}", set != next { set = set == "\\mathbb{R}" ? nil : set }
                } else if ["positive", "nonnegative", "negative", "non"].contains(word) {
                    sign = sign == "non" && word == "negative" ? "nonnegative" : word
                } else if !Described.fillers.contains(word), quantity != word {
                    return nil
                }
            }
            guard let rest = rest() else { return set == nil ? nil : named }
            return described(rest)
        }

        // The set with its sign.
        private var named: String? {
            guard let set else { return nil }
            switch sign {
            case "": return set
            case "positive": return set + (set.hasSuffix("+") ? "" : "^+")
            case "nonnegative" where set == "\\mathbb{Z}": return set + "_0"
            default: return nil
            }
        }

        private func described(_ condition: String) -> String? {
            var condition = condition
            let name = letter ?? Self.letter(in: condition) ?? "n"
            if let first = condition.utf8.first,
                "<>=".utf8.contains(first) || signs.contains(where: condition.hasPrefix)
            {
                condition = name + " " + condition
            }
            guard condition.utf8.count > 2, !condition.contains("?") else { return nil }
            guard set != nil else { return sign.isEmpty ? condition : nil }
            return named.map { "\\{\(name) \\in \($0) : \(condition)\\}" }
        }

        private static func letter(in condition: String) -> String? {
            PlainText.tokens(Array(condition.utf8), keepsCase: true).first {
                $0.utf8.count == 1 && Ascii.isLetter($0.utf8.first ?? 0)
            }
        }

        private var signs: [String] { ["\\ge", "\\le", "\\ne", "\\equiv", "\\gt", "\\lt", "\\in"] }

        // Whether a relation follows at once: "all n > 4".
        private func beginsFormula() -> Bool {
            let rest = String(decoding: bytes[position...].drop(while: Ascii.isSpace).prefix(6), as: UTF8.self)
            return rest.utf8.first.map { "<>=^+-*/_".utf8.contains($0) } ?? false
                || signs.contains(where: rest.hasPrefix)
        }

        // "from 2 to 7", "between 2 and 7 inclusive".
        private mutating func range(isOpen: Bool) -> String? {
            let text = String(decoding: bytes[position...], as: UTF8.self).split(separator: " ").map(String.init)
            guard text.count >= 3, text[1] == "to" || text[1] == "through" || text[1] == "and" else { return nil }
            guard !isOpen || text.dropFirst(3).contains(where: { $0.contains("inclusive") }) else { return nil }
            return described("\(text[0]) \\le \(letter ?? "n") \\le \(text[2].filter { $0 != "," && $0 != "." })")
        }

        private mutating func comparison() -> String? {
            for (words, sign) in Described.comparisons {
                let start = position
                if words.allSatisfy({ word() == $0 }) { return sign }
                position = start
            }
            return nil
        }

        // What is left, as a formula; nil when nothing is, "?" in it where words are.
        private mutating func rest() -> String? {
            var text = String(decoding: bytes[position...], as: UTF8.self)
            text = text.replacing(" modulo ", with: " \\pmod ")
            while let last = text.utf8.last, Ascii.isSpace(last) || ".,".utf8.contains(last) { text.removeLast() }
            let words = PlainText.tokens(Array(text.utf8)).filter { Ascii.isLetter($0.utf8.first ?? 0) }
            if words.contains(where: { $0.utf8.count > 1 && $0 != "and" && $0 != "or" }) { return "?" }
            return text.allSatisfy(\.isWhitespace) ? nil : text
        }

        // The next word, lower case; nil where none is next.
        private mutating func word() -> String? {
            while position < bytes.count, Ascii.isSpace(bytes[position]) || bytes[position] == Ascii.comma {
                position += 1
            }
            let start = position
            while position < bytes.count, Ascii.isLetter(bytes[position]) { position += 1 }
            guard position > start else { return nil }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            if position < bytes.count, bytes[position] == Ascii.minus, word.lowercased() == "non" { position += 1 }
            return word.utf8.count == 1 ? word : word.lowercased()
        }
    }

    // 所有大于3的整数, 所有满足n\ge 4的整数n.
    private static func chinese(_ folded: [UInt8]) -> [UInt8]? {
        guard folded.contains(where: { $0 >= 0xE3 }) else { return nil }
        var text = String(decoding: PlainText.flattened(folded), as: UTF8.self)
        guard let start = ["所有", "全体", "任意", "一切"].first(where: text.hasPrefix) else { return nil }
        text = String(text.dropFirst(start.count)).filter { $0 != " " }
        let kinds = [("正整数", "\\mathbb{Z}^+"), ("自然数", "\\mathbb{N}"), ("整数", "\\mathbb{Z}"), ("实数", "\\mathbb{R}")]
        guard let kind = kinds.first(where: { text.contains($0.0) }) else { return nil }
        let parts = text.split(separator: "的").map(String.init)
        guard parts.count == 2 else { return parts == [kind.0] ? Array(kind.1.utf8) : nil }
        var condition = parts[0].replacing("满足", with: "")
        for (word, sign) in [
            ("大于等于", "\\ge "), ("大于或等于", "\\ge "), ("不小于", "\\ge "), ("小于等于", "\\le "), ("小于或等于", "\\le "),
            ("不大于", "\\le "),
            ("大于", ">"), ("小于", "<"), ("不等于", "\\ne "),
        ] where condition.hasPrefix(word) {
            condition = "n" + sign + condition.dropFirst(word.count)
        }
        guard condition.utf8.allSatisfy({ $0 < 0x80 }), let letter = condition.first(where: \.isLetter) else {
            return nil
        }
        return Array("\\{\(letter) \\in \(kind.1) : \(condition)\\}".utf8)
    }

    /// What the members of a described set are, whatever the order of the words: "all even positive integers" and "every
    /// positive integer that is even" are alike. Nil for other texts.
    static func properties(_ folded: [UInt8]) -> [String]? {
        guard isStart(folded) else { return nil }
        var found: [String] = []
        var joins = false
        for token in PlainText.tokens(folded).dropFirst() where !unsaid.contains(token) && token != "," && token != "."
        {
            var word = token
            if word.utf8.count == 1, Ascii.isLetter(word.utf8.first ?? 0) { continue }
            if word.utf8.count > 3, word.hasSuffix("s") { word.removeLast() }
            word = synonyms[word] ?? word
            let joinsLeft = word.utf8.first.map { !Ascii.isLetter($0) } ?? false
            // What is denied, and what it is divided by, belongs together.
            if !found.isEmpty, joins || joinsLeft {
                found[found.count - 1] += " " + word
            } else {
                found += word.split(separator: " ").map(String.init)
            }
            joins = word == "not"
        }
        if found.contains(where: { $0.contains("divisible") || $0 == "prime" || $0 == "square" }) {
            found.removeAll { $0 == "integer" || $0 == "number" }
        }
        return found.isEmpty ? nil : found.sorted()
    }

    private static let unsaid: Set<String> = [
        "all", "every", "any", "each", "the", "set", "of", "such", "that", "which", "is", "are", "with", "where", "a",
        "an",
        "in", "\\mathbb", "by",
    ]
    private static let synonyms: [String: String] = [
        "multiple": "divisible", "natural": "positive integer", "perfect": "square", "reals": "real", "number": "",
    ]
}
