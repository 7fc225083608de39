/// Unit phrases in one spelling: "square centimeters", "cm squared" and "cm^2" are the same.
enum UnitName {
    static func normal(_ phrase: String) -> String {
        if ["per cent", "in", "pour cent"].contains(phrase.lowercased()) {
            return phrase.lowercased() == "in" ? "in" : "percent"
        }
        let lower = phrase.lowercased()
        if ["degrees celsius", "degree celsius", "deg c", "celsius"].contains(lower) { return "degC" }
        if ["degrees fahrenheit", "degree fahrenheit", "deg f", "fahrenheit"].contains(lower) { return "degF" }
        var result = ""
        var power = ""
        var joint = ""
        for word in phrase.split(whereSeparator: { $0 == " " || $0 == "." || $0 == "~" }) {
            switch word.lowercased() {
            case "per": joint = "/"
            case "square", "sq": power = "^2"
            case "cubic", "cu": power = "^3"
            case "squared": result += "^2"
            case "cubed": result += "^3"
            case "of", "the": continue
            case "a" where word != "A": continue
            case "in" where power.isEmpty: continue
            default:
                let (name, suffix) = split(String(word))
                result += joint + (UnitTable.normal(name) ?? UnitTable.caseless(name)) + suffix + power
                joint = " "
                power = ""
            }
        }
        return result
    }

    // "cm^2", "m/s".
    private static func split(_ word: String) -> (name: String, suffix: String) {
        guard let mark = word.firstIndex(where: { $0 == "^" || $0 == "/" }) else { return (word, "") }
        return (String(word[..<mark]), String(word[mark...]))
    }
}
