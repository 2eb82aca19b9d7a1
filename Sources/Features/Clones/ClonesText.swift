import DiscordModels
import Memory
import Support

/// Every sentence that people read about clones.
enum ClonesText {
    static let guildOnly = "Clones live in servers; in direct messages there is none."
    static let nothingWritten = "The clone could not write anything. Try again later."
    static let noLongerAllowed = "The person behind this clone does not allow it any more."
    static let nobodyAllowed = "Nobody here allowed a clone of themselves. It takes their own word: `/clone allow`."
    static let noStage = "No clones are talking in this channel. `/clones start` lets them begin."
    static let alreadyRunning = "Clones are talking in this channel already. `/clones stop` ends that."
    static let stopped = "The clones were stopped."
    static let paused = "The clones are paused. They go on with the button or `/clones pause`."
    static let goingOn = "The clones go on."
    static let topicTaken = "The next clone speaks of that."
    static let blocked = "Those words are blocked here."
    static let wordsTooShort = "Say in your own words what you allow, in at least three words. They are kept as your consent."
    static let castFull = "There is room for \(CloneStage.largestCast) clones in one conversation."
    static let rated = "Noted. Thank you."
    static let nothingToRate = "That clone has said nothing in this channel lately."
    static let nothingKept = "Nothing is kept: you have no clone here."

    /// What a person is told when they allow it: plainly, and where it matters.
    static func allowed(_ clone: Clone) -> String {
        """
        On record, in your own words: “\(DisplayText.escaped(clone.words, limit: 600))”
        From now on a model may write in your manner in this server, always as **\(PersonaName.of(clone.name))**, never as you. It is shown \
        messages of yours as examples; \(training(clone)) They come only from your own data package or an export that the operator \
        brings in. Discord's developer policy forbids training on messages taken through its API without Discord's permission.
        `/clone show` says what is kept, `/clone forbid` pauses it at once, `/clone forget` erases all of it at once.
        """
    }

    private static func training(_ clone: Clone) -> String {
        clone.mayTrain
            ? "and it may learn from them: a small adapter is trained here, kept with them and erased with them."
            : "nothing is trained (`training: True` would allow that)."
    }

    static func forbidden(_ clone: Clone?) -> String {
        clone == nil
            ? nothingKept
            : "Paused at once: nothing more is said in your manner. `/clone allow` takes that back, `/clone forget` erases all."
    }

    static func show(_ clone: Clone, _ held: CloneHoldings, samples: [String]) -> String {
        let whose = clone.wordsBy == .person ? "your own words" : "the operator's words"
        let shown = samples.map { "\n- \(DisplayText.escaped($0, limit: 100))" }.joined()
        return """
            **\(PersonaName.of(clone.name))**, \(clone.state == .active ? "active" : "paused"), allowed <t:\(clone.allowedAt.millisecondsSinceEpoch / 1_000):d> in \(whose): “\(DisplayText.escaped(clone.words, limit: 600))”
            Kept: \(held.examples) examples of how you write, \(held.lines) lines that were said in your manner, \(held.ratings) ratings, \(adapters(held)).\(shown.isEmpty ? "" : "\nThe latest examples:" + shown)
            """
    }

    /// The receipt.
    static func forgotten(_ erasure: CloneErasure, jobs: Int) -> String {
        guard erasure.clones > 0 else { return nothingKept }
        return """
            Erased: your consent's words, \(erasure.holdings.examples) examples, \(erasure.holdings.lines) lines with \(erasure.holdings.ratings) \
            ratings, \(adapters(erasure.holdings)), and \(jobs) finished requests. Nothing is left to speak in your manner. Messages that stand in channels stay there; \
            delete them like any others.
            """
    }

    private static func adapters(_ held: CloneHoldings) -> String {
        held.adapters == 0 ? "no trained adapter" : held.adapters == 1 ? "a trained adapter" : "\(held.adapters) trained adapters"
    }

    static func untaught(_ name: String) -> String {
        "\(DisplayText.escaped(name, limit: 60))'s clone has read nothing yet: the operator brings an export in with `troupe clone import`."
    }

    static func nothingFit(_ name: String) -> String {
        "\(DisplayText.escaped(name, limit: 60))'s clone found nothing fit to say: what it wrote was blocked, or too near to the person's own words."
    }

    static func notAllowed(_ user: UInt64) -> String { "<@\(user)> allowed no clone here. It takes their own word: `/clone allow`." }

    /// Stands above a clone's answer: what was asked.
    static func asked(_ name: String, _ text: String) -> String {
        "\(DisplayText.escaped(name, limit: 60)): \(DisplayText.escaped(text, limit: 600))"
    }

    static let castUnready = "The cast could not learn its lines. Try again later."

    /// While the cast learns.
    static func rehearsing(_ standing: Standing) -> String {
        let words =
            switch standing.phase {
            case .running(let fraction):
                "\(DisplayText.progressBar(fraction))\(standing.remaining.map { ", about \(DisplayText.roughSpan($0)) left" } ?? "")"
            case .waiting, .retrying, .cancelling: "in a moment"
            }
        return "The cast learns its lines… \(words)\nThey are invented: nobody is mimicked. It takes a minute, once."
    }

    static func began(_ stage: CloneStage) -> String {
        let cast = stage.cast.map { "**\(PersonaName.of($0.name))**" }.joined(separator: ", ")
        let hearing = stage.rules.listens ? "They hear what is written here." : "They do not hear what is written here."
        return
            "\(cast) talk to each other: at most \(stage.rules.mostTurns) lines, until <t:\(stage.endsAt.millisecondsSinceEpoch / 1_000):t>. \(hearing) These are models, not people."
    }

    static func status(_ stage: CloneStage) -> String {
        switch stage.status {
        case .running: "\(began(stage)) So far \(stage.turns)."
        case .paused: "\(paused) So far \(stage.turns) lines."
        case .ended: ended(stage.ending ?? .stopped)
        }
    }

    static func ended(_ ending: CloneStage.Ending) -> String {
        switch ending {
        case .stopped: stopped
        case .turns: "The clones have said all their lines."
        case .time: "The clones' time is up."
        case .silence: "Nobody has spoken with the clones for a while; they stop."
        case .failures: "The clones found nothing to say several times; they stop."
        case .cast: "No clone is left to talk."
        }
    }
}
