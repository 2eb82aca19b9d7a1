import DiscordEmulator
import DiscordModels
import Foundation
import Inference
import Jobs
import Memory
import Support
import Testing

@testable import Features

/// What the bot remembers, of whom, and how it is forgotten: over sockets.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `What the bot remembers` {
    @Test func `of somebody who said nothing about it, nothing`() async throws {
        let model = PlainWriter()
        try await ChatBench.tell(model) { world in
            let first = try await world.ask("\(world.mention) my name is Ada")
            let second = try await world.ask("what is my name?", replyTo: first.id)
            #expect(second.content.hasPrefix("1: what is my name?"))
            #expect(second.content.contains("I do not remember our conversation"))
            #expect(try await world.whisper("context").content.hasPrefix("Nothing: I do not remember"))
            #expect(try await world.memories.records.export(PersonKey(world.people.user.rawValue)).turns.isEmpty)
        }
    }

    @Test(arguments: ["command", "message", "button"]) func `of somebody who allowed it, the chain of replies`(_ path: String) async throws
    {
        let model = PlainWriter(.init(answer: { "answer \($0.messages.count)" }))
        try await ChatBench.tell(model) { world in
            let statement: Message
            switch path {
            case "command": statement = try await world.whisper("optin")
            case "message":
                let said = try world.people.say("!optin")
                statement = try #require(await world.people.waitForMessage(atMost: .seconds(40)) { $0.reference?.messageID == said })
            default:
                let asked = try await world.ask("\(world.mention) hello")
                let offer = try await world.ask("hello?", replyTo: asked.id)
                let pressed = try world.people.press(try #require(offer.button("Remember our conversations")), on: offer.id)
                statement = try #require(try await world.people.settle(pressed).message)
            }
            #expect(statement.content.contains("**What:**") && statement.content.contains("90 days"))

            let first = try await world.ask("\(world.mention) my name is Ada")
            let second = try await world.ask("and I am 36", replyTo: first.id)
            _ = try await world.ask("my cat is Fred", replyTo: first.id)
            let other = try await world.ask("\(world.mention) a new talk")
            // What was said in a branch or another chain is not in it.
            _ = try await world.ask("who am I?", replyTo: second.id)
            let told = try #require(model.requests.last).messages.filter { $0.role == .user }.map(\.content)
            #expect(told == ["my name is Ada", "and I am 36", "who am I?"])
            _ = try await world.ask("go on", replyTo: other.id)
            #expect(model.requests.last?.messages.filter { $0.role == .user }.map(\.content) == ["a new talk", "go on"])
            let context = try await world.whisper("context")
            #expect(context.content.contains("This chain of replies") && context.attachments.count == 1)
        }
    }

    @Test func `what answers a half-written answer goes on from the whole`() async throws {
        let gate = Gate()
        let model = PlainWriter(.init(answer: { _ in "one two three four" }, gate: gate))
        try await ChatBench.tell(model) { world in
            _ = try await world.whisper("optin")
            let asked = try world.people.say("\(world.mention) count")
            let half = try #require(
                await world.people.waitForMessage(atMost: .seconds(40)) {
                    $0.reference?.messageID == asked && $0.content.contains("one two")
                })
            let more = try world.people.say("and on", replyTo: half.id)
            gate.open()
            _ = try await world.answer(to: more)
            #expect(
                model.requests.last?.messages.filter { $0.role != .system }.map(\.content) == ["count", "one two three four", "and on"])
        }
    }

    @Test func `a guest who answers in somebody's chain is told apart`() async throws {
        let model = PlainWriter(.init(answer: { _ in "I see." }))
        try await ChatBench.tell(model) { world in
            let guest = world.people.acting(as: EmulatorControl.secondPerson)
            _ = try await world.whisper("optin")
            _ = try await world.whisper("optin", by: guest)
            let first = try await world.ask("\(world.mention) I like red")
            _ = try await world.ask("and I like blue", by: guest, replyTo: first.id)
            let told = try #require(model.requests.last).messages.filter { $0.role == .user }.map(\.content)
            #expect(told.count == 2 && told[0].hasSuffix(": I like red") && told[1].hasSuffix(": and I like blue"))
            #expect(told[0].prefix { $0 != ":" } != told[1].prefix { $0 != ":" })
        }
    }

    @Test func `it forgets the last, this and all`() async throws {
        let model = PlainWriter(.init(answer: { _ in "I see." }))
        try await ChatBench.tell(model) { world in
            let channel = world.people.directChannel()
            _ = try await world.whisper("optin", in: channel)
            for word in ["one", "two", "three"] { _ = try await world.ask(word, in: channel) }
            #expect(try await world.whisper("forget", ["what": .string("last")], in: channel).content == "Forgotten: 1 message, 1 answer.")
            _ = try await world.ask("four", in: channel)
            #expect(model.requests.last?.messages.filter { $0.role == .user }.map(\.content) == ["one", "two", "four"])
            #expect(
                try await world.whisper("forget", ["what": .string("this")], in: channel).content == "Forgotten: 3 messages, 3 answers.")
            _ = try await world.ask("five", in: channel)
            #expect(model.requests.last?.messages.filter { $0.role == .user }.map(\.content) == ["five"])
            #expect(try await world.whisper("forget", ["what": .string("all")], in: channel).content == "Forgotten: 1 message, 1 answer.")
            let outcome = try await world.whisper("optout", in: channel)
            #expect(outcome.content.contains("I no longer remember"))
            #expect(try await world.whisper("context", in: channel).content.hasPrefix("Nothing: I do not remember"))
        }
    }

    @Test func `privacy shows, hands out and erases everything, with a receipt`() async throws {
        try await ChatBench.tell(PlainWriter()) { world in
            let person = PersonKey(world.people.user.rawValue)
            #expect(try await world.whisper("privacy show").content == PrivacyText.nothing)
            _ = try await world.whisper("optin")
            _ = try await world.ask("\(world.mention) my word is plum")
            #expect(try await world.whisper("privacy show").content.contains("1 message, 1 answer"))
            let export = try await world.whisper("privacy export")
            let file = try #require(export.attachments.first)
            #expect(file.filename == "privacy.zip")
            let bytes = Data(try #require(world.people.bytes(of: file.id)))
            for part in ["my word is plum", "memory.json", "requests.json"] { #expect(bytes.range(of: Data(part.utf8)) != nil) }

            let sure = try await world.whisper("privacy erase")
            let pressed = try world.people.press(try #require(sure.button("Erase everything")), on: sure.id)
            let receipt = try #require(try await world.people.settle(pressed).message)
            #expect(receipt.content.hasPrefix("**Receipt.** Erased: 1 message, 1 answer"))
            let left = try await world.memories.records.count(person)
            #expect(left.isEmpty)
            #expect(try await world.jobs.jobs(of: person.description, limit: 10).isEmpty)
        }
    }

    @Test func `a thread of one's own goes on from where it was opened, and needs no mention`() async throws {
        let model = PlainWriter(.init(answer: { _ in "I see." }))
        try await ChatBench.tell(model) { world in
            _ = try await world.whisper("optin")
            let first = try await world.ask("\(world.mention) my name is Ada")
            let pressed = try world.people.press(try #require(first.button("Thread")), on: first.id)
            #expect(try await world.people.settle(pressed).message?.content.contains("Go on in <#") == true)
            let thread = ChannelID(first.id.rawValue)
            _ = try await world.ask("who am I?", in: thread)
            #expect(model.requests.last?.messages.filter { $0.role == .user }.map(\.content) == ["my name is Ada", "who am I?"])
        }
    }

    @Test func `in a channel where it always speaks, only those who opted in are read`() async throws {
        let model = PlainWriter(.init(answer: { _ in "I see." }))
        try await ChatBench.tell(model) { world in
            let guest = world.people.acting(as: EmulatorControl.secondPerson)
            #expect(try await world.whisper("talk", ["mode": .string("always")]).content.contains("people who opted in"))
            _ = try await world.whisper("optin")
            try guest.say("nobody reads this")
            _ = try await world.ask("and this?")
            #expect(model.requests.count == 1)
            #expect(model.requests[0].messages.allSatisfy { !$0.content.contains("nobody reads this") })
        }
    }

    @Test func `one's own model, options and persona are used`() async throws {
        let (plain, other) = (PlainWriter(), PlainWriter(name: "other", .init(answer: { _ in "Other." })))
        try await ChatBench.tell(plain, other) { world in
            #expect(try await world.people.autocomplete("model", ["name": .string("oth")], focused: "name").count == 1)
            let set = try await world.whisper("model", ["name": .string("other"), "temperature": .number(0.5), "max_tokens": .integer(9)])
            #expect(set.content.contains("`other`") && set.content.contains("temperature 0.5") && set.content.contains("at most 9 tokens"))
            _ = try await world.whisper(
                "persona set", ["instructions": .string("You are a pirate."), "name": .string("Jack")])
            #expect(try await world.ask("\(world.mention) hello").content == "Other.")
            let request = try #require(other.requests.last)
            #expect(request.options.temperature == 0.5 && request.options.maxTokens == 9)
            #expect(request.messages.first == ChatMessage(.system, "You are a pirate."))
            _ = try await world.whisper("persona clear")
            _ = try await world.whisper("model", ["reset": .bool(true)])
            #expect(try await world.ask("\(world.mention) hello").content == "1: hello")
        }
    }

    @Test func `a character card is taken from its file`() async throws {
        let model = PlainWriter(.init(answer: { _ in "Arr." }))
        try await ChatBench.tell(model) { world in
            let card = #"{"spec":"chara_card_v2","data":{"name":"Jack","description":"{{char}} is a pirate who likes {{user}}."}}"#
            let file = EmulatorControl.File(name: "jack.json", contentType: "application/json", bytes: Array(card.utf8))
            let set = try world.people.slash("persona card", files: ["file": file])
            #expect(try await world.people.settle(set).message?.content.contains("**Jack**") == true)
            _ = try await world.ask("\(world.mention) hello")
            #expect(model.requests.last?.messages.first?.content.contains("Jack is a pirate who likes the person you talk with.") == true)
        }
    }

    @Test func `a long conversation is summed up and goes on`() async throws {
        let model = PlainWriter(
            contextTokens: 160,
            .init(answer: { $0.messages.first?.content.contains("Sum up") == true ? "They spoke of numbers." : "I see, I see, I see." }))
        try await ChatBench.tell(model) { world in
            let channel = world.people.directChannel()
            _ = try await world.whisper("optin", in: channel)
            for number in 1...14 { _ = try await world.ask("this is sentence number \(number) of a long talk", in: channel) }
            #expect(model.requests.contains { $0.messages.contains { $0.content.contains("They spoke of numbers.") } })
        }
    }

    @Test func `histories never mix, whoever talks where`() async throws {
        let model = PlainWriter(.init(answer: { _ in "I see." }))
        try await ChatBench.tell(model) { world in
            let guest = world.people.acting(as: EmulatorControl.secondPerson)
            let people = [world.people, guest]
            _ = try await world.whisper("optin")
            _ = try await world.whisper("optin", by: guest)
            for person in people { _ = try await world.whisper("optin", by: person, in: person.directChannel()) }
            // Each talk has a word of its own; each message says it.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for talk in 0..<8 {
                    group.addTask {
                        let person = people[talk % 2]
                        var last: MessageID?
                        for step in 0..<3 {
                            let answer = try await world.ask(
                                "\(world.mention) talk<\(talk)> step \(step)", by: person,
                                in: talk < 4 ? EmulatorControl.general : EmulatorControl.pictures, replyTo: last)
                            last = answer.id
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(model.requests.count == 24)
            for request in model.requests {
                let said = request.messages.filter { $0.role == .user }.map(\.content)
                let talks = Set(said.compactMap { $0.firstMatch(of: /talk<(\d+)>/)?.1 })
                #expect(talks.count == 1)
                #expect(said.enumerated().allSatisfy { $1.hasSuffix("step \($0)") })
            }
        }
    }
}
