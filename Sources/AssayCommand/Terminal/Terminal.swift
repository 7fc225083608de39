import Experience
import Foundation
import Reports
import Synchronization

/// What commands say to people: results on stdout, one-line errors, notes and progress on stderr.
///
/// What stderr does not take is lost and changes nothing. The first failure of stdout is remembered: the work is done to its
/// end, later results are not tried, and the command's exit code tells.
enum Terminal {
    private struct State {
        /// Whether a line of progress stands on the terminal, to be wiped before anything else is written.
        var isLineDrawn = false
        var outputFailure: FileError?
    }

    /// Whether stderr is a terminal on which a line can be drawn again and again.
    static let isInteractive = isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Whether colour may be used on stderr: a terminal, and nobody who asked for none (https://no-color.org).
    static let hasColour = isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

    private static let state = Mutex(State())
    private static let wipe = "\r\u{1b}[K"

    /// Prints `assay: message` on stderr.
    static func error(_ message: String) {
        tell((hasColour ? "\u{1b}[1;31massay:\u{1b}[0m" : "assay:") + " " + TerminalText.shown(message))
    }

    /// Prints a line on stderr.
    static func line(_ text: String) { tell(TerminalText.shown(text)) }

    private static func tell(_ text: String) {
        state.withLock { state in
            write(state.isLineDrawn ? wipe + text + "\n" : text + "\n")
            state.isLineDrawn = false
        }
    }

    /// Shows how far the work is: in place on a terminal, as a line elsewhere. Not shown where stderr is not read just now.
    static func progress(_ text: String) {
        state.withLock { state in
            guard StandardStream.errors.isReady else { return }
            write(isInteractive ? wipe + text : text + "\n")
            state.isLineDrawn = isInteractive
        }
    }

    /// Takes the line of progress away.
    static func endProgress() {
        state.withLock { state in
            if state.isLineDrawn { write(wipe) }
            state.isLineDrawn = false
        }
    }

    /// Prints a line on stdout; on a terminal without anything that it would obey.
    static func output(_ text: String) { output(bytes: (isatty(1) == 1 ? TerminalText.shown(text) : text) + "\n") }

    /// Prints text as it is on stdout.
    static func output(bytes text: String) {
        state.withLock { state in
            guard state.outputFailure == nil else { return }
            if state.isLineDrawn { write(wipe) }
            state.isLineDrawn = false
            do throws(FileError) {
                try StandardStream.output.write(Array(text.utf8))
            } catch {
                state.outputFailure = error
            }
        }
    }

    /// Why stdout takes nothing more; nil as long as it does.
    static var outputFailure: FileError? { state.withLock { $0.outputFailure } }

    /// The failure, which no longer tells in the exit code.
    static func takeOutputFailure() -> FileError? {
        state.withLock { state in
            defer { state.outputFailure = nil }
            return state.outputFailure
        }
    }

    /// The width of the terminal that stderr is, in characters; 80 where it is not known.
    static var columns: Int { width(of: .errors) ?? 80 }

    /// The width of the terminal that a stream is, in characters; nil where it is none, or does not tell.
    static func width(of stream: StandardStream) -> Int? {
        var size = winsize()
        return ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    private static func write(_ text: String) {
        // Nobody is left to be told: the exit code is the work's own.
        try? StandardStream.errors.write(Array(text.utf8))
    }
}
