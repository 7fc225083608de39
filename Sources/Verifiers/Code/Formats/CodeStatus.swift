/// How one test, or a program as a whole, ended.
public enum CodeStatus: String, Sendable, CaseIterable {
    /// The test passed.
    case pass
    /// The program ran and gave another answer.
    case wrongAnswer = "wrong_answer"
    /// It raised, crashed, or exited with a code that is not 0.
    case runtimeError = "runtime_error"
    /// It used up its processor or wall time.
    case timeout
    /// It used up its memory.
    case memoryLimit = "memory_limit"
    /// It wrote too much.
    case outputLimit = "output_limit"
    /// It did not compile.
    case compileError = "compile_error"
    /// It reached for what judges it, and it is certain that no honest program does.
    case tampered
    /// We failed: no score, try again.
    case infrastructureError = "infrastructure_error"
    /// It was not run, because an earlier test had failed.
    case notRun = "not_run"
}
