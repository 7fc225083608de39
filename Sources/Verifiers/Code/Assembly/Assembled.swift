/// Program and tests of one language put together: files, the shell script that builds and runs them, and what must be seen.
struct Assembled {
    /// The script's exit code when the build failed.
    static let buildFailed: Int32 = 97
    /// The script's exit code when the control run reported success.
    static let controlPassed: Int32 = 95

    var files: [ProgramRun.File] = []
    /// Lines of the shell; each that fails ends the script.
    var build: [String] = []
    /// What the shell does before both runs.
    var prelude = ""
    /// The command that runs the tests. Where `RunSecret.control` is set in its environment, the end of the tests is an exit code
    /// other than 0.
    var run = ""
    /// The variable that makes a run the control run.
    var control: String
    var environment: [String] = []
    /// Tests by name, known before the program is read; empty where the tests are one program that is seen to reach its end.
    var expected: [String] = []
    /// The tests import packages that take long to build.
    var needsGoCache = false
    /// The program reaches for the tests: why, for a person.
    var tampering: String?
    /// Why a pass says nothing, where a program may be honest or not; it is then ours not to know.
    var doubt: String?
    /// The row's tests cannot be run so, or prove nothing: why.
    var fault: RowFault?

    init(_ secret: RunSecret) { control = secret.control }

    /// The whole script. What passed is run once more with an end that fails: who reports success then has not come by it.
    var script: String {
        var lines = ["exec 2>&1"]
        if !build.isEmpty {
            lines.append(
                "( \(build.joined(separator: " && ")) ) </dev/null 3>&- >build.log 2>&1 || { cat build.log; exit 97; }")
        }
        lines += [
            prelude, run, "code=$?", "[ $code -eq 0 ] || exit $code",
            "if ( export \(control)=1; \(run) ) >/dev/null 2>&1 3>&1; then exit \(Self.controlPassed); fi", "exit 0",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Adds the text of the tests to the script, which hands it to an interpreter: no file of it is left for the program to read.
    mutating func pipe(_ name: String, _ text: String, to command: String) {
        add(name, text)
        prelude = "text=$(cat \(name)); rm -f \(name) run.sh"
        run = "printf '%s\\n' \"$text\" | \(command)"
    }

    mutating func add(_ path: String, _ text: String) {
        files.removeAll { $0.name == path }
        files.append(.init(name: path, bytes: Array(text.utf8)))
    }
}
