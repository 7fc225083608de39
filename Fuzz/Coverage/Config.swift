import Experience
import JSON

/// libFuzzer entry: a YAML document, checked against the keys of a section and decoded over its defaults.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let yaml = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    struct Config: Codable {
        var name = "run"
        var seed: UInt64 = 0
        var sampling = SamplingParameters()
        var options: JSONValue = .object([])
    }
    let fields = [
        ConfigField("name", ""), ConfigField("seed", ""), ConfigField("options", "", kind: .free),
        ConfigField("sampling", "", kind: .section(SamplingParameters.fields)),
    ]
    guard let file = try? ConfigFile(yaml: yaml, path: "f", fields: fields),
        let config = try? file.decode(over: Config())
    else { return 0 }
    try? config.sampling.validate()
    return 0
}
