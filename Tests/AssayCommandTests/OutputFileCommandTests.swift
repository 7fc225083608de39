import Foundation
import Testing

/// Every option that writes a file, over everything that it may not replace, with --force and without.
@Suite(.serialized) struct OutputFileCommandTests {
    private static let samples = Task { try await CommandSamples().folder }

    /// How a command is told where to write, and the inputs that it then has; `OUT` is the place.
    struct Case: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var inputs: [String] = []
        /// A file of the same kind, which --force replaces.
        var like: String

        var testDescription: String { arguments.prefix(2).joined(separator: " ") }
    }

    static let page = "<!doctype html>\n<meta name=\"generator\" content=\"assay\">\n"
    static let cases = [
        Case(
            arguments: ["verify", "rows.jsonl", "--verifier", "exact", "-o", "OUT"], inputs: ["rows.jsonl"],
            like: #"{"verdict": {}}"#),
        Case(
            arguments: ["verify", "scored.jsonl", "--verifier", "exact", "-o", "OUT"], inputs: ["scored.jsonl"],
            like: #"{"verdict": {}}"#),
        Case(
            arguments: ["merge", "part1", "part2", "-o", "OUT"],
            inputs: ["part1", "part2", "part1.shard.json", "part2.shard.json"], like: #"{"verdict": {}}"#),
        Case(arguments: ["report", "demo/experience.sqlite", "--html", "OUT"], like: page),
        Case(arguments: ["report", "scored.jsonl", "--html", "OUT"], inputs: ["scored.jsonl"], like: page),
        Case(
            arguments: ["compare", "demo/experience.sqlite", "demo/experience.sqlite@demo", "--html", "OUT"], like: page
        ),
        Case(arguments: ["browse", "demo/experience.sqlite", "--html", "OUT"], like: page),
        Case(arguments: ["init", "OUT"], like: "name: mine\n"),
    ]

    @Test(arguments: cases)
    func nothingButItsLikeIsReplaced(_ given: Case) async throws {
        let samples = try await Self.samples.value
        func run(_ place: String, _ more: String...) async throws -> AssayProcess.Result {
            try await AssayProcess.run(
                given.arguments.map { $0 == "OUT" ? place : $0 } + more, folder: samples.path)
        }
        let foreign = [
            "demo/experience.sqlite", "demo/experience.sqlite-wal", "demo/experience.sqlite.lock",
            "demo/problems.jsonl",
            "labelled.jsonl", "notes", "script.py", "demo", "/dev/random",
        ]
        try samples.write("my notes\n", to: "notes")
        try samples.write("print(1)\n", to: "script.py")
        for place in foreign + given.inputs {
            let before = contents(samples.file(place))
            for more in [[], ["--force"]] {
                let result = try await AssayProcess.run(
                    given.arguments.map { $0 == "OUT" ? place : $0 } + more, folder: samples.path)
                #expect(result.code == 2, "\(place) \(more): \(result.errors)")
                #expect(result.errors.hasPrefix("assay: \(place)") && result.errors.split(separator: "\n").count == 1)
            }
            #expect(contents(samples.file(place)) == before, "\(place)")
        }
        // Its like, by way of a link, keeps its permissions; the link stays.
        let like = try samples.write(given.like, to: "like")
        _ = chmod(like, 0o600)
        try? FileManager.default.createSymbolicLink(atPath: samples.file("link"), withDestinationPath: "like")
        let refused = try await run("link")
        #expect(refused.code == 2 && refused.errors.contains("exists; "), "\(refused.errors)")
        #expect(contents(like) == Data(given.like.utf8))
        let replaced = try await run("link", "--force")
        #expect(replaced.code == 0, "\(replaced.errors)")
        #expect((contents(like)?.count ?? 0) > given.like.utf8.count)
        #expect(try FileManager.default.attributesOfItem(atPath: like)[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: samples.file("link")) == "like")
        // Streams are written to as they are.
        for place in ["-", "/dev/stdout", "/dev/fd/1", "/dev/null"] {
            let result = try await run(place)
            #expect(result.code == 0, "\(place): \(result.errors)")
            #expect(place == "/dev/null" || result.output.utf8.count > 100, "\(place)")
            // Nothing else is mixed in.
            let isPage = given.like == Self.page
            let ends = isPage ? "</html>\n" : given.like.hasPrefix("{") ? "}\n" : ""
            #expect(place == "/dev/null" || result.output.hasSuffix(ends), "\(place): \(result.output.suffix(80))")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: samples.path)
        #expect(!names.contains { $0.hasPrefix(".assay-") || $0.hasSuffix(".part") })
    }

    private func contents(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    @Test func aFullDiskLeavesWhatWasThere() async throws {
        let samples = try await Self.samples.value
        // A file system of 64 KiB, where one can be made.
        let line = """
            mkdir -p small && mount -t tmpfs -o size=64k none small 2>/dev/null || { echo skipped; exit 0; }
            trap 'umount small' EXIT
            cat >small/page.html
            head -c 40000 /dev/zero >small/filler
            "$ASSAY" report demo/experience.sqlite --html small/page.html --force --quiet; echo "code $?"
            cat small/page.html; ls -A small
            """
        let result = try await AssayProcess.shell(
            "unshare -m bash -c '" + line.replacing("'", with: #"'\''"#) + "' <<<'\(Self.page)'", folder: samples.path)
        if result.output.isEmpty || result.output.contains("skipped") { return }
        #expect(result.output.contains("code 1") && result.output.contains(Self.page), "\(result.output)")
        #expect(result.errors.contains("cannot write: No space left on device"), "\(result.errors)")
        #expect(result.output.hasSuffix("filler\npage.html\n"), "\(result.output)")
    }

    /// SIGXFSZ would end the process.
    @Test func aLimitOfFileSizeIsOneLine() async throws {
        let samples = try await Self.samples.value
        let result = try await AssayProcess.shell(
            #"ulimit -f 1; "$ASSAY" report scored.jsonl --html limited.html --quiet"#, folder: samples.path)
        #expect(result.code == 1)
        #expect(result.errors.hasSuffix("cannot write: File too large\n"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: samples.file("limited.html")))
    }

    @Test func aRunReplacesItsOwnPageAndNoOther() async throws {
        let samples = try await Self.samples.value
        let mine = try samples.write("<!doctype html><title>mine</title>", to: "mine.html")
        let refused = try await AssayProcess.run(
            ["run", "demo/config.yaml", "--set", "report.html=mine.html"], folder: samples.path)
        #expect(refused.code == 2 && refused.errors.contains("mine.html is not an HTML page of assay"))
        #expect(contents(mine) == Data("<!doctype html><title>mine</title>".utf8))
        for _ in 1...2 {
            let made = try await AssayProcess.run(["run", "demo/config.yaml", "--quiet"], folder: samples.path)
            #expect(made.code == 0, "\(made.errors)")
        }
    }

    @Test func aDemoReplacesADemoAndNothingElse() async throws {
        let folder = try TemporaryFolder()
        let samples = try await Self.samples.value
        let store = try Data(contentsOf: URL(fileURLWithPath: samples.file("demo/experience.sqlite")))
        try store.write(to: URL(fileURLWithPath: folder.file("experience.sqlite")))
        let refused = try await AssayProcess.run(["demo", "--simulated", "--folder", folder.path])
        #expect(refused.code == 2 && refused.errors.contains("is not of an earlier demo"), "\(refused.errors)")
        #expect(contents(folder.file("experience.sqlite")) == store)
    }

    @Test func aVerifierThatWasWrittenByHandIsNotReplaced() async throws {
        let folder = try TemporaryFolder()
        #expect(try await AssayProcess.run(["verifier", "init", "--python", "mine"], folder: folder.path).code == 0)
        let again = try await AssayProcess.run(["verifier", "init", "--python", "mine"], folder: folder.path)
        #expect(again.code == 2 && again.errors.contains("mine.py exists"))
        #expect(
            try await AssayProcess.run(["verifier", "init", "--python", "mine", "--force"], folder: folder.path).code
                == 0)
        try folder.write("print(1)", to: "mine.py")
        let refused = try await AssayProcess.run(
            ["verifier", "init", "--python", "mine", "--force"], folder: folder.path)
        #expect(refused.code == 2 && refused.errors.contains("is not a verifier"), "\(refused.errors)")
    }
}
