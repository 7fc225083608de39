import Experience
import JSON
import Verifiers

extension VerificationItem {
    /// From the parts `answer`, `response`, `prompt`, `fields` (a JSON object), `finish` and `tokens` (a count).
    init(_ parts: FuzzInput) {
        var problem = Problem(
            id: "p", dataset: "d", prompt: .text(parts.text("prompt") ?? ""), answer: parts.text("answer"))
        if let fields = parts["fields"], let row = try? JSONRow(checking: fields) { problem.fields = row }
        var completion = Completion(text: parts.text("response") ?? "")
        completion.finish = parts.text("finish").flatMap(FinishReason.init(rawValue:)) ?? .stop
        completion.tokenCount = parts.text("tokens").flatMap { Int($0) }
        self.init(problem: problem, completion: completion)
    }
}

/// Makes items for a verifier from its seeds, by mutation and by grammar.
struct VerifierItemMaker {
    private let seeds: [FuzzInput]
    private let mutator: Mutator
    private let isMath: Bool

    /// A verifier without seeds of its own gets those of all.
    init(_ name: String, _ corpus: Corpus, _ mutator: Mutator) {
        let own = corpus["verifier \(name)"]
        seeds = own.isEmpty ? corpus.all("verifier ") : own
        self.mutator = mutator
        isMath = name == "math"
    }

    /// Parts of one item, without options.
    func item(_ random: inout FuzzRandom) -> [FuzzInput.Part] {
        var parts = seeds.isEmpty ? bare(&random) : random.pick(seeds).parts.filter { $0.name != "options" }
        if random.oneIn(isMath ? 2 : 6) {
            let answer = MathGrammar.expression(&random)
            replace("response", MathGrammar.completion(answer, &random), in: &parts)
            if random.oneIn(2) {
                replace("answer", random.oneIn(2) ? answer : MathGrammar.expression(&random), in: &parts)
            }
        }
        for slot in parts.indices where random.oneIn(parts[slot].name == "response" ? 1 : 3) {
            if !random.oneIn(4) { parts[slot].bytes = mutator.changedPart(parts[slot].bytes, &random) }
        }
        return parts
    }

    private func bare(_ random: inout FuzzRandom) -> [FuzzInput.Part] {
        let numbers = (0..<4).map { _ in Boundary.number(&random) }
        return [
            .init("answer", Boundary.number(&random).utf8), .init("response", Boundary.number(&random).utf8),
            .init(
                "fields",
                """
                {"numbers": [1, 2, 3, 4], "target": 10, "puzzle": "1.3.3.1.2.4.4.2.", "statement": "theorem t : 1 = 1",
                "instruction_id_list": ["length_constraints:number_words"], "kwargs": [{"num_words": \(random.below(9)),
                "relation": "at least"}], "schema": {"type": "number"}, "aliases": ["\(numbers[0])"],
                "tests": [{"input": "1", "output": "1"}], "setup": "create table t(a)"}
                """.utf8),
        ]
    }

    private func replace(_ name: String, _ text: String, in parts: inout [FuzzInput.Part]) {
        if let slot = parts.firstIndex(where: { $0.name == name }) {
            parts[slot].bytes = Array(text.utf8)
        } else {
            parts.append(.init(name, text.utf8))
        }
    }
}
