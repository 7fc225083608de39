import Datasets
import Experience
import JSON

/// Find a code of digits: each guess is answered with how many stand right and how many stand elsewhere (Mastermind; as
/// bulls and cows where no digit comes twice).
struct CodeGame: Game {
    private let length: Int
    private let symbols: Int
    private let code: [UInt8]
    private var asked: [String] = []
    private var best = 0
    private(set) var ending: GameEnding?

    static let moveText = "the digits that you guess"

    init(_ problem: Problem, _ settings: GameSettings, _ draw: inout SplitMix64) throws(EnvironmentError) {
        length = try problem.int("length", default: 4, in: 1...10)
        symbols = try problem.int("symbols", default: 6, in: 2...9)
        var code: [UInt8] = []
        for _ in 0..<length { code.append(UInt8(clamping: 0x30 + draw.draw(1...symbols))) }
        if let given = try problem.text("code") {
            code = Array(given.utf8)
            guard code.count == length, Self.isCode(code, symbols) else {
                throw problem.fault("code", "a text of \(length) digits from 1 to \(symbols)", .string(given))
            }
        }
        self.code = code
    }

    private static func isCode(_ bytes: [UInt8], _ symbols: Int) -> Bool {
        bytes.allSatisfy { (0x31...0x30 + symbols).contains(Int($0)) }
    }

    var rules: String {
        "I have chosen \(length) digits, each from 1 to \(symbols); a digit may come twice. Guess them: I answer with how "
            + "many stand at their place, and how many more are in the code at another. The last \(length) digits in one "
            + "piece that you write count."
    }

    var usualTurns: Int { 10 }
    var view: String { asked.isEmpty ? "No guess so far." : asked.joined(separator: "\n") }
    var stateHash: UInt64 { Environments.stateHash("code", asked.joined(separator: "\n")) }
    var progress: Double? { Double(best) / Double(length) }
    var secret: String? { "The code was \(String(decoding: code, as: UTF8.self))." }

    mutating func play(_ text: String) throws(PolicyFault) -> String {
        // Digits with spaces or commas between them are one guess too.
        let digits = Array(text.utf8.suffix(4096)).filter { $0 != 0x20 && $0 != 0x2C }
        let run = digits.split { !(0x30...0x39).contains($0) }.last { $0.count == length }
        guard let guess = run.map(Array.init), Self.isCode(guess, symbols) else {
            throw PolicyFault("A guess is \(length) digits from 1 to \(symbols).")
        }
        let right = zip(guess, code).count { $0 == $1 }
        let common = (1...symbols).reduce(0) { sum, symbol in
            let digit = UInt8(clamping: 0x30 + symbol)
            return sum + min(guess.count { $0 == digit }, code.count { $0 == digit })
        }
        best = max(best, right)
        let line = "\(String(decoding: guess, as: UTF8.self)): \(right) right, \(common - right) elsewhere"
        asked.append(line)
        if right == length { ending = .won }
        return line + "."
    }
}
