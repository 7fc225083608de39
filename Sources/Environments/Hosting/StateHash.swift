import Verifiers

/// A stable hash of what a policy can know of a state: equal in every run and on every machine.
func stateHash(_ words: String...) -> UInt64 {
    var hash = FNV1a()
    for word in words { hash.add(word.utf8) }
    return hash.value
}
