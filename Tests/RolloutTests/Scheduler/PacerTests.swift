import Testing

@testable import Rollout

@Suite struct PacerTests {
    @Test func aRateLimitIsLearnedAndKept() {
        var pacer = Pacer()
        // A burst of 30 of which a limit of 10 a second lets 10 through.
        let sends = (0..<30).map { 100 + Double($0) * 0.001 }
        for (number, moment) in sends.enumerated() {
            #expect(pacer.admits(at: moment, inFlight: number))
            pacer.begin(at: moment)
        }
        for (number, moment) in sends.enumerated() where number >= 10 {
            pacer.refuse(sentAt: moment, at: 100.1, inFlight: 30, wait: 1, isRate: true)
        }
        #expect(pacer.rate == 10 && pacer.ceiling == 15)
        #expect(!pacer.admits(at: 101, inFlight: 0))
        var sent = 0
        var now = 101.2
        while now < 102, pacer.admits(at: now, inFlight: 0) {
            pacer.begin(at: now)
            sent += 1
            now += 0.001
        }
        #expect(sent == 10)
        #expect(pacer.admits(at: 102.3, inFlight: 0))
    }

    @Test func pausesGrowWithoutAHintAndEndWithAnAnswer() {
        var pacer = Pacer(basePause: 1, longestPause: 8)
        var now = 10.0
        var pauses: [Double] = []
        for _ in 0..<5 {
            pacer.begin(at: now)
            pacer.refuse(sentAt: now, at: now, inFlight: 4, wait: nil, isRate: false)
            let start = now
            while !pacer.admits(at: now, inFlight: 0) { now += 0.5 }
            pauses.append(now - start)
            now += 0.25
        }
        #expect(pauses == [1, 2, 4, 8, 8])
        pacer.begin(at: now)
        pacer.accept(sentAt: now, at: now + 0.1, maximum: 64)
        pacer.begin(at: now + 0.2)
        pacer.refuse(sentAt: now + 0.2, at: now + 0.2, inFlight: 4, wait: nil, isRate: false)
        #expect(pacer.admits(at: now + 1.3, inFlight: 0))
    }

    @Test func whatWasInFlightCountsOnce() {
        var pacer = Pacer()
        for moment in [1.0, 1.1, 1.2] { pacer.begin(at: moment) }
        for moment in [1.0, 1.1, 1.2] { pacer.refuse(sentAt: moment, at: 2, inFlight: 16, wait: 1, isRate: false) }
        #expect(pacer.ceiling == 8 && pacer.rate == nil)
    }
}
