import Experience
import Foundation
import GRDB
import JSON
import Optim
import Reports

/// Stores whose cells were overwritten, or whose bytes were damaged: read by reports and pages, gone on with by
/// advantages, batches and leases.
final class StoreTarget: FuzzTarget {
    private static let acts = ["report", "browse", "compare", "optimize", "pack", "lease", "resume"]

    private let seeds: [FuzzInput]
    private let template: String
    private let path: String
    private var maker: StoreChangeMaker?
    private var bytes: Data?

    init(_ context: FuzzContext) {
        seeds = context.corpus["stores"]
        template = context.folder + "/template.sqlite"
        path = context.folder + "/store.sqlite"
    }

    func input(at place: FuzzPlace) -> FuzzInput {
        if place.index < seeds.count { return seeds[Int(place.index)] }
        var random = place.random("stores")
        var input = FuzzInput()
        input.add("act", random.pick(Self.acts))
        if random.oneIn(12) {
            input.add("damage", JSONValue.array((0..<8).map { _ in .int(random.below(1 << 20)) }).text)
        } else if let maker = changeMaker() {
            for _ in 0...random.below(4) { input.add("change", maker.change(&random).text) }
        }
        input.add("query", Self.query(&random))
        input.add("options", Self.options(&random).text)
        return input
    }

    /// The columns are the same in every process; the file need only be there for its schema.
    private func changeMaker() -> StoreChangeMaker? {
        if maker == nil {
            let path = template + ".schema"
            guard (try? Store(path: path, access: .create)) != nil else { return nil }
            maker = try? StoreChangeMaker(path: path)
        }
        return maker
    }

    private static func query(_ random: inout FuzzRandom) -> String {
        let keys = ["outcome", "dataset", "finish", "group", "completion", "disputed", "text", "shade", "page"]
        let values = ["correct", "d0", "stop", "1", "entropy", "logprob", "advantage", Boundary.number(&random)]
        return (0..<random.below(3)).map { _ in random.pick(keys) + "=" + random.pick(values) }.joined(separator: "&")
    }

    private static func options(_ random: inout FuzzRandom) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("preset", .string(random.pick(EstimatorPreset.all).name)),
            .init("batch_groups", .int(1 + random.below(8))),
            .init("vocabulary_size", random.oneIn(3) ? .null : .int(random.pick([2, 100, .max]))),
        ]
        let mutator = Mutator([])
        func section(_ name: String, _ fields: [ConfigField], _ random: inout FuzzRandom) {
            let chosen = (0..<random.below(4)).map { _ in random.pick(fields).name }
            var value: [JSONValue.Member] = []
            for key in Set(chosen).sorted() {
                let given: JSONValue =
                    switch random.below(4) {
                    case 0: .bool(true)
                    case 1: .double(Double(random.below(20)) / 10)
                    case 2: .int(random.below(1000))
                    default: mutator.value(&random)
                    }
                value.append(.init(key, given))
            }
            members.append(.init(name, .object(value)))
        }
        section("shaping", ShapingOptions.fields, &random)
        section("pack", PackOptions.fields, &random)
        return .object(members)
    }

    func run(_ input: FuzzInput) async throws {
        if bytes == nil {
            try await StoreTemplate.make(at: template)
            // What the write-ahead log still holds belongs to the copy.
            try await DatabaseQueue(path: template).writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA journal_mode = DELETE")
            }
            bytes = try Data(contentsOf: URL(fileURLWithPath: template))
        }
        guard var bytes else { return }
        for suffix in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        for place in input["damage"].flatMap({ try? JSONValue(parsing: $0).arrayValue }) ?? [] {
            guard let place = place.intValue, place >= 0 else { continue }
            // Not the first page alone: damage spreads over what the file holds.
            bytes[place % bytes.count] = UInt8(truncatingIfNeeded: place >> 3)
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        try change(input)
        try? await act(input)
    }

    private func change(_ input: FuzzInput) throws {
        let changes = input.parts.filter { $0.name == "change" }.compactMap { part in
            (try? JSONValue(parsing: part.bytes)).flatMap(StoreChange.init)
        }
        if changes.isEmpty { return }
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            // A change that not even SQLite lets through is none.
            for change in changes { try? change.make(db) }
        }
    }

    /// What the store refuses is thrown, and is its answer.
    private func act(_ input: FuzzInput) async throws {
        let json = Data(input["options"] ?? Array("{}".utf8))
        let options = (try? JSONDecoder().decode(OptimizeOptions.self, from: json)) ?? OptimizeOptions()
        switch input.text("act") {
        case "browse": try await browse(input.text("query") ?? "")
        case "compare": try await compare()
        case "optimize": try await optimize(options)
        case "pack": try await pack(options)
        case "lease": try await lease()
        case "resume": try await resume()
        default: try await report()
        }
    }

    private func opened(_ access: Store.Access) async throws -> (Store, Run) {
        let store = try Store(path: path, access: access)
        return (store, try await store.run(named: nil))
    }

    private func report() async throws {
        let (store, run) = try await opened(.read)
        var options = StoreReport.Options()
        options.by = ["level"]
        let report = try await StoreReport(store: store, run: run, options: options).make()
        _ = (HTMLReport.render(report), TerminalReport.render(report), CSVReport.render(report), try report.json())
    }

    private func browse(_ query: String) async throws {
        let (store, run) = try await opened(.read)
        let items = query.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1)
            return (key: parts.first ?? "", value: parts.count > 1 ? parts[1] : "")
        }
        for shade in SampleFilter.Shade.allCases {
            guard var filter = try? SampleFilter(query: items) else { continue }
            filter.shade = shade
            _ = try await SampleBrowser(store: store, run: run).page(filter)
        }
    }

    private func compare() async throws {
        let (store, run) = try await opened(.read)
        let side = try await StoreReport(store: store, run: run).side()
        let comparison = try Comparison.make(side, side)
        _ = (HTMLComparison.render(comparison), TerminalComparison.render(comparison))
    }

    private func optimize(_ options: OptimizeOptions) async throws {
        try options.validate()
        let (store, run) = try await opened(.write)
        guard let scoring = try await store.scorings(run: run).last else { return }
        _ = try await OptimizeStage(store: store, run: run, scoring: scoring, options: options).run()
    }

    private func pack(_ options: OptimizeOptions) async throws {
        try options.validate()
        let (store, run) = try await opened(.write)
        guard let scoring = try await store.scorings(run: run).last else { return }
        let set = try await OptimizeStage(store: store, run: run, scoring: scoring, options: options).run().set
        let packed = try await BatchStage(store: store, run: run, set: set, options: options).run(includesPartial: true)
        for batch in packed.batches { _ = try await store.tensors(batch: batch.id) }
    }

    private func lease() async throws {
        let (store, run) = try await opened(.trainer)
        for batch in try await store.batches(run: run) { _ = try? await store.tensors(batch: batch.id) }
        _ = try await (store.policyVersion(run: run), store.weights(run: run), store.onlineState(run: run))
        guard let lease = try await store.lease(run: run, trainer: "x", milliseconds: 1000) else { return }
        let renewed = try await store.renew(lease, milliseconds: 2000)
        let tokens = max(0, min(lease.batch.tokens, 10_000))
        try? await store.record(logprobs_T: Array(repeating: -0.5, count: tokens), of: renewed, policyVersion: 0)
        try await store.end(renewed, outcome: .done, policyVersion: 9, run: run)
    }

    private func resume() async throws {
        let (store, run) = try await opened(.write)
        _ = try await (store.runs(), store.sampleCounts(run: run), store.groupCount(run: run))
        _ = try await store.pendingGroups(run: run, from: 0, limit: 10)
        for scoring in try await store.scorings(run: run) {
            _ = try await store.unverified(run: run, scoring: scoring, after: 0, limit: 100, retryingErrors: true)
            _ = try await store.verdictCounts(run: run, scoring: scoring)
            _ = try await store.openGroups(run: run, scoring: scoring, from: 0, to: 10)
        }
        for kind in TokenQuantity.allCases {
            _ = try await store.completions(lacking: kind, run: run, after: 0, limit: 100)
        }
        _ = try await store.completionsWithoutIDs(run: run)
    }
}
