import Experience
import JSON

/// Reads the steps that a trainer took: what it reported of each, and what the store knows of its batches.
struct StepReader {
    private static let listed = 2000
    private static let curves = 24

    let run: Run

    /// nil where no step was taken.
    func section(_ store: StoreSnapshot) throws -> StepSection? {
        let steps = try store.stepReports(run: run, limit: Self.listed)
        if steps.isEmpty { return nil }
        var curves: [String: StepSection.Curve] = [:]
        var order: [String] = []
        func add(_ name: String, _ step: Int, _ value: Double?) {
            guard let value, value.isFinite else { return }
            if curves[name] == nil {
                guard order.count < Self.curves else { return }
                order.append(name)
                curves[name] = .init(name: name, steps: [], values: [])
            }
            curves[name]?.steps.append(step)
            curves[name]?.values.append(value)
        }
        for step in steps {
            add("staleness", step.step, step.oldestVersion.map { Double(step.policyVersion) - Double($0) })
            add("tokens", step.step, Double(step.tokens))
            add("seconds", step.step, step.milliseconds.map { Double($0) / 1000 })
            guard case .object(let members)? = step.metrics else { continue }
            for member in members { add(member.key.cut(to: 60), step.step, member.value.doubleValue) }
        }
        return StepSection(curves: order.compactMap { curves[$0] })
    }
}
