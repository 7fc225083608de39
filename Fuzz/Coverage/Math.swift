import Verifiers

/// libFuzzer entry: the bytes are gold and response, split at the first zero byte. Checks what must hold for any input:
/// a grading ends, repeats itself, and an answer equals itself when it can be read at all.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: count)
    let split = bytes.firstIndex(of: 0) ?? count
    let gold = String(decoding: bytes[..<split], as: UTF8.self)
    let response = String(decoding: bytes[min(count, split + 1)...], as: UTF8.self)
    let grade = MathGrader.grade(gold: gold, prediction: response)
    if grade != MathGrader.grade(gold: gold, prediction: response) {
        fatalError("verdict changed: \(gold) | \(response)")
    }
    if grade.isGoldAtFault, grade.isCorrect { fatalError("right against a gold at fault: \(gold)") }
    return 0
}
