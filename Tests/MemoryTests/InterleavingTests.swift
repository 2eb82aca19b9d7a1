import Memory
import PostgresTestServer
import RepeatableChance
import Storage
import Support
import Testing

/// Random lives of four people in four conversations each way, told at once to the store and to a plain model of it: what a
/// model would be given of a conversation never holds a word of another, nor of what was forgotten.
@Suite struct `Histories never mix` {
    /// What the store should hold: every turn with the words that lead to it.
    struct Ledger {
        struct Entry {
            var id: Turn.ID
            var key: ConversationKey
            var person: PersonKey
            var parent: Turn.ID?
            var request: UInt64
            var words: String
        }

        var turns: [Turn.ID: Entry] = [:]
        var last: [ConversationKey: Turn.ID] = [:]

        func path(_ id: Turn.ID?) -> [String] {
            var (words, next) = ([String](), id)
            while let entry = next.flatMap({ turns[$0] }) {
                words.insert(entry.words, at: 0)
                next = entry.parent
            }
            return words
        }

        mutating func forget(_ doomed: (Entry) -> Bool) {
            for entry in turns.values.filter(doomed).sorted(by: { $0.id > $1.id }) {
                for (id, child) in turns where child.parent == entry.id { turns[id]?.parent = entry.parent }
                turns[entry.id] = nil
                if last[entry.key] == entry.id { last[entry.key] = entry.parent }
            }
        }
    }

    @Test(arguments: TestEngine.allCases, [UInt64](1...12)) func `whatever people do, in whatever order`(_ engine: TestEngine, seed: UInt64)
        async throws
    {
        let bench = try Bench(engine)
        let store = bench.conversations
        var dice = SplitMix64(seed: seed)
        var ledger = Ledger()
        let people = (1...4).map { PersonKey(UInt64($0)) }
        let channels = (11...13).map { ChannelKey(UInt64($0)) }
        var keys = channels.flatMap { channel in
            [ConversationKey.everyoneInChannel(channel)] + people.map { .personInChannel($0, channel) }
        }
        for number: UInt64 in 1...120 {
            let person = people.randomElement(using: &dice)!
            let key = keys.randomElement(using: &dice)!
            switch UInt64.random(in: 0..<20, using: &dice) {
            case 0: keys.append(.replyChain(MessageKey(number * 10), in: channels.randomElement(using: &dice)!))
            case 1:
                let receipt = try await store.forget(key, of: key.isShared ? person : nil)
                let before = ledger.turns.count
                ledger.forget { $0.key == key && (!key.isShared || $0.person == person) }
                #expect(receipt.turns + receipt.answers == before - ledger.turns.count)
            case 2:
                _ = try await store.forgetLast(of: person, in: key)
                let latest = ledger.turns.values.filter { $0.key == key && $0.person == person }.max { $0.id < $1.id }?.request
                ledger.forget { $0.key == key && $0.person == person && $0.request == latest }
            case 3 where number % 4 == 0:
                _ = try await store.forgetAll(of: person)
                ledger.forget { $0.person == person }
            case 4:
                guard let from = ledger.turns.keys.sorted().randomElement(using: &dice), let entry = ledger.turns[from] else { continue }
                let fork = ConversationKey.thread(ChannelKey(1_000 + number))
                try await store.fork(upTo: from, as: fork, in: home, at: bench.at(0))
                keys.append(fork)
                var parent: Turn.ID?
                let copied = try #require(try await store.last(of: fork))
                for turn in try await store.path(to: copied.id).turns {
                    ledger.turns[turn.id] = .init(
                        id: turn.id, key: fork, person: turn.person, parent: parent, request: turn.requestID.rawValue, words: turn.content)
                    parent = turn.id
                }
                ledger.last[fork] = parent
                #expect(ledger.path(parent) == ledger.path(entry.id))
            case 5:
                guard let id = ledger.turns.keys.sorted().randomElement(using: &dice) else { continue }
                try await store.rewrite(id, content: "rewritten \(number)", at: bench.at(1))
                ledger.turns[id]?.words = "rewritten \(number)"
            default:
                // Any turn is tried as the one to go on from; only one of the same conversation may be.
                let any = ledger.turns.keys.sorted().randomElement(using: &dice)
                let place: NewTurn.Place = key.isLinear ? .last : any.map { .after($0) } ?? .last
                let parent =
                    switch place {
                    case .last: ledger.last[key]
                    case .after(let id): ledger.turns[id]?.key == key ? id : nil
                    }
                let words = "\(key) \(person) \(number)"
                let turn = try await bench.say(words, nil, by: person, in: key, place, id: number)
                #expect(try await bench.say("again", nil, by: person, in: key, place, id: number) == turn)
                ledger.turns[turn.id] = .init(id: turn.id, key: key, person: person, parent: parent, request: number, words: words)
                ledger.last[key] = turn.id
            }
        }
        for entry in ledger.turns.values {
            let path = try await store.path(to: entry.id).turns
            #expect(path.map(\.content) == ledger.path(entry.id))
            #expect(path.allSatisfy { $0.key == entry.key })
        }
        for key in keys { #expect(try await store.last(of: key)?.id == ledger.last[key]) }
        #expect(try await bench.database.check().isEmpty)
    }
}
