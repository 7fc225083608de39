import Experience
import Foundation
import JSON

/// Judgements already made, in memory and if wanted in a file, and how many requests may still be sent.
actor JudgeMemory {
    private nonisolated let executor = BlockingExecutor(label: "assay.judge")
    private var texts: [String: [String]] = [:]
    private let path: String?
    private var hasRead = false
    private var isTorn = false
    private var budget: Int

    /// A thread of its own: file I/O blocks.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String?, budget: Int?) {
        self.path = path
        self.budget = budget ?? .max
    }

    /// Why answers cannot be kept in a file: it must be absent, empty or one of a judge's answers, and be read and written.
    /// nil when they can.
    static func obstacle(in path: String) -> String? {
        do {
            let kind = FileKind.rows("a file of a judge's answers", with: "answers")
            guard try OutputFile(path, kind: kind, force: true).isFile else {
                return "'\(path)' is no file and keeps nothing; name one"
            }
            let isThere = access(path, F_OK) == 0
            if isThere, access(path, R_OK | W_OK) != 0 { return "'\(path)' cannot be read and written; name another" }
            return nil
        } catch {
            return "\(error)"
        }
    }

    func recall(_ key: String) -> [String]? {
        readFile()
        return texts[key]
    }

    /// Takes requests from the budget; false when it has not as many left.
    func spend(_ requests: Int = 1) -> Bool {
        if budget < requests { return false }
        budget -= requests
        return true
    }

    func keep(_ answers: [String], for key: String) {
        texts[key] = answers
        guard let path else { return }
        let row: JSONValue = ["key": .string(key), "answers": .array(answers.map(JSONValue.string))]
        let line = (isTorn ? [UInt8(ascii: "\n")] : []) + row.bytes + [UInt8(ascii: "\n")]
        do {
            // One write: lines of several processes do not mix.
            try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND).write(line)
            isTorn = false
        } catch {
            // A cache that cannot be written costs a request, no more; the next line must not be lost with half of this one.
            isTorn = true
        }
    }

    private func readFile() {
        guard !hasRead else { return }
        hasRead = true
        guard let path, let contents = FileManager.default.contents(atPath: path) else { return }
        for line in contents.split(separator: UInt8(ascii: "\n")) {
            guard let row = try? JSONValue(parsing: line), let key = row["key"]?.stringValue else { continue }
            texts[key] = row["answers"]?.arrayValue?.compactMap(\.stringValue)
        }
    }
}
