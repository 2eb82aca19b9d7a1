import Discord
import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import Support
import Testing

@testable import Features

/// Talking with the bot over sockets: who is answered, where, and what the model is given.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `Talking with the bot` {
    @Test func `who mentions it is answered in a reply that calls nobody`() async throws {
        let model = PlainWriter()
        try await ChatBench.tell(model) { world in
            let answer = try await world.ask("\(world.mention) what is two and two?")
            #expect(answer.content == "1: what is two and two?")
            #expect(answer.mentions?.isEmpty == true && answer.button("Again") != nil)
            // What others say is not for it.
            try world.people.say("two and two is five")
            let second = try await world.ask("is it? \(world.mention)")
            #expect(second.content == "1: is it?")
            #expect(model.requests.count == 2)
        }
    }

    @Test func `a direct message needs no mention`() async throws {
        try await ChatBench.tell(PlainWriter()) { world in
            let channel = world.people.directChannel()
            let answer = try await world.ask("hello there", in: channel)
            #expect(answer.content.hasPrefix("1: hello there"))
            // There one is told that nothing is remembered, and can change that.
            #expect(answer.button("Remember our conversations") != nil)
        }
    }

    @Test func `a command is answered in its place`() async throws {
        try await ChatBench.tell(PlainWriter()) { world in
            let outcome = try await world.people.settle(
                try world.people.slash("chat", ["message": .string("say it")]), showing: "1: say it")
            #expect(outcome.message?.content == "1: say it" && outcome.followups.isEmpty)
            #expect(try #require(outcome.acknowledgedAfter) < .seconds(3))
        }
    }

    @Test func `it is seen to be written, and stops when told, and goes on when told`() async throws {
        let gate = Gate()
        let model = PlainWriter(.init(answer: { $0.messages.count > 2 ? "three four" : "one two three four" }, gate: gate))
        try await ChatBench.tell(model) { world in
            let asked = try world.people.say("\(world.mention) count")
            let half = try #require(
                await world.people.waitForMessage(atMost: .seconds(40)) {
                    $0.reference?.messageID == asked && $0.content.contains("one two")
                })
            let stop = try #require(half.button("Stop"))
            let guest = world.people.acting(as: EmulatorControl.secondPerson)
            let refused = try await guest.settle(try guest.press(stop, on: half.id))
            #expect(refused.message?.content == ChatText.notYours)
            _ = try world.people.press(stop, on: half.id)
            let stopped = try await world.answer(to: asked)
            #expect(stopped.id == half.id && stopped.content == "one two\n-# Stopped.")
            gate.open()
            _ = try world.people.press(try #require(stopped.button("Continue")), on: stopped.id)
            let more = try await world.answer(to: stopped.id)
            #expect(more.content == "three four" && more.id != stopped.id)
        }
    }

    @Test func `answered again, it stands in the same message`() async throws {
        let model = PlainWriter(.init(answer: { _ in "an answer" }))
        try await ChatBench.tell(model) { world in
            let answer = try await world.ask("\(world.mention) hello")
            _ = try world.people.press(try #require(answer.button("Again")), on: answer.id)
            while model.requests.count < 2 { await Task.yield() }
            let again = try #require(
                await world.people.waitForMessage(atMost: .seconds(40)) {
                    $0.id == answer.id && $0.button("Stop") == nil && $0.editedTimestamp != nil
                })
            #expect(again.content == "an answer")
            #expect(try world.people.messages().count == 2)
        }
    }

    @Test func `what the model thought is behind a button`() async throws {
        try await ChatBench.tell(PlainWriter(.init(answer: { _ in "Four." }, reasoning: "Two and two make four."))) { world in
            let answer = try await world.ask("\(world.mention) two and two?")
            #expect(answer.content == "Four.")
            let button = try #require(answer.button("Thoughts"))
            let thoughts = try await world.people.settle(try world.people.press(button, on: answer.id)).message
            #expect(thoughts?.content == "Two and two make four." && thoughts?.flags?.contains(.ephemeral) == true)
        }
    }

    @Test func `a long answer goes on in further messages, and its code stays code`() async throws {
        let code = (1...300).map { "line \($0) of the program" }.joined(separator: "\n")
        try await ChatBench.tell(PlainWriter(.init(answer: { _ in "Here:\n```swift\n\(code)\n```\nDone." }))) { world in
            let asked = try world.people.say("\(world.mention) write")
            let last = try #require(
                await world.people.waitForMessage(atMost: .seconds(40)) { $0.content.hasSuffix("Done.") && $0.button("Again") != nil })
            let pieces = try world.people.messages().filter { $0.author.id == world.bot }.sorted { $0.id < $1.id }
            #expect(pieces.count == 4 && pieces.first?.reference?.messageID == asked && pieces.last?.id == last.id)
            for piece in pieces {
                #expect(piece.content.utf16.count <= 2_000)
                #expect(piece.content.components(separatedBy: "```").count % 2 == 1)
            }
        }
    }

    @Test func `an error is one honest line, and what failed can be tried again`() async throws {
        let error = ModelError(.refused, model: "plain", details: "secret details")
        let model = PlainWriter(.init(answer: { _ in "There." }, error: error, failures: 1))
        try await ChatBench.tell(model) { world in
            let failed = try await world.ask("\(world.mention) hello")
            #expect(failed.content == "⚠️ \(error.userMessage)" && !failed.content.contains("secret"))
            _ = try world.people.press(try #require(failed.button("Try again")), on: failed.id)
            let answer = try #require(
                await world.people.waitForMessage(atMost: .seconds(40)) { $0.content == "There." && $0.button("Again") != nil })
            #expect(answer.id == failed.id)
        }
    }

    @Test func `a model that is away for a moment is asked again`() async throws {
        let model = PlainWriter(
            .init(answer: { _ in "There." }, error: ModelError(.unavailable, model: "plain", details: "refused"), failures: 2))
        try await ChatBench.tell(model) { world in
            let answer = try await world.ask("\(world.mention) hello")
            #expect(answer.content == "There." && model.requests.count == 3)
        }
    }

    @Test func `text and code that come with a message are read`() async throws {
        let model = PlainWriter(.init(answer: { _ in "Read." }))
        try await ChatBench.tell(model) { world in
            let files = [
                EmulatorControl.File(name: "note.txt", contentType: "text/plain", bytes: Array("the secret word is plum".utf8)),
                EmulatorControl.File(name: "noise.bin", contentType: "application/octet-stream", bytes: [0, 1, 2]),
            ]
            let answer = try await world.ask("\(world.mention) what is the word?", files: files)
            #expect(answer.content == "Read.\n-# I cannot read `noise.bin`.")
            let told = try #require(model.requests.first?.messages.last?.content)
            #expect(told.contains("what is the word?") && told.contains("File note.txt:\n```txt\nthe secret word is plum\n```"))
        }
    }

    @Test func `pictures are passed on to a model that sees`() async throws {
        let model = PlainWriter(seesImages: true, .init(answer: { _ in "A colour." }))
        try await ChatBench.tell(model) { world in
            let picture = EmulatorControl.File(name: "p.png", contentType: "image/png", bytes: try PlainPainter.picture(seed: 1))
            _ = try await world.ask("\(world.mention) what is this?", files: [picture])
            #expect(model.requests.first?.messages.last?.images.count == 1)
        }
    }

    @Test func `a message can be asked about from its menu`() async throws {
        let model = PlainWriter(.init(answer: { _ in "It is about plums." }))
        try await ChatBench.tell(model) { world in
            let said = try world.people.acting(as: EmulatorControl.secondPerson).say("Plums are ripe in August.")
            let opener = try world.people.contextMenu("Ask about this", on: said.rawValue)
            _ = try await world.people.settle(opener)
            let asked = try world.people.submitModal(of: opener, ["question": .string("What is it about?")])
            let outcome = try await world.people.settle(asked, showing: "plums")
            #expect(outcome.message?.content == "It is about plums.")
            let told = try #require(model.requests.first?.messages.last?.content)
            #expect(told.contains("What is it about?") && told.contains("Plums are ripe in August."))
        }
    }

    @Test func `without a model it says what is missing`() async throws {
        try await SocketBot.withDatabase { database in
            var limits = EmulatorConfiguration()
            limits.enforcesRateLimits = false
            try await withEmulator(limits) { emulator in
                try await ChatBench([], database: database).run(on: emulator) { world in
                    let answer = try await world.ask("\(world.mention) hello")
                    #expect(answer.content == ChatText.noModel)
                }
            }
        }
    }

    @Test func `restarted in the middle of an answer, it answers once, in the same message`() async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let sessions = MemorySessionStore()
                var first = ChatBench([PlainWriter(.init(answer: { _ in "one two three four" }, gate: Gate()))], database: database)
                first.sessions = sessions
                let (asked, half) = try await first.run(on: emulator) { world in
                    let asked = try world.people.say("\(world.mention) count")
                    let half = await world.people.waitForMessage(atMost: .seconds(40)) {
                        $0.reference?.messageID == asked && $0.content.contains("one two")
                    }
                    return (asked, try #require(half).id)
                }
                var second = ChatBench([PlainWriter(.init(answer: { _ in "one two three four" }))], database: database)
                second.sessions = sessions
                try await second.run(on: emulator) { world in
                    let answer = try await world.answer(to: asked)
                    #expect(answer.id == half && answer.content == "one two three four")
                    #expect(try world.people.messages().count == 2)
                    #expect(try await world.jobs.deliveries(of: RequestID(asked.rawValue)).count == 1)
                }
            }
        }
    }
}
