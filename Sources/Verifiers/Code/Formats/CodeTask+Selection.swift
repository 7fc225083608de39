import JSON

extension CodeTask {
    /// A program and the language it is in.
    struct Program: Equatable {
        var text: String
        var language: String
    }

    /// The program in a response; nil when there is none. `usual` is the language where neither row nor response names one.
    func program(in response: String, row: JSONRow, usual: String) -> Program? {
        guard var program = block(in: response, row: row, usual: usual) else { return nil }
        if let infill { program.text = infill.program(program.text) }
        return program
    }

    private func block(in response: String, row: JSONRow, usual: String) -> Program? {
        if case .value = tests { return Program(text: response, language: "python") }
        let known = language ?? usual
        if isBare, row["solution"]?.stringValue == response { return Program(text: response, language: known) }
        if let block = CodeExtraction.program(in: response, language: language, entryPoint: entryPoint) {
            return block.text.isEmpty ? nil : Program(text: block.text, language: language ?? block.language ?? usual)
        }
        if let text = CodeExtraction.tagged(in: response) { return Program(text: text, language: known) }
        guard isBare || continues || prompt != nil, response.contains(where: { !$0.isWhitespace }) else { return nil }
        return Program(text: CodeExtraction.unannounced(response), language: known)
    }

    /// With only the tests that the options ask for.
    func selected(_ options: CodeOptions, id: String) -> CodeTask {
        var indices = Array(0..<testCount)
        if options.subset > 0, options.subset < testCount {
            // Drawn by the problem's own stream, so that the order of problems does not matter.
            var random = SplitMix64(seed: id.utf8.reduce(UInt64(options.seed)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
            indices.shuffle(using: &random)
            indices = indices.prefix(options.subset).sorted()
        }
        if options.score == .first_n { indices = Array(indices.prefix(options.n)) }
        var task = self
        switch tests {
        case .stdin(let tests): task.tests = .stdin(indices.map { tests[$0] })
        case .calls(let tests): task.tests = .calls(indices.map { tests[$0] })
        case .suite, .value: break
        }
        return task
    }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
private struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
