import Experience
import JSON
import Synchronization
import Testing

@testable import Verifiers

/// What is put before a proof assistant, and what its answer is taken for; the assistants themselves where installed.
@Suite struct ProofVerifierTests {
    /// Answers as told, and keeps what it was given.
    final class Canned: ProgramRunner {
        let files = Mutex<[String]>([])
        let step: ProgramStep

        init(_ stdout: String, exitCode: Int? = 0, status: ProgramStep.Status = .finished) {
            step = ProgramStep(status: status, seconds: 1, exitCode: exitCode, stdout: stdout, stderr: "")
        }

        func run(_ program: ProgramRequest) async -> ProgramResult {
            files.withLock { $0.append(program.code) }
            return .ran(compile: nil, run: step)
        }
    }

    /// Waits until nobody wants to know.
    struct Endless: ProgramRunner {
        let asked: AsyncStream<Void>.Continuation

        func run(_ program: ProgramRequest) async -> ProgramResult {
            asked.yield()
            try? await Task.sleep(for: .seconds(3600))
            return .failed("the work was cancelled")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func noProofIsCheckedForNobody() async {
        let (asked, bell) = AsyncStream<Void>.makeStream()
        let item = VerificationItem(
            problem: Problem(id: "1", fields: JSONRow(["statement": .string(Self.statement)])),
            completion: Completion(text: "by simp"))
        let verifier = ProofVerifier(.lean, runner: Endless(asked: bell))
        let task = Task { await verifier.verdicts(of: Array(repeating: item, count: 5)) }
        for await _ in asked.prefix(1) { task.cancel() }
        #expect(await task.value.allSatisfy { $0.reason == "cancelled" })
    }

    private static let statement = "theorem two (n : Nat) : n + 0 = n := by\n  sorry"

    private static func judge(
        _ system: ProofSystem, _ response: String, statement: String, says runner: Canned
    ) async -> Verdict {
        let item = VerificationItem(
            problem: Problem(id: "1", fields: JSONRow(["statement": .string(statement), "header": "-- top"])),
            completion: Completion(text: response))
        return await ProofVerifier(system, runner: runner).verify(item)
    }

    @Test(
        "The file is header, statement and proof, whatever the response repeats",
        arguments: [
            "simp", "by simp", ":= by simp", "```lean\nby\n  simp\n```",
            "First:\n```lean4\nimport Mathlib\ntheorem two  (n : Nat) :\n  n + 0 = n := by\n  simp\n```",
        ])
    func file(response: String) async {
        let runner = Canned("'two' does not depend on any axioms\n")
        let found = await Self.judge(.lean, response, statement: Self.statement, says: runner)
        #expect(found.outcome == .correct, "\(found)")
        let file = runner.files.withLock { $0[0] }
        #expect(file.hasPrefix("-- top\ntheorem two (n : Nat) : n + 0 = n := by"), "\(file)")
        #expect(file.hasSuffix("#print axioms two\n") && file.contains("simp"))
    }

    @Test(
        "What a proof may not say, also not to hide it in a comment",
        arguments: [
            "sorry", "by\n  exact (by admit)", "axiom foo : False", "#eval 1", "by native_decide", "macro_rules",
            "set_option debug.skipKernelTC true in simp", "/- open", "\"open",
            "theorem two (n : Nat) : n + 0 = n ∨ True := by simp",
        ])
    func forbidden(response: String) async {
        let runner = Canned("'two' does not depend on any axioms\n")
        let found = await Self.judge(.lean, response, statement: Self.statement, says: runner)
        #expect(found.outcome == .incorrect && ["forbidden", "notAProof"].contains(found.reason), "\(found)")
        #expect(runner.files.withLock { $0.isEmpty })
    }

    @Test func wordsInCommentsAndNamesAreFree() async {
        let runner = Canned("'two' does not depend on any axioms\n")
        let response = "by\n  -- no sorry here\n  /- nor /- an -/ axiom -/\n  simp [Polynomial.eval, sorry_free]"
        let found = await Self.judge(.lean, response, statement: Self.statement, says: runner)
        #expect(found.outcome == .correct, "\(found)")
    }

    @Test(
        "What the program says last decides",
        arguments: [
            ("'two' depends on axioms: [propext, Quot.sound]\n", 0, "proved"),
            ("'two' depends on axioms: [propext,\n Classical.choice]\n", 0, "proved"),
            ("'two' depends on axioms: [sorryAx]\n", 0, "axioms"),
            ("'two' does not depend on any axioms\n'two' depends on axioms: [cheat]\n", 0, "axioms"),
            ("'two' does not depend on any axioms\nmore\n", 0, "axioms"), ("", 0, "axioms"),
            ("error: unsolved goals\n", 1, "rejected"),
        ])
    func answers(stdout: String, code: Int, reason: String) async {
        let found = await Self.judge(
            .lean, "simp", statement: Self.statement, says: Canned(stdout, exitCode: code))
        #expect(found.reason == reason, "\(found)")
    }

    @Test func timeIsTheProofsFault() async {
        let found = await Self.judge(
            .lean, "simp", statement: Self.statement, says: Canned("", exitCode: nil, status: .timeLimit))
        #expect(found.outcome == .incorrect && found.reason == "budget")
    }

    @Test func recordsAndResponsesWithoutContent() async throws {
        #expect(try await verdict("lean", "simp").reason == "noGold")
        #expect(try await verdict("coq", "x", fields: ["statement": "forall n, n = n."]).reason == "noGold")
        #expect(try await verdict("coq", "", fields: ["statement": "Lemma a : True."]).outcome == .noAnswer)
    }

    @Test func aMissingProgramIsNamed() async throws {
        let found = try await verdict(
            "lean", "simp", options: ["command": ["no-such-lean"]], fields: ["statement": .string(Self.statement)])
        #expect(found.outcome == .verifierError && found.reason == "missingToolchain", "\(found)")
        #expect(found.explanation?.contains("no-such-lean") == true)
    }

    static let hasCoq = HostCommand.find("coqc") != nil

    @Test(
        "Coq itself", .enabled(if: hasCoq, "coqc is not on this machine"),
        arguments: [
            ("Proof. intros n. induction n. reflexivity. simpl. rewrite IHn. reflexivity. Qed.", "proved"),
            (
                "```coq\nLemma plus_zero : forall n : nat,\n  n + 0 = n.\nProof. intros. symmetry. apply plus_n_O. Qed.\n```",
                "proved"
            ),
            ("Proof. reflexivity. Qed.", "rejected"), ("Proof. intros. Admitted.", "forbidden"),
            ("Proof. intros n. auto with arith.", "rejected"),
            // Another statement of the same name in a module that is imported: the first is still open.
            ("Module M. Lemma plus_zero : True. exact I. Qed. End M. Import M.", "rejected"),
            ("Proof. (* never ends", "notAProof"),
            ("Proof. fix f 1. exact f. Qed.", "rejected"),
        ])
    func coq(response: String, reason: String) async throws {
        let found = try await verdict(
            "coq", response, options: ["timeout_s": 30],
            fields: ["statement": "Lemma plus_zero : forall n : nat, n + 0 = n.\nProof.\nAdmitted."])
        #expect(found.reason == reason, "\(found)")
    }

    @Test("Coq: an axiom in the header is named", .enabled(if: hasCoq, "coqc is not on this machine"))
    func coqAxioms() async throws {
        let found = try await verdict(
            "coq", "Proof. exact cheat. Qed.",
            fields: ["header": "Axiom cheat : False.", "statement": "Lemma no : False."])
        #expect(found.reason == "axioms" && found.explanation?.contains("cheat") == true, "\(found)")
    }
}
