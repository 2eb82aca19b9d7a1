import Support

/// Events with a comment in between when there are none for a while, so that a page which is gone is noticed.
struct PulsedEvents: AsyncSequence, Sendable {
    static let pause: Duration = .seconds(15)
    private static let comment = Array(": still here\n\n".utf8)

    let events: AsyncStream<[UInt8]>
    let clock: any WallClock

    func makeAsyncIterator() -> AsyncStream<[UInt8]>.Iterator {
        let (merged, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(Audience.queueLength))
        let task = Task { [events, clock] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while (try? await clock.sleep(for: Self.pause)) != nil { continuation.yield(Self.comment) }
                }
                for await event in events {
                    if case .dropped = continuation.yield(event) { break }
                }
                group.cancelAll()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return merged.makeAsyncIterator()
    }
}
