/// How the tests of one language are put together with a program.
enum SuiteAssembly {
    /// Languages that find out what is missing when it is called, and not before.
    static let scripts: Set<String> = ["bash", "perl", "ruby", "php", "lua", "r", "javascript", "typescript"]

    /// nil for a language without one.
    static func assembled(
        _ suite: TestSuite, program: String, language: String, secret: RunSecret
    ) -> Assembled? {
        switch language {
        case "cpp", "c": CppSuite.assembled(suite, program: program, secret: secret, isC: language == "c")
        case "rust": RustSuite.assembled(suite, program: program, secret: secret)
        case "go": GoSuite.assembled(suite, program: program, secret: secret)
        case "java": JavaSuite.assembled(suite, program: program, secret: secret)
        case "javascript": NodeSuite.assembled(suite, program: program, secret: secret, isTyped: false)
        case "typescript": NodeSuite.assembled(suite, program: program, secret: secret, isTyped: true)
        case "bash": ScriptSuite.bash(suite, program: program, secret: secret)
        case "perl": ScriptSuite.perl(suite, program: program, secret: secret)
        case "ruby": ScriptSuite.ruby(suite, program: program, secret: secret)
        case "php": ScriptSuite.php(suite, program: program, secret: secret)
        case "lua": ScriptSuite.lua(suite, program: program, secret: secret)
        case "r": ScriptSuite.r(suite, program: program, secret: secret)
        case "csharp": CSharpSuite.assembled(suite, program: program, secret: secret)
        case "swift": SwiftSuite.assembled(suite, program: program, secret: secret)
        case "kotlin": KotlinSuite.assembled(suite, program: program, secret: secret)
        default: nil
        }
    }
}
