import Memory
import Support

/// Every sentence of `/settings`. Pure.
enum SettingsText {
    static func done(_ change: SettingsChange) -> String {
        switch change {
        case .usual(nil, nil, nil): "Nothing is usual any more; everything is as everywhere."
        case .usual(let model, let size, let count):
            "Usual from now on: "
                + [
                    model.map { "model `\(plain($0))`" }, size.map { "size `\(plain($0))`" },
                    count.map { pictures($0) },
                ]
                .compactMap(\.self).joined(separator: ", ") + "."
        case .limits(nil, nil): "There are no limits of this server's own any more."
        case .limits(let most, let waiting):
            "From now on: "
                + [most.map { "at most \(pictures($0)) a request" }, waiting.map { "at most \($0) waiting for each person" }]
                .compactMap(\.self).joined(separator: ", ") + "."
        case .everywhere(let showing): "Pictures are shown \(word(showing)), where no channel or role says otherwise."
        case .channel(let channel, nil): "In <#\(channel)> pictures are shown as everywhere."
        case .channel(let channel, let showing?): "In <#\(channel)> and its threads pictures are shown \(word(showing))."
        case .role(let rule):
            rule.weight == nil && rule.showing == nil ? "Nothing of its own holds for <@&\(rule.role)> any more." : role(rule)
        case .addStyle(let style): "Style set. Pick it as `\(plain(style.name))`: \(DisplayText.escaped(style.words, limit: 300))"
        case .removeStyle: "Style removed."
        case .addWord(let blocked): "||\(DisplayText.escaped(blocked.word, limit: 60))|| \(happens(blocked.action))."
        case .removeWord: "That word may be painted again."
        }
    }

    static func all(_ settings: PaintingSettings, changes: [GuildSettingsStore.Change]) -> String {
        var lines: [String] = []
        let usual = [
            settings.model.map { "model `\(plain($0))`" }, settings.size.map { "size `\(plain($0))`" },
            settings.count.map { pictures($0) },
        ].compactMap(\.self)
        lines.append("**Usual:** \(usual.isEmpty ? "as everywhere" : usual.joined(separator: ", "))")
        let limits = [
            settings.maximumCount.map { "\(pictures($0)) a request" }, settings.waitingPerPerson.map { "\($0) waiting for each person" },
        ].compactMap(\.self)
        lines.append("**At most:** \(limits.isEmpty ? "as everywhere" : limits.joined(separator: ", "))")
        lines.append("**Shown:** \(word(settings.showing ?? .plain))")
        lines += settings.channels.prefix(10).map { "· in <#\($0.channel)> \(word($0.showing))" }
        lines += settings.roles.prefix(10).map { "· \(role($0))" }
        if settings.channels.count > 10 || settings.roles.count > 10 { lines.append("· …") }
        let styles = settings.styles.prefix(25).map { DisplayText.escaped($0.name, limit: 40) }.joined(separator: ", ")
        lines.append("**Styles:** \(styles.isEmpty ? "none" : styles)")
        let words = settings.words.prefix(20).map { "||\(DisplayText.escaped($0.word, limit: 30))||" }.joined(separator: " ")
        lines.append(
            "**Words not wanted:** \(words.isEmpty ? "none" : words)\(settings.words.count > 20 ? " and \(settings.words.count - 20) more" : "")"
        )
        lines += changes.map { change in
            let who = change.person.map { $0 == GuildDesk.console ? "the console" : "<@\($0)>" } ?? "somebody"
            return "-# \(who) \(DisplayText.shortened(change.summary, limit: 80)) <t:\(change.changedAt.millisecondsSinceEpoch / 1_000):R>"
        }
        return lines.joined(separator: "\n")
    }

    private static func role(_ rule: PaintingSettings.RoleRule) -> String {
        let facts = [
            rule.weight.map { "have \($0) % of a usual share" }, rule.showing.map { "get their pictures \(word($0))" },
        ].compactMap(\.self)
        return "members of <@&\(rule.role)> \(facts.joined(separator: " and "))"
    }

    private static func word(_ showing: PaintingSettings.Showing) -> String {
        switch showing {
        case .plain: "openly"
        case .spoiler: "behind a cover"
        case .off: "not at all"
        }
    }

    private static func happens(_ action: BlockedWord.Action) -> String {
        switch action {
        case .refuse: "is refused from now on"
        case .ageRestricted: "is painted in age-restricted channels only"
        case .spoiler: "is painted behind a cover"
        }
    }

    private static func pictures(_ count: Int) -> String { count == 1 ? "1 picture" : "\(count) pictures" }
    private static func plain(_ name: String) -> String { name.replacing("`", with: "'") }
}
