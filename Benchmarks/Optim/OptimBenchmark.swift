import Optim

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `OptimBenchmark [--groups N] [--tokens T] [--store FOLDER]`: rates of the optimiser's kernels on one thread, over
/// N x 16 completions of up to T ragged tokens, as lines of `name value unit`. `side_by_side.py` runs it beside numpy.
@main
struct OptimBenchmark {
    static func main() async throws {
        var groups = 1024
        var longest = 2048
        var folder: String?
        var onlyPack = false
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--groups": groups = arguments.popFirst().flatMap { Int($0) } ?? groups
            case "--tokens": longest = arguments.popFirst().flatMap { Int($0) } ?? longest
            case "--store": folder = arguments.popFirst()
            case "--only-pack": onlyPack = true
            default: print("unknown argument \(argument)")
            }
        }
        if !onlyPack {
            try Kernels(groups: groups, size: 16, longest: longest).run()
            try Scaling.run()
        }
        if let folder { try await PackBenchmark(folder: folder).run() }
    }
}

/// The best of several runs, in seconds of CPU time of this thread.
func seconds(runs: Int = 5, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<runs {
        var start = timespec()
        var end = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
        try body()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
        best = min(best, Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9)
    }
    return best
}

func report(_ name: String, _ value: Double, _ unit: String) {
    let rounded = value >= 100 ? value.rounded() : (value * 100).rounded() / 100
    print("\(name) \(rounded) \(unit)")
}
