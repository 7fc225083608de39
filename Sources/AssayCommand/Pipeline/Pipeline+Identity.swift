import Datasets
import Experience
import Rollout

/// What a run is made of: the same problems and the same model each time it goes on.
extension Pipeline {
    /// Reads the data: new problems are to be sampled, corrected ones to be judged again.
    func load() async throws {
        let (count, changes) = try await RolloutStage(store: store, run: run)
            .load(DatasetReader(config.dataset), sampling: config.sampling)
        if count == 0 { throw BadInput("\(config.dataset.path): no problems") }
        note(changes)
        let groups = try await store.groupCount(run: run)
        if groups > count {
            note(
                "the last \(groups - count) problems of run '\(run.name)' are not in the data any more; the run keeps them"
            )
        }
    }

    /// Reads the data for stages that sample nothing: what was corrected is judged again, new problems are left out.
    func reload() async throws {
        guard config.dataset.path != "-", RowFiles.exist(at: config.dataset.path) else {
            if config.dataset.path != "-" {
                note("\(config.dataset.path) is not there; problems are as the store has them")
            }
            return
        }
        do {
            let (count, changes) = try await RolloutStage(store: store, run: run)
                .load(DatasetReader(config.dataset), sampling: config.sampling, adds: false)
            note(changes)
            let groups = try await store.groupCount(run: run)
            if groups > 0, count > groups {
                note("the data has more problems than run '\(run.name)'; 'assay run' samples them")
            }
        } catch let mismatch as DataMismatch {
            note("\(mismatch); problems are as the store has them")
        }
    }

    /// Says what corrected data made of the run.
    func note(_ changes: DataChanges) {
        if changes.problems == 0 { return }
        note(
            changes.problems.counted("problem has", "problems have") + " a new answer or fields; "
                + changes.verdicts.counted("verdict is", "verdicts are") + " made anew"
                + (changes.batches == 0
                    ? "" : ", " + changes.batches.counted("ready batch was", "ready batches were") + " withdrawn"))
    }

    /// Connects to the servers; throws before anything is sampled when they serve another model than the run's.
    func connect() async throws -> RolloutEngine {
        let engine = try await RolloutEngine.connect(
            options: config.rollout, sampling: config.sampling, seed: run.seed, note: note)
        try await check(models: engine.models)
        try await store.add(models: engine.models, to: run)
        // Agents' messages are rendered whatever the data's prompts are.
        if !config.isOfAgents { await noteTemplate(of: engine) }
        return engine
    }

    /// Throws `BadInput` when the run has samples of other models and may not have more than one.
    func check(models: [String]) async throws {
        let known = try await store.models(of: run)
        guard !acceptsModel, !known.isEmpty, let other = models.first(where: { !$0.isEmpty && !known.contains($0) })
        else { return }
        throw BadInput(
            "run '\(run.name)' in \(store.path) was sampled from \(known.joined(separator: ", ")), not from \(other); "
                + "that needs new samples: the same command with --set name=\(run.name)-2 draws them; or go on with both "
                + "models in one run: --accept-model")
    }
}
