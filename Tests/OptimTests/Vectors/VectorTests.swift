import Foundation
import JSON
import Optim
import Testing

/// Every golden vector: peers, formulas and expressions within tolerance, errors refused, peer defects not repeated.
@Suite(.enabled(if: VectorFile.isPresent, "no vectors at \(VectorFile.folder.path)"))
struct VectorTests {
    @Test(arguments: [
        "advantage_shaping", "advantages", "entropy", "kl", "leash", "passk", "policy_losses", "rollout_correction",
        "shaping",
    ])
    func matches(file: String) throws {
        let cases = try VectorFile.cases().filter { $0.file == file }
        var failures: [String] = []
        var counts: [String: Int] = [:]
        for vector in cases {
            counts[vector.kind, default: 0] += 1
            failures += check(vector)
        }
        #expect(failures.isEmpty, "\(failures.count) of \(cases.count): \(failures.prefix(40).joined(separator: "\n"))")
        print(
            "vectors \(file): \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
        )
    }

    private func check(_ vector: VectorCase) -> [String] {
        do {
            var vector = vector
            // A defect is recorded with the tolerance of the peer's noise; we must not share its value.
            if vector.kind == "peer_defect" { vector.tolerance = 1e-9 }
            let differences = try VectorRunner.differences(vector)
            switch vector.kind {
            case "error": return ["\(vector): was not refused"]
            case "peer_defect": return differences.isEmpty ? ["\(vector): repeats the peer's defect"] : []
            default: return Array(differences.prefix(2))
            }
        } catch {
            switch vector.kind {
            case "error": return refusalMatches(vector, "\(error)") ? [] : ["\(vector): refused, but saying \(error)"]
            case "peer_defect": return []
            default: return ["\(vector): \(error)"]
            }
        }
    }

    private func refusalMatches(_ vector: VectorCase, _ message: String) -> Bool {
        guard let part = vector.json["expected_error"]?["contains"]?.stringValue else { return true }
        return message.contains(part)
    }
}

/// Runs a case through the public functions and lists where the result deviates.
enum VectorRunner {
    static func differences(_ vector: VectorCase) throws -> [String] {
        switch vector.file {
        case "advantages": try advantages(vector)
        case "passk": try passAtK(vector)
        case "kl": try kl(vector)
        case "entropy": try entropy(vector)
        case "leash": try leash(vector)
        case "policy_losses": try policyLoss(vector)
        case "rollout_correction": try rolloutCorrection(vector)
        case "shaping": try shaping(vector)
        case "advantage_shaping": try advantageShaping(vector)
        default: throw VectorError(text: "\(vector): no runner for this file")
        }
    }

    static func unknown(_ vector: VectorCase) -> VectorError { VectorError(text: "\(vector): no runner for this case") }
}
