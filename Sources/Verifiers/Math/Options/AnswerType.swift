import Experience

extension MathOptions {
    /// What an answer is, where the run or the row says it: what it decides that the text leaves open.
    public enum AnswerType: String, Sendable, CaseIterable {
        /// Whatever the gold reads as.
        case auto
        /// A constant, or several: a letter after it is its unit.
        case number
        /// A formula: a lone letter is a variable, not a choice.
        case expression
        /// An equation; never met by one side of it.
        case equation
        /// A set of the real line: `(1,2)` lies between 1 and 2, and several are their union.
        case interval
        /// Members in any order, repeated or not, whatever the brackets.
        case set
        /// Members in order, whatever the brackets.
        case list
        /// Coordinates in order: `(1,2)` is a pair.
        case tuple
        /// Letters of a multiple choice: `E` is no number.
        case choice
        /// Yes or no, true or false.
        case truth
        /// Words, compared as they are written.
        case text
    }
}

extension MathOptions.AnswerType {
    /// From a row's `answer_type`: these names, and those of OlympiadBench, UGMathBench and other published data. Several with
    /// commas between are one only where they agree.
    init(field: String) throws(MathFieldError) {
        var found: Set<Self> = []
        let words = field.split { !($0.isLetter || $0 == "_" || $0 == "-" || $0 == " ") }
        for word in words.prefix(64) {
            // UGMathBench's INT is an interval, others' int a number.
            let spelling = word.filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
            guard let type = spelling == "INT" ? .interval : Self.names[spelling.lowercased()] else {
                throw MathFieldError(
                    field: "answer_type",
                    message: "there is no type '\(word.prefix(40))'" + Self.hint(spelling.lowercased()))
            }
            found.insert(type)
        }
        self = found.count == 1 ? found.first ?? .auto : .auto
    }

    private static func hint(_ word: String) -> String {
        let nearest = word.nearest(in: names.keys.sorted()).map { "; did you mean '\($0)'?" }
        return nearest ?? word.hint(among: allCases.map(\.rawValue))
    }

    private static let names: [String: Self] = {
        let spellings: [(Self, String)] = [
            (.auto, "auto exactmatch needhumanevaluate other"),
            (.number, "number numbers numerical numeric nv integer int float decimal fraction percentage"),
            (.expression, "expression ex formula"), (.equation, "equation eq"), (.interval, "interval"),
            (.set, "set uol unorderedlist"), (.list, "list ol orderedlist"), (.tuple, "tuple"),
            (.choice, "choice mcs mcm mcq multiplechoice option"), (.truth, "truth tf bool boolean"),
            (.text, "text string oe"),
        ]
        var table: [String: Self] = [:]
        for (type, words) in spellings {
            for word in words.split(separator: " ") { table[String(word)] = type }
        }
        return table
    }()

    /// Whether it says nothing of how formulas are read.
    var isOpen: Bool { self == .auto || self == .expression }

    /// Whether it compares as letters or words, never as a formula.
    var isOfWords: Bool { self == .choice || self == .truth || self == .text }

    /// Whether a round pair may be an interval: nil leaves it to the other side.
    var readsPairsAsIntervals: Bool? {
        switch self {
        case .interval: true
        case .tuple, .list: false
        default: nil
        }
    }
}
