import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import Pictures
import Support
import Testing

@testable import Features

/// What one can do with pictures beside typing a prompt, over sockets and a database file.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `Pictures on the emulator` {
    /// Tells a story to a bot whose model follows every wish.
    private func story(
        _ painter: PlainPainter = PlainPainter(able: "able"), _ tell: @escaping @Sendable (EmulatorControl) async throws -> Void
    ) async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                try await SocketBot(models: [painter], database: database).run(on: emulator) { _ in try await tell(people) }
            }
        }
    }

    @Test func `every wish reaches the model, and stands in the picture and its info`() async throws {
        let painter = PlainPainter(able: "able")
        try await story(painter) { people in
            let styled = try people.slash(
                "settings style add",
                ["name": .string("Ink"), "words": .string("ink drawing of {prompt}"), "negative": .string("colour")])
            #expect(try await people.settle(styled).message?.content.hasPrefix("Style set.") == true)
            let offered = try await people.autocomplete("generate", ["prompt": .string("x"), "style": .string("i")], focused: "style")
            #expect(offered == ["Ink: ink drawing of {prompt}"])
            #expect(
                try await people.autocomplete("generate", ["prompt": .string("x"), "size": .string("96")], focused: "size")
                    == ["96x64 (landscape)", "64x96 (portrait)"])

            let start = EmulatorControl.File(name: "start.png", contentType: "image/png", bytes: try PlainPainter.picture(seed: 1))
            let asked = try people.slash(
                "generate",
                [
                    "prompt": .string("a boat"), "count": .integer(2), "seed": .integer(7), "negative": .string("blur"),
                    "size": .string("wide"), "steps": .integer(20), "guidance": .number(7.5), "style": .string("Ink"),
                    "strength": .number(0.3), "spoiler": .bool(true),
                ], files: ["image": start])
            let grid = try #require(try await people.settle(asked, attachments: 1).message)
            #expect(grid.attachments[0].filename.hasPrefix("SPOILER_"))
            let request = try #require(painter.requests.last)
            #expect(request.prompt == "ink drawing of a boat" && request.negativePrompt == "blur, colour" && request.count == 2)
            #expect(request.size == ImageSize(width: 96, height: 64) && request.steps == 20 && request.guidance == 7.5)
            #expect(request.initialImage?.strength == 0.3)
            #expect(try Picture(decoding: try #require(request.initialImage?.bytes)) == Picture(decoding: PlainPainter.picture(seed: 1)))

            let second = try #require(grid.button("2"))
            let single = try #require(try await people.settle(try people.press(second, on: grid.id), attachments: 1).message)
            #expect(single.attachments[0].filename.hasPrefix("SPOILER_"))
            let bytes = try #require(people.bytes(of: single.attachments[0].id))
            let facts = try #require(PictureFacts(PNGText.read(from: bytes)))
            #expect(facts.prompt == "a boat" && facts.seed == "8" && facts.negativePrompt == "blur" && facts.style == "Ink")

            let info = try await people.settle(try people.press(try #require(grid.button("Info")), on: grid.id)).message
            #expect(info?.flags?.contains(.ephemeral) == true)
            for line in ["**Prompt:** a boat", "**Steps:** 20", "**Guidance:** 7.5", "**Size:** 96x64", "**Seeds:** `7` `8`"] {
                #expect(info?.content.contains(line) == true, "\(line)")
            }

            // Somebody carries the file elsewhere, and another asks what it is.
            let carried = try people.say("look", files: [.init(name: "x.png", contentType: "image/png", bytes: bytes)])
            let guest = people.acting(as: EmulatorControl.secondPerson)
            let read = try await guest.settle(try guest.contextMenu(PictureInfoMenu.name, on: carried.rawValue)).message
            #expect(read?.content.contains("**Prompt:** a boat") == true && read?.flags?.contains(.ephemeral) == true)
            let typed = try guest.slash("info", files: ["image": .init(name: "x.png", contentType: "image/png", bytes: bytes)])
            #expect(try await guest.settle(typed).message?.content.contains("**Seed:** 8") == true)
        }
    }

    @Test func `a file that is no picture is refused with the reason, and nothing is painted`() async throws {
        let painter = PlainPainter(able: "able")
        try await story(painter) { people in
            let bomb = Array("<svg onload=…>".utf8)
            let file = EmulatorControl.File(name: "x.png", contentType: "image/png", bytes: bomb)
            let asked = try people.slash("generate", ["prompt": .string("a boat")], files: ["image": file])
            #expect(try await people.settle(asked).message?.content.hasPrefix("That picture cannot be used:") == true)
            #expect(painter.requests.isEmpty)
        }
    }

    @Test func `a prompt is edited in a form, and varied from the button, a menu, or anybody's picture`() async throws {
        let painter = PlainPainter(able: "able")
        try await story(painter) { people in
            let asked = try people.slash("generate", ["prompt": .string("a boat"), "count": .integer(2), "seed": .integer(7)])
            let grid = try #require(try await people.settle(asked, attachments: 1).message)

            let opened = try people.press(try #require(grid.button("Edit prompt")), on: grid.id)
            #expect(try await people.settle(opened).modalID != nil)
            let sent = try people.submitModal(of: opened, ["prompt": .string("a red boat"), "count": .string("1"), "seed": .string("9")])
            let edited = try #require(try await people.settle(sent, attachments: 1).message)
            #expect(edited.content.hasPrefix("**a red boat**\nseed `9` · model `able` · painted in"))
            #expect(try people.messages().contains { $0.id == grid.id && $0.content.contains("**a boat**") })

            let menu = try #require(grid.menu("Variations of…"))
            let varied = try await people.settle(try people.press(menu, on: grid.id, values: ["1"]), attachments: 1).message
            #expect(varied?.content.contains("-# from picture 2 of an earlier painting, strength 0.6") == true)
            let from = try #require(painter.requests.last?.initialImage?.bytes)
            #expect(try Picture(decoding: from) == Picture(decoding: PlainPainter.picture(seed: 8)))

            let one = try await people.settle(try people.contextMenu(VariationMenu.name, on: edited.id.rawValue), attachments: 1)
            #expect(one.message?.content.contains("from picture 1 of an earlier painting") == true)

            let theirs = try people.acting(as: EmulatorControl.secondPerson).say(
                "my cat", files: [.init(name: "cat.png", contentType: "image/png", bytes: try PlainPainter.picture(seed: 3))])
            let form = try people.contextMenu(VariationMenu.name, on: theirs.rawValue)
            #expect(try await people.settle(form).modalID != nil)
            let filled = try people.submitModal(
                of: form, ["prompt": .string("a tiger"), "strength": .string("0.4"), "count": .string("1")])
            let tiger = try await people.settle(filled, attachments: 1).message
            #expect(tiger?.content.contains("-# from the given picture, strength 0.4") == true)
            let cat = try #require(painter.requests.last?.initialImage?.bytes)
            #expect(try Picture(decoding: cat) == Picture(decoding: PlainPainter.picture(seed: 3)))
        }
    }

    @Test func `a gallery shows one's own pictures by word, and posts them again`() async throws {
        try await story { people in
            for prompt in ["a red boat", "a blue boat", "a red house"] {
                let asked = try people.slash("generate", ["prompt": .string(prompt), "count": .integer(1)])
                _ = try await people.settle(asked, attachments: 1)
            }
            let opened = try people.slash("gallery", ["search": .string("red")])
            let page = try #require(try await people.settle(opened, attachments: 1).message)
            #expect(page.flags?.contains(.ephemeral) == true)
            #expect(page.content.contains("`1` **a red house**") && page.content.contains("`2` **a red boat**"))
            #expect(!page.content.contains("blue"))
            let guest = people.acting(as: EmulatorControl.secondPerson)
            let none = try await guest.settle(try guest.slash("gallery")).message
            #expect(none?.content.hasPrefix("You have no pictures yet.") == true)

            let before = try guest.messages().count
            let menu = try #require(page.select)
            let posted = try people.press(menu.customID, on: page.id, values: [try #require(menu.options?[1].value)])
            let shown = try #require(try await people.settle(posted, attachments: 1).message)
            #expect(shown.content.hasPrefix("**a red boat**") && shown.button("Again") != nil)
            #expect(try guest.messages().count == before + 1)

            let again = try await people.settle(try people.slash("again"), attachments: 1).message
            #expect(again?.content.hasPrefix("**a red house**") == true)
            let nothing = try await guest.settle(try guest.slash("again")).message
            #expect(nothing?.content == "You have not painted anything yet. Use `/generate`.")
        }
    }

    @Test func `its owner deletes a painting with all that is kept of it; others may not`() async throws {
        try await story { people in
            let asked = try people.slash("generate", ["prompt": .string("a boat"), "count": .integer(1)])
            let grid = try #require(try await people.settle(asked, attachments: 1).message)
            let delete = try #require(grid.button("Delete"))
            let guest = people.acting(as: EmulatorControl.secondPerson)
            #expect(try await guest.settle(try guest.press(delete, on: grid.id)).message?.content == GenerateText.notYoursToDelete)

            let question = try #require(try await people.settle(try people.press(delete, on: grid.id)).message)
            let all = try #require(question.button("Pictures and record too"))
            let done = try people.press(all, on: question.id)
            _ = try await people.settle(done)
            #expect(await people.waitForMessage { $0.content == GenerateText.deleted(record: true) } != nil)
            #expect(try !people.messages().contains { $0.id == grid.id })
            #expect(try await people.settle(try people.slash("gallery")).message?.content.hasPrefix("You have no pictures yet.") == true)
        }
    }

    @Test func `what the guild decided holds from then on, and only who manages it decides`() async throws {
        let painter = PlainPainter(able: "able")
        try await story(painter) { people in
            let guest = people.acting(as: EmulatorControl.secondPerson)
            #expect(throws: EmulatorControl.Refused.self) { try guest.slash("settings show") }
            for (command, options) in [
                ("settings word add", ["word": .string("tax form"), "reason": .string("It is April.")]),
                ("settings channel", ["channel": .string("\(EmulatorControl.pictures)"), "showing": .string("spoiler")]),
                ("settings usual", ["count": .integer(1), "size": .string("portrait")]), ("settings limits", ["pictures": .integer(2)]),
            ] as [(String, [String: JSONValue])] {
                let said = try await people.settle(try people.slash(command, options)).message
                #expect(said?.flags?.contains(.ephemeral) == true, "\(command)")
            }
            let refused = try await guest.settle(try guest.slash("generate", ["prompt": .string("a Tax-Form")])).message
            #expect(refused?.content == "The word ||tax form|| is not painted on this server. It is April. Try other words.")
            #expect(refused?.flags?.contains(.ephemeral) == true)
            let many = try await guest.settle(try guest.slash("generate", ["prompt": .string("x"), "count": .integer(3)])).message
            #expect(many?.content == "At most 2 pictures a request here. Ask for fewer.")
            #expect(painter.requests.isEmpty)

            let covered = try guest.slash("generate", ["prompt": .string("a boat")], in: EmulatorControl.pictures)
            let picture = try #require(try await guest.settle(covered, attachments: 1).message)
            #expect(picture.attachments[0].filename.hasPrefix("SPOILER_"))
            #expect(painter.requests.last?.count == 1 && painter.requests.last?.size == ImageSize(width: 64, height: 96))
            let open = try await guest.settle(try guest.slash("generate", ["prompt": .string("a boat")]), attachments: 1).message
            #expect(open?.attachments[0].filename.hasPrefix("SPOILER_") == false)
            let shown = try await people.settle(try people.slash("settings show")).message
            #expect(shown?.content.contains("||tax form||") == true)
        }
    }

    @Test func `the unfinished picture is shown while it is painted, and gone from the answer`() async throws {
        let gate = Gate()
        let painter = PlainPainter(able: "able", .init(gate: gate, preview: try PlainPainter.picture(seed: 1)))
        try await story(painter) { people in
            let asked = try people.slash("generate", ["prompt": .string("a boat"), "count": .integer(1)])
            let waiting = try #require(try await people.settle(asked, attachments: 1, showing: "50 %").message)
            #expect(waiting.content.contains("50 %") && waiting.attachments.map(\.filename) == ["preview.webp"])
            #expect(waiting.button("Cancel") != nil)
            gate.open()
            let done = try #require(try await people.settle(asked, showing: "painted in").message)
            #expect(done.attachments.count == 1 && done.attachments[0].filename.hasPrefix("troupe-"))
        }
    }
}

extension Message {
    /// The first select menu.
    var select: SelectMenu? {
        for case .select(let menu) in (components ?? []).flatMap(\.flattened) { return menu }
        return nil
    }

    /// The custom id of the menu with this placeholder.
    func menu(_ placeholder: String) -> String? { select.flatMap { $0.placeholder == placeholder ? $0.customID : nil } }
}
