import Experience

/// A named estimator with where it comes from. `docs/estimators.md` is made from this table.
public struct EstimatorPreset: Sendable {
    /// Its name; `family@framework` where a framework deviates from the paper or from its peers.
    public let name: String
    /// The setting.
    public let estimator: AdvantageEstimator
    /// The formula, in the symbols of the documentation.
    public let formula: String
    /// Where the formula was published.
    public let paper: String
    /// Framework and source file that it reproduces.
    public let framework: String
    /// When to use it.
    public let use: String

    init(
        _ name: String, formula: String, paper: String, framework: String, use: String,
        _ configure: (inout AdvantageEstimator) -> Void
    ) {
        var estimator = AdvantageEstimator()
        estimator.preset = name
        configure(&estimator)
        self.name = name
        self.estimator = estimator
        self.formula = formula
        self.paper = paper
        self.framework = framework
        self.use = use
    }
}

extension AdvantageEstimator {
    /// The estimator of that name; an unknown name throws, naming the nearest one.
    public static func preset(_ name: String) throws -> AdvantageEstimator {
        if let preset = EstimatorPreset.all.first(where: { $0.name == name }) { return preset.estimator }
        let names = EstimatorPreset.all.map(\.name)
        let hint = name.nearest(in: names).map { "; did you mean \($0)?" } ?? ""
        throw OptimError("unknown estimator \(name)\(hint) Known: \(names.joined(separator: ", "))")
    }
}
