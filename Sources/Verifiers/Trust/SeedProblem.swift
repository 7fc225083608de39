import Experience

/// A problem with an honest right and an honest wrong response, to test verifiers with.
public struct SeedProblem: Sendable {
    /// What is asked.
    public var question: String
    /// The gold answer.
    public var gold: String
    /// Answers of the same kind that are wrong.
    public var wrong: [String]

    /// A problem.
    public init(question: String, gold: String, wrong: [String]) {
        self.question = question
        self.gold = gold
        self.wrong = wrong
    }

    /// Ways to state an answer; a verifier is tested with those in which it pays the gold one.
    public static let statements: [(name: String, render: @Sendable (String) -> String)] = [
        ("boxed", { "So the answer is $\\boxed{\($0)}$." }), ("phrase", { "The answer is \($0)." }),
        ("tagged", { "<think>short</think><answer>\($0)</answer>" }), ("bare", { $0 }),
    ]

    /// Whole numbers.
    public static let numbers = [
        SeedProblem(question: "What is 6 times 7?", gold: "42", wrong: ["41", "48"]),
        SeedProblem(question: "How many minutes are in 2 hours?", gold: "120", wrong: ["60", "100"]),
        SeedProblem(question: "What is 100 minus 37?", gold: "63", wrong: ["73", "67"]),
    ]
    /// Letters of options.
    public static let choices = [
        SeedProblem(question: "Which is a prime? (A) 21 (B) 23 (C) 27 (D) 33", gold: "B", wrong: ["A", "C"]),
        SeedProblem(
            question: "Which is a mammal? (A) trout (B) crow (C) frog (D) whale", gold: "D", wrong: ["B", "A"]),
        SeedProblem(
            question: "Which is a gas at room temperature? (A) iron (B) salt (C) neon (D) wax", gold: "C",
            wrong: ["A", "D"]),
    ]
    /// Short texts.
    public static let texts = [
        SeedProblem(question: "What is the capital of France?", gold: "Paris", wrong: ["London", "Lyon"]),
        SeedProblem(question: "Which planet is nearest to the sun?", gold: "Mercury", wrong: ["Venus", "Mars"]),
    ]

    func item(_ response: String, id: String = "seed") -> VerificationItem {
        VerificationItem(
            problem: Problem(id: id, prompt: .text(question), answer: gold), completion: Completion(text: response))
    }
}

extension SeedProblem {
    /// Right, wrong and missing answers to all built-in problems in every statement.
    public static var samples: [VerificationItem] {
        (numbers + choices + texts).flatMap { seed in
            statements.flatMap { statement in
                ([seed.gold] + seed.wrong).map { seed.item(statement.render($0), id: "\(statement.name) \($0)") }
            }
        }
    }
}
