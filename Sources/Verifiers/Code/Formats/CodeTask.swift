/// A problem as the code verifier understands it.
struct CodeTask {
    /// Programs are judged by what they print, or by what their functions return.
    enum Tests {
        /// One run per test.
        case stdin([StdinTest])
        /// One run for all calls, in order.
        case calls([CallTest])
        /// No program: the response states this value.
        case value(PythonValue)
        /// Tests that are a program of their own.
        case suite(TestSuite)
    }

    struct StdinTest {
        var input: [UInt8]
        var output: [UInt8]
        /// Other outputs that are as right.
        var others: [[UInt8]] = []
        /// Files that the program finds beside it.
        var files: [TestSuite.File] = []
    }

    /// What a call must return, judged on the host.
    struct CallTest {
        /// The calls that the check needs, made in order.
        var calls: [FunctionCall]
        var check: Check
    }

    enum Check {
        /// The single call's value equals one of these.
        case equals([PythonValue], PythonEquality)
        /// An assertion over the calls' values.
        case assertion(PythonExpression)
    }

    /// The language that the row is in; nil where it names none, and the response decides.
    var language: String?
    var tests: Tests
    var comparison = OutputComparison.lines
    /// The file that the program writes its answer to; nil for standard output.
    var outputFile: String?
    /// The text around the program, where the response is a piece of it.
    var infill: Infill?
    /// Judges outputs in place of the comparison.
    var checker: CheckerProgram?
    /// The whole text of tests that were taken apart into calls: run together where the host cannot judge a value.
    var whole: TestSuite?
    /// A solution whose answers to the calls are the expected ones, where the row has no others.
    var reference: String?
    /// How far a floating-point number may be from the solution's.
    var tolerance = 0.0
    /// Common imports are there without being asked for, as LeetCode has it.
    var hasPrelude = false
    /// The response is the program itself, without a fence.
    var isBare = false
    /// Code that a Python program continues or repeats, for example HumanEval's; prose is not put before anything.
    var prompt: String?
    /// The response may be the rest of the prompt, without a fence.
    var continues = false
    /// The function that is tested, by which its block is known.
    var entryPoint: String?
    /// The row's own limits; nil keeps the verifier's.
    var limits: RowLimits = RowLimits()

    var testCount: Int {
        switch tests {
        case .stdin(let tests): tests.count
        case .calls(let tests): tests.count
        case .suite, .value: 1
        }
    }
}

/// Limits that a row states for itself.
struct RowLimits {
    var cpu: Double?
    var wall: Double?
    var memory: Int?
    var output: Int?
    var processes: Int?
    var disk: Int?
    var compileWall: Double?
    var compileMemory: Int?
}
