import Experience
import Foundation
import JSON
import Verifiers

/// Items per second through worker processes: a trivial one in Python, a compiled one (this program itself), and the
/// same Python worker asked one item at a time, which is what a pipe costs without batches.
@main
struct PluginsBenchmark {
    static let python = """
        import json, os, sys
        out, sys.stdout = sys.stdout, sys.stderr
        for line in sys.stdin:
            message = json.loads(line)
            if "hello" in message:
                print('{"ready":1}', file=out, flush=True)
            for item in message.get("verify", []):
                if item["response"] == "die":
                    os._exit(7)
                if item["response"] == "garbage":
                    print("Traceback", file=out, flush=True)
                score = float(item["response"].strip() == item["answer"])
                print(json.dumps({"id": item["id"], "score": score}), file=out, flush=True)
        """

    static func main() async {
        if CommandLine.arguments.dropFirst().first == "worker" { return serve() }
        let items = (0..<40_000).map { index in
            VerificationItem(
                problem: Problem(
                    id: "\(index)", answer: "\(index % 7)",
                    fields: JSONRow(["id": .int(index), "question": "What is the remainder of a number by seven?"])),
                completion: Completion(text: "\(index % 10)"))
        }
        let script = ["python3", "-c", python]
        let own = [CommandLine.arguments[0], "worker"]
        print("items/s, one worker, \(items.count) items (per CPU-second of both processes in brackets)")
        let single = await rate("Python, one item per message", script, batch: 1, Array(items.prefix(10_000)))
        let python = await rate("Python, 64 items per message", script, batch: 64, items)
        let compiled = await rate("compiled, 64 items per message", own, batch: 64, items)
        print(
            String(
                format: "batching gains %.1f times in Python; compiled is %.1f times Python", python / single,
                compiled / python))
        await faults(items, script)
    }

    /// What faults cost, and that nothing of it stays: the same worker before, with one in 2,000 items that kills it or makes
    /// it write garbage, and after.
    private static func faults(_ items: [VerificationItem], _ command: [String]) async {
        var disturbed = items
        for (count, slot) in stride(from: 1000, to: items.count, by: 2000).enumerated() {
            disturbed[slot].completion.text = count % 2 == 0 ? "die" : "garbage"
        }
        var options = CommandVerifier.Options(command: command)
        options.workers = 1
        let verifier = CommandVerifier(options)
        _ = await verifier.verify(Array(items.prefix(100)))
        for (name, items) in [("before", items), ("with faults", disturbed), ("after", items)] {
            let start = ContinuousClock.now
            let verdicts = await verifier.verify(items)
            let rate = Double(items.count) / ((ContinuousClock.now - start) / .seconds(1))
            let failed = verdicts.count { $0.score == nil }
            print(String(format: "  %7.0f  ", rate) + "Python, \(name): \(failed) of \(items.count) failed")
        }
        await verifier.shutdown()
    }

    private static func rate(_ name: String, _ command: [String], batch: Int, _ items: [VerificationItem]) async
        -> Double
    {
        var options = CommandVerifier.Options(command: command)
        options.workers = 1
        options.batch = batch
        let verifier = CommandVerifier(options)
        _ = await verifier.verify(Array(items.prefix(100)))
        let before = processorSeconds()
        let start = ContinuousClock.now
        var correct = 0
        for slice in stride(from: 0, to: items.count, by: 2000) {
            let verdicts = await verifier.verify(Array(items[slice..<min(slice + 2000, items.count)]))
            correct += verdicts.count { $0.outcome == .correct }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        await verifier.shutdown()
        // The children's time is known once they are reaped.
        let used = processorSeconds() - before
        let rate = Double(items.count) / seconds
        print(String(format: "  %7.0f  [%7.0f]  ", rate, Double(items.count) / used) + "\(name), \(correct) correct")
        return rate
    }

    private static func processorSeconds() -> Double {
        [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue].reduce(0) { total, who in
            var usage = rusage()
            getrusage(who, &usage)
            let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            return total + Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        }
    }

    /// A worker: replies to each message with one line.
    private static func serve() {
        while let line = readLine() {
            guard let message = try? JSONValue(parsing: line.utf8) else { return }
            var writer = JSONWriter()
            if message["hello"] != nil {
                writer.value(["ready": 1])
            } else {
                writer.array { writer in
                    for item in message["verify"]?.arrayValue ?? [] {
                        writer.object { writer in
                            writer.key("id")
                            writer.int(item["id"]?.intValue ?? 0)
                            writer.key("score")
                            writer.bool(item["response"] == item["answer"])
                        }
                    }
                }
            }
            let bytes = writer.bytes + [UInt8(ascii: "\n")]
            _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        }
    }
}
