import Experience
import Testing

@Suite struct TaskPatienceTests {
    @Test(.timeLimit(.minutes(1))) func nobodyWaitsForATaskThatTakesLonger() async throws {
        let endless = Task { try await Task.sleep(for: .seconds(3600)) }
        #expect(await !endless.ends(within: .milliseconds(1)))
        endless.cancel()
        #expect(await endless.ends(within: .seconds(3600)))
        #expect(await Task { 1 }.ends(within: .seconds(3600)))
    }
}
