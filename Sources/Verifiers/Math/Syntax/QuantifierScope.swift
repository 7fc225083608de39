/// Whether a statement is said of every value of a letter or of one at least.
enum QuantifierScope {
    case every
    case some

    /// Of the words beside a statement; nil where they say neither, or both.
    init?(_ words: some Sequence<String>) {
        var found: Set<QuantifierScope> = []
        for word in words.map({ $0.lowercased() }) {
            // Scripts without spaces run words together.
            let isJoined = (word.utf8.first ?? 0) >= 0xE3
            if Self.all.contains(word) || isJoined && Self.joinedAll.contains(where: word.contains) {
                found.insert(.every)
            }
            if Self.one.contains(word)
                || isJoined && Self.joinedOne.contains(where: word.replacing("である", with: "").contains)
            {
                found.insert(.some)
            }
        }
        guard found.count == 1, let scope = found.first else { return nil }
        self = scope
    }

    /// Whether letters are what a statement is about: the argument of a function, or those of an inequality. A constant of its
    /// right side may be any value and some value alike.
    static func binds(_ letters: Set<String>, _ statement: Expression) -> Bool {
        guard case .relation(let sides, let relations) = statement, let first = sides.first else { return false }
        guard relations.allSatisfy({ $0 == .equal }) else { return !letters.isDisjoint(with: statement.symbols) }
        switch first {
        case .symbol: return false
        case .apply(_, let arguments):
            return arguments.contains { !letters.isDisjoint(with: $0.symbols) }
        default: return !letters.isDisjoint(with: first.symbols)
        }
    }

    private static let all: Set<String> = [
        "\\forall", "all", "any", "every", "each", "arbitrary", "alle", "allen", "jede", "jedes", "jeden", "beliebige",
        "tout", "tous", "toute", "toutes", "todo", "toda", "todos", "todas", "cualquier", "qualquer", "ogni", "tutti",
        "всех", "любого", "любых", "каждого", "mọi", "सभी", "لكل", "her", "semua", "każdego", "wszystkich",
    ]
    private static let one: Set<String> = [
        "\\exists", "some", "certain", "ein", "eine", "einige", "gewisse", "certaine", "certains", "algún", "alguna",
        "algum", "alguma", "algunos", "qualche", "некоторого", "некоторых", "некоторой", "nào", "कुछ", "لبعض", "bazı",
        "beberapa", "pewnego",
    ]
    private static let joinedAll = ["所有", "任意", "一切", "全て", "すべて", "任意の", "모든", "임의의"]
    private static let joinedOne = ["某", "存在", "ある", "어떤"]
}
