extension SampleError {
    /// Puts a mark in the place of what a server echoed of an endpoint's secrets.
    mutating func mask(_ secrets: Secrets) {
        switch self {
        case .server(var error):
            error.mask(secrets)
            self = .server(error)
        case .aborted(let word): self = .aborted(word.map(secrets.masked))
        case .filtered(let word): self = .filtered(secrets.masked(word))
        case .transport(let error): self = .transport(TransportError(error.kind, secrets.masked(error.detail)))
        case .reply, .dialect: break
        }
    }
}

extension ServerError {
    /// Puts a mark in the place of what the server echoed of an endpoint's secrets.
    mutating func mask(_ secrets: Secrets) {
        message = secrets.masked(message)
        type = type.map(secrets.masked)
    }
}
