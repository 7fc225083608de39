import Foundation
import Testing

/// Words on the command line that would do nothing: refused with exit code 2, the nearest right word, and no file left.
@Suite struct IdleFlagsTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            (0..<3).map { #"{"id": "a\#($0)", "model": "m", "response": "\#($0)", "answer": "1"}"# }.joined(
                separator: "\n"),
            to: "in.jsonl")
        try folder.write(
            "name: t\nstore: t.sqlite\ndataset: {path: in.jsonl, prompt_field: response}\n", to: "c.yaml")
    }

    private func refuse(_ arguments: [String], _ words: String) async throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let result = try await AssayProcess.run(arguments, folder: folder.path)
        #expect(result.code == 2, "\(arguments): \(result.output)\(result.errors)")
        #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == before)
    }

    @Test(arguments: [
        (["verfy", "in.jsonl"], "'verfy' is no command of 'assay'; did you mean 'verify'?"),
        (["verifier", "aduit", "math"], "'aduit' is no command of 'assay verifier'; did you mean 'audit'?"),
        (["verify", "c.yaml", "--verifier", "code"], "--verifier has no effect with a configuration"),
        (["verify", "c.yaml", "--by", "model", "--jobs", "2"], "--by, --jobs have no effect"),
        (["verify", "--explain", "1", "2", "--summary"], "--summary has no effect with --explain"),
        (["verify", "in.jsonl", "--force"], "--force has no effect without -o FILE"),
        (["verify", "in.jsonl", "-o", "o.jsonl", "--force", "--resume"], "give one of them"),
        (["verify", "in.jsonl", "--resume"], "--resume needs -o"),
        (["verify", "in.jsonl", "--option", "requireBoxed=true"], "did you mean 'require_boxed'?"),
        (["verify", "in.jsonl", "--option", "percent=fraction", "--option", "percent=kept"], "given twice"),
        (
            ["verify", "in.jsonl", "--verifier", #"math:{"percent":"fraction"}"#, "--option", "percent=kept"],
            "given twice"
        ),
        (["verify", "in.jsonl", "--option", "=x"], "expected --option key=value"),
        (["verify", "in.jsonl", "--by", "modle"], "no row has the field 'modle'; did you mean 'model'?"),
        (["verify", "in.jsonl", "--by", "zzzzzzzz", "-o", "o.jsonl"], "known: id, model, response, answer"),
        (["verify", "in.jsonl", "extra"], "extra"),
        (["verify", "c.yaml", "--set", "name=typo"], "there is no such store"),
        (["optimize", "c.yaml"], "there is no such store"),
        (["optimize", "c.yaml", "--allow-text-only"], "--allow-text-only has no effect without --pack"),
        (["run", "c.yaml", "--allow-text-only"], "--allow-text-only has no effect without --online"),
        (
            ["run", "c.yaml", "--online", "--set", "optimize.pack.veto=0.1"],
            "optimize.pack.veto goes by the trainer's log-probs"
        ),
        (
            ["serve", "--episodes", "c.yaml", "--online", "--set", "rollout.wanted_groups=3"],
            "rollout.wanted_groups has no effect with --online"
        ),
        (
            ["serve", "--episodes", "c.yaml", "--set", "environment.name=game"],
            "environment.name is 'game', which 'assay run' samples itself"
        ),
        (["report", "in.jsonl", "--every", "3"], "--every has no effect without --watch"),
        (["report", "in.jsonl", "--csv", "--json"], "give one of them"),
        (["report", "in.jsonl", "--html", "-", "--csv"], "--csv has no effect with --html -"),
        (["report", "in.jsonl", "--run", "x"], "--run has no effect with a file of verdicts"),
        (["compare", "in.jsonl", "in.jsonl", "--verifier", "math"], "--verifier has no effect with files"),
        (["compare", "in.jsonl", "in.jsonl", "--html", "-", "--json"], "--json has no effect"),
        (["browse", "t.sqlite", "--html", "-", "--port", "1"], "--port has no effect with --html"),
        (["report", "in.jsonl", "--force"], "--force has no effect without --html FILE"),
        (["report", "in.jsonl", "--html", "-", "--force"], "--force has no effect without --html FILE"),
        (["compare", "in.jsonl", "in.jsonl", "--force"], "--force has no effect without --html FILE"),
        (["browse", "t.sqlite", "--force"], "--force has no effect without --html FILE"),
        (["merge", "in.jsonl", "-o", "-", "--force"], "--force has no effect without -o FILE"),
        (["serve", "--set", "name=x"], "--set has no effect without a configuration"),
        (["serve", "--port", "70000"], "expected 0 to 65535"),
        (["serve", "--make-token", "a:read", "--port", "1"], "--port has no effect with --make-token"),
        (["init", "-", "--force"], "--force has no effect"),
        (["doctor", "c.yaml", "--store", "."], "--store has no effect with a configuration"),
        (["verifier", "audit", "math", "in.jsonl", "--examples", "-1"], "--examples"),
        (["verifier", "check", "math", "--limit", "0"], "--limit must be above 0"),
        (["verifier", "list", "mth"], "did you mean 'math'?"),
    ])
    func whatWouldDoNothingIsRefused(_ arguments: [String], _ words: String) async throws {
        try await refuse(arguments, words)
    }

    @Test func aFieldThatNoVerdictHasIsRefused() async throws {
        let scored = try await AssayProcess.run(
            ["verify", "in.jsonl", "-o", "s.jsonl", "--quiet"], folder: folder.path)
        #expect(scored.code == 0, "\(scored.errors)")
        try await refuse(["report", "s.jsonl", "--by", "modl"], "no row has the field 'modl'; did you mean 'model'?")
        try await refuse(
            ["compare", "s.jsonl@model=m", "s.jsonl@modl=m"], "no row has the field 'modl'; did you mean 'model'?")
        try await refuse(["compare", "s.jsonl@model=m", "s.jsonl@model=mm"], "no row with model=mm; did you mean 'm'?")
        try await refuse(
            ["report", "s.jsonl", "--group-field", "modl"], "no row has the field 'modl'; did you mean 'model'?")
        let byModel = try await AssayProcess.run(["report", "s.jsonl", "--by", "model"], folder: folder.path)
        #expect(byModel.code == 0 && byModel.output.contains("m "), "\(byModel.errors)")
    }

    @Test func aFieldOfStandardInputIsRefusedAtItsEnd() async throws {
        let rows = try String(contentsOfFile: folder.file("in.jsonl"), encoding: .utf8)
        let result = try await AssayProcess.run(
            ["verify", "-", "--by", "modl", "--quiet"], input: rows, folder: folder.path)
        #expect(result.code == 2 && result.errors.contains("did you mean 'model'?"), "\(result.errors)")
    }
}
