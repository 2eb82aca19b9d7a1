import DiscordModels
import Foundation
import Foundation
import Logging
import Support
import Synchronization
import Testing

@testable import Discord

@Suite("Outbox: saying it")
struct OutboxTests {
    static let original = MessageAddress.original(ApplicationID(3), token: Secret("tokentoken"))

    /// Runs a story on an outbox that is running, and ends it.
    static func running(
        _ transport: ScriptedTransport, clock: any WallClock = ImpatientClock(), _ story: @Sendable (Outbox) async throws -> Void
    ) async throws {
        let outbox = Outbox(client: .scripted(transport, clock: clock), clock: clock, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await outbox.run() }
            try await story(outbox)
            group.cancelAll()
        }
    }

    static func contents(_ transport: ScriptedTransport) throws -> [String] {
        try transport.requests.compactMap {
            (try JSONSerialization.jsonObject(with: Data($0.body ?? [])) as? [String: Any])?["content"] as? String
        }
    }

    @Test("a final is said after the progress before it, and returned as Discord has it")
    func final() async throws {
        let transport = ScriptedTransport([], otherwise: .status(200, RESTClientTests.message))
        try await Self.running(transport) { outbox in
            outbox.progress(MessageEdit(content: "10 %"), at: Self.original)
            let message = try await outbox.deliver(MessageEdit(content: "done"), at: Self.original)
            #expect(message.id == MessageID(9))
            outbox.progress(MessageEdit(content: "90 %"), at: Self.original)
            _ = try await outbox.send(OutgoingMessage(content: "more"), to: .followups(ApplicationID(3), token: Secret("tokentoken")))
        }
        let contents = try Self.contents(transport)
        #expect(contents.suffix(2) == ["done", "more"] && !contents.contains("90 %"))
    }

    @Test("a Discord that is down for a while hears the final once it is back")
    func down() async throws {
        let transport = ScriptedTransport(
            Array(repeating: .notSent, count: 17), otherwise: .status(200, RESTClientTests.message))
        try await Self.running(transport) { outbox in
            let message = try await outbox.deliver(MessageEdit(content: "done"), at: Self.original, patience: .seconds(900))
            #expect(message.id == MessageID(9))
        }
        #expect(transport.requests.count == 18)
    }

    @Test("an alarm that rings too early is set again", .timeLimit(.minutes(10)))
    func earlyAlarm() async throws {
        let transport = ScriptedTransport([.notSent, .notSent, .notSent, .notSent], otherwise: .status(200, RESTClientTests.message))
        try await Self.running(transport, clock: EarlyClock()) { outbox in
            _ = try await outbox.deliver(MessageEdit(content: "done"), at: Self.original)
        }
    }

    @Test("what Discord refuses for good, and what patience does not reach, is told to the one who asked")
    func failures() async throws {
        let refusing = ScriptedTransport([], otherwise: .status(404, #"{"code":10015,"message":"Unknown Webhook"}"#))
        try await Self.running(refusing) { outbox in
            let error = await #expect(throws: DiscordAPIError.self) {
                try await outbox.deliver(MessageEdit(content: "done"), at: Self.original)
            }
            #expect(error?.isInteractionGone == true)
        }
        #expect(refusing.requests.count == 1)
        let absent = ScriptedTransport([], otherwise: .notSent)
        try await Self.running(absent) { outbox in
            let error = await #expect(throws: DiscordAPIError.self) {
                try await outbox.deliver(MessageEdit(content: "done"), at: Self.original, patience: .seconds(60))
            }
            #expect(error?.kind == .unreachable)
        }
    }

    @Test("who showed progress that Discord did not take is told, and only then", .timeLimit(.minutes(10)))
    func progressFailed() async throws {
        let transport = ScriptedTransport([.noAnswer], otherwise: .status(200, RESTClientTests.message))
        let failures = Mutex<[Int]>([])
        try await Self.running(transport) { outbox in
            outbox.progress(MessageEdit(content: "10 %"), at: Self.original, onFailure: { failures.withLock { $0.append(10) } })
            while failures.withLock({ $0.isEmpty }) { await Task.yield() }
            outbox.progress(MessageEdit(content: "20 %"), at: Self.original, onFailure: { failures.withLock { $0.append(20) } })
            while transport.requests.count < 2 { await Task.yield() }
            try await outbox.deliver(MessageEdit(content: "done"), at: Self.original)
        }
        #expect(failures.withLock { $0 } == [10])
    }

    @Test("progress that has become untrue while it waited is not shown, and who showed it is told", .timeLimit(.minutes(10)))
    func outdated() async throws {
        let transport = ScriptedTransport([], otherwise: .status(200, RESTClientTests.message))
        let isOver = Mutex(false)
        let failures = Mutex(0)
        try await Self.running(transport) { outbox in
            for words in ["10 %", "20 %"] {
                outbox.progress(
                    MessageEdit(content: words), at: Self.original,
                    watch: ProgressWatch(isOutdated: { isOver.withLock { $0 } }, mayHaveOvertaken: {}),
                    onFailure: { failures.withLock { $0 += 1 } })
                while transport.requests.isEmpty { await Task.yield() }
                // Another process has said the final meanwhile.
                isOver.withLock { $0 = true }
            }
            while failures.withLock({ $0 }) == 0 { await Task.yield() }
        }
        #expect(try Self.contents(transport) == ["10 %"] && failures.withLock { $0 } == 1)
    }

    @Test("who shows progress that was untrue by the time it was sent is told, and whether a final was said here", .timeLimit(.minutes(10)))
    func overtaken() async throws {
        let looks = Mutex(0)
        let told = Mutex(0)
        // Another process says the final between the look and the sending.
        let watch = ProgressWatch(
            isOutdated: {
                looks.withLock { looks in
                    looks += 1
                    return looks > 1
                }
            }, mayHaveOvertaken: { told.withLock { $0 += 1 } })
        try await Self.running(ScriptedTransport([], otherwise: .status(200, RESTClientTests.message))) { outbox in
            outbox.progress(MessageEdit(content: "10 %"), at: Self.original, watch: watch)
            while told.withLock({ $0 }) == 0 { await Task.yield() }
            #expect(!outbox.hasFinal(at: Self.original))
            try await outbox.deliver(MessageEdit(content: "done"), at: Self.original)
            #expect(outbox.hasFinal(at: Self.original))
        }
        #expect(told.withLock { $0 } == 1 && looks.withLock { $0 } == 2)
    }

    @Test("a followup of which nobody knows whether it arrived is not said twice")
    func followup() async throws {
        let transport = ScriptedTransport([.noAnswer])
        try await Self.running(transport) { outbox in
            let error = await #expect(throws: DiscordAPIError.self) {
                try await outbox.send(OutgoingMessage(content: "x"), to: .followups(ApplicationID(3), token: Secret("tokentoken")))
            }
            #expect(error?.kind == .unreachable)
        }
        #expect(transport.requests.count == 1)
    }

    @Test("one who no longer waits takes the final back")
    func cancelled() async throws {
        let transport = ScriptedTransport([])
        let outbox = Outbox(client: .scripted(transport), clock: ImpatientClock(), logger: Logger(label: "test"))
        let asking = Task { try await outbox.deliver(MessageEdit(content: "done"), at: Self.original) }
        asking.cancel()
        await #expect(throws: CancellationError.self) { try await asking.value }
        #expect(outbox.state.withLock { $0.queue.isEmpty && $0.entries.isEmpty })
    }

    @Test("addresses, interactions and webhooks do not print their tokens")
    func secrets() throws {
        var text = "\(Self.original) \(String(reflecting: Self.original))"
        dump(MessagePlace.followups(ApplicationID(3), token: Secret("tokentoken")), to: &text)
        let interaction = #"{"id":"9","application_id":"1","type":2,"token":"tokentoken"}"#
        dump(try JSONDecoder().decode(Interaction.self, from: Data(interaction.utf8)), to: &text)
        dump(try JSONDecoder().decode(Webhook.self, from: Data(#"{"id":"9","token":"tokentoken"}"#.utf8)), to: &text)
        #expect(!text.contains("tokentoken"))
    }
}
