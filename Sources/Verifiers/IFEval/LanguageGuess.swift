import Experience

/// A language by its script and, where several share one, its most frequent short words. Enough to tell whole answers
/// apart; a sentence of names is nobody's language.
enum LanguageGuess {
    /// ISO 639-1 code; nil when the text gives no hint.
    static func code(of text: String) -> String? {
        var scripts: [String: Int] = [:]
        for scalar in text.unicodeScalars.prefix(20_000) {
            if let script = script(of: scalar.value) { scripts[script, default: 0] += 1 }
        }
        // Japanese is written with Chinese characters too; its own letters decide.
        if scripts["ja", default: 0] * 10 > scripts["zh", default: 0], scripts["ja"] != nil { scripts["zh"] = nil }
        guard let main = scripts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else { return nil }
        guard let languages = words[main] else { return main }
        var counts: [String: Int] = [:]
        for word in text.prefix(20_000).lowercased().split(whereSeparator: { !$0.isLetter }) {
            for (language, frequent) in languages where frequent.contains(String(word)) {
                counts[language, default: 0] += 1
            }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Whether nothing speaks against English: a text too short to tell passes.
    static func isEnglish(_ text: String) -> Bool { (code(of: text) ?? "en") == "en" }

    private static func script(of value: UInt32) -> String? {
        switch value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF: "latin"
        case 0x370...0x3FF: "el"
        case 0x400...0x52F: "cyrillic"
        case 0x590...0x5FF: "he"
        case 0x600...0x6FF: "arabic"
        case 0x900...0x97F: "devanagari"
        case 0x980...0x9FF: "bn"
        case 0xA00...0xA7F: "pa"
        case 0xA80...0xAFF: "gu"
        case 0xB80...0xBFF: "ta"
        case 0xC00...0xC7F: "te"
        case 0xC80...0xCFF: "kn"
        case 0xD00...0xD7F: "ml"
        case 0xE00...0xE7F: "th"
        case 0x3040...0x30FF: "ja"
        case 0x4E00...0x9FFF: "zh"
        case 0xAC00...0xD7AF: "ko"
        default: nil
        }
    }

    private static func set(_ text: String) -> Set<String> { Set(text.words) }

    private static let words: [String: [String: Set<String>]] = [
        "latin": [
            "en": set("the of and to in is that it was for on are with as his they be at this have from or by not but"),
            "de": set(
                "der die und das ist nicht ein eine zu den mit sich auf für von dem im auch als wie wird sind es"),
            "fr": set(
                "le la les et des est un une du que qui dans pour pas sur au avec ce il elle sont nous vous plus"),
            "es": set("el la los las y que de en un una es por con para del se no lo como más su al está son"),
            "it": set("il di che è e la un per non una sono con del della gli le si da anche come più nel alla"),
            "pt": set("o a de que e do da em um uma para é com não os as se na por mais dos como mas foi ao são"),
            "nl": set("de het een en van is dat niet op te zijn met voor er die aan hij ook als naar maar bij"),
            "sv": set("och att det som en på är av för med den till inte har de ett om var jag men"),
            "pl": set("i w nie na się z do to że jest jak po co od za ale przez o jego są"),
            "fi": set("ja on ei se että hän oli ovat mutta joka kun niin myös kuin tai voi sen"),
            "vi": set("và của là có không được cho một những các trong người với này để đã"),
            "tr": set("ve bir bu da de için ile çok olarak daha gibi olan ne var değil o"),
            "sw": set("na ya wa kwa ni katika za la kuwa hii cha kama watu lakini pia hiyo"),
            "id": set("yang dan di itu dengan untuk tidak ini dari dalam akan pada juga adalah"),
        ],
        "cyrillic": [
            "ru": set("и в не на что с по это как а к у из за от но для все так он она они был"),
            "bg": set("и на да се в от за не са е с по като това че който са който ще"),
            "uk": set("і в не на що з та у це як до за від але для є він вони які"),
        ],
        "arabic": [
            "ar": set("في من على أن إلى هذا التي الذي عن مع هو كان ما لا"),
            "fa": set("و در به از که این را با است برای آن یک می های"),
            "ur": set("کے میں کی ہے اور سے کا کو نے پر یہ ہیں"),
        ],
        "devanagari": [
            "hi": set("के में की है और से का को ने पर यह हैं एक"),
            "mr": set("आहे आणि च्या ते या मध्ये नाही हे आहेत व"),
            "ne": set("को छ र मा हो लाई छन् यो पनि भने"),
        ],
    ]
}
