import Experience
import HTTPTypes
import JSON
import Synchronization
import Verifiers

/// ROLL's remote reward system: a task is handed in and asked for until it is done. `submit_url` and `get_result_url` are its keys.
struct ROLLRoutes: RouteGroup {
    let pool: VerifierPool
    let options: ServeOptions
    private let tasks = RewardTasks()

    init(pool: VerifierPool, options: ServeOptions) {
        self.pool = pool
        self.options = options
    }

    var routes: [Route] {
        [
            Route(.post, "/roll/submit_task", scope: .verify, handler: submit),
            // Its client sends a GET with a body.
            Route(.get, "/roll/task_result", scope: .verify, handler: result),
            Route(.post, "/roll/task_result", scope: .verify, handler: result),
        ]
    }

    @Sendable private func submit(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let info = body.value["reward_info"]
        let answer = ["ground_truth", "answer", "label", "expected_answer", "solution"].lazy
            .compactMap { info?[$0] ?? body.value[$0] }.first { !$0.isNull }
        let fields = info?.objectValue.map { JSONRow(.object($0)) } ?? body.row
        let item = VerificationItem(
            problem: Problem(id: "0", answer: answer?.plainText, fields: fields),
            completion: Completion(text: try body.string("response")))
        let endpoint = try pool.endpoint(for: .roll)
        let seconds = try body.double("timeout", default: options.deadlineSeconds, in: 0.001...86_400)
        let share = call.principal.share
        let id = try tasks.add(of: call.principal.owner, keptFor: seconds) {
            do {
                let verdict = try await endpoint.verify(item, for: share, deadline: .now + .seconds(seconds))
                guard let score = verdict.score else {
                    return Self.failure(
                        "not judged (\(verdict.reason)): \(verdict.explanation ?? "see the server's log")")
                }
                let parts = verdict.components.sorted { $0.key < $1.key }.compactMap { name, value in
                    value.map { JSONValue.Member(name, ["score": .double($0)]) }
                }
                return [
                    "errcode": 0, "errmsg": "", "reward_score": .double(score),
                    "dimention_reward_score": .object(parts),
                ]
            } catch let error as APIError {
                return Self.failure(error.message)
            } catch {
                return Self.failure("the task was ended")
            }
        }
        return .json(["errcode": 0, "errmsg": "", "reward_request_id": .string(id)])
    }

    @Sendable private func result(_ call: Call) async throws -> Reply {
        let body = try JSONBody(try await call.body(limit: options.maxBodyBytes))
        let id = try body.string("reward_request_id")
        guard let state = tasks.result(of: id, for: call.principal.owner) else {
            return .json(Self.failure("there is no task '\(id.cut(to: 100))'"))
        }
        return .json(state ?? ["errcode": 1, "errmsg": "running"])
    }

    private static func failure(_ message: String) -> JSONValue { ["errcode": 2, "errmsg": .string(message)] }
}

/// Tasks under way and done, until somebody who asked for them has had the time to ask again.
private final class RewardTasks: Sendable {
    private struct Entry {
        var owner: String
        var end: ContinuousClock.Instant
        var result: JSONValue?
        var work: Task<Void, Never>?
    }

    private static let most = 100_000
    private let entries = Mutex<[String: Entry]>([:])

    /// Begins work whose result is kept a minute longer than its client waits.
    func add(of owner: String, keptFor seconds: Double, _ work: @escaping @Sendable () async -> JSONValue) throws
        -> String
    {
        let id = "task_" + String(UInt64.random(in: .min ... .max), radix: 36)
        let now = ContinuousClock.now
        let isKept = entries.withLock { entries in
            if entries.count >= Self.most { entries = entries.filter { $0.value.end > now } }
            guard entries.count < Self.most else { return false }
            entries[id] = Entry(owner: owner, end: now + .seconds(seconds + 60))
            return true
        }
        guard isKept else { throw APIError.overloaded("\(Self.most) tasks are kept", status: .tooManyRequests) }
        let task = Task { [self] in
            let result = await work()
            entries.withLock {
                $0[id]?.result = result
                $0[id]?.work = nil
            }
        }
        entries.withLock { if $0[id]?.result == nil { $0[id]?.work = task } }
        return id
    }

    /// The result, nil inside while it is being worked on; nil when there is no such task of this owner.
    func result(of id: String, for owner: String) -> JSONValue?? {
        entries.withLock { entries in
            guard let entry = entries[id], entry.owner == owner else { return nil }
            return .some(entry.result)
        }
    }

    deinit { for entry in entries.withLock({ Array($0.values) }) { entry.work?.cancel() } }
}
