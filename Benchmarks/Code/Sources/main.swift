import Experience
import JSON
import Verifiers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "threats", arguments.count == 2 {
    exit(await Threats(folder: arguments[1]).run() == 0 ? 0 : 1)
}
if arguments.first == "cost", arguments.count == 2 {
    var options = CodeOptions()
    options.slots = 1
    options.cache = 0
    let programs = LabelledProgram.load(arguments[1])
    let before = processorSeconds()
    let verifier = CodeVerifier(options: options)
    let verdicts = await verifier.verify(programs.map(\.item))
    await verifier.shutdown()
    let rate = Double(programs.count) / (processorSeconds() - before)
    let passed = verdicts.count { $0.outcome == .correct }
    print("\(programs.count) programs, \(passed) passed: \(rate) problems per CPU-second, worker start included")
    exit(0)
}
guard arguments.first == "labels", arguments.count > 1 else {
    print("usage: CodeBenchmark labels FILE… | threats FOLDER | cost FILE")
    exit(2)
}
var wrongInAll = 0
for path in arguments.dropFirst() {
    let programs = LabelledProgram.load(path)
    let verifier = CodeVerifier(options: CodeOptions())
    let clock = ContinuousClock()
    let start = clock.now
    let before = processorSeconds()
    let verdicts = await verifier.verify(programs.map(\.item))
    await verifier.shutdown()
    let wall = clock.now - start
    let cpu = processorSeconds() - before
    var wrong = 0
    for (program, verdict) in zip(programs, verdicts) {
        let isPass = verdict.outcome == .correct
        if isPass == program.isPass && verdict.score != nil { continue }
        wrong += 1
        if wrong <= 10 {
            print(
                program.item.problem.id, program.isPass, verdict.outcome, verdict.reason, verdict.explanation ?? "",
                verdict.details?.text.prefix(500) ?? "")
        }
    }
    print("\(path): \(programs.count) programs, \(wrong) other than labelled, \(wall), \(cpu) CPU-s")
    wrongInAll += wrong
}
exit(wrongInAll == 0 ? 0 : 1)
