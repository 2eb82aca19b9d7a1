import DiscordEmulator
import DiscordModels
import Logging
import ServiceLifecycle
import Support
import Testing

@testable import Discord

@Suite("Over sockets: the gateway", .timeLimit(.minutes(10)))
struct GatewayOverSocketsTests {
    /// A bot's gateway on the emulator, with what it heard.
    private struct Bot: Sendable {
        let gateway: Gateway
        let events = Inbox<GatewayEvent>()

        init(
            _ client: RESTClient, sessions: any SessionStore, compression: GatewayAddress.Compression = .zlibStream,
            token: String = "right",
            intents: GatewayIntents = [.guilds, .guildMessages, .messageContent], _ handler: GatewayEventHandler? = nil
        ) {
            let events = events
            var configuration = Gateway.Configuration(token: Secret(token), intents: intents)
            configuration.compression = compression
            gateway = Gateway(
                configuration: configuration, sessions: sessions, clock: SystemClock(), jitter: { 0 }, logger: Logger(label: "test"),
                directions: { try await client.gatewayBot() },
                handler: handler ?? { event, _ in { events.put(event) } })
        }

        func running(_ script: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await gateway.run() }
                try await script()
                group.cancelAll()
                try await group.waitForAll()
            }
        }

        /// The next event that is a message's or an interaction's, RESUMED or READY.
        func next() async -> GatewayEvent? {
            await events.next()
        }

        func nextText() async -> String? {
            guard case .messageCreate(let message) = await next() else { return nil }
            return message.content
        }

        func becomeReady() async throws -> Ready {
            guard case .ready(let ready) = await next() else { throw CancellationError() }
            return ready
        }
    }

    @Test("identifies, is online, and hears messages and interactions", arguments: [.none, .zlibStream] as [GatewayAddress.Compression])
    func online(compression: GatewayAddress.Compression) async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await InteractionsOverSocketsTests.register(client)
            let bot = Bot(client, sessions: MemorySessionStore(), compression: compression)
            try await bot.running {
                let ready = try await bot.becomeReady()
                #expect(ready.application.id == EmulatorControl.application)
                #expect(control.isOnline())
                _ = try control.say("hello")
                #expect(await bot.nextText() == "hello")
                let id = try control.slash("paint", ["prompt": .string("a cat")])
                guard case .interactionCreate(let interaction) = await bot.next() else {
                    Issue.record("no interaction")
                    return
                }
                #expect(interaction.id == id)
                #expect(bot.gateway.statistics.first?.undecodable == 0)
            }
        }
    }

    @Test("A dropped socket costs nothing: what happened meanwhile comes once, in the old session")
    func resume() async throws {
        try await withEmulatedDiscord { client, control in
            let bot = Bot(client, sessions: MemorySessionStore())
            try await bot.running {
                _ = try await bot.becomeReady()
                for (number, fault) in [
                    EmulatorControl.Fault.disconnect(code: nil), .disconnect(code: 4_000), .reconnect, .invalidSession(resumable: true),
                ].enumerated() {
                    control.make(fault)
                    _ = try control.say("while away \(number)")
                    var texts: [String] = []
                    var isResumed = false
                    while !isResumed || texts.isEmpty {
                        switch await bot.next() {
                        case .messageCreate(let message): texts.append(message.content)
                        case .resumed: isResumed = true
                        case let other: Issue.record("\(String(describing: other))")
                        }
                    }
                    #expect(texts == ["while away \(number)"])
                }
                let statistics = try #require(bot.gateway.statistics.first)
                #expect(statistics.identifies == 1)
                #expect(statistics.resumes == 4)
            }
        }
    }

    @Test("A session that Discord has forgotten gives way to a new one")
    func forgotten() async throws {
        try await withEmulatedDiscord { client, control in
            let bot = Bot(client, sessions: MemorySessionStore())
            try await bot.running {
                let first = try await bot.becomeReady()
                control.make(.invalidSession(resumable: false))
                let second = try await bot.becomeReady()
                #expect(first.sessionID != second.sessionID)
                _ = try control.say("still here")
                #expect(await bot.nextText() == "still here")
            }
        }
    }

    @Test("A process that was killed before it had handled an event gets it again after its restart, and no other")
    func restart() async throws {
        try await withEmulatedDiscord { client, control in
            let sessions = MemorySessionStore()
            let begun = Inbox<String>()
            let first = Bot(client, sessions: sessions) { event, _ in
                {
                    switch event {
                    case .ready: begun.put("ready")
                    case .messageCreate(let message):
                        begun.put(message.content)
                        // Cut off by the end of the process.
                        if message.content == "two" { try await Task.sleep(for: .seconds(1_000)) }
                    default: break
                    }
                }
            }
            try await first.running {
                #expect(await begun.next() == "ready")
                for text in ["one", "two", "three"] {
                    _ = try control.say(text)
                    #expect(await begun.next() == text)
                }
            }
            _ = try control.say("four")
            let second = Bot(client, sessions: sessions)
            try await second.running {
                var heard: Set<String> = []
                for _ in 0..<4 {
                    switch await second.next() {
                    case .messageCreate(let message): heard.insert(message.content)
                    case .resumed: heard.insert("(resumed)")
                    case let other: Issue.record("\(String(describing: other))")
                    }
                }
                #expect(heard == ["two", "three", "four", "(resumed)"])
                #expect(second.gateway.statistics.first?.identifies == 0)
            }
        }
    }

    @Test("A wrong token, and an intent that was not granted, end the run and say what to do")
    func refused() async throws {
        try await withEmulatedDiscord(token: "right") { client, _ in
            let bot = Bot(client, sessions: MemorySessionStore(), token: "wrong")
            do {
                try await bot.gateway.run()
                Issue.record("it ran")
            } catch let error as GatewayError {
                #expect(error.code == .wrongToken)
            }
        }
    }

    @Test("Told to shut down, it lets its handlers finish, leaves the session alive and ends without an error")
    func gracefulShutdown() async throws {
        try await withEmulatedDiscord { client, control in
            let sessions = MemorySessionStore()
            let begun = Inbox<Void>()
            let gate = Inbox<Void>()
            let bot = Bot(client, sessions: sessions) { event, _ in
                {
                    guard case .messageCreate = event else {
                        if case .ready = event { begun.put(()) }
                        return
                    }
                    begun.put(())
                    _ = await gate.next()
                }
            }
            let group = ServiceGroup(configuration: .init(services: [bot.gateway], logger: Logger(label: "test")))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                _ = await begun.next()
                _ = try control.say("hello")
                _ = await begun.next()
                await group.triggerGracefulShutdown()
                while control.isOnline() { await Task.yield() }
                gate.put(())
                try await tasks.waitForAll()
            }
            #expect(control.gatewayCounts == (sockets: 0, sessions: 1))
            #expect(sessions.load(shardID: 0) != nil)
            let next = Bot(client, sessions: sessions)
            try await next.running { #expect(await next.next() == .resumed) }
        }
    }
}
