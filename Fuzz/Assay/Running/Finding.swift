import Foundation
import JSON

/// An input that broke its target.
struct Finding {
    /// How.
    enum Kind: Equatable {
        /// A signal ended the process, with these last words.
        case signal(Int32, words: String)
        /// It ran two seconds longer than it may.
        case overdue(seconds: Double)
        /// The process grew beyond the limit.
        case memory(bytes: Int64)
        /// A promise was broken.
        case promise(String)
    }

    var target: String
    var kind: Kind
    var seed: UInt64
    var index: UInt64
    var input: FuzzInput

    /// Whether another run of the same input ends in the same way soon enough to try it often.
    var isQuick: Bool {
        switch kind {
        case .signal, .promise: true
        case .overdue, .memory: false
        }
    }

    private var words: String {
        switch kind {
        case .signal(let number, let words):
            "ended by signal \(number) (\(String(cString: strsignal(number)))) \(words)"
        case .overdue(let seconds): "still at it after \((seconds * 10).rounded() / 10) s"
        case .memory(let bytes): "grew by \(bytes >> 20) MB"
        case .promise(let message): message
        }
    }

    /// Writes the input as a row of the corpus; says where and what on the lines for a person.
    func record(in folder: String, number: Int) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = target.map { $0.isLetter ? $0 : "-" } + "-\(seed)-\(index).jsonl"
        let path = folder + "/" + String(name)
        try (input.row(target: target).text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return """
            FINDING \(number): \(target): \(words)
              seed \(seed), input \(index): \(input.description(target: target))
              again: AssayFuzz --replay \(path)
            """
    }
}
