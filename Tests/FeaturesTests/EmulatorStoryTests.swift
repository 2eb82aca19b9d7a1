import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import ModelProviders
import Pictures
import Support
import Testing

@testable import Features

/// The same stories with everything real: gateway and REST over sockets, SQLite on disk, a DALL·E mini with random weights.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `/generate on the emulator` {
    private static let checkpoint = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "NeuralTests/Fixtures/painter-mixed").path(percentEncoded: false)

    private var painter: NeuralImageModel {
        NeuralImageModel(
            card: ImageModelCard(name: "tiny", summary: "Random weights", expectedSecondsPerImage: 0.1), folder: Self.checkpoint, threads: 1
        )
    }

    private let wanted = "two red circles above a blue square"

    @Test func `a prompt becomes four pictures, then one, then four again`() async throws {
        let (painter, wanted) = (painter, wanted)
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                try await SocketBot(models: [painter], database: database).run(on: emulator) { _ in
                    let asked = try people.slash("generate", ["prompt": .string(wanted), "seed": .integer(7)])
                    let outcome = try await people.settle(asked, attachments: 1)
                    #expect(outcome.state == .answered)
                    #expect(try #require(outcome.acknowledgedAfter) < .seconds(3))
                    let grid = try #require(outcome.message)
                    #expect(grid.content.hasPrefix("**\(wanted)**\nseed `7` · model `tiny` · 4 pictures painted in"))
                    #expect(grid.attachments.count == 1 && outcome.followups.isEmpty)
                    let bytes = try #require(people.bytes(of: grid.attachments[0].id))
                    #expect(try Picture(decoding: bytes).width == 516)
                    #expect(PNGText.read(from: bytes).contains(PNGText("prompt", wanted)))

                    let guest = people.acting(as: EmulatorControl.secondPerson)
                    let pressed = try guest.press(try #require(grid.button("2")), on: grid.id)
                    let single = try #require(try await guest.settle(pressed, attachments: 1).message)
                    #expect(single.content.hasPrefix("Picture 2 of **\(wanted)**\nseed `8`"))
                    let one = try #require(people.bytes(of: single.attachments[0].id))
                    #expect(try Picture(decoding: one).width == 8)
                    #expect(PNGText.read(from: one).contains(PNGText("seed", "8")))

                    let repeated = try guest.press(try #require(grid.button("Again")), on: grid.id)
                    let again = try #require(try await guest.settle(repeated, attachments: 1).message)
                    #expect(again.content.contains("4 pictures painted") && !again.content.contains("seed `7`"))
                    #expect(try people.messages().count == 3)
                }
            }
        }
    }

    @Test func `it waits in view, and only its owner can cancel it`() async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                try await SocketBot(models: [PlainPainter()], database: database).run(on: emulator, paints: false) { jobs in
                    let asked = try people.slash("generate", ["prompt": .string("a heart")])
                    let waiting = try #require(try await people.settle(asked).message)
                    #expect(waiting.content == "Painting… position 1, about 2 s\n> a heart")
                    let cancel = try #require(waiting.button("Cancel"))

                    let guest = people.acting(as: EmulatorControl.secondPerson)
                    let refused = try await guest.settle(try guest.press(cancel, on: waiting.id))
                    #expect(refused.message?.content == GenerateText.notYours)
                    #expect(refused.message?.flags?.contains(.ephemeral) == true)
                    #expect(try await jobs.job(RequestID(asked.rawValue))?.state == .available)

                    _ = try people.press(cancel, on: waiting.id)
                    let ended = try #require(try await people.settle(asked, showing: "Cancelled.").message)
                    #expect(ended.button("Cancel") == nil && ended.button("Try again") != nil)
                }
            }
        }
    }

    @Test func `models are offered while one types`() async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let models: [any ImageModel] = [PlainPainter(name: "pocket"), PlainPainter(name: "big")]
                try await SocketBot(models: models, database: database).run(on: emulator, paints: false) { _ in
                    let offered = try await emulator.control.autocomplete(
                        "generate", ["prompt": .string("x"), "model": .string("b")], focused: "model")
                    #expect(offered == ["big: One colour · 0.5 s a picture"])
                }
            }
        }
    }

    @Test func `restarted in the middle, it still answers once, and old buttons work`() async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                let held = PlainPainter(.init(gate: Gate()))
                let asked = try await SocketBot(models: [held], database: database).run(on: emulator) { jobs in
                    let asked = try people.slash("generate", ["prompt": .string("a star"), "seed": .integer(3)])
                    _ = try await people.settle(asked)
                    while try await jobs.job(RequestID(asked.rawValue))?.state != .running { await Task.yield() }
                    return asked
                }
                try await SocketBot(models: [PlainPainter()], database: database).run(on: emulator) { jobs in
                    let grid = try #require(try await people.settle(asked, attachments: 1).message)
                    let single = try await people.settle(try people.press(try #require(grid.button("4")), on: grid.id), attachments: 1)
                    #expect(single.message?.content.contains("seed `6`") == true)
                    #expect(try people.messages().count == 2)
                    #expect(try await jobs.deliveries(of: RequestID(asked.rawValue)).count == 1)
                }
            }
        }
    }

    @Test func `Discord down for a while: the answer comes when it is back, once`() async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                let gate = Gate()
                try await SocketBot(models: [PlainPainter(.init(gate: gate))], database: database).run(on: emulator) { jobs in
                    let asked = try people.slash("generate", ["prompt": .string("a moon")])
                    _ = try await people.settle(asked)
                    people.make(.down(.seconds(2)))
                    gate.open()
                    let outcome = try await people.settle(asked, attachments: 1, atMost: .seconds(60))
                    #expect(outcome.message?.attachments.count == 1)
                    #expect(try people.messages().count == 1)
                }
            }
        }
    }

    @Test func `after the token's fifteen minutes the answer is a message that calls its owner, once`() async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                let gate = Gate()
                try await SocketBot(models: [PlainPainter(.init(gate: gate))], database: database).run(on: emulator) { jobs in
                    let asked = try people.slash("generate", ["prompt": .string("a house")])
                    _ = try await people.settle(asked)
                    people.advance(by: .seconds(16 * 60))
                    // The message is made, and the bot does not hear of it: it must not say it again.
                    people.make(.dropResponse(route: "POST /channels/{channel_id}/messages"))
                    gate.open()
                    let message = await people.waitForMessage(atMost: .seconds(30)) { !$0.attachments.isEmpty }
                    #expect(message?.content.hasPrefix("<@\(EmulatorControl.firstPerson)> **a house**") == true)
                    #expect(message?.mentions?.map(\.id) == [EmulatorControl.firstPerson])
                    while try await jobs.deliveries(of: RequestID(asked.rawValue)).first?.state != .delivered { await Task.yield() }
                    #expect(try people.messages().filter { !$0.attachments.isEmpty }.count == 1)
                }
            }
        }
    }

    @Test func `many people at once are all acknowledged in time and answered once`() async throws {
        try await SocketBot.withDatabase { database in
            var configuration = EmulatorConfiguration()
            configuration.enforcesRateLimits = false
            try await withEmulator(configuration) { emulator in
                let people = emulator.control
                var bot = SocketBot(models: [PlainPainter()], database: database)
                bot.limits = JobLimits(waitingPerUser: 100)
                try await bot.run(on: emulator) { _ in
                    let asked = try (0..<40).map { number in
                        try people.acting(as: number % 2 == 0 ? EmulatorControl.firstPerson : EmulatorControl.secondPerson)
                            .slash("generate", ["prompt": .string("star \(number) end"), "count": .integer(1)])
                    }
                    for interaction in asked {
                        let outcome = try await people.settle(interaction, attachments: 1, atMost: .seconds(90))
                        #expect(outcome.message?.attachments.count == 1)
                        #expect(try #require(outcome.acknowledgedAfter) < .seconds(3))
                    }
                    #expect(try people.messages(limit: 100).count == 40)
                }
            }
        }
    }
}
