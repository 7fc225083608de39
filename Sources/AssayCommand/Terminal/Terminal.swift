import Foundation

/// What commands say to people: one-line errors and notes on stderr.
enum Terminal {
    /// Whether stderr is read by a person.
    static let isInteractive = isatty(2) == 1

    /// Prints `assay: message` on stderr.
    static func error(_ message: String) { line("assay: \(message)") }

    /// Prints a line on stderr.
    static func line(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// Prints a line on stdout, flushed in order with other writes.
    static func output(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
