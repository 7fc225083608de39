import Experience
import Optim
import Reports
import Testing

@Suite struct ReportBuilderTests {
    static func report(_ groups: [(String, [Verdict])]) throws -> Report {
        var builder = ReportBuilder()
        for (group, verdicts) in groups {
            for verdict in verdicts { builder.add(Sample(group: group, verdict: verdict)) }
        }
        return try builder.report(of: Source(path: "x"))
    }

    @Test func ourFailuresAreOutsideTheDenominators() throws {
        let report = try Self.report([
            ("a", [.correct(extracted: "1"), .timeout(), .incorrect(extracted: "2"), .verifierError(reason: "x")]),
            ("b", [.noAnswer(), .incorrect(extracted: "3"), .timeout(), .timeout()]),
            ("c", [.timeout()]),
        ])
        let all = report.overall
        #expect(all.problems == 3 && all.completions == 9 && all.scored == 4 && all.correct == 1)
        #expect(all.passAt1.value == 0.25)
        #expect(all.passAt1.problems == 2)
        #expect(all.curve.map(\.k) == [1, 2])
        #expect(all.curve[1].pass.value == 0.5)
        #expect(all.rates.timeout.count == 4 && all.rates.timeout.of == 9)
        #expect(all.rates.verifierError.count == 1 && all.rates.verifierError.of == 9)
        #expect(all.rates.noAnswer.count == 1 && all.rates.noAnswer.of == 9)
    }

    @Test(arguments: [
        (["2", "0", "10", "1"], ["0", "1", "2", "10"]),
        (["Level 5", "Level 10", "Level 1"], ["Level 1", "Level 5", "Level 10"]),
        (["b", "a"], ["b", "a"]), (["2", "x", "1"], ["2", "x", "1"]), (["v2", "w1"], ["v2", "w1"]),
    ])
    func numberedSlicesComeByTheirNumbers(_ values: [String], _ wanted: [String]) throws {
        var builder = ReportBuilder(by: ["level"])
        for value in values {
            var sample = Sample(group: value, verdict: .correct())
            sample.values = [value]
            builder.add(sample)
        }
        let report = try builder.report(of: Source(path: "x"))
        #expect(report.breakdowns.first?.slices.map(\.label) == wanted)
    }

    /// Intervals that would cover each other are whiskers.
    @Test func bandsDoNotCoverEachOther() throws {
        let report = try Self.report(
            (0..<12).map {
                (
                    "g\($0)",
                    Array(repeating: .correct(extracted: "1"), count: $0 % 4)
                        + Array(repeating: .incorrect(extracted: "2"), count: 4 - $0 % 4)
                )
            })
        let page = HTMLReport.render(report)
        #expect(page.contains("class=\"whisker\"") && !page.contains("class=\"band\""))
    }

    @Test func theMajorityCountsARightAnswerHoweverItIsWritten() throws {
        let report = try Self.report([
            ("a", [.correct(extracted: "1/2"), .correct(extracted: "0.5"), .incorrect(extracted: "3")])
        ])
        #expect(report.overall.curve.last?.majority.value == 1)
    }

    @Test func withoutAnswersThereIsNoMajority() throws {
        let report = try Self.report([("a", [.correct(), .incorrect()])])
        #expect(report.overall.curve[1].majority.value == nil)
        #expect(report.overall.curve[1].majority.reason == .missingInput)
    }

    @Test func nothingScoredIsUndefinedNotZero() throws {
        let report = try Self.report([("a", [.timeout(), .timeout()])])
        #expect(report.overall.passAt1.value == nil)
        #expect(report.overall.passAt1.reason == .noData)
        #expect(TerminalReport.render(report).contains("–"))
    }

    @Test func allRightDoesNotClaimCertainty() throws {
        let report = try Self.report((0..<20).map { ("g\($0)", [.correct(extracted: "1"), .correct(extracted: "1")]) })
        #expect(report.overall.passAt1.value == 1)
        #expect((report.overall.passAt1.lower ?? 1) < 0.85)
        #expect(report.overall.passAt1.method == .effectiveBinomial)
        #expect((report.overall.meanScore.lower ?? 1) < 0.85)
    }

    /// Ten problems with four right of four, ten with one of sixteen: pass@k over all twenty, as far as all go.
    @Test func theCurveIsOverOneSetOfProblems() throws {
        let right = (0..<10).map { ("a\($0)", (0..<4).map { Verdict.correct(extracted: "\($0)") }) }
        let few = (0..<10).map { group in
            ("b\(group)", (0..<16).map { $0 == 0 ? Verdict.correct(extracted: "1") : .incorrect(extracted: "2") })
        }
        let all = try Self.report(right + few).overall
        #expect(all.curve.map(\.k) == [1, 2, 4] && all.curve.allSatisfy { $0.pass.problems == 20 } && all.leftOut == 0)
        let values = all.curve.compactMap(\.pass.value)
        #expect(values == values.sorted() && abs(values[2] - 0.625) < 1e-12)
        // One problem that lost its completions to time-outs does not cost the others their curve: it is left out, and said.
        let lost = [("c", [Verdict.correct(extracted: "1"), .timeout(), .timeout(), .timeout()])]
        let report = try Self.report((0..<2).flatMap { copy in right.map { ("\(copy)\($0.0)", $0.1) } } + lost)
        #expect(report.overall.curve.map(\.k) == [1, 2, 4] && report.overall.leftOut == 1)
        #expect(report.overall.curve.allSatisfy { $0.pass.problems == 20 } && report.overall.passAt1.problems == 21)
        #expect(report.notes.contains { $0.contains("1 problem has fewer") })
    }

    @Test func severalModelsAreNoDrawsOfOnePolicy() throws {
        var builder = ReportBuilder(by: ["model"])
        for problem in 0..<8 {
            for model in ["small", "large"] {
                for index in 0..<2 {
                    var sample = Sample(group: "p\(problem)", verdict: index == 0 ? .correct() : .incorrect())
                    (sample.model, sample.values) = (model, [model])
                    builder.add(sample)
                }
            }
        }
        let report = try builder.report(of: Source(path: "x"))
        #expect(report.overall.curve.map(\.k) == [1] && report.overall.models == 2)
        #expect(!report.overall.metrics.keys.contains { $0.contains("std_err") || $0.hasPrefix("pass@2") })
        #expect(report.breakdowns[0].slices.allSatisfy { $0.curve.map(\.k) == [1, 2] })
        #expect(report.notes.contains { $0.contains("several models") })
    }

    @Test func slicesKeepTheOrderOfAppearanceAndAreBounded() throws {
        var builder = ReportBuilder(by: ["model", "none"])
        for index in 0..<500 {
            var sample = Sample(group: "g\(index)", verdict: .correct(extracted: "1"))
            sample.values = [index == 3 ? nil : "m\(index)", nil]
            builder.add(sample)
        }
        let report = try builder.report(of: Source(path: "x"))
        #expect(report.breakdowns.map(\.by) == ["model"])
        let slices = report.breakdowns[0].slices
        #expect(slices.first?.label == "m0")
        #expect(slices.suffix(2).map(\.label) == ["(other)", "(none)"])
        #expect(slices.count == 202)
        #expect(slices.reduce(0) { $0 + $1.completions } == 500)
    }

    /// What no verifier could decide is counted apart, by its word and by the one of earlier verdicts.
    @Test func undecidedVerdictsAreCounted() throws {
        let verdicts: [Verdict] = [
            .incorrect(reason: "undecided"), .incorrect(reason: "budget"), .incorrect(), .correct(extracted: "1"),
            .verifierError(reason: "budget"),
        ]
        let report = try Self.report([("a", verdicts)])
        #expect(report.overall.rates.undecided == Rate(count: 2, of: 5))
        #expect(report.overall.metrics["undecided"] == 0.4)
        #expect(TerminalReport.render(report).contains("undecided") && HTMLReport.render(report).contains("undecided"))
        #expect(String(decoding: try report.json(), as: UTF8.self).contains(#""undecided" : {"#))
        let decided = try Self.report([("a", [.incorrect(), .correct(extracted: "1")])])
        #expect(!TerminalReport.render(decided).contains("undecided"))
    }

    /// Scores that a verifier of others may give: every renderer shows them.
    @Test(arguments: [1e15, 1e19, -1e19, 1e299, 1e308, 5e-324])
    func extremeScoresAreShown(_ score: Double) throws {
        let verdicts = (0..<4).map { Verdict.correct(score: $0 == 0 ? -score : score, extracted: "\($0)") }
        let report = try Self.report([("a", verdicts), ("b", verdicts.reversed()), ("c", [verdicts[1]])])
        #expect(!TerminalReport.render(report).isEmpty && !HTMLReport.render(report).isEmpty)
        #expect(!CSVReport.render(report).isEmpty)
        #expect(try !report.json().isEmpty)
    }

    /// Figures that no clock and no model gave are not counted: a report's JSON has no place for infinities.
    @Test func figuresThatWereNeverMeasuredAreNotCounted() throws {
        var builder = ReportBuilder()
        for value in [.infinity, -.infinity, .nan, 1e308, -1, 0.5, 0.7, .nan] as [Double] {
            var sample = Sample(group: "g", verdict: .correct(extracted: "1"))
            sample.entropy = Sample.MeanEntropy(kind: .interval, mean: value, halfWidth: abs(value))
            sample.milliseconds = value
            builder.add(sample)
        }
        let report = try builder.report(of: Source(path: "x"))
        #expect(report.overall.completions == 8)
        let entropy = try #require(report.overall.entropy)
        #expect(entropy.count == 2 && abs(entropy.mean - 0.6) < 1e-12)
        #expect(report.overall.verification?.maxMilliseconds == 0.7)
        #expect(try !report.json().isEmpty && !HTMLReport.render(report).isEmpty)
    }

    @Test func anExampleKeepsTheEndOfItsTextAndTheBeginningOfTheRest() {
        func example(_ count: Int) -> (text: String, example: Example) {
            let text = String(repeating: "a", count: count - 1) + "z"
            let verdict = Verdict.incorrect(reason: text, extracted: text, explanation: text)
            return (text, Example(id: "p", verdict: verdict, gold: text, text: text))
        }
        let (text, whole) = example(200)
        #expect([whole.reason, whole.extracted, whole.gold, whole.explanation].allSatisfy { $0 == text })
        #expect(example(240).example.text == example(240).text)
        let cut = example(241).example
        let beginning = String(repeating: "a", count: 200) + "…"
        #expect([cut.reason, cut.extracted, cut.gold, cut.explanation].allSatisfy { $0 == beginning })
        #expect(cut.text == "…" + String(repeating: "a", count: 239) + "z")
    }

    @Test func terminalTextObeysNothing() {
        #expect(TerminalText.shown("a\u{1b}[2Jb\u{9b}c\u{202e}\nd\te👩‍🚀") == "a\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}\nd\te👩‍🚀")
        #expect(TerminalText.safe("a\u{1b}[2Jb\u{202e}c\nd\re") == "a\u{FFFD}[2Jb\u{FFFD}c⏎de")
    }
}
