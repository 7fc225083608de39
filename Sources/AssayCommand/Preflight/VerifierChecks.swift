import Experience
import Foundation
import JSON
import Numbers
import Verifiers

/// Whether every verifier starts and judges: each part of a composed one, on rows of the data set where there are some.
struct VerifierChecks: Sendable {
    let verifier: any Verifier
    /// What the configuration calls it.
    let name: String
    /// Longest wait in seconds.
    let patience: Double

    private static let triedRows = 3
    private static let lookedAtRows = 100
    private static let startFailures: Set<String> = [
        "workerNotStarted", "missingToolchain", "noSandbox", "remote", "judgeFailed",
    ]

    /// A verifier that judges by itself.
    private struct Leaf: Sendable {
        var name: String
        var verifier: any Verifier
        var accepts: @Sendable (Problem) -> Bool
    }

    /// What became of judging made answers.
    private enum Trial: Sendable {
        case judged(Verdict)
        case silent
    }

    /// One check for each leaf; the verifier is shut down on return.
    func checks(_ problems: [Problem]) async -> [PreflightCheck] {
        let checks = await withTaskGroup(of: (Int, PreflightCheck).self) { group in
            for (index, leaf) in Self.leaves(of: verifier, name).enumerated() {
                group.addTask { (index, await check(leaf, problems)) }
            }
            var found: [(Int, PreflightCheck)] = []
            for await check in group { found.append(check) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return checks
    }

    private static func leaves(
        of verifier: any Verifier, _ name: String, where accepts: @escaping @Sendable (Problem) -> Bool = { _ in true }
    ) -> [Leaf] {
        guard let composed = verifier as? any ComposedVerifier else {
            return [Leaf(name: name, verifier: verifier, accepts: accepts)]
        }
        return composed.members.flatMap { member in
            leaves(of: member.verifier, "\(name)/\(member.name)") { accepts($0) && composed.sends($0, to: member.name) }
        }
    }

    private func check(_ leaf: Leaf, _ problems: [Problem]) async -> PreflightCheck {
        var rows: [Problem] = []
        for problem in problems.lazy.filter(leaf.accepts).prefix(Self.lookedAtRows) where rows.count < Self.triedRows {
            if await leaf.verifier.goldFault(of: problem) == nil { rows.append(problem) }
        }
        let title = "verifier \(leaf.name)"
        let items = rows.isEmpty ? [Self.madeItem(for: leaf.verifier)] : rows.map(Self.item)
        switch await judge(items, by: leaf.verifier) {
        case .silent:
            return PreflightCheck(
                title, .warn,
                "did not judge a made answer within \(Int(clamping: patience)) s; a model may be loading, or it will not answer at all"
            )
        case .judged(let verdict):
            guard verdict.outcome == .verifierError else {
                return PreflightCheck(title, .ok, "starts, and judged a made answer")
            }
            let isDecided = Self.isDeciding(verdict.reason, onRows: !rows.isEmpty)
            let cause = Self.deciding(verdict.explanation ?? verdict.reason)
            // A route that no row takes may as well be broken.
            let isNeeded = problems.isEmpty || problems.contains(where: leaf.accepts)
            return PreflightCheck(title, isDecided && isNeeded ? .failed : .warn, cause)
        }
    }

    /// What happened and, where a program's last words of several lines follow, the one of them that names the error, with
    /// the place that Python names last: a traceback has both at its end.
    private static func deciding(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.count > 1, let first = lines.first, let last = lines.last(where: { !$0.isEmpty }) else {
            return text
        }
        let marks = ["Error", "Exception", "error:"]
        let error = lines.dropFirst().last { line in marks.contains { line.contains($0) } } ?? last
        let place = lines.compactMap { line in line.range(of: "File \"").map { line[$0.upperBound...] } }.last.map {
            " (" + $0.split(separator: ",").prefix(2).joined(separator: ",").replacing("\"", with: "") + ")"
        }
        let happened =
            ["; it said on stderr: ", "; its stderr ends: "].compactMap { first.range(of: $0)?.lowerBound }
            .min().map { String(first[..<$0]) } ?? first
        if happened.contains(error) { return happened + (place ?? "") }
        return (first.hasPrefix("Traceback") ? error : "\(happened): \(error)") + (place ?? "")
    }

    /// Whether no row could be judged any better. A judge that answers in a way that cannot be read may do better next time,
    /// and a made-up record may lack what the rows have.
    private static func isDeciding(_ reason: String, onRows: Bool) -> Bool {
        if ["unreadableJudge", "budgetSpent"].contains(reason) { return false }
        return onRows || reason == "workerDied" || startFailures.contains(reason)
    }

    /// The first verdict that is not an error, or the last error; shuts the verifier down when it has answered.
    private func judge(_ items: [VerificationItem], by verifier: any Verifier) async -> Trial {
        let (results, result) = AsyncStream<Trial>.makeStream()
        let work = Task {
            var last = Verdict.verifierError(reason: "noItems")
            for item in items {
                last = await verifier.verdicts(of: [item]).first ?? .verifierError(reason: "noVerdict")
                // What does not start for one row starts for no other.
                if last.outcome != .verifierError || Self.startFailures.contains(last.reason) { break }
            }
            result.yield(.judged(last))
            // Also when nobody waits any more.
            await verifier.shutdown()
        }
        let clock = Task {
            try await Task.sleep(for: .seconds(patience))
            result.yield(.silent)
        }
        var answers = results.makeAsyncIterator()
        let trial = await answers.next() ?? .silent
        clock.cancel()
        switch trial {
        case .judged: await work.value
        case .silent: work.cancel()
        }
        return trial
    }

    /// A row's own answer, in every form in which a verifier may look for it.
    private static func item(_ problem: Problem) -> VerificationItem {
        let answer = problem.answer?.cut(to: 10_000) ?? "42"
        var completion = Completion(text: "```\n\(answer)\n```\n\\boxed{\(answer)}")
        completion.tokenCount = 1
        return VerificationItem(problem: problem, completion: completion)
    }

    private static func madeItem(for verifier: any Verifier) -> VerificationItem {
        if verifier is CodeVerifier { return CodeProbe.item("python") }
        let fields = JSONRow(["id": "made", "prompt": "What is 6 times 7?", "answer": "42"])
        return item(Problem(id: "made", prompt: .text("What is 6 times 7?"), answer: "42", fields: fields))
    }
}
