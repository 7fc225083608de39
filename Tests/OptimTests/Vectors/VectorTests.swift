import Foundation
import JSON
import Optim
import Testing

/// Every golden vector: peers, formulas and expressions within tolerance, errors refused, peer defects not repeated.
@Suite(.enabled(if: VectorFile.isPresent, "no vectors at \(VectorFile.folder.path)"))
struct VectorTests {
    @Test(arguments: VectorFile.names)
    func matches(file: String) throws {
        let cases = try VectorFile.cases(file)
        #expect(!cases.isEmpty)
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

    @Test func anUnknownCaseFailsWhateverItExpects() throws {
        for kind in ["peer", "error", "peer_defect"] {
            let json: JSONValue = ["id": "verl/no_such_estimator/small", "kind": .string(kind), "inputs": [:]]
            #expect(!check(VectorCase(file: "advantages", json: json)).isEmpty)
        }
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
            // A set from elsewhere may carry what has no influence; of the known one everything is accounted for.
            default: return Array((differences + (VectorFile.isKnown ? vector.unread : [])).prefix(3))
            }
        } catch let error as VectorError {
            return ["\(vector): \(error)"]
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
        let runners: [(name: String, run: (VectorCase) throws -> [String])] = [
            ("advantages", advantages), ("passk", passAtK), ("kl", kl), ("entropy", entropy), ("leash", leash),
            ("policy_losses", policyLoss), ("rollout_correction", rolloutCorrection), ("shaping", shaping),
            ("advantage_shaping", advantageShaping),
        ]
        // A further set may add to the names, as in "kl_2.json".
        let file = vector.file.split(separator: "/").last ?? ""
        guard let runner = runners.filter({ file.hasPrefix($0.name) }).max(by: { $0.name.count < $1.name.count }) else {
            throw VectorError(text: "\(vector): no runner for this file")
        }
        return try runner.run(vector)
    }

    static func unknown(_ vector: VectorCase) -> VectorError { VectorError(text: "\(vector): no runner for this case") }
}
