/// Whether the words around a box say that it does not hold the answer: "the answer is not", "is wrong", "does not work".
///
/// Built from parts of sentences, not from wordings: who is spoken of, what links, what is denied.
struct BoxRefusal {
    let bytes: Bytes
    let scope: Range<Int>

    /// Bytes looked at on either side.
    private static let reach = 160

    // MARK: Before

    /// Whether the clause before a box ends in a denial of what follows.
    func precedes(_ box: Range<Int>) -> Bool {
        guard let mark = bytes[scope.lowerBound..<box.lowerBound].lastIndex(of: Ascii.backslash) else { return false }
        let words = sentences(max(scope.lowerBound, mark - Self.reach)..<mark).last ?? []
        let clause = words.suffix(while: { $0 != .other })
        if Self.isBegun(clause, by: Self.announcedFaults) || clause.contains(.word("tempted")) { return true }
        let verb = clause.last
        for (place, word) in clause.reversed().prefix(4).enumerated() {
            guard case .word(let word) = word else { return false }
            // "La respuesta no es".
            if word == "no", place == 1, case .word(let verb)? = verb, Self.spanishVerbs.contains(verb) { return true }
            if HedgeWords.isBound(word) || HedgeWords.more.contains(word) || Self.exceptions.contains(word) {
                return false
            }
            if isDenial(word) { return true }
        }
        return false
    }

    // "A common wrong answer is", "an incorrect answer would be".
    private static let announcedFaults = [["wrong", "answer"], ["incorrect", "answer"], ["wrong", "value"]]
    private static let spanishVerbs: Set<String> = ["es", "son", "sería", "fue", "era", "vale", "puede"]
    /// What a denial may be of without denying the box.
    private static let exceptions: Set<String> = [
        "except", "without", "than", "only", "exceed", "but", "no", "if", "until", "unless", "otherwise",
    ]
    private static let joinedDenials = ["不是", "不为", "不等于", "不可能是", "不可能为", "并非", "不能是", "不会是"]

    private static func isBegun(_ clause: [Mark], by pairs: [[String]]) -> Bool {
        pairs.contains { pair in
            zip(clause, clause.dropFirst()).contains { $0 == .word(pair[0]) && $1 == .word(pair[1]) }
        }
    }

    // A script without spaces runs a denial of anything together with the rest: only one at the end denies the box.
    private func isDenial(_ word: String) -> Bool {
        guard (word.utf8.first ?? 0) >= 0xE3 else { return HedgeWords.isDenial(word) }
        return Self.joinedDenials.contains { word.hasSuffix($0) }
    }

    // MARK: After

    /// Whether what follows a box with a number in it says that it is wrong, within three sentences.
    func follows(_ box: Range<Int>, _ rest: Range<Int>) -> Bool {
        guard bytes[box].contains(where: Ascii.isDigit) else { return false }
        let near = rest.lowerBound..<min(rest.upperBound, rest.lowerBound + Self.reach)
        if isDeniedAtOnce(near) { return true }
        for (number, words) in sentences(near).prefix(4).enumerated() where refuses(words, isNext: number == 0) {
            return true
        }
        return false
    }

    // \boxed{5}ではない, \boxed{5}이 아닙니다, \boxed{5} değil: languages that deny behind.
    private func isDeniedAtOnce(_ near: Range<Int>) -> Bool {
        let start = near.first { !Ascii.isSpace(bytes[$0]) && !"$*)".utf8.contains(bytes[$0]) } ?? near.upperBound
        var rest = start..<near.upperBound
        for particle in Self.particles where bytes.has(particle, at: start, in: near) {
            rest = bytes.trimmed((start + particle.utf8CodeUnitCount)..<near.upperBound)
            break
        }
        return Self.denialsBehind.contains { bytes.has($0, at: rest.lowerBound, in: rest) }
    }

    private static let particles: [StaticString] = ["은", "는", "이", "가"]
    private static let denialsBehind: [StaticString] = [
        "ではな", "じゃな", "でな", "ではあり", "じゃあり", "とは言え", "아니", "아닙", "아닌", "değil", "नहीं", "不是", "不对", "不正确",
    ]

    private func refuses(_ marks: [Mark], isNext: Bool) -> Bool {
        let plain = marks.compactMap { if case .word(let word) = $0 { word } else { nil } }
        if plain.starts(with: ["i", "retract"]) || (!plain.isEmpty && plain.allSatisfy(Self.isNo)) { return true }
        if isNext, isDenied(marks.prefix(5)) { return true }
        var words = marks[...]
        while case .word(let word)? = words.first, Self.connectives.contains(word) { words = words.dropFirst() }
        guard case .word(let subject)? = words.first else { return false }
        if Self.subjects.contains(subject)
            || subject.hasSuffix("'s") && Self.subjects.contains(String(subject.dropLast(2)))
        {
            words = words.dropFirst()
            if case .word(let noun)? = words.first, ["answer", "value", "result"].contains(noun) {
                words = words.dropFirst()
            }
        } else if Self.joinedFaults.contains(where: subject.hasSuffix) {
            return !subject.contains("没")
        } else if !isNext {
            return false
        }
        return isFaulty(words)
    }

    // "no es correcto", "stimmt nicht", "yanlış", "सही नहीं है": a fault, or a virtue beside its denial.
    private func isDenied(_ marks: ArraySlice<Mark>) -> Bool {
        let words = marks.prefix { $0 != .other }.compactMap { if case .word(let word) = $0 { word } else { nil } }
            .filter { !HedgeWords.verbs.contains($0) && !Self.fillers.contains($0) && $0 != "est" && $0 != "está" }
        let isVirtue: (String) -> Bool = { Self.virtues.contains($0) }
        for (first, second) in zip(words, words.dropFirst()) {
            if HedgeWords.isDenial(first), isVirtue(second) || Self.failures.contains(second) {
                return isVirtue(second)
            }
            if isVirtue(first), HedgeWords.isDenial(second) { return true }
        }
        guard let first = words.first else { return false }
        return Self.foreignFaults.contains(first)
    }

    private static let foreignFaults: Set<String> = [
        "falsch", "faux", "fausse", "falso", "falsa", "incorrecto", "incorrecta", "incorreto", "errado", "errada",
        "sbagliato",
        "sbagliata", "неверно", "неправильно", "неверный", "yanlış", "yanlıştır", "salah", "sai", "خطأ", "خاطئة", "गलत",
        "fel",
        "błędne", "błędna", "niepoprawne", "onjuist", "fout",
    ]

    // [would] be|is [a|clearly …] wrong; does not|fails to [quite] work.
    private func isFaulty(_ words: ArraySlice<Mark>) -> Bool {
        var isDenied = false
        for mark in words.prefix(6) {
            guard case .word(let word) = mark else { return false }
            if HedgeWords.faults.contains(word) || Self.moreFaults.contains(word) { return !isDenied }
            if Self.failures.contains(word) { return true }
            if HedgeWords.isDenial(word) { isDenied = true }
            if isDenied, Self.virtues.contains(word) { return true }
            if !HedgeWords.isDenial(word), !HedgeWords.verbs.contains(word), !Self.fillers.contains(word) {
                return false
            }
        }
        return false
    }

    private static func isNo(_ word: String) -> Bool { word == "no" || connectives.contains(word) && word != "so" }

    private static let connectives: Set<String> = [
        "so", "but", "and", "however", "wait", "no", "hmm", "actually", "hence", "thus", "oh", "well", "therefore",
    ]
    private static let subjects: Set<String> = [
        "that", "this", "it", "which", "das", "es", "ce", "esto", "isso", "это",
    ]
    private static let moreFaults: Set<String> = [
        "неверен", "неправильный", "ошибочен", "erroneous", "mistaken", "impossible", "incorreta",
    ]
    private static let joinedFaults = ["错误的", "错误", "错的", "是错", "不成立", "不符合", "間違い", "誤り"]
    private static let failures: Set<String> = ["fails", "overcounts", "undercounts", "violates"]
    private static let virtues: Set<String> = [
        "work", "works", "satisfy", "satisfies", "hold", "fit", "fits", "match", "solve", "correct", "right", "valid",
        "true", "richtig", "correcto", "correcta", "stimmt", "juste", "correcte", "corretto", "corretta", "correto",
        "correta",
        "poprawne", "poprawna", "सही", "đúng", "doğru", "benar", "صحيح", "صحيحة", "верно", "правильно", "juist", "goed",
    ]
    private static let fillers: Set<String> = [
        "a", "an", "the", "would", "be", "does", "do", "did", "to", "clearly", "definitely", "actually", "simply",
        "just",
        "here", "of", "course", "seems", "looks", "s", "also", "obviously", "still", "quite", "can", "could", "will",
    ]

    // MARK: Marks

    private enum Mark: Equatable {
        case word(String)
        /// A number, a formula, or a comma.
        case other
    }

    private func sentences(_ range: Range<Int>) -> [[Mark]] {
        var found: [[Mark]] = [[]]
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            if Ascii.isWordByte(byte), !Ascii.isDigit(byte), !isStop(at: position, range) {
                let start = position
                while position < range.upperBound,
                    (Ascii.isWordByte(bytes[position]) && !Ascii.isDigit(bytes[position])
                        && !isStop(at: position, range))
                        || bytes[position] == UInt8(ascii: "'")
                {
                    position += 1
                }
                found[found.count - 1].append(
                    .word(String(decoding: bytes[start..<position].map(Ascii.lower), as: UTF8.self)))
                continue
            }
            if ".?!\n;".utf8.contains(byte) || isStop(at: position, range) {
                if found.last?.isEmpty == false { found.append([]) }
                position += byte >= 0x80 ? 3 : 1
                continue
            }
            if Ascii.isDigit(byte) || byte == Ascii.comma || byte == Ascii.backslash {
                found[found.count - 1].append(.other)
            }
            position += 1
        }
        return found
    }

    private func isStop(at position: Int, _ range: Range<Int>) -> Bool {
        bytes[position] >= 0x80
            && (["。", "！", "？", "；", "，"] as [StaticString]).contains { bytes.has($0, at: position, in: range) }
    }
}

extension Array {
    fileprivate func suffix(while predicate: (Element) -> Bool) -> [Element] {
        Array(self[(lastIndex { !predicate($0) }.map { $0 + 1 } ?? startIndex)...])
    }
}
