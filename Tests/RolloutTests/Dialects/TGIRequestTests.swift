import Experience
import JSON
import Testing

@testable import Rollout

@Suite struct TGIRequestTests {
    private func parameters(_ temperature: Double, _ change: (inout SamplingParameters) -> Void = { _ in }) throws
        -> JSONValue?
    {
        var sampling = SamplingParameters()
        sampling.temperature = temperature
        change(&sampling)
        let request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: sampling)
        return try JSONValue(parsing: TGIDialect().encode(request).body)["parameters"]
    }

    @Test func itDrawsAboveTemperatureZeroAlone() throws {
        let drawn = try parameters(0.5)
        #expect(drawn?["do_sample"]?.boolValue == true && drawn?["temperature"]?.doubleValue == 0.5)
        let greedy = try parameters(0)
        #expect(greedy?["do_sample"]?.boolValue == false && greedy?["temperature"] == nil)
    }

    @Test func neutralValuesAreNotSaid() throws {
        let plain = try parameters(1) { ($0.topP, $0.topK) = (1, 0) }
        #expect(plain?["top_p"] == nil && plain?["top_k"] == nil)
        let narrow = try parameters(1) { ($0.topP, $0.topK) = (0.9, 1) }
        #expect(narrow?["top_p"]?.doubleValue == 0.9 && narrow?["top_k"]?.intValue == 1)
    }
}
