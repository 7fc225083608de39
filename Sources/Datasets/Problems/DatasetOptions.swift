public import Experience

/// Where a dataset is and which of its fields mean what.
public struct DatasetOptions: Sendable, Hashable, Codable {
    /// File, folder or pattern of files to read, in any form that `RowReader` reads; `-` is standard input.
    public var path = ""
    /// Name in the store; the file's name without its ending when empty.
    public var name = ""
    /// Field of the problem's id; the line number when empty or absent from a row.
    public var idField = "id"
    /// Field of the prompt: a string, or an array of {role, content}; empty takes what the rows' layout says.
    public var promptField = ""
    /// Field of the gold answer, may be absent from a row; empty takes what the rows' layout says.
    public var answerField = ""
    /// Mustache file that makes the prompt from a row's fields; empty takes the prompt field as it is.
    public var template = ""
    /// System message put before the prompt of a chat; `system` in a template.
    public var system = ""
    /// Whether a prompt that is text is sent as a user message.
    public var chat = false
    /// Seed of a random order, another in each epoch; nil keeps the file's.
    public var shuffle: UInt64?
    /// How often each problem comes.
    public var epochs = 1
    /// Share of this dataset in a mixture, above 0.
    public var weight: Double = 1
    /// Further datasets, each with settings of its own.
    public var mix: [DatasetOptions] = []
    /// JSONL of {id, pass_rate} from earlier runs.
    public var passRates = ""
    /// Bounds of the pass rate of the problems to keep; a problem without one is kept.
    public var minPassRate: Double = 0
    /// See `minPassRate`.
    public var maxPassRate: Double = 1

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case path, name, template, system, chat, shuffle, epochs, weight, mix
        case idField = "id_field"
        case promptField = "prompt_field"
        case answerField = "answer_field"
        case passRates = "pass_rates"
        case minPassRate = "min_pass_rate"
        case maxPassRate = "max_pass_rate"
    }

    /// Decodes what is there; the rest keeps its default, as the entries of `mix` name only what they change.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
            if let given = try values.decodeIfPresent(Value.self, forKey: key) { value = given }
        }
        try read(.path, &path)
        try read(.name, &name)
        try read(.idField, &idField)
        try read(.promptField, &promptField)
        try read(.answerField, &answerField)
        try read(.template, &template)
        try read(.system, &system)
        try read(.chat, &chat)
        shuffle = try values.decodeIfPresent(UInt64.self, forKey: .shuffle)
        try read(.epochs, &epochs)
        try read(.weight, &weight)
        try read(.mix, &mix)
        try read(.passRates, &passRates)
        try read(.minPassRate, &minPassRate)
        try read(.maxPassRate, &maxPassRate)
    }

    /// The section `dataset` of a configuration; order and repetition are the whole mixture's.
    public static let fields: [ConfigField] =
        ownFields + [
            ConfigField("shuffle", "seed of a random order, another in each epoch; unset keeps the file's order"),
            ConfigField("epochs", "how often each problem comes"),
            ConfigField("mix", "further datasets: a list of sections like this one", kind: .sections(ownFields)),
        ]

    private static let ownFields: [ConfigField] = [
        ConfigField(
            "path",
            "file, folder or pattern of problems: JSON Lines, JSON, CSV, TSV, Parquet, Arrow; packed or not; - is standard input"
        ),
        ConfigField("name", "name in the store; unset takes the file's name"),
        ConfigField("id_field", "field of the problem's id, a.b for one inside; the line number where a row has none"),
        ConfigField("prompt_field", "field of the prompt, a.b for one inside; unset is recognized by the rows' layout"),
        ConfigField(
            "answer_field", "field of the gold answer, a.b for one inside; unset is recognized by the rows' layout"),
        ConfigField("template", "mustache file that makes the prompt from a row's fields"),
        ConfigField("system", "system message; {{system}} in a template"),
        ConfigField("chat", "send a text prompt as a user message"),
        ConfigField("weight", "share in a mixture, above 0"),
        ConfigField("pass_rates", "JSONL of {id, pass_rate} from earlier runs, for a curriculum"),
        ConfigField("min_pass_rate", "keep problems solved at least this often; one without a rate is kept"),
        ConfigField("max_pass_rate", "keep problems solved at most this often; one without a rate is kept"),
    ]

    /// Throws `ConfigProblem` for a value out of range.
    public func validate() throws {
        if path.isEmpty { throw ConfigProblem("path", "name the file of problems") }
        if !(1...1_000_000).contains(epochs) {
            throw ConfigProblem("epochs", "must be between 1 and 1000000, not \(epochs)")
        }
        if !(weight > 0 && weight.isFinite) { throw ConfigProblem("weight", "must be above 0, not \(weight)") }
        if !(0...1).contains(minPassRate) { throw ConfigProblem("min_pass_rate", "must be in [0, 1]") }
        if !(0...1).contains(maxPassRate) { throw ConfigProblem("max_pass_rate", "must be in [0, 1]") }
        if minPassRate > maxPassRate { throw ConfigProblem("min_pass_rate", "is above max_pass_rate") }
        for (index, dataset) in mix.enumerated() {
            do {
                try dataset.validate()
            } catch let problem as ConfigProblem {
                throw ConfigProblem("mix.\(index).\(problem.key)", problem.message)
            }
        }
    }

    /// The name problems carry.
    public var datasetName: String {
        if !name.isEmpty { return name }
        let file = path.split(separator: "/").last.map(String.init) ?? ""
        return file.split(separator: ".").first.map(String.init) ?? file
    }

    /// Whether the problems come as the file has them, so that it need not be held in memory.
    var isPlain: Bool { shuffle == nil && epochs == 1 && mix.isEmpty }
}
