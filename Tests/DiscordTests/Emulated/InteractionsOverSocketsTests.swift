import DiscordModels
import Logging
import Support
import Synchronization
import Testing

@testable import Discord
@testable import DiscordEmulator

@Suite("Over sockets: interactions and commands", .timeLimit(.minutes(10)))
struct InteractionsOverSocketsTests {
    static let paint = NewApplicationCommand(
        name: "paint", description: "Paint a picture",
        options: [CommandOption(kind: .string, name: "prompt", description: "What", isRequired: true, maximumLength: 1_000)])

    /// Somebody types `/paint`; what the gateway would bring is read from the emulator.
    static func ask(_ client: RESTClient, _ control: EmulatorControl) throws -> Asked {
        let id = try control.slash("paint", ["prompt": .string("a cat")])
        let token = try #require(control.core.step { $0.world.interactions[ID(id.rawValue)]?.token })
        return Asked(id: id, token: Secret(token), client: client)
    }

    /// An interaction as a bot has it.
    struct Asked {
        let id: InteractionID
        let token: Secret
        let client: RESTClient

        func acknowledge() async throws {
            try await client.respond(to: id, token: token, with: .deferredMessage(ephemeral: false))
        }

        @discardableResult
        func edit(_ edit: MessageEdit) async throws -> Message {
            try await client.editOriginalResponse(application: EmulatorControl.application, token: token, edit)
        }
    }

    static func register(_ client: RESTClient, _ commands: [NewApplicationCommand] = [paint]) async throws -> CommandSync.Report {
        try #require(
            try await CommandSync(client: client, logger: Logger(label: "test"))
                .register(commands, application: EmulatorControl.application).first)
    }

    @Test("commands are created once; a second start changes nothing, a third only what differs")
    func commands() async throws {
        try await withEmulatedDiscord { client, control in
            let other = NewApplicationCommand(name: "other", description: "Other", defaultMemberPermissions: .manageGuild)
            var report = try await Self.register(client, [Self.paint, other])
            #expect(report.created == 2)
            report = try await Self.register(client, [Self.paint, other])
            #expect(report == CommandSync.Report(unchanged: 2))
            var changed = other
            changed.defaultMemberPermissions = nil
            changed.description = "Another"
            report = try await Self.register(client, [changed])
            #expect(report == CommandSync.Report(deleted: 1, edited: 1))
            report = try await Self.register(client, [changed])
            #expect(report == CommandSync.Report(unchanged: 1))
            #expect(control.commandNames == ["other"])
        }
    }

    @Test("acknowledged, filled in with a picture, followed up")
    func story() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await Self.register(client)
            let asked = try Self.ask(client, control)
            try await asked.acknowledge()
            #expect(try control.outcome(of: asked.id).state == .acknowledged)
            let picture = FileUpload(filename: "p.png", contentType: "image/png", bytes: [1, 2, 3])
            try await asked.edit(
                MessageEdit(
                    content: "done", components: [.actionRow([.button(Button("1", customID: "up:1"))])], files: [picture]))
            _ = try await client.createFollowup(
                application: EmulatorControl.application, token: asked.token, OutgoingMessage(content: "more", flags: .ephemeral))
            let outcome = try control.outcome(of: asked.id)
            #expect(outcome.state == .answered && outcome.message?.content == "done")
            #expect(outcome.message?.attachments.count == 1 && outcome.followups.map(\.content) == ["more"])
            let original = try await client.originalResponse(application: EmulatorControl.application, token: asked.token)
            #expect(original.id == outcome.message?.id)
        }
    }

    @Test("a second process that acknowledges what was acknowledged learns so, and may go on")
    func already() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await Self.register(client)
            let asked = try Self.ask(client, control)
            try await asked.acknowledge()
            let error = await #expect(throws: DiscordAPIError.self) { try await asked.acknowledge() }
            #expect(error?.isAlreadyAcknowledged == true)
            try await asked.edit(MessageEdit(content: "done"))
            #expect(try control.outcome(of: asked.id).message?.content == "done")
        }
    }

    @Test("an acknowledgement whose answer was lost arrives once")
    func lost() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await Self.register(client)
            let asked = try Self.ask(client, control)
            control.make(.dropResponse())
            let error = await #expect(throws: DiscordAPIError.self) { try await asked.acknowledge() }
            #expect(error?.isAlreadyAcknowledged == true)
            #expect(try control.outcome(of: asked.id).state == .acknowledged)
        }
    }

    @Test("after three seconds, and after fifteen minutes, the error says that the interaction is gone")
    func tooLate() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await Self.register(client)
            let late = try Self.ask(client, control)
            control.advance(by: .seconds(4))
            let expired = await #expect(throws: DiscordAPIError.self) { try await late.acknowledge() }
            #expect(expired?.kind == .expired)
            let slow = try Self.ask(client, control)
            try await slow.acknowledge()
            control.advance(by: .seconds(15 * 60 + 1))
            let gone = await #expect(throws: DiscordAPIError.self) { try await slow.edit(MessageEdit(content: "x")) }
            #expect(gone?.isInteractionGone == true)
            // The bot's own token is as good as before.
            #expect(throws: Never.self) { try control.messages() }
            _ = try await client.currentUser()
        }
    }

    @Test("progress is shown at a bearable pace, and the final stands last")
    func outbox() async throws {
        try await withEmulatedDiscord { client, control in
            _ = try await Self.register(client)
            let asked = try Self.ask(client, control)
            try await asked.acknowledge()
            let address = MessageAddress.original(EmulatorControl.application, token: asked.token)
            let outbox = Outbox(client: client, clock: SystemClock(), logger: Logger(label: "test"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await outbox.run() }
                for percent in 1...100 { outbox.progress(MessageEdit(content: "\(percent) %"), at: address) }
                while try control.outcome(of: asked.id).message?.content.hasSuffix("%") != true { await Task.yield() }
                for percent in 1...100 { outbox.progress(MessageEdit(content: "\(percent) %"), at: address) }
                try await outbox.deliver(MessageEdit(content: "done"), at: address)
                outbox.progress(MessageEdit(content: "late"), at: address)
                group.cancelAll()
            }
            #expect(try control.outcome(of: asked.id).message?.content == "done")
            #expect(control.requestCounts["PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", default: 0] <= 3)
        }
    }
}
