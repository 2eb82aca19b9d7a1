import DiscordEmulator
import DiscordModels
import Support
import Testing

@testable import Discord

@Suite("Over sockets: limits", .timeLimit(.minutes(10)))
struct LimitsOverSocketsTests {
    @Test("more messages than a channel's bucket takes all arrive, and Discord never has to refuse one")
    func bucket() async throws {
        try await withEmulatedDiscord { client, control in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 1...8 {
                    group.addTask {
                        _ = try await client.createMessage(in: EmulatorControl.general, OutgoingMessage(content: "m\(n)", nonce: "\(n)"))
                    }
                }
                try await group.waitForAll()
            }
            #expect(Set(try control.messages().map(\.content)) == Set((1...8).map { "m\($0)" }))
            #expect(control.statusCounts[429] == nil && control.requestCount == 8)
        }
    }

    @Test("calls of all sorts together stay under the global limit")
    func global() async throws {
        try await withEmulatedDiscord { client, control in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 1...120 {
                    group.addTask {
                        let error = await #expect(throws: DiscordAPIError.self) { try await client.channel(ChannelID(UInt64(n))) }
                        #expect(error?.isUnknownChannel == true)
                    }
                }
                try await group.waitForAll()
            }
            #expect(control.statusCounts[404] == 120)
            #expect(control.statusCounts[429] == nil)
        }
    }

    @Test("a refusal that the headers did not announce is waited for, global or not")
    func unannounced() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await client.createMessage(in: EmulatorControl.general, OutgoingMessage(content: "first"))
            let route = "POST /channels/{channel_id}/messages"
            control.make(.rateLimit(retryAfter: .milliseconds(300), route: route, requests: 2))
            let before = ContinuousClock.now
            _ = try await client.createMessage(in: EmulatorControl.general, OutgoingMessage(content: "second"))
            #expect(ContinuousClock.now - before >= .milliseconds(600))
            control.make(.rateLimit(retryAfter: .milliseconds(200), isGlobal: true, route: route))
            _ = try await client.createMessage(in: EmulatorControl.pictures, OutgoingMessage(content: "third"))
            #expect(control.requestCounts[route] == 6)
        }
    }

    @Test("who would have to wait too long is told when to come back")
    func patience() async throws {
        try await withEmulatedDiscord(adjust: { $0.patience = .milliseconds(100) }) { client, control in
            control.make(.rateLimit(retryAfter: .seconds(100)))
            let error = await #expect(throws: DiscordAPIError.self) { try await client.currentUser() }
            #expect(error?.kind == .rateLimited)
            #expect((error?.retryAfter ?? .zero) > .seconds(99))
        }
    }

    @Test("a wrong token is tried once")
    func wrongToken() async throws {
        try await withEmulatedDiscord(token: "right", clientToken: "wrong") { client, control in
            for _ in 1...5 {
                let error = await #expect(throws: DiscordAPIError.self) { try await client.currentUser() }
                #expect(error?.kind == .wrongToken)
            }
            #expect(control.requestCount == 1)
        }
    }
}
