import Experience
import Reports

extension Vocabulary {
    /// The tokenizer at `path`, else the one that the run's configuration names; a run's that is gone is left out.
    static func chosen(_ path: String?, for run: Run, isQuiet: Bool) throws -> Vocabulary? {
        if let path { return try Vocabulary(path: path) }
        guard let path = Self.path(of: run) else { return nil }
        do {
            return try Vocabulary(path: path)
        } catch {
            if !isQuiet { Terminal.line("tokens are shown as ids: \(error)") }
            return nil
        }
    }
}
