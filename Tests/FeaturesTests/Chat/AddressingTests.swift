import Memory
import Support
import Testing

@testable import Features

@Suite struct `Whether a message is for the bot` {
    private let now = Timestamp(millisecondsSinceEpoch: 1_750_000_000_000)

    private func decide(
        _ message: HeardMessage, draw: Double = 0.5, channel: SpeakingRecord? = nil, pair: SpeakingRecord? = nil,
        _ change: (inout ConversationSettings) -> Void = { _ in }
    ) -> HearingDecision {
        var settings = ConversationSettings()
        change(&settings)
        return AddressingRule(ourselves: PersonKey(99), name: "Llama", settings: settings)
            .decide(message, channelRecord: channel, pairRecord: pair, draw: draw, now: now)
    }

    private func heard(_ text: String, _ change: (inout HeardMessage) -> Void = { _ in }) -> HeardMessage {
        var message = HeardMessage(author: .human, content: text)
        change(&message)
        return message
    }

    @Test func `of 200 messages it takes few wrongly for its own, and misses few`() {
        var (missed, intruded) = ([String](), [String]())
        for row in AddressingTable.rows {
            var message = HeardMessage(author: row.flags.contains("b") ? .bot : .human, content: row.text)
            (message.isDirect, message.isOrdinary) = (row.flags.contains("d"), !row.flags.contains("n"))
            (message.mentionsUs, message.answersUs) = (row.flags.contains("m"), row.flags.contains("r"))
            message.isInOwnThread = row.flags.contains("t")
            if case .answer = decide(message) {
                if !row.isSpokenTo { intruded.append(row.text) }
            } else if row.isSpokenTo {
                missed.append(row.text)
            }
        }
        #expect(AddressingTable.rows.count == 200)
        // "Llama what is …" without a comma reads like "Llama is …": rather silent than intrusive.
        #expect(
            missed == [
                "Llama what is the meaning of life?", "Llama can you help me?", "llama tell me a joke",
                "could llama maybe answer this one? we need you", "Can you hear us Llama?", "right llama?",
            ])
        #expect(intruded == ["three words: dog, cat, llama"])
    }

    @Test func `what it hears is what was said, without the call`() {
        func text(_ message: HeardMessage) -> String? { if case .answer(_, let text) = decide(message) { text } else { nil } }
        #expect(text(heard("<@99> what is 2+2?") { $0.mentionsUs = true }) == "what is 2+2?")
        #expect(text(heard("what do you say to <@99> of all bots") { $0.mentionsUs = true }) == "what do you say to @Llama of all bots")
        #expect(text(heard("is it true, <@!99>") { $0.mentionsUs = true }) == "is it true,")
        #expect(text(heard("Hey Llama, what is 2+2?")) == "what is 2+2?")
        #expect(text(heard("Good morning Llama. Tea?")) == "Tea?")
        #expect(text(heard("What do you think, Llama?")) == "What do you think?")
        #expect(text(heard("<@99>") { $0.mentionsUs = true }) == "Hello!")
        #expect(text(heard("") { ($0.mentionsUs, $0.hasAttachments) = (true, true) }) == "")
    }

    @Test func `what Discord keeps from it, it does not answer`() {
        #expect(decide(heard("") { $0.answersUs = true }) == .silence(.nothingToRead))
        #expect(decide(heard("") { $0.isInOwnThread = true }) == .silence(.nothingToRead))
        #expect(decide(heard("") { $0.isOptedIn = true }) { $0.mode = .always } == .silence(.nothingToRead))
    }

    @Test func `a channel that is off is off, and direct messages have no mode`() {
        #expect(decide(heard("<@99> hi") { $0.mentionsUs = true }) { $0.mode = .off } == .silence(.off))
        #expect(decide(heard("hi") { $0.isDirect = true }) { $0.mode = .off } == .answer(.direct, text: "hi"))
    }

    @Test func `nobody who has not opted in is read, whatever the channel says`() {
        for mode in [ConversationSettings.Mode.always, .sometimes] {
            #expect(decide(heard("lovely day")) { ($0.mode, $0.probability) = (mode, 1) } == .silence(.notOptedIn))
        }
        #expect(decide(heard("lovely day") { $0.isOptedIn = true }) == .silence(.notAddressed))
        #expect(decide(heard("lovely day") { $0.isOptedIn = true }) { $0.mode = .always } == .answer(.always, text: "lovely day"))
        #expect(decide(heard("!play a song") { $0.isOptedIn = true }) { $0.mode = .always } == .silence(.nothingToRead))
    }

    @Test func `now and then it speaks up, as often as it was told and with rests between`() {
        let message = heard("lovely day") { $0.isOptedIn = true }
        func settings(_ settings: inout ConversationSettings) {
            (settings.mode, settings.probability, settings.cooldownSeconds) = (.sometimes, 0.2, 60)
        }
        #expect(decide(message, draw: 0.19, settings) == .answer(.sometimes, text: "lovely day"))
        #expect(decide(message, draw: 0.2, settings) == .overhear(text: "lovely day"))
        let resting = SpeakingRecord(windowBeganAt: now, spokeAt: now - .seconds(59))
        #expect(decide(message, draw: 0, channel: resting, settings) == .overhear(text: "lovely day"))
        let rested = SpeakingRecord(windowBeganAt: now, spokeAt: now - .seconds(60))
        #expect(decide(message, draw: 0, channel: rested, settings) == .answer(.sometimes, text: "lovely day"))
        // Spoken to, it answers whether rested or not.
        #expect(decide(heard("Llama, hi"), draw: 1, channel: resting, settings) == .answer(.name, text: "hi"))
    }

    @Test func `it never answers itself, and other bots only where it may and within bounds`() {
        let bot = heard("<@99> beep") { ($0.author, $0.mentionsUs) = (.bot, true) }
        func talkative(_ settings: inout ConversationSettings) { settings.answersBots = true }
        #expect(decide(heard("<@99>") { ($0.author, $0.mentionsUs) = (.ourselves, true) }, talkative) == .silence(.ourselves))
        #expect(decide(bot) == .silence(.bot))
        #expect(decide(bot, talkative) == .answer(.mention, text: "beep"))
        #expect(decide(heard("Llama, hi") { $0.author = .bot }, talkative) == .silence(.notAddressed))
        #expect(
            decide(heard("hm") { ($0.author, $0.isOptedIn) = (.bot, true) }) { ($0.answersBots, $0.mode) = (true, .always) }
                == .silence(.notAddressed))

        let bounds = LoopBounds()
        var record = SpeakingRecord(depth: bounds.depth, windowBeganAt: now, spokeAt: now)
        #expect(decide(bot, pair: record, talkative) == .silence(.loop))
        record = SpeakingRecord(depth: 1, windowBeganAt: now - .seconds(60), answers: bounds.answers, spokeAt: now)
        #expect(decide(bot, pair: record, talkative) == .silence(.loop))
        record = SpeakingRecord(depth: 1, windowBeganAt: now - .seconds(60), answers: 1, tokens: bounds.tokens, spokeAt: now)
        #expect(decide(bot, pair: record, talkative) == .silence(.loop))
        record.windowBeganAt = now - bounds.window
        #expect(decide(bot, pair: record, talkative) == .answer(.mention, text: "beep"))
    }

    /// Two bots that answer each other's every word, a human who sometimes says something: the talk ends by itself.
    @Test func `two bots left alone fall silent, and a human's word starts them anew`() {
        var record: SpeakingRecord?
        func talk(_ rounds: Int) -> Int {
            var answers = 0
            for _ in 0..<rounds {
                let said = decide(heard("<@99> and you?") { ($0.author, $0.mentionsUs) = (.bot, true) }, pair: record) {
                    $0.answersBots = true
                }
                guard case .answer = said else { break }
                answers += 1
                var next = record ?? SpeakingRecord(windowBeganAt: now, spokeAt: now)
                (next.depth, next.answers, next.tokens) = (next.depth + 1, next.answers + 1, next.tokens + 100)
                record = next
            }
            return answers
        }
        #expect(talk(1_000) == 6)
        record?.depth = 0
        #expect(talk(1_000) == 6)
        record?.depth = 0
        #expect(talk(1_000) == 0)
    }
}
