import Datasets
import Experience
import Foundation
import JSON
import ToolCalls

/// `ToolCallsBenchmark speed FILE SCHEMAS` reads the outputs of a file again and again, `ToolCallsBenchmark fuzz FILE SCHEMAS COUNT SEED` changed
/// ones: FILE has rows {text, syntax, tools, special_at, prompt_tail}, SCHEMAS the lists of tools by name.
@main struct ToolCallsBenchmark {
    /// One output of a model.
    struct Output {
        var syntax: ToolSyntax
        var text: [UInt8]
        var special: [Range<Int>]?
        var tools: [Tool]
        var promptTail: String

        func read() -> ModelTurn { syntax.read(text, special: special, tools: tools, promptTail: promptTail) }
    }

    /// What is timed is no copy of an output.
    private final class Kept {
        let output: Output
        init(_ output: Output) { self.output = output }
    }

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else {
            print("usage: ToolCallsBenchmark speed|fuzz FILE SCHEMAS [COUNT] [SEED]")
            return
        }
        let outputs = try read(arguments[2], schemas: arguments[3])
        if arguments[1] == "fuzz" {
            let count = arguments.count > 4 ? Int(arguments[4]) ?? 0 : 1_000_000
            fuzz(outputs, count: count, seed: arguments.count > 5 ? UInt64(arguments[5]) ?? 0 : 0)
        } else {
            speed(outputs)
        }
    }

    private static func read(_ file: String, schemas: String) throws -> [Output] {
        let schemas = try JSONValue(parsing: Data(contentsOf: URL(filePath: schemas)))
        var tools: [String: [Tool]] = [:]
        for member in schemas.objectValue ?? [] {
            tools[member.key] = (member.value.arrayValue ?? []).compactMap(Tool.init)
        }
        return try Data(contentsOf: URL(filePath: file)).split(separator: 0x0A).compactMap { line in
            let row = try JSONValue(parsing: line)
            guard let syntax = ToolSyntax(named: row["syntax"]?.stringValue ?? "") else { return nil }
            let special = row["special_at"]?.arrayValue?.compactMap { pair -> Range<Int>? in
                guard let first = pair.arrayValue?.first?.intValue, let last = pair.arrayValue?.last?.intValue,
                    first <= last
                else { return nil }
                return first..<last
            }
            return Output(
                syntax: syntax, text: Array((row["text"]?.stringValue ?? "").utf8), special: special,
                tools: tools[row["tools"]?.stringValue ?? ""] ?? [], promptTail: row["prompt_tail"]?.stringValue ?? "")
        }
    }

    private static func speed(_ outputs: [Output]) {
        var lines: [(name: String, rate: Double)] = []
        for (name, own) in Dictionary(grouping: outputs, by: \.syntax.name).sorted(by: { $0.key < $1.key }) {
            lines.append((name, rate(own)))
        }
        for line in lines { print("\(line.name) \(Int(line.rate)) MB/s") }
        print(
            "all \(Int(rate(outputs))) MB/s: \(outputs.count) outputs, \(outputs.reduce(0) { $0 + $1.text.count }) bytes"
        )
        // As models that think write them: a thousand words before what is called.
        let long = outputs.map { output in
            var output = output
            let thoughts = Array(
                String(repeating: "so the next step is to look at what that gives us. ", count: 100).utf8)
            output.text = thoughts + output.text
            output.special = output.special?.map { $0.lowerBound + thoughts.count..<$0.upperBound + thoughts.count }
            return output
        }
        print("behind 5 kB of text: \(Int(rate(long))) MB/s")
    }

    /// Megabytes a second of processor time, the best of three.
    private static func rate(_ outputs: [Output]) -> Double {
        let kept = outputs.map(Kept.init)
        let bytes = outputs.reduce(0) { $0 + $1.text.count }
        let rounds = max(1, 2_000_000 / max(1, bytes))
        var best = 0.0
        var calls = 0
        for _ in 0..<3 {
            let start = clock()
            for _ in 0..<rounds {
                for one in kept { calls &+= one.output.read().calls.count }
            }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            best = max(best, Double(bytes * rounds) / seconds / 1e6)
        }
        precondition(calls >= 0)
        return best
    }

    /// Cut, copied, overwritten and joined outputs, in their own syntax or another: no trap, and no promise broken.
    private static func fuzz(_ outputs: [Output], count: Int, seed: UInt64) {
        var random = SplitMix64(state: seed)
        func below(_ end: Int) -> Int { end < 2 ? 0 : Int(random.next() % UInt64(end)) }
        var (faults, good, broken) = (0, 0, 0)
        let bytes = Array("{}[]()<>|\"':,\\/ \n=_0aA\u{0}\u{7F}".utf8) + [0xFF, 0xE2, 0x80]
        for number in 0..<count {
            var output = outputs[below(outputs.count)]
            for _ in 0...below(4) {
                let size = output.text.count
                switch below(6) {
                case 0 where size > 0: output.text.removeSubrange(below(size)..<size)
                case 1 where size > 0: output.text[below(size)] = bytes[below(bytes.count)]
                case 2 where size > 0:
                    let start = below(size)
                    output.text.removeSubrange(start..<start + below(min(16, size - start) + 1))
                case 3: output.text.insert(bytes[below(bytes.count)], at: below(size + 1))
                case 4 where size > 0 && size < 4096:
                    let start = below(size)
                    output.text.insert(
                        contentsOf: output.text[start..<start + below(size - start + 1)], at: below(size))
                default: output.text += outputs[below(outputs.count)].text.prefix(512)
                }
            }
            if below(4) == 0 { output.syntax = ToolSyntax.all[below(ToolSyntax.all.count)] }
            // Places of tokens that do not fit the text any more are hostile input, too.
            if below(2) == 0 { output.special = nil }
            let turn = output.read()
            for call in turn.calls {
                if call.fault == nil { good += 1 } else { faults += 1 }
                let isWhole = (call.fault == nil) == (call.arguments != nil)
                if !isWhole || (call.fault == nil && !output.tools.contains { $0.name == call.name }) {
                    broken += 1
                    print(
                        "broken: input \(number) of seed \(seed), \(output.syntax.name): \(String(decoding: output.text, as: UTF8.self))"
                    )
                }
            }
        }
        print("\(count) outputs, seed \(seed): \(good) good calls, \(faults) typed faults, \(broken) broken promises")
        if broken > 0 { exit(1) }
    }
}
