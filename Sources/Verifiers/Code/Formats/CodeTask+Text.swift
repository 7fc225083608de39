extension CodeTask.CallTest {
    /// What the calls are, for a person.
    var input: String { calls.prefix(4).map(\.shown).joined(separator: "\n") + (calls.count > 4 ? "\n…" : "") }

    /// What they must give, where it is a value.
    var expected: String? {
        switch check {
        case .equals(let accepted, _):
            return accepted.isEmpty ? nil : accepted.prefix(4).map(\.shown).joined(separator: "\nor ")
        case .assertion(.compare(.call(0), let links)):
            // assert f(x) == value, the commonest by far
            guard calls.count == 1, links.count == 1, case .constant(let value) = links[0].1 else { return nil }
            return (links[0].0 == "==" ? "" : links[0].0 + " ") + value.shown
        case .assertion: return nil
        }
    }
}
