import ArgumentParser
import Experience
import JSON
import Optim
import Rollout

/// `assay run`: the whole pipeline, resumable.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Sample, verify, weigh and report, as a configuration says; resumable.",
        discussion: """
            The same command goes on where an interrupted one stopped: a sample that was reported done is never sampled \
            again, and none is missing.

            EXAMPLE
              assay init config.yaml && assay run config.yaml
              assay run config.yaml --set sampling.n=16 --set name=wide
              assay run config.yaml --online        keep sampling while a trainer leases batches from the store
            """)

    @OptionGroup var source: ConfigSource
    @OptionGroup var common: CommonOptions

    @Flag(help: "Sample, verify and pack batches within the staleness bound while trainers lease and acknowledge them.")
    var online = false

    @OptionGroup var packing: PackingFlags
    @OptionGroup var model: ModelFlag

    func validate() throws {
        if !online { try IdleFlags.refuse(["--allow-text-only": packing.allowTextOnly], "without --online") }
    }

    func run() async throws {
        let config = try source.load(adding: packing.overrides)
        if online, let key = config.optimize.pack.ratioKey {
            throw BadInput(
                "optimize.pack.\(key) goes by the trainer's log-probs, and with --online batches are packed before a trainer has "
                    + "seen them: leave it out")
        }
        try await Preflight(config).run(isQuiet: common.quiet)
        let pipeline = try await Pipeline(config: config, isQuiet: common.quiet, acceptsModel: model.acceptModel)
        if online, config.optimize.pack.maxStaleness != nil {
            pipeline.note("optimize.pack.max_staleness has no effect with --online: online.max_staleness is the bound")
        }
        guard online else {
            return try await pipeline.leavingNoEmptyRun { try await pipeline.runAll(json: common.json) }
        }
        let state = try await pipeline.leavingNoEmptyRun {
            try await OnlineLoop(pipeline: pipeline, options: pipeline.config.online).runAll()
        }
        common.say(
            json: [
                "run": .string(pipeline.run.name), "store": .string(pipeline.store.path),
                "steps": .int(state.doneBatches), "dropped": .int(state.droppedBatches),
                "policy_version": .int(state.policyVersion),
            ],
            text: "\(state.doneBatches) batches applied, \(state.droppedBatches) dropped, policy version "
                + "\(state.policyVersion), in \(pipeline.store.path)")
    }
}

/// `assay rollout`: the sampling stage alone.
struct RolloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout", abstract: "Sample the completions that a run lacks.",
        discussion: """
            EXAMPLE
              assay rollout config.yaml --set rollout.concurrency=256
            """)

    @OptionGroup var source: ConfigSource
    @OptionGroup var common: CommonOptions
    @OptionGroup var model: ModelFlag

    func run() async throws {
        let config = try source.load()
        guard config.rollout.wantedGroups == 0 else {
            throw BadInput("rollout.wanted_groups needs verdicts while it samples: use 'assay run'")
        }
        try await Preflight(config).run(isQuiet: common.quiet)
        let pipeline = try await Pipeline(config: config, isQuiet: common.quiet, acceptsModel: model.acceptModel)
        let sampling = try await pipeline.leavingNoEmptyRun {
            try await pipeline.load()
            return try await pipeline.sample()
        }
        try await pipeline.passes()
        let counts = try await pipeline.store.sampleCounts(run: pipeline.run)
        common.say(
            json: [
                "run": .string(pipeline.run.name), "store": .string(pipeline.store.path),
                "completions": .int(counts.present), "wanted": .int(counts.wanted), "failed": .int(sampling.failed),
                "requests": .int(sampling.summary.requests), "tokens": .int(sampling.summary.tokens),
            ],
            text: "\(counts.present) of \(counts.wanted) completions, \(sampling.summary.tokens) tokens sampled now, "
                + "in \(pipeline.store.path)")
        try Pipeline.checkComplete(sampling)
    }
}

/// `assay optimize`: advantages and entropies over verdicts that exist.
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize", abstract: "Compute advantages and entropies over a run's verdicts.",
        discussion: """
            Judges first what has no verdict yet. Several advantage sets live side by side; nothing is sampled again.

            EXAMPLE
              assay optimize config.yaml --set optimize.preset=rloo
              assay optimize config.yaml --pack       and pack the set into batches that trainers lease
            """)

    @OptionGroup var source: ConfigSource
    @OptionGroup var common: CommonOptions

    @Flag(help: "Pack the groups that no batch of this set has into batches of optimize.batch_groups.")
    var pack = false

    @Flag(help: "As --pack, but take back the batches that no trainer has or had: for other keys of optimize.pack.")
    var repack = false

    @OptionGroup var packing: PackingFlags

    func validate() throws {
        if !pack, !repack { try IdleFlags.refuse(["--allow-text-only": packing.allowTextOnly], "without --pack") }
    }

    func run() async throws {
        let config = try source.load(adding: packing.overrides)
        try await config.requireRun()
        let pipeline = try await Pipeline(config: config, isQuiet: common.quiet)
        try await pipeline.reload()
        let scoring = try await pipeline.verify().scoring
        let summary = try await pipeline.optimize(scoring)
        let packed = pack || repack ? try await pipeline.pack(set: summary.set, again: repack) : nil
        let undefined = summary.undefined.sorted { $0.key < $1.key }
        let (uniform, masked) = (packed?.uniformGroups ?? 0, packed?.maskedGroups ?? 0)
        let dropped = (packed?.dropped ?? [:]).sorted { $0.key < $1.key }
        common.say(
            json: [
                "run": .string(pipeline.run.name), "store": .string(pipeline.store.path),
                "set": .int(Int(summary.set)), "groups": .int(summary.groups),
                "uniform_groups": .int(summary.uniformGroups), "advantages": .int(summary.defined),
                "undefined": .object(undefined.map { .init($0.key, .int($0.value)) }),
                "batches": packed.map { .int($0.batches.count) } ?? .null,
                "dropped": .object(dropped.map { .init($0.key, .int($0.value)) }),
                "packed": packed.map { .int($0.batches.reduce(0) { $0 + $1.sequences }) } ?? .null,
                "dropped_groups": packed == nil ? .null : ["uniform": .int(uniform), "masked": .int(masked)],
                "withdrawn": packed.map { .int($0.withdrawn) } ?? .null,
            ],
            text: "set \(summary.set): \(summary.defined) advantages in \(summary.groups) groups, "
                + "\(summary.uniformGroups) of them without signal (equal scores)"
                + undefined.map { ", \($0.value) \($0.key)" }.joined()
                + (summary.isOfSingleCompletions
                    ? "; each problem has one completion, and \(config.optimize.preset) compares several: raise sampling.n, or "
                        + "take a preset that compares none (docs/estimators.md)" : "")
                + (packed.map { "\n" + $0.line } ?? "")
                + (dropped.isEmpty
                    ? "" : "; left out:" + dropped.map { " \($0.value) \($0.key)" }.joined(separator: ","))
                + (uniform > 0 ? "; " + uniform.counted("group", "groups") + " with equal scores left out" : "")
                + (masked > 0
                    ? "; " + masked.counted("group", "groups") + " outside min_mean and max_mean left out" : "")
                + (packed?.lacksIDs == true ? BatchStage.Summary.idsHint : ""))
    }
}

/// A configuration file and what overrides it.
struct ConfigSource: ParsableArguments {
    @Argument(help: "YAML configuration; 'assay init' writes one with every key explained.")
    var config: String

    @Option(name: .customLong("set"), help: ArgumentHelp("Override a key; repeatable.", valueName: "key=value"))
    var overrides: [String] = []

    func load(adding more: [String] = []) throws -> RunConfig {
        try RunConfig.load(path: config, overrides: overrides + more)
    }
}

/// Which model a run may be sampled from.
struct ModelFlag: ParsableArguments {
    @Flag(help: "Go on with a run that was sampled from another model than the server's.")
    var acceptModel = false
}

/// What a batch may hold.
struct PackingFlags: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Pack completions whose server gave no token ids as text (optimize.pack.allow_text_only). Their trainer "
                + "tokenises the text itself, and may train on other tokens than were sampled."))
    var allowTextOnly = false

    /// The keys that the flags set.
    var overrides: [String] { allowTextOnly ? ["optimize.pack.allow_text_only=true"] : [] }
}
