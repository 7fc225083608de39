import Experience
import Foundation
import JSON
import Optim
import Testing

@Suite struct ImportanceCorrectionTests {
    // The branch-free path of full rows must agree with the plain one, which masks and odd lengths take.
    @Test(arguments: ImportanceCorrection.Treatment.allCases) func fullRowsAgreeWithMaskedOnes(
        treatment: ImportanceCorrection.Treatment
    ) throws {
        var random = SplitMix64(seed: 1)
        let lengths = [1, 2, 7, 64, 33]
        func noise() -> [Double] { (0..<lengths.reduce(0, +)).map { _ in -Double(random.next() % 3000) / 1000 } }
        let (trainer, sampler) = (noise(), noise())
        var correction = ImportanceCorrection()
        (correction.treatment, correction.lower) = (treatment, 0.5)
        let full = try correction.evaluate(
            trainer_T: trainer, sampler_T: sampler, layout: TokenLayout(lengths_N: lengths)
        ).get()
        // One token more per row, outside the mask.
        var (wideTrainer, wideSampler, mask): ([Double], [Double], [[Bool]]) = ([], [], [])
        var start = 0
        for length in lengths {
            wideTrainer += trainer[start..<start + length] + [.nan]
            wideSampler += sampler[start..<start + length] + [0]
            mask.append([Bool](repeating: true, count: length) + [false])
            start += length
        }
        let masked = try correction.evaluate(
            trainer_T: wideTrainer, sampler_T: wideSampler, layout: TokenLayout(mask_NT: mask)
        ).get()
        #expect(abs(full.metrics.mean - masked.metrics.mean) < 1e-12)
        #expect(abs(full.metrics.deviation - masked.metrics.deviation) < 1e-9)
        #expect(full.metrics.fractionHigh == masked.metrics.fractionHigh)
        #expect(full.metrics.fractionLow == masked.metrics.fractionLow)
        #expect(full.metrics.outOfBounds == masked.metrics.outOfBounds)
        #expect(abs(full.metrics.rowDeviation - masked.metrics.rowDeviation) < 1e-12)
        #expect(full.metrics.maximum == masked.metrics.maximum && full.metrics.minimum == masked.metrics.minimum)
        let kept = zip(masked.weights_T, mask.flatMap { $0 }).filter { $0.1 }.map(\.0)
        #expect(full.weights_T == kept)
    }

    @Test(arguments: ImportanceCorrection.Level.allCases, ImportanceCorrection.Treatment.allCases)
    func anUnusableLogprobIsNamed(
        level: ImportanceCorrection.Level, treatment: ImportanceCorrection.Treatment
    ) throws {
        let layout = try TokenLayout(lengths_N: [2, 2])
        var correction = ImportanceCorrection()
        (correction.level, correction.treatment) = (level, treatment)
        #expect {
            try correction.evaluate(trainer_T: [0, 0, 0, .nan], sampler_T: [0, 0, 0, 0], layout: layout)
        } throws: { ($0 as? OptimError)?.row == 1 }
    }

    static let geometricMeans = VectorFile.folder.deletingLastPathComponent()
        .appendingPathComponent("statistics/geometric_mean.json")

    /// Truncation gives the bounded mean to all tokens of a row; a mask leaves the ratios of the rows inside.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: geometricMeans.path), "no \(geometricMeans.path)"))
    func geometricMeansAreBounded() throws {
        let json = try JSONValue(parsing: [UInt8](Data(contentsOf: Self.geometricMeans)))
        let rows = try #require(json["rows"]?.arrayValue)
        func column(_ name: String) -> [Double] {
            rows.flatMap { $0[name]?.arrayValue ?? [] }.compactMap(\.doubleValue)
        }
        let layout = try TokenLayout(lengths_N: rows.map { $0["sampler"]?.arrayValue?.count ?? 0 })
        var correction = ImportanceCorrection()
        (correction.level, correction.lower, correction.upper) = (.geometricMean, 0.9, 1.1)
        for (treatment, name) in [
            (ImportanceCorrection.Treatment.truncate, "truncate[0.9,1.1]"),
            (.mask, "mask[0.9,1.1] (tokens keep their ratio)"),
        ] {
            correction.treatment = treatment
            let weights = try correction.weights(
                trainer_T: column("trainer"), sampler_T: column("sampler"), layout: layout
            ).get()
            let right = column(name)
            try #require(weights.count == right.count && !right.isEmpty)
            for (weight, right) in zip(weights, right) { #expect(abs(weight - right) < 1e-9, "\(name)") }
        }
    }

    @Test func stalenessIsPerToken() throws {
        let spans = [WeightSpan(version: 3, tokens: 0..<2), WeightSpan(version: 4, tokens: 2..<3)]
        #expect(try Staleness.tokens(spans: spans, count: 4, trainerVersion: 5) == [2, 2, 1, nil])
        #expect(throws: OptimError.self) { try Staleness.tokens(spans: spans, count: 2, trainerVersion: 5) }
        #expect(throws: OptimError.self) { try Staleness.tokens(spans: spans, count: 4, trainerVersion: 3) }
        let before = [WeightSpan(version: 1, tokens: -1..<1)]
        #expect(throws: OptimError.self) { try Staleness.tokens(spans: before, count: 4, trainerVersion: 5) }
        #expect(Staleness.worst(spans: spans, trainerVersion: 5) == 2)
    }
}
