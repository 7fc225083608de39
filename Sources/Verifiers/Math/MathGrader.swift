/// Grades free-form answers: pure, synchronous, the same verdict on every run and thread.
public enum MathGrader {
    /// Grades `prediction`, a whole response, against `gold`, an answer or a solution that ends in one.
    public static func grade(gold: String, prediction: String, options: MathOptions = MathOptions()) -> MathGrade {
        var trace: MathTrace?
        return grade(gold: gold, prediction: prediction, options: options, trace: &trace)
    }

    /// The same grading with every step noted.
    public static func explain(
        gold: String, prediction: String, options: MathOptions = MathOptions()
    ) -> (grade: MathGrade, trace: MathTrace) {
        var trace: MathTrace? = MathTrace()
        let grade = grade(gold: gold, prediction: prediction, options: options, trace: &trace)
        return (grade, trace ?? MathTrace())
    }

    private static func grade(
        gold: String, prediction: String, options: MathOptions, trace: inout MathTrace?
    ) -> MathGrade {
        var gold = gold
        var prediction = prediction
        return gold.withUTF8 { goldBytes in
            prediction.withUTF8 { bytes in
                grade(goldBytes, bytes, options, &trace)
            }
        }
    }

    private static func grade(
        _ goldBytes: Bytes, _ bytes: Bytes, _ options: MathOptions, _ trace: inout MathTrace?
    ) -> MathGrade {
        guard let goldCandidate = AnswerExtractor(goldBytes)?.goldCandidates().first else {
            return MathGrade(reason: .unparsedGold, rule: "the gold is empty", isGoldAtFault: true)
        }
        let several = goldCandidate.ranges.count > 1
        let candidates =
            AnswerExtractor(bytes)?.candidates(requireBoxed: options.requireBoxed, severalWanted: several) ?? []
        guard let first = candidates.first else {
            return MathGrade(reason: .noAnswer, rule: "no answer in the response")
        }
        let goldRange = goldBytes.trimmed(goldCandidate.ranges[0])
        let range = bytes.trimmed(first.ranges[0])
        if goldBytes[goldRange].elementsEqual(bytes[range]) {
            return MathGrade(reason: .equal, extracted: text(bytes, range), rule: "the same text")
        }
        if let goldNumber = NumberLiteral.plain(goldBytes, goldRange) {
            for candidate in candidates {
                let range = bytes.trimmed(candidate.ranges[0])
                guard let number = NumberLiteral.plain(bytes, range) else { continue }
                let equal = goldNumber.value == number.value
                return MathGrade(
                    reason: equal ? .equal : .different, extracted: text(bytes, range), rule: "exact numbers")
            }
        }
        return MathGrade(reason: .unparsedPrediction, extracted: text(bytes, range), rule: "not understood")
    }

    private static func text(_ bytes: Bytes, _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
