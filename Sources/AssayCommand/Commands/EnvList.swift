import ArgumentParser
import Environments
import Experience
import JSON
import Rollout

/// `assay env list`.
struct EnvList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All environments, or one with its options.")

    @Argument(help: "Show this environment's options.")
    var name: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let all = [Self.agent] + EnvironmentRegistry.standard.all
        let chosen = all.filter { name == nil || $0.name == name }
        if let name, chosen.isEmpty {
            throw BadInput("there is no environment '\(name)'" + name.hint(among: all.map(\.name)))
        }
        if common.json { return Terminal.output(JSONValue.array(chosen.map(json)).text) }
        let width = chosen.map(\.name.count).max() ?? 0
        for environment in chosen {
            let padding = String(repeating: " ", count: width - environment.name.count + 2)
            Terminal.output(environment.name + padding + environment.summary)
            guard name != nil else { continue }
            for option in environment.options { Terminal.output("    \(option.name): \(line(option))") }
            Terminal.output("    resumption after an interruption: \(environment.resumption.rawValue)")
        }
    }

    // Not run here but by programs outside, so that no registry makes it.
    private static let agent = EnvironmentDescription(
        name: AgentOptions.environmentName,
        summary: "programs outside, which 'assay serve --episodes' leases the run's episodes (docs/agents.md)",
        options: AgentOptions.listed.map {
            EnvironmentOption(name: $0.name, type: $0.words.joined(separator: "|"), summary: $0.summary)
        }, resumption: .none)

    private func line(_ option: EnvironmentOption) -> String {
        let bounds = [option.type, option.range?.replacing("...", with: " to ")].compactMap(\.self)
        let usual = option.default.isNull ? "" : "; default \(option.default.stringValue ?? option.default.text)"
        let type = bounds.filter { !$0.isEmpty }.joined(separator: " ") + usual
        return option.summary + (type.isEmpty ? "" : " (\(type))")
    }

    private func json(_ environment: EnvironmentDescription) -> JSONValue {
        [
            "name": .string(environment.name), "summary": .string(environment.summary),
            "resumption": .string(environment.resumption.rawValue),
            "options": .array(
                environment.options.map {
                    [
                        "name": .string($0.name), "type": .string($0.type), "default": $0.default,
                        "range": $0.range.map(JSONValue.string) ?? .null, "summary": .string($0.summary),
                    ]
                }),
        ]
    }
}
