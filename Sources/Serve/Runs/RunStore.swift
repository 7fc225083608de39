import Experience
import Synchronization

/// The run store that the server shows. Reading opens its own read-only connection; writing opens the store for the length
/// of one request, because a running pipeline may hold it.
final class RunStore: Sendable {
    let path: String

    /// Throws `ConfigProblem` when there is no store to read.
    init(path: String) throws {
        self.path = path
        do {
            _ = try Store(path: path, access: .read)
        } catch let error as StoreError {
            throw ConfigProblem("store", "'\(path)': \(error.message)")
        }
    }

    /// All runs, oldest first.
    func list() async throws -> [Run] { try await reading { try await $0.runs() } }

    /// Lends the store for reading.
    func reading<Value: Sendable>(_ body: (Store) async throws -> Value) async throws -> Value {
        try await Self.translated { try await body(try Store(path: path, access: .read)) }
    }

    /// Lends the store for writing; 503 while another process writes to it.
    func writing<Value: Sendable>(_ body: (Store) async throws -> Value) async throws -> Value {
        try await Self.translated { try await body(try Store(path: path, access: .write)) }
    }

    // What a store says is meant for people and names no secret.
    private static func translated<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as StoreError {
            if error.message.hasPrefix("no run") { throw APIError.notFound(error.message) }
            if error.message.contains("lease") || error.message.hasPrefix("policy version") {
                throw APIError.conflict(error.message)
            }
            throw APIError.overloaded(error.message)
        }
    }
}
