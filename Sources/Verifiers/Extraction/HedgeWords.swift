import Experience

/// Words that deny, bound or multiply an answer, in the languages answers come in. Lower case.
enum HedgeWords {
    /// English, French, German, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Ukrainian, Turkish, Indonesian,
    /// Vietnamese, Hindi, Arabic, Swedish, Norwegian, Finnish, Czech, Croatian, Greek, Hebrew.
    private static let denials: Set<String> = Set(
        """
        not never neither nor cannot no without except pas jamais nicht kein keine keinesfalls nie niemals weder
        nunca jamás tampoco não nem non mai niet geen inte ej ikke ikkje ei není nejsou nije nisu δεν όχι לא אינה
        אינו איננו не ни нет никогда ні değil bukan tidak không नहीं ليس ليست لا
        """.words)

    // Chinese, Japanese and Korean run words together.
    private static let joinedDenials = [
        "不", "并非", "非", "没", "ではな", "じゃな", "でない", "ではあり", "じゃあり", "아니", "아닙", "아닌", "않",
    ]

    /// Whether a word denies.
    static func isDenial(_ word: String) -> Bool {
        if denials.contains(word) || word.hasSuffix("n't") || word.hasPrefix("n'") { return true }
        guard isJoined(word) else { return word.utf8.first == 0xE0 && word.contains("ไม่") }
        return joinedDenials.contains { word.contains($0) }
    }

    /// Whether a word right after an answer denies it without a verb between them: 42ではありません, 42가 아닙니다, 42 nahi.
    static func isPostponedDenial(_ word: String) -> Bool {
        if word.hasSuffix("n't") || word.hasPrefix("değil") || word == "नहीं" { return true }
        guard isJoined(word) else { return false }
        return joinedDenials.contains { word.contains($0) }
    }

    /// Whether a word right after an announced answer makes it a bound: 42以上.
    static func isPostponedBound(_ word: String) -> Bool {
        isJoined(word)
            && ["以上", "以下", "未満", "未满", "超", "より", "이상", "이하", "미만", "초과", "보다"].contains { word.hasPrefix($0) }
    }

    // A script without spaces, or Korean: three bytes from U+3000 on.
    private static func isJoined(_ word: String) -> Bool { (word.utf8.first ?? 0) >= 0xE3 }

    /// Whether a word offers another answer.
    static func isAlternative(_ word: String) -> Bool {
        alternatives.contains(word) || (isJoined(word) && joinedAlternatives.contains { word.hasPrefix($0) })
    }

    private static let joinedAlternatives = ["或", "または", "又は", "もしくは", "또는", "혹은"]

    private static let alternatives: Set<String> = [
        "or", "oder", "ou", "o", "u", "oppure", "или", "або", "чи", "lub", "albo", "veya", "atau", "hoặc", "या", "أو",
        "eller", "nebo", "vagy", "sau", "ili", "ή", "tai", "או",
        "还是", "か", "이나",
    ]

    static let conjunctions: Set<String> = [
        "and", "und", "et", "y", "e", "и", "та", "i", "ve", "dan", "và", "और", "و", "和", "与", "及", "と", "와", "과",
    ]

    /// Words that announce a choice.
    static let choosers: Set<String> = [
        "either", "entweder", "soit", "among", "between", "zwischen", "entre", "между", "між", "między", "tra", "介于",
    ]

    /// Words that bound what follows within two words: "more than", "at least", "mehr als", "au moins".
    static let bounds: Set<String> = [
        "than", "least", "most", "exceeds", "exceed", "exceeding", "beyond", "below", "above", "under", "over", "als",
        "mindestens", "höchstens", "über", "unter", "moins", "plus", "más", "menos", "mais", "больше", "меньше",
        "более",
        "менее", "大于", "小于", "超过", "至少", "至多", "最多", "最少", "少于", "多于", "低于", "高于",
    ]

    /// Whether a word bounds what follows, run together with others or not: 答案大于.
    static func isBound(_ word: String) -> Bool {
        bounds.contains(word) || (isJoined(word) && bounds.contains { isJoined($0) && word.hasSuffix($0) })
    }

    /// Comparatives that bound what follows them and one of `comparedBy`: "menor que", "maggiore di", "minder dan".
    static let comparatives: Set<String> = [
        "menor", "mayor", "inferior", "superior", "maior", "inferiore", "superiore", "maggiore", "minore", "inférieur",
        "inférieure", "supérieur", "supérieure", "minder", "meer", "groter", "kleiner", "mindre", "större", "større",
        "mniejsza", "mniejszy", "większa", "większy", "menší", "větší", "μικρότερη", "μεγαλύτερη", "pienempi",
        "suurempi",
    ]
    static let comparedBy: Set<String> = [
        "que", "di", "a", "à", "al", "dan", "än", "enn", "end", "niż", "než", "από", "kuin",
    ]

    /// After "or": a bound instead of a second value.
    static let more: Set<String> = [
        "more", "less", "fewer", "greater", "higher", "lower", "larger", "smaller", "above", "below", "mehr", "weniger",
        "plus", "moins", "más", "menos", "mais", "больше", "меньше",
    ]

    /// "8 to 9".
    static let ranges: Set<String> = ["to", "through", "bis", "à", "до", "到", "至"]

    static let verbs: Set<String> = [
        "is", "are", "was", "were", "equals", "equal", "gives", "est", "ist", "sind", "es", "é", "è", "son", "são",
        "jest",
        "равен", "равно", "равна",
    ]

    static let faults: Set<String> = [
        "wrong", "incorrect", "false", "invalid", "falsch", "faux", "fausse", "incorrecte", "falso", "falsa",
        "incorrecto",
        "incorrecta", "incorreto", "errado", "sbagliato", "неверно", "неправильно",
    ]

    /// After a denial, what holds instead: "not 41 but 42".
    static let turns: Set<String> = [
        "but", "rather", "sondern", "sino", "mas", "ma", "а", "而是", "instead", "therefore", "thus", "hence", "so",
    ]

    static let otherwise: Set<String> = ["otherwise", "else", "sonst", "sinon", "否则"]

    /// Words that begin a reservation: "5, though it might be 7".
    static let concessions: Set<String> = [
        "though", "although", "but", "perhaps", "maybe", "possibly", "unless", "aber", "obwohl", "mais", "pero", "хотя",
        "но",
    ]

    static let possibilities: Set<String> = [
        "might", "may", "could", "perhaps", "maybe", "possibly", "könnte", "vielleicht", "pourrait", "podría", "quizás",
        "может", "возможно",
    ]
}
