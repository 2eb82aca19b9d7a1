import Discord
import DiscordModels
import Jobs
import Support
import Testing

@testable import Features

@Suite struct `Saying an answer` {
    private let discord = TinyDiscord()
    private let clock = ManualClock()
    private let components = GenerateComponents(signer: ButtonSigner(secret: Secret("k")))
    private let requestID = RequestID(4_000_000_000_000_000_000)

    private var address: ReplyAddress {
        ReplyAddress(
            applicationID: 1, token: Secret("secret"), channelID: 2, guildID: 3, userID: 4, tokenExpiresAt: clock.now() + .seconds(900),
            attachmentLimit: 10_000_000)
    }

    private var answer: RenderedAnswer {
        RenderedAnswer(
            content: "**circle**", components: components.painted(requestID, count: 4, owner: 4),
            files: [FileUpload(filename: "a.png", contentType: "image/png", bytes: [1, 2, 3])])
    }

    @discardableResult
    private func say(_ address: ReplyAddress? = nil, isRetry: Bool = false) async throws -> Speaker.Said {
        let rest = client(of: discord, clock: clock)
        let outbox = Outbox(client: rest, clock: clock, logger: quiet)
        let speaker = Speaker(
            replies: DiscordReplies(
                rest: rest, outbox: outbox, answers: AnswerKeeper(jobs: MemoryJobQueue(), outbox: outbox, clock: clock, logger: quiet),
                cache: GatewayCache(), clock: clock, logger: quiet), clock: clock,
            logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await outbox.run() }
            defer { group.cancelAll() }
            return try await speaker.say(
                answer, for: requestID, to: address ?? self.address, isRetry: isRetry,
                isAnswer: { components.request(in: $0) == requestID })
        }
    }

    @Test func `while the token lives, the waiting line becomes the answer`() async throws {
        try await say()
        #expect(discord.calls.map(\.route) == ["PATCH /webhooks/1/secret/messages/@original"])
        #expect(discord.calls[0].hasFiles && discord.calls[0].content == "**circle**")
    }

    @Test func `after fifteen minutes a message calls the user`() async throws {
        let address = address
        clock.advance(by: .seconds(895))
        try await say(address)
        #expect(discord.calls.map(\.route) == ["POST /channels/2/messages"])
        #expect(discord.messages(in: 2) == ["<@4> **circle**"])
        guard case .object(let json) = discord.calls[0].json else { return }
        #expect(json["allowed_mentions"] == .object(["parse": .array([]), "users": .array([.string("4")])]))
        #expect(json["nonce"]?.string == "4000000000000000000" && json["enforce_nonce"] == .bool(true))
    }

    @Test(arguments: [(401, 50_027), (404, 10_015), (404, 10_008), (404, 10_062)])
    func `when Discord refuses the token, a message calls the user`(status: Int, code: Int) async throws {
        discord.meet(.refuse(status: status, code: code), at: "PATCH")
        try await say()
        #expect(discord.messages(in: 2) == ["<@4> **circle**"])
    }

    @Test func `where the bot may not speak, the user is written to directly`() async throws {
        discord.meet(.refuse(status: 404, code: 10_015), at: "PATCH")
        discord.meet(.refuse(status: 403, code: 50_013), at: "POST /channels/2")
        try await say()
        #expect(discord.messages(in: 2).isEmpty)
        #expect(discord.messages(in: 77) == ["<@4> **circle**"])
    }

    @Test func `when every way is closed, that is told and not tried for ever`() async throws {
        discord.meet(.refuse(status: 404, code: 10_015), at: "PATCH")
        discord.meet(.refuse(status: 403, code: 50_001), at: "POST /channels/2")
        discord.meet(.refuse(status: 403, code: 50_007), at: "POST /channels/77")
        await #expect(throws: Speaker.NoWay.self) { try await say() }
    }

    @Test(arguments: [TinyDiscord.Fault.drop, .refuse(status: 502, code: 0), .refuse(status: 500, code: 0)])
    func `a fault of the moment is no reason for another way`(fault: TinyDiscord.Fault) async throws {
        discord.meet(fault, at: "PATCH")
        await #expect(throws: DiscordAPIError.self) { try await say() }
        #expect(discord.calls.count == 1)
        try await say(isRetry: true)
        #expect(discord.calls.map(\.route) == Array(repeating: "PATCH /webhooks/1/secret/messages/@original", count: 2))
    }

    @Test func `a message whose arrival is unknown is not said again`() async throws {
        var address = address
        address.token = nil
        discord.meet(.dropAnswer, at: "POST /channels/2")
        await #expect(throws: DiscordAPIError.self) { try await say(address) }
        // Longer than Discord remembers a nonce: the channel itself is searched.
        clock.advance(by: .seconds(3_600))
        let message = try await say(address, isRetry: true)
        #expect(message.message.rawValue > requestID.rawValue)
        #expect(discord.messages(in: 2).count == 1)
        #expect(discord.calls("POST /channels/2").count == 1)
    }

    @Test func `when Discord refuses the picture, the words still arrive`() async throws {
        discord.meet(.refuse(status: 413, code: 40_005), at: "PATCH")
        try await say()
        #expect(discord.calls.count == 2)
        #expect(!discord.calls[1].hasFiles)
        #expect(discord.calls[1].content == "**circle**\nDiscord refused the picture. The numbered buttons may still work.")
    }

    @Test func `no token is in what an error says`() async throws {
        discord.meet(.drop, at: "PATCH")
        do {
            try await say()
        } catch {
            #expect(!"\(error)".contains("secret"))
        }
    }
}
