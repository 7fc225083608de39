import Foundation
import JSON
import Testing

/// `assay verify` and `assay merge` as processes: rows in, rows out, and what goes wrong.
@Suite struct VerifyCommandTests {
    let folder: TemporaryFolder
    let input: String
    static let count = 100

    init() throws {
        folder = try TemporaryFolder()
        let rows = (0..<Self.count).map {
            #"{"n": \#($0), "response": "so it is \#($0 % 3 == 0 ? $0 : $0 + 1)", "answer": "\#($0)"}"#
        }
        input = try folder.write(rows.joined(separator: "\n") + "\n", to: "in.jsonl")
    }

    /// A plug-in to which every response is right.
    static let worker = #"""
        tab=$(printf '\t')
        read -r hello
        printf '{"ready":1,"format":"tsv"}\n'
        while IFS= read -r line; do printf '%s\t1\n' "${line%%"$tab"*}"; done
        """#

    func text(_ name: String) throws -> String { try String(contentsOfFile: folder.file(name), encoding: .utf8) }

    /// A file's rows without the time each took.
    func rows(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { line in
            let row = try JSONValue(parsing: line.utf8)
            let verdict = (row["verdict"]?.objectValue ?? []).filter { $0.key != "milliseconds" }
            return ["n": row["n"] ?? nil, "verdict": .object(verdict)]
        }
    }

    @Test func addsAVerdictToEachRowInOrder() async throws {
        let result = try await AssayProcess.run(["verify", input, "--quiet"])
        #expect(result.code == 0, "\(result.errors)")
        let rows = try rows(result.output)
        #expect(rows.map { $0["n"]?.intValue } == (0..<Self.count).map { $0 })
        for row in rows {
            let isRight = (row["n"]?.intValue ?? 1) % 3 == 0
            #expect(row["verdict"]?["outcome"]?.stringValue == (isRight ? "correct" : "incorrect"))
            #expect(row["verdict"]?["score"]?.doubleValue == (isRight ? 1 : 0))
            #expect(row["verdict"]?["verifier"]?.stringValue == "math")
        }
        #expect(
            result.output.hasPrefix(#"{"n": 0, "response": "so it is 0", "answer": "0","verdict":"#), "input bytes stay"
        )
    }

    @Test func readsStandardInput() async throws {
        let result = try await AssayProcess.run(["verify", "-", "--quiet"], input: text("in.jsonl"))
        #expect(result.code == 0, "\(result.errors)")
        #expect(try rows(result.output).count == Self.count)
    }

    @Test(arguments: [0, 1, 777, 5000])
    func resumesAnOutputCutAnywhere(kept: Int) async throws {
        let output = folder.file("out.jsonl")
        let first = try await AssayProcess.run(["verify", input, "-o", output, "--quiet", "--json"])
        #expect(first.code == 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: output))
        try whole.prefix(kept).write(to: URL(fileURLWithPath: output))
        let refused = try await AssayProcess.run(["verify", input, "-o", output, "--quiet"])
        #expect(refused.code == 2)
        #expect(refused.errors.contains("--resume"))
        let resumed = try await AssayProcess.run(["verify", input, "-o", output, "--quiet", "--resume", "--json"])
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try rows(text("out.jsonl")) == rows(String(decoding: whole, as: UTF8.self)))
        // The report is of all rows, not of those that were judged now.
        func figures(_ text: String) throws -> JSONValue? { try JSONValue(parsing: text.utf8)["overall"]?["metrics"] }
        #expect(try figures(resumed.output) != nil && figures(resumed.output) == figures(first.output))
    }

    /// Killed at a moment when rows are there: nothing looks whole, and the same command with --resume goes on.
    @Test func aKilledRunLeavesAPartAndIsResumed() async throws {
        let rows = (0..<20_000).map { #"{"n": \#($0), "response": "\#($0)", "answer": "\#($0)"}"# }
        try folder.write(rows.joined(separator: "\n") + "\n", to: "big.jsonl")
        let killed = try await AssayProcess.shell(
            """
            "$ASSAY" verify big.jsonl --verifier exact -o out.jsonl --quiet >/dev/null & job=$!
            until [ -s out.jsonl.part ]; do kill -0 $job || exit 1; done
            kill -9 $job; wait $job 2>/dev/null
            ls out.jsonl* .assay-* 2>/dev/null
            "$ASSAY" verify big.jsonl --verifier exact -o out.jsonl --quiet; echo "code $?"
            """, folder: folder.path)
        #expect(killed.output == "out.jsonl.part\ncode 2\n", "\(killed.output) \(killed.errors)")
        #expect(killed.errors.contains("out.jsonl.part holds rows of an interrupted run; go on with --resume"))
        let part = try text("out.jsonl.part")
        let resumed = try await AssayProcess.run(
            ["verify", "big.jsonl", "--verifier", "exact", "-o", "out.jsonl", "--quiet", "--resume"],
            folder: folder.path)
        #expect(resumed.code == 0, "\(resumed.errors)")
        let whole = try text("out.jsonl")
        #expect(whole.hasPrefix(part[..<(part.lastIndex(of: "\n") ?? part.startIndex)]))
        #expect(try self.rows(whole).map { $0["n"]?.intValue } == (0..<20_000).map { $0 })
        #expect(!FileManager.default.fileExists(atPath: folder.file("out.jsonl.part")))
        let again = try await AssayProcess.run(
            ["verify", "big.jsonl", "--verifier", "exact", "-o", "out.jsonl", "--quiet", "--resume"],
            folder: folder.path)
        #expect(again.code == 0, "\(again.errors)")
        #expect(try text("out.jsonl") == whole, "a whole output is left as it is")
    }

    @Test func aBadRowKeepsTheRowsBeforeItInThePart() async throws {
        let path = try folder.write(#"{"response": "1", "answer": "1"}"# + "\n[]\n", to: "bad.jsonl")
        let output = folder.file("out.jsonl")
        let result = try await AssayProcess.run(["verify", path, "-o", output])
        #expect(result.code == 2)
        #expect(result.errors.contains("the rows so far are in \(output).part; the same command with --resume goes on"))
        #expect(!FileManager.default.fileExists(atPath: output))
        #expect(try text("out.jsonl.part").hasSuffix("}\n"))
    }

    @Test func resumeRefusesTheOutputOfAnotherInput() async throws {
        for other in [#"{"n": 7, "response": "x", "answer": "y","verdict":{}}"# + "\n", #"{"config": 1}"#, "{\n"] {
            let output = try folder.write(other, to: "out.jsonl")
            let result = try await AssayProcess.run(["verify", input, "-o", output, "--resume", "--quiet"])
            #expect(result.code == 2)
            #expect(result.errors.contains("out.jsonl:1: not the row of"), "\(result.errors)")
            #expect(try text("out.jsonl") == other)
        }
    }

    /// What earlier versions left behind when they were killed.
    @Test func resumesAnOutputWithVerdictsOfItsOwnInput() async throws {
        let (first, second) = (folder.file("first.jsonl"), folder.file("second.jsonl"))
        #expect(try await AssayProcess.run(["verify", input, "-o", first, "--quiet"]).code == 0)
        #expect(try await AssayProcess.run(["verify", first, "-o", second, "--quiet"]).code == 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: second))
        for kept in [3, 4000] {
            try whole.prefix(kept).write(to: URL(fileURLWithPath: second))
            let resumed = try await AssayProcess.run(["verify", first, "-o", second, "--quiet", "--resume"])
            #expect(resumed.code == 0, "\(resumed.errors)")
            #expect(try rows(text("second.jsonl")) == rows(String(decoding: whole, as: UTF8.self)))
        }
    }

    @Test func shardsMergeIntoWhatOneRunWrites() async throws {
        for part in 1...3 {
            let result = try await AssayProcess.run(
                ["verify", input, "--shard", "\(part)/3", "-o", folder.file("part\(part)"), "--quiet"])
            #expect(result.code == 0, "\(result.errors)")
        }
        let parts = [3, 1, 2].map { folder.file("part\($0)") }
        #expect(try await AssayProcess.run(["merge"] + parts + ["-o", folder.file("all")]).code == 0)
        let whole = try await AssayProcess.run(["verify", input, "--quiet"])
        #expect(try rows(text("all")) == rows(whole.output))

        let missing = try await AssayProcess.run(["merge"] + parts.dropLast() + ["-o", folder.file("some")])
        #expect(missing.code == 2)
        #expect(missing.errors.contains("missing of 3 shards: 2"))
        let twice = try await AssayProcess.run(["merge"] + parts + [parts[0], "-o", folder.file("some")])
        #expect(twice.errors.contains("are both shard 3"))
        let judged = try String(contentsOfFile: folder.file("part1"), encoding: .utf8)
        try judged.replacingOccurrences(of: "\"outcome\":", with: "\"outcome\": ")
            .write(toFile: folder.file("part1"), atomically: true, encoding: .utf8)
        let edited = try await AssayProcess.run(["merge"] + parts + ["-o", folder.file("some")])
        #expect(edited.code == 2 && edited.errors.contains("part1: rows were changed since"), "\(edited.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("some")))
        try FileManager.default.removeItem(atPath: folder.file("part2.shard.json"))
        let unfinished = try await AssayProcess.run(["merge"] + parts + ["-o", folder.file("some")])
        #expect(unfinished.errors.contains("not finished"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("some")))
    }

    @Test func shardsOfMegabytesMergeAndHaveTheirRows() async throws {
        let long = String(repeating: "so ", count: 20_000)
        let lines = (0..<60).map { #"{"n": \#($0), "response": "\#(long)", "answer": "7"}"# + "\n" }
        try folder.write(lines.joined(), to: "long.jsonl")
        func assay(_ arguments: String...) async throws -> AssayProcess.Result {
            try await AssayProcess.run(arguments, folder: folder.path)
        }
        for part in 1...2 {
            let made = try await assay(
                "verify", "long.jsonl", "--verifier", "exact", "--shard", "\(part)/2", "-o", "part\(part)", "--quiet")
            #expect(made.code == 0, "\(made.errors)")
        }
        let merged = try await assay("merge", "part1", "part2", "-o", "all")
        let whole = try await assay("verify", "long.jsonl", "--verifier", "exact", "--quiet", "-o", "-")
        #expect(merged.code == 0 && whole.code == 0, "\(merged.errors)\(whole.errors)")
        let isEqual = try rows(text("all")) == rows(whole.output)
        #expect(isEqual)
        let second = try text("part2").split(separator: "\n")
        for (kept, message) in [
            (Array(second.dropLast()), "part2: ends before row 60 of the input"),
            (second + second.prefix(1), "part2:31: more rows than the shard has"),
        ] {
            try folder.write(kept.joined(separator: "\n") + "\n", to: "part2")
            let refused = try await assay("merge", "part1", "part2", "-o", "some")
            #expect(refused.code == 2 && refused.errors.contains(message), "\(refused.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("some")))
    }

    @Test(arguments: [
        ([#"{"response": "1""#], "in2.jsonl:1: "),
        ([#"{"response": "1", "answer": "1"}"#, #"{"response": "1"}"#], "in2.jsonl:2: no field 'answer'"),
        ([#"{"respons": "1", "answer": "1"}"#], "in2.jsonl:1: no field for --response-field among respons, answer"),
        (["[1]"], "in2.jsonl:1: "), ([], "no rows"),
        (["[", #"{"response": "1", "answer": "1"}"#, "x]"], "in2.jsonl:3: row 2 is no JSON object"),
        (["[", #"{"response": "1", "answer": "1"}"#], "in2.jsonl:2: the list is never closed"),
        (["{", #""response": "1", "answer": "1""#], "in2.jsonl:1: it ends in the middle of a row"),
        (
            [#"{"response": "1", "answer": "1"}"#, #"[{"response": "1", "answer": "1"}]"#],
            "in2.jsonl:2: an array, and JSON Lines has one object a line"
        ),
        (["response,answer", "1,1"], "in2.jsonl:1: no JSON object but what looks like the head of a table"),
        (["response\tanswer", "1\t1"], "csv.DictReader"),
        (["hello"], "in2.jsonl:1: unexpected byte 0x68 at byte 0; JSON Lines"),
        (["PAR1\u{15}\u{4}"], "in2.jsonl: Parquet "),
        (
            [#"{"response": "1", "answer": "1"}"#, #"{"response": ["1", "2"], "answer": "1"}"#],
            "in2.jsonl:2: 'response' is a list that is no chat"
        ),
    ])
    func aBadRowIsOneLineThatSaysWhere(_ lines: [String], _ words: String) async throws {
        let path = try folder.write(lines.joined(separator: "\n"), to: "in2.jsonl")
        let result = try await AssayProcess.run(["verify", path, "--quiet"])
        #expect(result.code == 2)
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    /// As people publish them, without a setting: where the gold is, is told by the layout.
    @Test(arguments: [
        ("v.jsonl", #"{"question": "q", "answer": "3+4=7\n#### 7", "response": "So 7"}"#),
        ("v.jsonl", #"{"prompt": [], "reward_model": {"ground_truth": "7"}, "response": "So 7"}"#),
        ("v.json", #"[{"problem": "p", "level": "1", "type": "t", "solution": "is \\boxed{7}", "response": "So 7"}]"#),
        (
            "v.jsonl",
            #"{"messages": [{"role": "user", "content": "q"}], "ground_truth": "7", "dataset": "d", "response": "So 7"}"#
        ),
        ("v.csv", "response,answer\nSo 7,7\n"), ("v.tsv", "response\tanswer\nSo 7\t7\n"),
    ])
    func rowsAreVerifiedAsPublished(_ name: String, _ text: String) async throws {
        let path = try folder.write(text, to: name)
        let result = try await AssayProcess.run(["verify", path, "--quiet", "-o", "-"])
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains(#""verdict":{"outcome":"correct""#), "\(result.output)")
        #expect(result.output.hasSuffix("}\n") && result.output.split(separator: "\n").count == 1)
    }

    @Test func pathsReachIntoRows() async throws {
        let path = try folder.write(
            #"{"out": [{"text": "So 7"}], "gold": {"value": "7"}, "meta": {"model": "m1", "id": "a"}}"#, to: "p.jsonl")
        let result = try await AssayProcess.run(
            [
                "verify", path, "--quiet", "--json", "--summary", "--response-field", "out.0.text", "--answer-field",
                "gold.value",
                "--id-field", "meta.id", "--by", "meta.model",
            ])
        #expect(result.code == 0 && result.output.contains("m1"), "\(result.errors)\(result.output)")
        let wrong = try await AssayProcess.run(["verify", path, "--quiet", "--response-field", "out.1.text"])
        #expect(wrong.code == 2 && wrong.errors.contains("no field 'out.1.text'"))
    }

    @Test func aByteOrderMarkIsPassedOver() async throws {
        let path = try folder.write("\u{FEFF}" + #"{"response": "1", "answer": "1"}"# + "\r\n", to: "bom.jsonl")
        let result = try await AssayProcess.run(["verify", path, "--quiet"])
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.hasPrefix(#"{"response": "1", "answer": "1","verdict":{"outcome":"correct""#))
    }

    @Test func aFullDiskIsFailedWork() async throws {
        let result = try await AssayProcess.run(["verify", input, "-o", "/dev/full", "--quiet", "--force"])
        #expect(result.code == 1)
        #expect(result.errors == "assay: /dev/full: cannot write: No space left on device\n")
    }

    @Test func explainsOneVerdict() async throws {
        let result = try await AssayProcess.run(["verify", "--explain", #"\frac{1}{2}"#, "so the answer is 0.5"])
        #expect(result.code == 0)
        #expect(result.output.contains("correct (equal)"), "\(result.output)")
        let json = try await AssayProcess.run(["verify", "--explain", "2", "3", "--json"])
        #expect(try JSONValue(parsing: json.output.utf8)["score"]?.doubleValue == 0)
    }

    @Test(arguments: [
        ["verify"], ["verify", "a", "--explain", "b", "c"], ["verify", "--explain", "b"], ["verify", "a", "--resume"],
        ["verify", "a", "--shard", "3/2", "-o", "b"], ["verify", "a", "--verifier", "maths"],
        ["verify", "a", "--jobs", "0"], ["verify", "/none/a.jsonl"],
    ])
    func badUsageEndsWithTwo(_ arguments: [String]) async throws {
        let result = try await AssayProcess.run(arguments)
        #expect(result.code == 2)
        #expect(!result.errors.isEmpty)
    }

    /// Half an output by one judge, the other half by another: each is refused, in the part and when it is whole.
    @Test(arguments: [
        (["--verifier", "command", "--option", #"command=["sh","worker.sh"]"#], ["--verifier", "math"]),
        (["--verifier", "exact"], ["--verifier", "text"]),
        (["--verifier", "numeric", "--option", "relative=0.5"], ["--verifier", "numeric"]),
        (["--verifier", "numeric"], ["--verifier", "numeric", "--option", "relative=0.5"]),
        (
            ["--verifier", "numeric", "--option", "relative=0.5"],
            ["--verifier", "numeric", "--option", "relative=0.25"]
        ),
    ])
    func resumeRefusesAnotherJudge(_ first: [String], _ second: [String]) async throws {
        try folder.write(Self.worker, to: "worker.sh")
        func verify(_ judge: [String], _ more: String...) async throws -> AssayProcess.Result {
            try await AssayProcess.run(
                ["verify", "in.jsonl", "-o", "o.jsonl", "--quiet"] + judge + more, folder: folder.path)
        }
        let made = try await verify(first)
        #expect(made.code == 0, "\(made.errors)")
        let whole = try text("o.jsonl")
        func refuse(_ name: String, _ contents: String) async throws {
            let refused = try await verify(second, "--resume")
            #expect(refused.code == 2 && refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
            #expect(
                refused.errors.contains("\(name):1: judged by \(first[1]) ")
                    && refused.errors.contains("and this command judges by \(second[1]) ")
                    && refused.errors.contains("start anew with --force"), "\(refused.errors)")
            #expect(try text(name) == contents)
        }
        try await refuse("o.jsonl", whole)
        try FileManager.default.removeItem(atPath: folder.file("o.jsonl"))
        let half = String(whole.prefix(whole.count / 2))
        try folder.write(half, to: "o.jsonl.part")
        try await refuse("o.jsonl.part", half)
        let resumed = try await verify(first, "--resume")
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try rows(text("o.jsonl")) == rows(whole))
    }

    /// How fast rows are judged is no part of what they are judged by.
    @Test func resumeGoesOnWithMoreWorkers() async throws {
        try folder.write(Self.worker, to: "worker.sh")
        for more in [["--option", "workers=1"], ["--option", "workers=2", "--resume"]] {
            if more.contains("--resume") {
                let half = try text("o.jsonl").prefix(2000)
                try FileManager.default.removeItem(atPath: folder.file("o.jsonl"))
                try folder.write(String(half), to: "o.jsonl.part")
            }
            let result = try await AssayProcess.run(
                [
                    "verify", "in.jsonl", "-o", "o.jsonl", "--quiet", "--verifier", "command", "--option",
                    #"command=["sh","worker.sh"]"#,
                ] + more, folder: folder.path)
            #expect(result.code == 0, "\(result.errors)")
            #expect(try rows(text("o.jsonl")).count == Self.count)
        }
    }

    @Test func resumeRefusesRowsWithoutVerdicts() async throws {
        let contents = try text("in.jsonl")
        try folder.write(contents, to: "o.jsonl.part")
        let refused = try await AssayProcess.run(
            ["verify", "in.jsonl", "-o", "o.jsonl", "--resume", "--quiet"], folder: folder.path)
        #expect(refused.code == 2 && refused.errors.contains("o.jsonl.part:1: a row without"), "\(refused.errors)")
        #expect(try text("o.jsonl.part") == contents)
    }

    @Test func aPartThatLeadsToAnotherFileIsRefused() async throws {
        let data = try folder.write(#"{"verdict": {}, "mine": 1}"# + "\n", to: "data.jsonl")
        let before = try text("data.jsonl")
        try FileManager.default.linkItem(atPath: data, toPath: folder.file("hard.jsonl.part"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("soft.jsonl.part"), withDestinationPath: "data.jsonl")
        try folder.write(#"{"mine": 1}"# + "\n", to: "other.jsonl.part")
        for name in ["hard.jsonl", "soft.jsonl", "other.jsonl"] {
            for flag in ["--force", "--resume"] {
                let refused = try await AssayProcess.run(
                    ["verify", "in.jsonl", "-o", name, flag, "--quiet"], folder: folder.path)
                #expect(refused.code == 2 && refused.errors.contains("\(name).part"), "\(refused.errors)")
                #expect(refused.errors.split(separator: "\n").count == 1)
            }
        }
        #expect(try text("data.jsonl") == before)
        #expect(try text("other.jsonl.part") == #"{"mine": 1}"# + "\n")
    }

    /// A cache and the rows in one file would be neither.
    @Test(arguments: [
        ["--verifier", "judge", "--option", "cache=o.jsonl"],
        ["--verifier", "judge", "--option", "cache=o.jsonl.part"],
        [
            "--verifier",
            #"combine:{"rule":"all","parts":[{"verifier":"exact"},"#
                + #"{"verifier":"judge","options":{"endpoint":"http://127.0.0.1:1","cache":"./o.jsonl"}}]}"#,
        ],
    ])
    func aVerifiersFileIsNoOutput(_ judge: [String]) async throws {
        let endpoint = judge[1] == "judge" ? ["--option", "endpoint=http://127.0.0.1:1"] : []
        let refused = try await AssayProcess.run(
            ["verify", "in.jsonl", "-o", "o.jsonl", "--quiet"] + judge + endpoint, folder: folder.path)
        #expect(refused.code == 2 && refused.errors.contains("is an input of this command"), "\(refused.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in.jsonl"])
    }

    @Test func aNumberOfAnOptionIsReadAsAConfigurationReadsIt() async throws {
        for text in ["2", "2.0", "2e0", "20e-1"] {
            let result = try await AssayProcess.run([
                "verify", input, "--quiet", "--verifier", "command", "--option", "command=cat", "--option",
                "workers=\(text)", "--option", "show=x",
            ])
            // The next option is what is wrong.
            #expect(result.code == 2 && result.errors.contains("show"), "\(text): \(result.errors)")
        }
        for text in ["2.5", "1e400", "0", #""2""#] {
            let result = try await AssayProcess.run([
                "verify", input, "--quiet", "--verifier", "command", "--option", "command=cat", "--option",
                "workers=\(text)",
            ])
            #expect(result.code == 2 && result.errors.contains("workers"), "\(text): \(result.errors)")
        }
    }

    /// What `assay init` was told is not asked for again.
    @Test(
        arguments: [
            ([], "wrote a.yaml; set dataset.path and rollout.endpoints, then: assay run a.yaml\n", ""),
            (
                ["--dataset", "rows.jsonl"], "wrote a.yaml; set rollout.endpoints, then: assay run a.yaml\n", ""
            ),
            (
                ["--dataset", "absent.jsonl", "--endpoint", "http://h:1"], "wrote a.yaml; then: assay run a.yaml\n",
                "note: absent.jsonl is not there yet\n"
            ),
        ] as [([String], String, String)])
    func initAsksForWhatIsOpen(arguments: [String], output: String, errors: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"prompt": "a", "answer": "a"}"#, to: "rows.jsonl")
        let result = try await AssayProcess.run(["init", "a.yaml"] + arguments, folder: folder.path)
        #expect(result.code == 0 && result.output == output && result.errors == errors, "\(result)")
    }

    /// What lies beside a name that is not there is the likeliest to be meant.
    @Test(arguments: [
        ("rows.json --verifier exact", "rows.json: cannot open: No such file or directory; did you mean 'rows.jsonl'?"),
        ("unlike.csv --verifier exact", "unlike.csv: cannot open: No such file or directory"),
        ("rows.jsonl --verifier mine", "there is no verifier 'mine'; did you mean './mine.py'?"),
        ("rows.jsonl --verifier exakt", "there is no verifier 'exakt'; did you mean 'exact'?"),
    ])
    func theNearestNameIsSaid(arguments: String, message: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"response": "a", "answer": "a"}"#, to: "rows.jsonl")
        try folder.write("def verify(response): return 1", to: "mine.py")
        let refused = try await AssayProcess.shell("\"$ASSAY\" verify \(arguments)", folder: folder.path)
        #expect(refused.code == 2 && refused.errors == "assay: \(message)\n", "\(refused)")
    }
}
