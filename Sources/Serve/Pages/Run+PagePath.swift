public import Experience

extension Run {
    /// The path of its report on a server; its samples are under `/samples` of it.
    public var pagePath: String { "/runs/\(PercentEncoding.encode(name))" }
}
