import Experience
import HTTPTypes
import Verifiers

extension Health {
    /// `/metrics`, in the text format of Prometheus.
    func exposition(_ routes: [Route]) -> String {
        var text = Exposition()
        text.family("assay_requests_total", "counter", "Requests answered, by route and status.")
        let all = routes.map { ("\($0.method.rawValue) \($0.path)", $0.statistics) } + [("unmatched", unmatched)]
        for (name, statistics) in all {
            for (status, count) in statistics.countsByStatus {
                text.sample("assay_requests_total", [("route", name), ("status", String(status))], Double(count))
            }
        }
        text.family("assay_request_seconds", "histogram", "Time from a request's head to its answer.")
        for (name, statistics) in all where !statistics.countsByStatus.isEmpty {
            text.histogram("assay_request_seconds", [("route", name)], statistics.latency.snapshot)
        }
        text.family("assay_verification_seconds", "histogram", "Time that the verifier took for one item.")
        for endpoint in pool.endpoints {
            text.histogram(
                "assay_verification_seconds", [("verifier", endpoint.name)], endpoint.latency.snapshot)
        }
        text.family("assay_verdicts_total", "counter", "Verdicts, by verifier and outcome.")
        for endpoint in pool.endpoints {
            let counts = endpoint.counts
            for outcome in Outcome.allCases {
                text.sample(
                    "assay_verdicts_total", [("verifier", endpoint.name), ("outcome", outcome.rawValue)],
                    Double(counts[outcome] ?? 0))
            }
        }
        lanes(&text)
        caches(&text)
        text.family(
            "assay_log_lines_dropped_total", "counter",
            "Log lines lost: stderr was not read fast enough, or did not take them.")
        for (reason, count) in log.lostLines {
            text.sample("assay_log_lines_dropped_total", [("reason", reason)], Double(count))
        }
        return text.text
    }

    private func caches(_ text: inout Exposition) {
        text.family("assay_cache_lookups_total", "counter", "Look-ups in a verifier's cache of verdicts.")
        for endpoint in pool.endpoints {
            guard let counts = (endpoint.verifier as? any CachingVerifier)?.cacheCounts else { continue }
            for (result, count) in [("hit", counts.hits), ("miss", counts.misses)] {
                text.sample(
                    "assay_cache_lookups_total", [("verifier", endpoint.name), ("result", result)], Double(count))
            }
        }
    }

    private func lanes(_ text: inout Exposition) {
        let lanes = pool.endpoints.map { ($0.name, $0.lane) } + [("run_code", programLane)]
        text.family("assay_queue_items", "gauge", "Items accepted and not yet answered.")
        for (name, lane) in lanes { text.sample("assay_queue_items", [("lane", name)], Double(lane.load.pending)) }
        text.family("assay_slots_busy", "gauge", "Slots in use.")
        for (name, lane) in lanes { text.sample("assay_slots_busy", [("lane", name)], Double(lane.load.running)) }
        text.family("assay_slots", "gauge", "Slots there are.")
        for (name, lane) in lanes { text.sample("assay_slots", [("lane", name)], Double(lane.slots.count)) }
    }
}
