import Experience
import Optim

extension Pipeline {
    /// All stages, then the report on stdout.
    func runAll(json: Bool) async throws {
        let (sampling, scoring) = try await sampleAndVerify()
        _ = try await optimize(scoring)
        try Self.checkComplete(sampling)
    }
}
