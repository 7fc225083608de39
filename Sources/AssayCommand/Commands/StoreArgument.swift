import Experience
import Foundation

/// A store named on the command line, as STORE or STORE@RUN.
struct StoreArgument {
    var path: String
    var run: String?

    /// nil when it is no store; throws `BadInput` for a path that is not there, and for a configuration.
    init?(_ argument: String) throws {
        (path, run) = Self.split(argument)
        if !FileKind.isDatabase(path) {
            if path != "-", !FileManager.default.fileExists(atPath: path) { throw BadInput("\(path): no such file") }
            if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
                throw BadInput("\(path): a configuration, not a store; its key 'store' names one")
            }
            return nil
        }
    }

    /// Opens the store for reading and finds its run: the one after @, else `fallback`, else the latest; throws `BadInput`.
    func open(run fallback: String? = nil) async throws -> (Store, Run) {
        if let run, let fallback, run != fallback {
            throw BadInput("\(path)@\(run): --run names another run, '\(fallback)'")
        }
        do {
            let store = try Store(path: path, access: .read)
            return (store, try await store.run(named: run ?? fallback))
        } catch let error as StoreError {
            throw BadInput("\(error)")
        }
    }

    /// The part before the last @, and the part after it; a file whose own name holds an @ is taken as it is.
    static func split(_ argument: String) -> (path: String, selector: String?) {
        guard !FileManager.default.fileExists(atPath: argument), let at = argument.lastIndex(of: "@") else {
            return (argument, nil)
        }
        return (String(argument[..<at]), String(argument[argument.index(after: at)...]))
    }
}
