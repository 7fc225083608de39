import Experience
import Glibc
import Rollout
import Synchronization

/// `RolloutBenchmark URL IN_FLIGHT REQUESTS [stream]`: the whole engine against a server in vLLM's shape, closed loop.
///
/// Every answer is parsed into a checked record and handed to a sink; one line in the form of the C client's.
@main struct RolloutBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let inFlight = Int(arguments[2]), let total = Int(arguments[3]) else {
            print("usage: RolloutBenchmark URL IN_FLIGHT REQUESTS [stream]")
            return
        }
        var options = RolloutOptions()
        options.concurrency = inFlight
        options.stream = arguments.contains("stream")
        var sampling = SamplingParameters()
        sampling.maxTokens = 64
        let driver = try CurlDriver(maxConnections: inFlight + 16)
        let endpoint = try Endpoint(url: arguments[1], server: .vllm, model: "tiny")
        let engine = RolloutEngine(
            driver: driver, endpoints: [endpoint], sampling: sampling, seed: 1, options: options)
        let problem = Problem(id: "p", prompt: .text(String(repeating: "word ", count: 14)))
        let samples = 16
        let next = Atomic(0)
        let latencies = Mutex<[Int64]>([])
        let usable = Atomic(0)
        let start = clock()
        let summary = try await engine.run {
            let ordinal = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if ordinal * samples >= total { return nil }
            return WorkItem(ordinal: ordinal, problem: problem, missing: Array(0..<samples))
        } sink: { batch in
            latencies.withLock { latencies in
                for case .completion(let sample) in batch {
                    latencies.append(sample.completion.finishedAt - sample.completion.startedAt)
                    let isWhole = sample.completion.tokenIDs.count == 64 && sample.completion.logprobs.count == 64
                    if isWhole, sample.unusable == nil { usable.wrappingAdd(1, ordering: .relaxed) }
                }
            }
        }
        let end = clock()
        let wall = end.wall - start.wall
        let cpu = end.cpu - start.cpu
        let count = Double(summary.completions)
        let sorted = latencies.withLock { $0.dropFirst(inFlight < total / 2 ? inFlight : 0).sorted() }
        func percentile(_ share: Double) -> Int64 {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }
        let failures = summary.failures.values.reduce(0, +)
        print(
            "assay conc=\(inFlight) n=\(summary.completions) wall=\(rounded(wall))s req/s=\(Int(count / wall))",
            "cpu=\(rounded(cpu))s req/s/core=\(Int(count / cpu)) tokens/s/core=\(Int(Double(summary.tokens) / cpu))",
            "p50=\(percentile(0.5))ms p99=\(percentile(0.99))ms max=\(sorted.last ?? 0)ms",
            "rss=\(end.residentMegabytes)MB usable=\(usable.load(ordering: .relaxed)) err=\(failures)")
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    /// Wall and processor seconds of this process, and its largest resident size.
    private static func clock() -> (wall: Double, cpu: Double, residentMegabytes: Int) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) * 1e-6 }
        return (
            Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9, seconds(usage.ru_utime) + seconds(usage.ru_stime),
            usage.ru_maxrss / 1024
        )
    }
}
