import Memory
import Support

/// What somebody asked for who let clones begin.
struct StageWishes: Sendable, Hashable, Codable {
    var topic: String?
    var lines: Int?
    var minutes: Int?
    var listens: Bool?

    func stage(of cast: [Clone], _ rules: CloneStage.Rules, startedBy user: UInt64, at now: Timestamp) -> CloneStage {
        var rules = rules
        if let lines { rules.mostTurns = max(1, min(ClonesCommand.mostTurns, lines)) }
        if let listens { rules.listens = listens }
        return CloneStage(
            cast: cast.map(CloneStage.Member.init), rules: rules, startedBy: user, topic: topic,
            lasting: .seconds(60 * max(1, min(ClonesCommand.mostMinutes, minutes ?? 30))), at: now)
    }
}

extension CloneStage.Member {
    init(_ clone: Clone) { self.init(clone: clone.id, person: clone.person.rawValue, name: clone.name) }
}
