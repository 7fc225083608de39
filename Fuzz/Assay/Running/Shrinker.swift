import Foundation
import JSON

/// Makes a finding's input smaller as long as the process still ends in the same way.
struct Shrinker {
    private let finding: Finding
    private let path: String
    private let options: [String]
    private let end: Int64

    /// `options` are those of every process; at most `seconds` are spent.
    init(_ finding: Finding, folder: String, options: [String], seconds: Double = 10) {
        self.finding = finding
        self.options = options
        path = folder + "/shrinking.jsonl"
        end = WorkerState.now + Int64(seconds * 1e9)
    }

    /// The smallest input found; the finding's own when it does not fail again.
    func smallest() -> FuzzInput {
        var input = finding.input
        guard finding.isQuick, fails(input) else { return input }
        for slot in input.parts.indices.reversed() {
            var without = input
            without.parts.remove(at: slot)
            if fails(without) { input = without }
        }
        for slot in input.parts.indices { shrink(slot, of: &input) }
        return input
    }

    /// Leaves out ever smaller stretches of a part.
    private func shrink(_ slot: Int, of input: inout FuzzInput) {
        var length = max(1, input.parts[slot].bytes.count / 2)
        while true {
            var start = 0
            while start < input.parts[slot].bytes.count {
                if WorkerState.now > end { return }
                var shorter = input
                shorter.parts[slot].bytes.removeSubrange(start..<min(start + length, shorter.parts[slot].bytes.count))
                if fails(shorter) { input = shorter } else { start += length }
            }
            if length == 1 { return }
            length /= 2
        }
    }

    private func fails(_ input: FuzzInput) -> Bool {
        if WorkerState.now > end { return false }
        let row = input.row(target: finding.target).text + "\n"
        guard (try? row.write(toFile: path, atomically: false, encoding: .utf8)) != nil,
            let child = try? Child(["--replay", path, "--quiet"] + options)
        else { return false }
        let ended = child.wait(seconds: 10)
        switch finding.kind {
        case .signal(let number, _): return ended == .signal(number)
        case .promise: return ended == .exit(FuzzWorker.failed)
        default: return false
        }
    }
}
