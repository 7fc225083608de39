import Foundation

/// What a process that failed wrote to stderr, as part of a message.
package enum LastWords {
    /// `: the line that decides`, with what led to it behind; empty for no words. Explanations are cut at their end where they
    /// are shown, and a traceback says at its own end what went wrong.
    package static func text(of tail: [UInt8]) -> String {
        let text = String(decoding: tail.suffix(600), as: UTF8.self).trimmed
        let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }
        guard let last = lines.last else { return "" }
        let line = lines.last { line in marks.contains { line.contains($0) } } ?? last
        let decisive = line.count > 200 ? String(line.prefix(200)) + "…" : line
        return ": \(decisive)" + (lines.count > 1 ? "; its stderr ends: \(text)" : "")
    }

    // Python, Node, Rust and compilers name an error so; a hint or a version often follows.
    private static let marks = ["Error", "Exception", "error:", "panicked at"]
}

extension [String] {
    /// A command for a message: a program that is written in an argument is not repeated in each of them.
    package var shortened: String {
        let words = map { word in
            let line = word.split(whereSeparator: \.isNewline).first.map { String($0).trimmed } ?? ""
            return line.count > 60 || line.utf8.count < word.trimmed.utf8.count ? String(line.prefix(60)) + "…" : line
        }
        let text = words.joined(separator: " ")
        return text.count > 200 ? String(text.prefix(200)) + "…" : text
    }
}

extension StringProtocol {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
