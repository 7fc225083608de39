import Experience
import JSON

/// One way in which published rows hold their tests.
protocol CodeRowShape {
    /// What it is called in lists.
    static var name: String { get }
    /// The keys that tell it apart, for a person.
    static var recognisedBy: String { get }
    /// The row's tests, or nil when the row is of another shape. Throws `CodeRowError` when it is of this one and cannot be read.
    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask?
}

/// What a shape knows beside the row.
struct ShapeContext {
    /// The language that the row names; nil when it names none.
    var language: String?
    /// The gold answer of the problem.
    var answer: String?

    /// Refuses a row of another language whose tests are Python's.
    func requirePython(_ key: String) throws {
        guard let language, language != "python" else { return }
        throw CodeRowError(description: "'\(key)' holds tests in Python, and the row is in \(language)")
    }
}
