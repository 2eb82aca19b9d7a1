import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import Pictures
import Support
import Testing

@testable import Features

/// Pictures asked about and tasks kept, on a Discord over sockets and a database file.
@Suite(.serialized, .timeLimit(.minutes(3))) struct `/comprehend on the emulator` {
    private func file(_ colour: String) throws -> EmulatorControl.File {
        EmulatorControl.File(name: "\(colour).png", contentType: "image/png", bytes: try PlainEyes.picture(colour))
    }

    /// Waits for an answer, also on a busy machine.
    private func settle(
        _ people: EmulatorControl, _ asked: InteractionID, attachments: Int? = nil, showing text: String? = nil
    ) async throws -> EmulatorControl.Outcome {
        let outcome = try await people.settle(asked, attachments: attachments, showing: text, atMost: .seconds(60))
        if let text { #expect(outcome.message.map { "\($0)".contains(text) } == true, "nothing says \(text)") }
        return outcome
    }

    private func withBot(
        _ eyes: PlainEyes = PlainEyes(),
        _ story: @escaping @Sendable (EmulatorControl, SQLJobQueue, EmulatorServer, String) async throws -> Void
    ) async throws {
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                try await SocketBot(eyes: [eyes], database: database).run(on: emulator) { jobs in
                    try await story(emulator.control, jobs, emulator, database)
                }
            }
        }
    }

    @Test func `a picture is answered with a card, after the examples of its task`() async throws {
        let eyes = PlainEyes(follows: [.seed])
        let red = try file("red")
        try await withBot(eyes) { people, _, _, _ in
            let asked = try people.slash(
                "comprehend", ["prompt": .string("Colour: <image>"), "num_beams": .integer(3), "seed": .integer(7)], files: ["image": red])
            let message = try #require(try await settle(people, asked, attachments: 1).message)
            let card = try #require(message.embeds.first)
            #expect(card.description == "three red squares in a row.")
            #expect(card.fields?.map(\.value) == ["`caption` (built in, 3 examples)", "Colour\\: \\<image\\>"])
            #expect(card.thumbnail?.url.contains("picture.png") == true)
            #expect(card.footer?.text.hasPrefix("eyes · ") == true)
            #expect(card.footer?.text.hasSuffix(" · seed 7 · this model does not follow num_beams") == true)
            let request = try #require(eyes.requests.first)
            #expect(request.prompt == "Colour: <image>" && request.options.numBeams == 3 && request.examples.count == 3)
            #expect(request.flamingoPrompt.hasSuffix("three blue squares in a row.<|endofchunk|>Colour: <image>"))
            #expect(["Again", "Other task", "Ask more", "Make this an example"].allSatisfy { message.button($0) != nil })
        }
    }

    @Test func `a task is registered, used, added to from an answer and a message, shown, and undone`() async throws {
        let eyes = PlainEyes()
        let (red, green, blue) = (try file("red"), try file("green"), try file("blue"))
        try await withBot(eyes) { people, _, _, _ in
            let registered = try people.slash(
                "register_task",
                ["name": .string("json"), "text1": .string(#"<image>{"colour":"red"}"#), "text2": .string(#"<image>{"colour":"green"}"#)],
                files: ["image1": red, "image2": green])
            let said = try await settle(people, registered, showing: "`json` is there, with 2 examples.")
            #expect(said.message?.flags?.contains(.ephemeral) == true)

            let asked = try people.slash("comprehend", ["task": .string("json")], files: ["image": blue])
            let answer = try #require(try await settle(people, asked, attachments: 1).message)
            #expect(answer.embeds.first?.description == #"{"colour":"blue"}"#)
            #expect(answer.embeds.first?.fields?.first?.value == "`json` (version 1, 2 examples)")

            // The answer becomes the third example.
            let opened = try people.press(try #require(answer.button("Make this an example")), on: answer.id)
            _ = try await settle(people, opened)
            let kept = try people.submitModal(of: opened, ["task": .string("json")])
            _ = try await settle(people, kept, showing: "Example 3 is in `json`, which has 3 examples now (version 2).")

            // A message's picture becomes the fourth, by its menu.
            let message = try people.say("yellow?", files: [try self.file("yellow")])
            let menu = try people.contextMenu("Add to a task…", on: message.rawValue)
            _ = try await settle(people, menu)
            let added = try people.submitModal(of: menu, ["task": .string("json"), "answer": .string(#"{"colour":"yellow"}"#)])
            _ = try await settle(people, added, showing: "Example 4 is in `json`")

            // One is uploaded in the form that opens.
            let form = try people.slash("task add", ["name": .string("json")])
            _ = try await settle(people, form)
            let uploaded = try people.submitModal(
                of: form, ["task": .string("json"), "answer": .string("grey")], files: ["picture": [try self.file("grey")]])
            _ = try await settle(people, uploaded, showing: "Example 5 is in `json`")
            _ = try await settle(people, try people.slash("task undo", ["name": .string("json")]), showing: "Undone: an example added")

            let shown = try #require(
                try await settle(people, try people.slash("task show", ["name": .string("json")]), attachments: 1).message)
            #expect(shown.embeds.first?.description?.contains(#"**#4** {"colour"\:"yellow"}"#) == true)
            #expect(shown.embeds.first?.description?.contains("#5") == false)
            // What a card shows is not listed as a file beside it.
            let address = try #require(shown.embeds.first?.image?.url.split(separator: "/").dropLast().last)
            let id = try #require(AttachmentID(String(address)))
            let sheet = try Picture(decoding: try #require(people.bytes(of: id)))
            #expect(sheet.width == 2 * 192 + 6 && sheet.height == 2 * 144 + 6)

            let tried = try #require(
                try await settle(people, try people.slash("task test", ["name": .string("json")]), showing: "as the examples say").message)
            #expect(tried.embeds.first?.title == "4 of 4 as the examples say")
            let list = try await settle(people, try people.slash("list_tasks"), showing: "`json`")
            #expect(list.message?.content.contains("- `json` (4 examples, version 5)") == true)
        }
    }

    @Test func `others use a task, but change it only when they may`() async throws {
        let red = try file("red")
        try await withBot { people, _, _, _ in
            _ = try await settle(
                people,
                try people.slash("task create", ["name": .string("mine"), "answer": .string("It is red.")], files: ["image": red]),
                showing: "is there")
            let guest = people.acting(as: EmulatorControl.secondPerson)
            let refused = try guest.slash("task edit", ["name": .string("mine"), "summary": .string("Theirs")])
            _ = try await settle(guest, refused, showing: "Only the owner of `mine`")
            _ = try await settle(guest, try guest.slash("comprehend", ["task": .string("mine")], files: ["image": red]), attachments: 1)
            _ = try await settle(
                people,
                try people.slash("task share", ["name": .string("mine"), "with": .string("\(EmulatorControl.secondPerson)")]),
                showing: "can now change `mine`")
            let allowed = try guest.slash("task edit", ["name": .string("mine"), "summary": .string("Ours")])
            _ = try await settle(guest, allowed, showing: "`mine` is changed (version 3)")
            let history = try await settle(people, try people.slash("task history", ["name": .string("mine")]), showing: "1. made")
            #expect(history.message?.content.contains("3. edited, by <@\(EmulatorControl.secondPerson)>") == true)
            let gone = try people.slash("task remove", ["name": .string("caption")])
            _ = try await settle(people, gone, showing: "`caption` is built in and stays as it is.")
        }
    }

    @Test func `a task goes out as a file and comes back as another`() async throws {
        try await withBot { people, _, _, _ in
            let out = try #require(
                try await settle(people, try people.slash("task export", ["name": .string("instruct")]), attachments: 1).message)
            let sent = try #require(out.attachments.first)
            let bytes = try #require(people.bytes(of: sent.id))
            let file = EmulatorControl.File(name: "t.json", contentType: "application/json", bytes: bytes)
            _ = try await settle(
                people,
                try people.slash("task import", ["name": .string("copy")], files: ["file": file]),
                showing: "`copy` is there, with 3 examples.")
            let again = try people.slash("task import", [:], files: ["file": file])
            _ = try await settle(people, again, showing: "`instruct` is built in")
            let rubbish = EmulatorControl.File(name: "t.json", contentType: "application/json", bytes: Array("{}".utf8))
            _ = try await settle(
                people,
                try people.slash("task import", [:], files: ["file": rubbish]), showing: "That is no file of `/task export`.")
        }
    }

    @Test func `a message's picture is asked about by link and by menu, and again with another task and question`() async throws {
        let eyes = PlainEyes()
        let green = try file("green")
        try await withBot(eyes) { people, _, _, _ in
            let message = try people.say("look", files: [green])
            let link = "https://discord.com/channels/\(EmulatorControl.guild)/\(EmulatorControl.general)/\(message)"
            let linked = try people.slash("comprehend", ["link": .string(link)])
            let first = try #require(try await settle(people, linked, attachments: 1).message)
            #expect(first.embeds.first?.description == "three green squares in a row.")

            let menu = try people.contextMenu("Comprehend…", on: message.rawValue)
            _ = try await settle(people, menu)
            let sent = try people.submitModal(of: menu, ["prompt": .string("What now?"), "task": .string("unconditional")])
            let second = try #require(try await settle(people, sent, attachments: 1).message)
            #expect(second.embeds.first?.description == "Three green squares stand side by side.")
            #expect(eyes.requests.last?.prompt == "What now?")

            let other = try people.press(try #require(second.button("Other task")), on: second.id)
            let offered = try #require(try await settle(people, other, showing: "Which task?").message)
            guard case .actionRow(let row)? = offered.components?.first, case .select(let select)? = row.first else {
                Issue.record("no menu of tasks")
                return
            }
            #expect(select.options?.map(\.value) == ["caption", "unconditional", "instruct"])
            let picked = try people.press(select.customID, on: offered.id, values: ["instruct"])
            let third = try #require(try await settle(people, picked, attachments: 1).message)
            #expect(third.embeds.first?.fields?.first?.value == "`instruct` (built in, 3 examples)")
            #expect(eyes.requests.last?.isInstruction == true)

            let more = try people.press(try #require(third.button("Ask more")), on: third.id)
            _ = try await settle(people, more)
            let asked = try people.submitModal(of: more, ["prompt": .string("And why?"), "task": .string("caption")])
            _ = try await settle(people, asked, attachments: 1)
            #expect(eyes.requests.last?.prompt == "And why?")
            let repeated = try people.press(try #require(third.button("Again")), on: third.id)
            _ = try await settle(people, repeated, attachments: 1)
            #expect(eyes.requests.last?.options.seed != nil && eyes.requests.last?.isInstruction == true)

            let elsewhere = link.replacing("\(EmulatorControl.general)/", with: "\(EmulatorControl.pictures)/")
            let refused = try people.slash("comprehend", ["link": .string(elsewhere)])
            _ = try await settle(people, refused, showing: "I read links only to messages of the channel we are in.")
        }
    }

    @Test func `what is no picture is refused in a sentence, and the model is not asked`() async throws {
        let eyes = PlainEyes()
        try await withBot(eyes) { people, _, _, _ in
            let bomb = try PlainEyes.picture("red")
            var lying = bomb
            lying.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
            for (bytes, sentence) in [
                (Array("<svg onload=alert(1)>".utf8), "no PNG, JPEG, WebP or GIF"), (lying, "a side has at most"),
                (Array(bomb.prefix(60)), "damaged or cut short"), ([UInt8](repeating: 0, count: 11 << 20), "too large"),
            ] {
                let file = EmulatorControl.File(name: "a.png", contentType: "image/png", bytes: bytes)
                guard let asked = try? people.slash("comprehend", [:], files: ["image": file]) else { continue }
                _ = try await settle(people, asked, showing: sentence)
                #expect(try people.outcome(of: asked).message?.content.contains(sentence) == true)
            }
            let nothing = try people.slash("comprehend", ["prompt": .string("What?")])
            _ = try await settle(people, nothing, showing: "Which picture?")
            let unknown = try people.slash("comprehend", ["task": .string("nope")], files: ["image": try self.file("red")])
            _ = try await settle(people, unknown, showing: "There is no task called `nope` here.")
            #expect(eyes.requests.isEmpty)
        }
    }

    @Test func `restarted in the middle, it still answers once, and tasks are still there`() async throws {
        let blue = try file("blue")
        try await SocketBot.withDatabase { database in
            try await withEmulator { emulator in
                let people = emulator.control
                let held = PlainEyes(.init(gate: Gate()))
                let asked = try await SocketBot(eyes: [held], database: database).run(on: emulator) { jobs in
                    _ = try await settle(
                        people,
                        try people.slash("task create", ["name": .string("t"), "answer": .string("blue!")], files: ["image": blue]),
                        showing: "is there")
                    let asked = try people.slash("comprehend", ["task": .string("t")], files: ["image": try self.file("red")])
                    while try await jobs.job(RequestID(asked.rawValue))?.state != .running { await Task.yield() }
                    return asked
                }
                try await SocketBot(eyes: [PlainEyes()], database: database).run(on: emulator) { jobs in
                    let answer = try #require(try await settle(people, asked, attachments: 1).message)
                    #expect(answer.embeds.first?.description == "red!")
                    #expect(try await jobs.deliveries(of: RequestID(asked.rawValue)).count == 1)
                    let offered = try await people.autocomplete("comprehend", ["task": .string("")], focused: "task")
                    #expect(offered.last == "t: 1 example")
                }
            }
        }
    }

    @Test func `a failing model says why, and its owner can cancel what waits`() async throws {
        let red = try file("red")
        try await withBot(PlainEyes(.init(error: ModelError(.refused, model: "eyes", details: "no")))) { people, _, _, _ in
            let asked = try people.slash("comprehend", [:], files: ["image": red])
            let message = try #require(try await settle(people, asked, showing: "eyes refused this prompt.").message)
            #expect(message.button("Try again") != nil)
        }
        try await withBot(PlainEyes(.init(gate: Gate()))) { people, _, _, _ in
            let asked = try people.slash("comprehend", [:], files: ["image": red])
            let waiting = try #require(try await settle(people, asked, showing: "Looking…").message)
            let cancel = try #require(waiting.button("Cancel"))
            let guest = people.acting(as: EmulatorControl.secondPerson)
            _ = try await settle(guest, try guest.press(cancel, on: waiting.id), showing: SeeingText.notYours)
            _ = try people.press(cancel, on: waiting.id)
            _ = try await settle(people, asked, showing: "Cancelled.")
        }
    }
}
