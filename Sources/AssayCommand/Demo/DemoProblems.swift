/// The demo's problems, written for it: easy enough that a model of 135 million parameters is right now and then.
enum DemoProblems {
    /// One problem: what is asked, how it is judged, and what the simulated policy may answer.
    struct Entry {
        var id: String
        var kind: String
        var question: String
        var answer: String
        var verifier: String
        /// Alternatives of the simulated policy; empty varies the answer's digits.
        var wrong: [String] = []
        /// For code: what the simulated policy answers when right.
        var reference: String?
        /// For code: assertions that the program must hold.
        var tests: String?
    }

    private static func arithmetic(_ id: String, _ question: String, _ answer: String) -> Entry {
        Entry(
            id: id, kind: "arithmetic", question: "What is \(question)? Answer with the number.", answer: answer,
            verifier: "math")
    }

    private static func story(_ id: String, _ question: String, _ answer: String) -> Entry {
        Entry(id: id, kind: "word", question: question + " Answer with the number.", answer: answer, verifier: "math")
    }

    private static func choice(_ id: String, _ question: String, _ options: String, _ answer: String) -> Entry {
        Entry(
            id: id, kind: "choice", question: "\(question)\n\(options)\nAnswer with the letter.", answer: answer,
            verifier: "choice", wrong: ["A", "B", "C"].filter { $0 != answer })
    }

    private static func code(_ id: String, _ task: String, _ name: String, _ body: String, _ tests: String) -> Entry {
        func program(_ body: String) -> String { "\n```python\ndef \(name):\n    return \(body)\n```\n" }
        return Entry(
            id: id, kind: "code", question: "Write a Python function \(name) that \(task). Reply with the code only.",
            answer: "", verifier: "code", wrong: [program("None")], reference: program(body), tests: tests)
    }

    /// Twenty problems of four kinds.
    static let all: [Entry] = [
        arithmetic("add-1", "7 + 5", "12"), arithmetic("add-2", "23 + 14", "37"), arithmetic("sub-1", "20 - 9", "11"),
        arithmetic("sub-2", "15 - 6", "9"), arithmetic("mul-1", "6 * 3", "18"), arithmetic("mul-2", "9 * 9", "81"),
        arithmetic("div-1", "24 / 6", "4"), arithmetic("add-3", "1 + 1", "2"),
        story("apples", "Tom has 3 apples and buys 4 more. How many apples does he have?", "7"),
        story("birds", "Ten birds sit on a wire and 3 fly away. How many birds are left?", "7"),
        story("coins", "A coin box holds 5 rows of 4 coins. How many coins is that?", "20"),
        story("eggs", "A dozen eggs is 12 eggs. How many eggs are in two dozen?", "24"),
        story("legs", "How many legs do 3 dogs have together?", "12"),
        choice("colour", "Which of these is a colour?", "A) table\nB) blue\nC) seven", "B"),
        choice("animal", "Which of these is an animal?", "A) horse\nB) spoon\nC) Monday", "A"),
        choice("capital", "What is the capital of France?", "A) Rome\nB) Madrid\nC) Paris", "C"),
        choice("larger", "Which number is the largest?", "A) 3\nB) 9\nC) 5", "B"),
        code("double", "returns twice x", "double(x)", "2 * x", "assert double(4) == 8\nassert double(-3) == -6"),
        code("add", "returns a plus b", "add(a, b)", "a + b", "assert add(2, 3) == 5\nassert add(-1, 1) == 0"),
        code(
            "first", "returns the first item of the list xs", "first(xs)", "xs[0]",
            "assert first([9, 8]) == 9\nassert first(['a']) == 'a'"),
    ]
}
