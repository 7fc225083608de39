/// A problem as the code verifier understands it.
struct CodeTask {
    /// Programs are judged by what they print, or by what their functions return.
    enum Tests {
        /// One run per test.
        case stdin([StdinTest])
        /// One run for all calls, in order.
        case calls([CallTest])
        /// Tests that are a program of their own.
        case program(TestProgram)
    }

    struct StdinTest {
        var input: [UInt8]
        var output: [UInt8]
    }

    /// What a call must return, judged on the host.
    struct CallTest {
        /// The calls that the check needs, made in order.
        var calls: [Call]
        var check: Check
    }

    struct Call {
        var function: String
        var arguments: [PythonValue]
        var keywords: [PythonValue.Pair] = []
    }

    enum Check {
        /// The single call's value equals one of these.
        case equals([PythonValue], PythonEquality)
        /// An assertion over the calls' values.
        case assertion(PythonExpression)
    }

    struct TestProgram {
        /// The tests' source.
        var source: String
        /// The function that a `check(candidate)` is given.
        var entryPoint: String?
    }

    var language: String
    var tests: Tests
    var comparison = OutputComparison.lines
    /// Judges outputs in place of the comparison.
    var checker: CheckerProgram?
    /// Common imports are there without being asked for, as LeetCode has it.
    var hasPrelude = false
    /// The response is the program itself, without a fence.
    var isBare = false
    /// Put before the program, for example a HumanEval prompt that the completion continues.
    var preamble: String?
    /// The row's own limits; nil keeps the verifier's.
    var limits: RowLimits = RowLimits()

    var testCount: Int {
        switch tests {
        case .stdin(let tests): tests.count
        case .calls(let tests): tests.count
        case .program: 1
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
