import Experience

extension StoreReport {
    /// The run as one side of a comparison; problems are named by dataset and id.
    public func side() async throws -> ComparisonSide {
        let scoring = try chosen(of: try await store.scorings(run: run))
        var side = ComparisonSide(
            source: Source(
                path: store.path, run: run.name, verifier: scoring.map { "\($0.verifier) \($0.version)" },
                isSimulated: run.isSimulated))
        side.config = run.config
        let completions = try await store.snapshot { [run, options, path = store.path] store in
            let found = try store.comparedCompletions(of: run, scoring: scoring, cluster: options.cluster)
            if let cluster = options.cluster, !found.isEmpty, found.allSatisfy({ $0.cluster == nil }) {
                throw try Self.nowhere(cluster, store, run, path: path)
            }
            return found
        }
        for completion in completions { side.add(Sample(completion)) }
        return side
    }
}

extension Sample {
    fileprivate init(_ completion: ComparedCompletion) {
        let (dataset, problem) = (completion.dataset, completion.problem)
        self.init(group: dataset.isEmpty ? problem : "\(dataset)/\(problem)")
        cluster = completion.cluster
        model = completion.model
        outcome = completion.outcome
        score = completion.score
        extracted = completion.extracted
        finish = completion.finish
        length = completion.tokens
        entropy = completion.entropy.flatMap(MeanEntropy.init)
    }
}
