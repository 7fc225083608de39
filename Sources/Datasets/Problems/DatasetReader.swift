public import Experience
internal import JSON

/// Reads the problems of a dataset or a mixture, one batch at a time.
///
/// One pass in the file's order is streamed in bounded memory. A random order, several epochs or a mixture hold the
/// problems in memory, at most `memoryLimit` bytes of them.
public actor DatasetReader {
    /// Bytes of rows held in memory for a random order, epochs or a mixture.
    public static let memoryLimit = 4 << 30

    private let options: DatasetOptions
    private let file: ProblemFile
    private var order: MixtureOrder?

    /// Opens the file; throws `FileError`, `DatasetError`, `TemplateError` or `ConfigProblem`.
    public init(_ options: DatasetOptions) throws {
        try options.validate()
        self.options = options
        file = try ProblemFile(options)
    }

    /// Up to `count` further problems; empty at the end. Throws `DatasetError` at the first bad row.
    public func next(_ count: Int) async throws -> [Problem] {
        if options.isPlain { return try await file.next(count) }
        if order == nil { order = try await load() }
        return order?.next(count) ?? []
    }

    private func load() async throws -> MixtureOrder {
        var parts: [MixtureOrder.Part] = []
        var bytes = 0
        for (position, dataset) in ([options] + options.mix).enumerated() {
            let source = position == 0 ? file : try ProblemFile(dataset)
            var problems: [Problem] = []
            while case let batch = try await source.next(1024), !batch.isEmpty {
                bytes += batch.reduce(0) { $0 + $1.fields.bytes.count }
                if bytes > Self.memoryLimit {
                    throw DatasetError(
                        path: dataset.path, line: 0,
                        message: "over \(Self.memoryLimit) bytes of rows; shuffle the file beforehand")
                }
                problems += batch
            }
            parts.append(MixtureOrder.Part(problems: problems, weight: dataset.weight))
        }
        return MixtureOrder(parts, epochs: options.epochs, seed: options.shuffle)
    }
}
