/// Two texts word by word: what the first alone has and what the second alone has, in their order.
struct TextDifference {
    enum Part: Equatable {
        case same(String)
        case first(String)
        case second(String)
    }

    // The time grows with words times differences.
    private static let wordLimit = 1500

    let parts: [Part]
    /// Whether a text was too long to be compared to its end.
    let isCut: Bool

    init(_ first: String, _ second: String) {
        let (all, others) = (Self.words(first), Self.words(second))
        isCut = all.count > Self.wordLimit || others.count > Self.wordLimit
        let (one, other) = (Array(all.prefix(Self.wordLimit)), Array(others.prefix(Self.wordLimit)))
        var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
        for change in other.difference(from: one) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var parts: [Part] = []
        var (i, j) = (0, 0)
        while i < one.count || j < other.count {
            if i < one.count, removed.contains(i) {
                parts.add(.first(one[i]))
                i += 1
            } else if j < other.count, inserted.contains(j) {
                parts.add(.second(other[j]))
                j += 1
            } else if i < one.count {
                parts.add(.same(one[i]))
                i += 1
                j += 1
            } else {
                break
            }
        }
        self.parts = parts
    }

    // A word with the space before it.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isSpace = true
        for character in text {
            if character.isWhitespace, !isSpace {
                words.append(word)
                if words.count > wordLimit { return words }
                word = ""
            }
            isSpace = character.isWhitespace
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// One of the two texts, what it alone has marked.
    func markup(ofFirst: Bool) -> Markup {
        var markup: Markup = "<pre tabindex=\"0\">"
        for part in parts {
            switch part {
            case .same(let text): markup.add("\(text)")
            case .first(let text): if ofFirst { markup.add("<del>\(text)</del>") }
            case .second(let text): if !ofFirst { markup.add("<ins>\(text)</ins>") }
            }
        }
        markup.add("</pre>\n")
        return markup
    }
}

extension [TextDifference.Part] {
    fileprivate mutating func add(_ part: TextDifference.Part) {
        switch (last, part) {
        case (.same(let old), .same(let new)): self[count - 1] = .same(old + new)
        case (.first(let old), .first(let new)): self[count - 1] = .first(old + new)
        case (.second(let old), .second(let new)): self[count - 1] = .second(old + new)
        default: append(part)
        }
    }
}
