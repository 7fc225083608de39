import Experience
import JSON
import Numbers
import Verifiers

/// A small software task out of a row: the files that are there, and the command that tests what became of them.
///
/// `files` and `test_files` are objects of path and text; `setup` is a command that is run before the policy begins;
/// `test` is the command that decides, `test_stdout` what it must print besides ending with 0.
struct FolderTask: Sendable {
    private let files: JSONValue
    private let setup: String?
    private let test: String?
    private let testFiles: JSONValue
    private let testOutput: String?
    private let seconds: Double

    init(_ problem: Problem, testSeconds: Double) throws(EnvironmentError) {
        files = try Self.files(problem, "files")
        testFiles = try Self.files(problem, "test_files")
        setup = try problem.text("setup")
        test = try problem.text("test")
        testOutput = try problem.text("test_stdout")
        seconds = testSeconds
    }

    /// Whether it decides by itself.
    var hasTest: Bool { test != nil }

    private static let mostFiles = 2000
    private static let mostBytes = 16 << 20

    private static func files(_ problem: Problem, _ key: String) throws(EnvironmentError) -> JSONValue {
        guard let given = problem.fields[key], !given.isNull else { return .array([]) }
        guard let members = given.objectValue, members.count <= mostFiles else {
            throw problem.fault(key, "an object of at most \(mostFiles) paths and texts", given)
        }
        var packed: [JSONValue] = []
        for member in members {
            guard let text = member.value.stringValue else {
                throw problem.fault("\(key).\(member.key)", "a text", member.value)
            }
            let mode = member.key.hasSuffix(".sh") ? 0o755 : 0o644
            packed.append([.string(member.key), .int(mode), .string(Base64.encoded(text.utf8))])
        }
        return .array(packed)
    }

    /// What lays it out.
    var preparation: [Box.Act] {
        var acts = [Box.Act(name: "unpack", arguments: ["files": files], seconds: 30)]
        if let setup {
            acts.append(.init(name: "shell", arguments: ["command": .string(setup)], seconds: max(seconds, 30)))
        }
        return acts
    }

    /// The verdict on what is in `box`: its plain files are tested in a box of their own, the test's files laid over them,
    /// where nothing that the policy left running or outside of the folder is.
    func verdict(on box: Box) async -> Verdict? {
        guard let test else { return nil }
        do throws(EnvironmentError) {
            let packed = try await box.ask(
                "pack", ["files": .int(Self.mostFiles * 4), "total": .int(Self.mostBytes * 2)], seconds: 30)
            guard packed.outcome == .ok, let files = packed.json["files"] else {
                return .incorrect(reason: "folder", explanation: "the folder cannot be taken over: \(packed.text)")
            }
            let fresh = try await Box.begin(
                box.limits, .plain,
                [
                    .init(name: "unpack", arguments: ["files": files], seconds: 30),
                    .init(name: "unpack", arguments: ["files": testFiles], seconds: 30),
                ])
            let answer: Box.Answer
            do throws(EnvironmentError) {
                answer = try await fresh.ask("shell", ["command": .string(test)], seconds: seconds)
            } catch {
                await fresh.release()
                throw error
            }
            await fresh.release()
            return verdict(of: answer)
        } catch {
            return .verifierError(reason: "sandbox", explanation: "the test could not be run: \(error)")
        }
    }

    private func verdict(of answer: Box.Answer) -> Verdict {
        let said = answer.text.isEmpty ? nil : String(answer.text.suffix(2000))
        switch answer.outcome {
        case .timeout: return .incorrect(reason: "timeLimit", explanation: said)
        case .ok where testOutput.map({ Self.trimmed($0) == Self.trimmed(answer.text) }) ?? true:
            return .correct(reason: "passed")
        case .ok: return .incorrect(reason: "output", explanation: said)
        case .failed, .rejected:
            return .incorrect(reason: answer.isFresh ? "overLimit" : "failed", explanation: said)
        }
    }

    private static func trimmed(_ text: String) -> Substring {
        var end = text.endIndex
        while end > text.startIndex, text[text.index(before: end)].isWhitespace { end = text.index(before: end) }
        return text[..<end]
    }
}
