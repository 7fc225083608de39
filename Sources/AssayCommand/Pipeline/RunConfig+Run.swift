import Experience
import Foundation

extension RunConfig {
    /// Throws `BadInput`, with the nearest name, unless the store holds the run: a command that works on a run never makes
    /// one, nor a store, by a misspelt name.
    func requireRun() async throws {
        guard FileManager.default.fileExists(atPath: store) else {
            throw BadInput("\(store): there is no such store; 'assay run' and 'assay rollout' make one")
        }
        do {
            // As it is opened for the work: a reader would leave its index beside the store.
            _ = try await Store(path: store, access: .write).run(named: name)
        } catch let error as StoreError where error.kind == .missing {
            throw BadInput("\(error) ('assay run' and 'assay rollout' make runs)")
        }
    }
}
