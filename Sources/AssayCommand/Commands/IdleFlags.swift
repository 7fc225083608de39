import ArgumentParser

/// Flags that were given and would do nothing beside the others: refused, as they were meant to do something.
enum IdleFlags {
    /// "--csv has no effect …" when one of the flags was given.
    static func problem(_ flags: KeyValuePairs<String, Bool>, _ why: String) -> String? {
        let given = flags.filter(\.value).map(\.key)
        if given.isEmpty { return nil }
        return "\(given.joined(separator: ", ")) \(given.count == 1 ? "has" : "have") no effect \(why)"
    }

    /// Throws `ValidationError` when one of the flags was given; for `validate()`.
    static func refuse(_ flags: KeyValuePairs<String, Bool>, _ why: String) throws {
        if let problem = problem(flags, why) { throw ValidationError(problem + ".") }
    }
}
