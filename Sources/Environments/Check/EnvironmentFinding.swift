public import Experience

/// What is wrong with an environment.
public struct EnvironmentFinding: Sendable, Hashable, CustomStringConvertible {
    /// The kinds that a check knows.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// What one episode did is seen in another.
        case leak
        /// The same problem, seed and actions gave something else.
        case nondeterminism
        /// A call did not end by its deadline.
        case hang
        /// Processes or descriptors of episodes that have ended are still there.
        case orphan
        /// A turn after the last one was answered, with a reward or without.
        case afterDone = "after_done"
        /// A reward, progress or score that is no finite number.
        case notFinite = "not_finite"
        /// A turn that was tried again happened twice.
        case repeated
        /// What the policy does wrong was thrown as an error of ours.
        case blame
        /// An answer that the contract does not allow.
        case contract
        /// It failed where nothing was asked of it that it may fail at.
        case failure
    }

    /// Which kind.
    public var kind: Kind
    /// What happened, in which problem and turn, in a sentence.
    public var message: String

    /// A finding of a kind, in words.
    public init(kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }

    /// Kind and message.
    public var description: String { "\(kind.rawValue): \(message)" }
}

extension EnvironmentFinding.Kind {
    /// What an error is that came where none should.
    public init(_ error: EnvironmentError.Kind) {
        switch error {
        case .contract: self = .contract
        case .deadline: self = .hang
        case .start, .lost, .full: self = .failure
        }
    }
}
