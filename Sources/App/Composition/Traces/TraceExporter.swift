import AsyncHTTPClient
import DequeModule
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Support
import Synchronization

/// Sends the steps of requests to a collector, as JSON over HTTP, every second.
///
/// While it cannot be reached the latest steps are kept and the oldest go: nobody waits for a trace.
///
/// Source: OpenTelemetry, "OTLP Specification", https://opentelemetry.io/docs/specs/otlp/#otlphttp
final class TraceExporter: Service {
    /// Steps that wait to be sent, and that are sent at a time.
    static let (kept, atATime) = (10_000, 500)

    private let address: String
    private let process: String
    private let http: HTTPClient
    private let clock: any WallClock
    private let logger: Logger
    private let waiting = Mutex(Deque<FinishedSpan>())

    /// - Parameters:
    ///   - address: with its path.
    ///   - process: a name that no other process has.
    init(to address: String, process: String, http: HTTPClient, clock: any WallClock, logger: Logger) {
        self.address = address
        self.process = process
        self.http = http
        self.clock = clock
        self.logger = logger
    }

    func take(_ span: FinishedSpan) {
        waiting.withLock { waiting in
            waiting.append(span)
            if waiting.count > Self.kept { waiting.removeFirst() }
        }
    }

    func run() async {
        var isReached = true
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do { try await cancelWhenGracefulShutdown { try await self.clock.sleep(for: .seconds(1)) } } catch { break }
            let reached = await send()
            if isReached, !reached { logger.warning("the collector of traces cannot be reached", metadata: ["address": "\(address)"]) }
            isReached = reached
        }
        _ = await send()
    }

    /// All there is; false when the collector did not take it.
    private func send() async -> Bool {
        while true {
            let spans = waiting.withLock { waiting -> [FinishedSpan] in
                let spans = Array(waiting.prefix(Self.atATime))
                waiting.removeFirst(spans.count)
                return spans
            }
            if spans.isEmpty { return true }
            guard await post(spans) else {
                waiting.withLock { waiting in
                    waiting.prepend(contentsOf: spans)
                    waiting.removeFirst(max(0, waiting.count - Self.kept))
                }
                return false
            }
        }
    }

    private func post(_ spans: [FinishedSpan]) async -> Bool {
        guard let body = try? JSONEncoder().encode(TraceExport(spans, process: process)) else { return true }
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        guard let answer = try? await http.execute(request, timeout: .seconds(5)) else { return false }
        _ = try? await answer.body.collect(upTo: 64 << 10)
        // What it refuses for good is not sent again.
        return answer.status.code < 500 && answer.status != .tooManyRequests
    }
}
