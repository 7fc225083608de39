extension String {
    /// The start of what a program wrote, safe to print: no control characters but line feed and tab, none that turns
    /// the direction of text.
    static func excerpt(_ bytes: some Collection<UInt8>, most: Int = 600) -> String? {
        if bytes.isEmpty { return nil }
        var text = ""
        for scalar in String(decoding: bytes.prefix(most), as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar != "\n" && scalar != "\t", .format, .lineSeparator, .paragraphSeparator:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return bytes.count > most ? text + "…" : text
    }
}
