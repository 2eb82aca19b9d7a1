import Console
import Credits
import Jobs
import Support

/// How things stand in the database, for Prometheus: the same whichever process is asked.
enum QueueGauges {
    static func families(jobs: any JobQueue, processes: any ProcessDirectory, at now: Timestamp) async throws -> [MetricFamily] {
        let depths = try await jobs.depths()
        let parts = try await processes.processes(seenSince: now - ProcessRecord.silence)
        let models = Set(parts.flatMap(\.models)).sorted()
        return [
            MetricFamily("troupe_queue_waiting", .gauge, depths.map { .init([.init("queue", $0.queue)], Double($0.waiting)) }),
            MetricFamily("troupe_queue_running", .gauge, depths.map { .init([.init("queue", $0.queue)], Double($0.running)) }),
            MetricFamily(
                "troupe_queue_oldest_seconds", .gauge,
                depths.map { .init([.init("queue", $0.queue)], $0.oldestAvailable.map { (now - $0).inSeconds } ?? 0) }),
            MetricFamily(
                "troupe_processes", .gauge,
                ["bot", "runner", "console"].map { part in
                    .init([.init("part", part)], Double(parts.count { $0.parts.contains(part) }))
                }),
            MetricFamily("troupe_shards_running", .gauge, [.init([], Double(parts.map(\.shards.count).reduce(0, +)))]),
            MetricFamily(
                "troupe_model_runners", .gauge,
                models.map { model in .init([.init("model", model)], Double(parts.count { $0.models.contains(model) })) }),
        ]
    }
}
