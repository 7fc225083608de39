/// A secret of one run, as words that no program can guess: names of its own and what it must write.
struct RunSecret {
    /// Lower-case letters, for identifiers.
    let word: String
    /// The variable of the environment that makes a run the control run; nothing in its name says so.
    let control: String

    init() {
        func letters(_ count: Int) -> String {
            var random = SystemRandomNumberGenerator()
            return String(
                (0..<count).map { _ in Array("abcdefghijklmnopqrstuvwxyz")[Int.random(in: 0..<26, using: &random)] })
        }
        word = letters(24)
        control = letters(12)
    }

    /// The evidence of a run: each expected test, then the end; nil when the channel holds anything else.
    func evidence(in bytes: [UInt8]) -> (passed: Set<String>, failed: [String], isDone: Bool)? {
        var passed: Set<String> = []
        var failed: [String] = []
        var isDone = false
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[0] == word, !isDone else { return nil }
            switch words[1] {
            case "ran" where words.count == 3: passed.insert(String(words[2]))
            case "failed" where words.count == 3: failed.append(String(words[2]))
            case "done": isDone = true
            default: return nil
            }
        }
        return (passed, failed, isDone)
    }
}
