import JSON
import Verifiers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `MathBenchmark [--misses] [--runs N] CORPUS.jsonl…`: accuracy per category, false positives and negatives, rows per
/// second and latency percentiles on one core. Rows: `id, gold | answer, pred | response, expected | peer_correct,
/// category | model`.
@main
struct MathBenchmark {
    struct Row {
        var id: String
        var gold: String
        var prediction: String
        var expected: Bool
        var category: String
    }

    struct Tally {
        var rows = 0
        var right = 0
        var falsePositives: [Int] = []
        var falseNegatives: [Int] = []
    }

    static func main() throws {
        var paths: [String] = []
        var showsMisses = false
        var runs = 3
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--misses": showsMisses = true
            case "--runs": runs = arguments.popFirst().flatMap { Int($0) } ?? runs
            case "--explain":
                let gold = arguments.popFirst() ?? ""
                explain(gold, arguments.popFirst() ?? "")
            default: paths.append(argument)
            }
        }
        for path in paths { try measure(path, runs: runs, showsMisses: showsMisses) }
    }

    static func explain(_ gold: String, _ prediction: String) {
        for step in MathGrader.explain(gold: gold, prediction: prediction).trace.steps {
            print("\(step.name): \(step.result)")
        }
    }

    static func measure(_ path: String, runs: Int, showsMisses: Bool) throws {
        let rows = try read(path)
        guard !rows.isEmpty else {
            print("\(path): no rows")
            return
        }
        var grades: [MathGrade] = []
        var latencies = [Double](repeating: .infinity, count: rows.count)
        var best = Double.infinity
        for _ in 0..<max(1, runs) {
            grades.removeAll(keepingCapacity: true)
            let start = seconds()
            for (index, row) in rows.enumerated() {
                let begin = seconds()
                grades.append(MathGrader.grade(gold: row.gold, prediction: row.prediction))
                latencies[index] = min(latencies[index], seconds() - begin)
            }
            best = min(best, seconds() - start)
        }
        report(path, rows, grades, latencies, best, showsMisses: showsMisses)
    }

    static func report(
        _ path: String, _ rows: [Row], _ grades: [MathGrade], _ latencies: [Double], _ total: Double, showsMisses: Bool
    ) {
        var tallies: [String: Tally] = [:]
        for (index, row) in rows.enumerated() {
            let right = grades[index].isCorrect == row.expected
            for name in [row.category, "all"] {
                tallies[name, default: Tally()].rows += 1
                if right {
                    tallies[name, default: Tally()].right += 1
                } else if row.expected {
                    tallies[name, default: Tally()].falseNegatives.append(index)
                } else {
                    tallies[name, default: Tally()].falsePositives.append(index)
                }
            }
        }
        let sorted = latencies.sorted()
        func percentile(_ share: Double) -> String {
            fixed(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))] * 1e6, 1)
        }
        print("== \(path)")
        for (name, tally) in tallies.sorted(by: { $0.key < $1.key }) where name != "all" {
            line(name, tally)
        }
        guard let all = tallies["all"] else { return }
        line("all", all)
        print(
            "   \(Int(Double(rows.count) / total)) rows/s on one core; microseconds: p50 \(percentile(0.5)),",
            "p99 \(percentile(0.99)), max \(percentile(1)); peak memory \(peakMegabytes()) MB")
        guard showsMisses else { return }
        for (label, misses) in [("FP", all.falsePositives), ("FN", all.falseNegatives)] {
            for index in misses {
                let row = rows[index]
                print(
                    "\(label) [\(row.category)] gold \(row.gold.prefix(160))  |  extracted",
                    "\(grades[index].extracted ?? "-")  |  \(grades[index].reason): \(grades[index].rule)  |  \(row.id)"
                )
            }
        }
    }

    static func line(_ name: String, _ tally: Tally) {
        let share = fixed(100 * Double(tally.right) / Double(tally.rows), 2)
        let padded = name + String(repeating: " ", count: max(1, 22 - name.utf8.count))
        print(
            "   \(padded) \(tally.right)/\(tally.rows) = \(share) %, FP \(tally.falsePositives.count),",
            "FN \(tally.falseNegatives.count)")
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let scaled = Int((value * scale).rounded())
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale))." + String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
    }

    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func peakMegabytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss) / 1024
    }

    static func read(_ path: String) throws -> [Row] {
        guard let file = fopen(path, "r") else { throw JSONError("cannot open \(path)", at: 0) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes.append(contentsOf: buffer[..<count])
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let json = try JSONValue(parsing: Array(line))
            return Row(
                id: json["id"]?.stringValue ?? json["problem_id"]?.stringValue ?? "",
                gold: (json["gold"] ?? json["answer"])?.stringValue ?? "",
                prediction: (json["pred"] ?? json["response"])?.stringValue ?? "",
                expected: (json["expected"] ?? json["peer_correct"])?.boolValue ?? false,
                category: (json["category"] ?? json["model"])?.stringValue ?? "")
        }
    }
}
