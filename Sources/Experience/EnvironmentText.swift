import Foundation

/// Text of a configuration that names environment variables, so that secrets stand in no file of ours.
public enum EnvironmentText {
    /// `text` with every `${NAME}` replaced by that variable, its line end taken off.
    ///
    /// Throws `ConfigProblem` of `key` for a variable that is not set or holds a line break.
    public static func filled(_ text: String, key: String) throws(ConfigProblem) -> String {
        var filled = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = String(rest[start.upperBound..<end])
            guard let given = ProcessInfo.processInfo.environment[name] else {
                throw ConfigProblem(key, "the environment variable \(name) is not set")
            }
            let value = given.trimmingCharacters(in: .whitespacesAndNewlines)
            if value.hasControlCharacters {
                throw ConfigProblem(key, "the environment variable \(name) holds control characters")
            }
            filled += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
        }
        return filled + rest
    }

    /// Whether `text` is environment variables alone, so that it can be shown.
    public static func isReference(_ text: String) -> Bool {
        text.hasPrefix("${") && text.hasSuffix("}") && !text.dropFirst(2).dropLast().contains { "${}".contains($0) }
    }
}
