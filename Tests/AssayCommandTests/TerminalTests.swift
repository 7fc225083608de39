import Foundation
import TestServers
import Testing

/// What a command draws on a terminal: a pseudo-terminal of the test's own.
@Suite(.serialized) struct TerminalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What stands on a terminal of so many columns when `assay verifier golds` has found the bad one among 2500 rows.
    private func shown(columns: UInt16) async throws -> String {
        let rows = (1...2500).map { #"{"answer": "\#($0 == 1500 ? "y^{" : String($0))"}"# }
        try folder.write(rows.joined(separator: "\n"), to: "golds.jsonl")
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        // TIOCSPTLCK and TIOCGPTN of Linux, which Glibc's module does not have: unlock the other end, and tell its number.
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        try #require(terminal >= 0 && ioctl(terminal, 0x4004_5431, &isLocked) == 0)
        try #require(ioctl(terminal, 0x8004_5430, &number) == 0)
        let path = "/dev/pts/\(number)"
        // What was written is kept as long as somebody has the other end.
        let end = open(path, O_RDWR | O_NOCTTY)
        defer { close(end) }
        var size = winsize()
        (size.ws_row, size.ws_col) = (24, columns)
        let isSized = ioctl(end, UInt(TIOCSWINSZ), &size) == 0
        try #require(isSized)
        _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
        let result = try await AssayProcess.shell(
            #"TERM=xterm "$ASSAY" verifier golds golds.jsonl >"$1" 2>&1"#, [path], folder: folder.path)
        #expect(result.code == 1, "\(result)")
        var text: [UInt8] = []
        try await eventually {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(terminal, &bytes, bytes.count)
            if count > 0 { text += bytes[..<count] }
            return String(decoding: text, as: UTF8.self).hasSuffix("with 'math'\r\n")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// 0 is a terminal that does not tell.
    @Test(arguments: [(0, true), (20, true), (12, false), (1, false)] as [(UInt16, Bool)])
    func progressFitsTheTerminalAndMakesWayForResults(columns: UInt16, isWhole: Bool) async throws {
        let text = try await shown(columns: columns)
        #expect(text.hasPrefix("\r\u{1b}[K") && text.contains("/s\r") == isWhole, "\(text.debugDescription)")
        // The line of progress is gone before a result is written, and at the end.
        #expect(text.contains("\r\u{1b}[Kgolds.jsonl:1500: "), "\(text.debugDescription)")
        let table = try #require(text.range(of: "\r\n  kind"))
        let before = text[..<table.lowerBound]
        // A run of less than a tenth of a second draws no second line.
        #expect(before.hasSuffix("\r\u{1b}[K") || before.hasSuffix("\r\n"), "\(text.debugDescription)")
    }
}
