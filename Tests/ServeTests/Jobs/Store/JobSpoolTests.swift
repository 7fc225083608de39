import Foundation
import JSON
import Serve
import Testing

@Suite struct JobSpoolTests {
    @Test("Rows of an upload that broke off with its server are swept away; those of jobs are not")
    func sweep() async throws {
        let folder = NSTemporaryDirectory() + "sweep-\(UUID().uuidString)"
        let spool = folder + "/jobs.d"
        try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: true)
        let rows = Array("{\"response\":\"1\",\"answer\":\"1\"}\n".utf8)
        try await TestServer.run({ $0.jobs = folder + "/jobs" }) { (server: TestServer) async throws in
            let made = try await server.post("/v1/jobs", rows, headers: ["Content-Type": "application/x-ndjson"])
            #expect(made.status == 201)
        }
        try Data("{".utf8).write(to: URL(fileURLWithPath: spool + "/job_left.jsonl"))
        try Data("{".utf8).write(to: URL(fileURLWithPath: spool + "/job_held.jsonl"))
        try Data("mine".utf8).write(to: URL(fileURLWithPath: spool + "/notes.txt"))
        try Data("{".utf8).write(to: URL(fileURLWithPath: spool + "/job_young.jsonl"))
        // The job's own rows were uploaded under another spelling of the folder.
        for name in try FileManager.default.contentsOfDirectory(atPath: spool) where name != "job_young.jsonl" {
            let past = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -3600)]
            try FileManager.default.setAttributes(past, ofItemAtPath: spool + "/" + name)
        }
        // Another server is writing this one.
        let held = open(spool + "/job_held.jsonl", O_WRONLY)
        defer { close(held) }
        #expect(flock(held, LOCK_EX) == 0)
        try await TestServer.run({ $0.jobs = folder + "/../" + (folder as NSString).lastPathComponent + "/jobs" }) {
            (_: TestServer) async throws in
            let names = try FileManager.default.contentsOfDirectory(atPath: spool).sorted()
            #expect(
                names.count == 4 && names.contains("job_young.jsonl") && names.contains("job_held.jsonl")
                    && names.contains("notes.txt"), "\(names)")
            #expect(!names.contains("job_left.jsonl"))
        }
    }
}
