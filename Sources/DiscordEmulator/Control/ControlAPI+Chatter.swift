import OrderedCollections
import Support

/// Load for a bot: many people talk in many places.
extension ControlAPI {
    /// Steps of a second in which messages are written.
    private static let stepsPerSecond = 50
    static let mostMessages = 1_000_000
    static let mostPerSecond = 100_000

    /// Writes `messages` messages, `per_second` of them, in turn in every channel of a guild where its owner may write. Answers when all
    /// are written: how many, and in how many milliseconds.
    func chatter(_ call: Call) async throws -> JSON {
        func number(_ key: String, atMost limit: Int) throws(World.PlayError) -> Int {
            guard let value = call.body[key]?.int, (1...Int64(limit)).contains(value) else {
                throw World.PlayError("Give a number from 1 to \(limit).", field: key)
            }
            return Int(value)
        }
        let total = try number("messages", atMost: Self.mostMessages)
        let rate = try number("per_second", atMost: Self.mostPerSecond)
        let content = call.body["content"]?.string ?? "Hello, is anybody there?"
        guard (1...MessageForm.maximumContent).contains(content.utf16.count) else {
            throw World.PlayError("A message has 1 to 2,000 characters.", field: "content")
        }
        let places = core.step { $0.world.placesToTalk }
        guard !places.isEmpty else { throw World.PlayError("There is no channel to talk in.", status: 404) }
        let start = core.clock.now()
        var written = 0
        var steps = 0
        while written < total {
            steps += 1
            let due = min(total, rate * steps / Self.stepsPerSecond)
            let range = written..<due
            core.step { state in
                for number in range {
                    let place = places[number % places.count]
                    // A place that is gone by now, or a thread that was closed, is passed over.
                    _ = try? state.world.say(content, in: place.channel, as: place.speaker, replyTo: nil, files: [], nonce: nil)
                }
            }
            written = due
            try await core.clock.sleep(until: start + .milliseconds(Int64(steps) * 1_000 / Int64(Self.stepsPerSecond)))
        }
        return ["messages": .int(written), "milliseconds": .int((core.clock.now() - start).milliseconds)]
    }
}

extension World {
    /// Text channels of guilds, each with somebody who may write there.
    var placesToTalk: [(channel: ID, speaker: ID)] {
        channels.values.compactMap { channel in
            guard channel.kind == .text, let guild = channel.guildID.flatMap({ guilds[$0] }), users[guild.ownerID]?.isBot == false else {
                return nil
            }
            return (channel.id, guild.ownerID)
        }
    }
}
