import Experience

/// The key that a configuration is refused for; nil where it is taken.
func refusedKey(_ check: () throws -> Void) -> String? {
    do { try check() } catch { return (error as? ConfigProblem)?.key ?? "\(error)" }
    return nil
}
