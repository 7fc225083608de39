import Datasets
import Experience
import Foundation
import Numbers
import Rollout

/// Whether a store can be kept where the configuration puts it.
struct StoreCheck: Sendable {
    let config: RunConfig
    let fileSystem: @Sendable (_ path: String) -> FileSystemKind?

    /// An empty store takes less; with less room than this nothing at all can be kept.
    private static let least = 1 << 20
    /// Bytes of a completion beside its tokens: its row, verdict, advantage and their indexes.
    private static let bytesPerCompletion = 1024
    /// Bytes of a token: text, id, log-prob, and the same once more in a packed batch.
    private static let bytesPerToken = 4 + 4 + 4 + 17
    /// Bytes of one of the top candidates of a token.
    private static let bytesPerCandidate = 8

    /// Fails on a file system that breaks SQLite's write-ahead log.
    var fileSystemCheck: PreflightCheck {
        guard let kind = fileSystem(config.store) else {
            return PreflightCheck("file system", .warn, "that of \(config.store) cannot be examined")
        }
        guard kind.breaksWriteAheadLog else {
            return PreflightCheck("file system", .ok, "\(kind.name) under \(config.store)")
        }
        return PreflightCheck(
            "file system", .failed,
            "\(config.store) is on \(kind.name), where SQLite's write-ahead log can damage or lock the store; put it on a "
                + "local disk (--set store=/var/tmp/\(FilePath.name(of: config.store))) and copy it when the "
                + "run has ended")
    }

    /// Warns when all completions at their longest would not fit; fails when there is no room for a beginning.
    func room(for surveys: [DatasetSurvey]) -> PreflightCheck {
        guard let free = fileSystem(config.store)?.free else {
            return PreflightCheck("disk", .warn, "the room for \(config.store) cannot be told")
        }
        let room = "\(Self.text(free)) free for \(config.store)"
        if free < Self.least {
            return PreflightCheck("disk", .failed, "\(room): not enough for a beginning; make room")
        }
        guard let problems = problems(in: surveys) else { return PreflightCheck("disk", .ok, room) }
        let (n, tokens) = (config.sampling.n, config.sampling.maxTokens)
        let most = "\(problems) problems × \(n) completions × \(tokens) tokens"
        let needed = max(0, Self.bytes(problems, config) - size(of: config.store))
        if needed > free {
            return PreflightCheck(
                "disk", .warn,
                "\(room), but \(most) take \(Self.most(needed)); make room or lower sampling.max_tokens")
        }
        return PreflightCheck("disk", .ok, "\(room); \(most) take \(Self.most(needed))")
    }

    private func problems(in surveys: [DatasetSurvey]) -> Int? {
        if surveys.isEmpty { return nil }
        let rows = surveys.map(\.estimatedRows)
        if rows.contains(nil) { return nil }
        return rows.reduce(0) { $0.addingSaturated($1 ?? 0) }.multipliedSaturated(by: config.dataset.epochs)
    }

    private static func bytes(_ problems: Int, _ config: RunConfig) -> Int {
        let perToken = bytesPerToken + bytesPerCandidate * config.sampling.topLogprobs
        return config.sampling.maxTokens.multipliedSaturated(by: perToken).addingSaturated(bytesPerCompletion)
            .multipliedSaturated(by: config.sampling.n).multipliedSaturated(by: problems)
    }

    private func size(of path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    // Beyond an exabyte, where the sum may have reached the end of Int, no figure says more.
    private static func most(_ bytes: Int) -> String {
        bytes < 1_000_000_000_000_000_000 ? "up to \(text(bytes))" : "more than any disk holds"
    }

    private static func text(_ bytes: Int) -> String {
        bytes < 1_000_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
    }
}
