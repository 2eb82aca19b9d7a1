import Memory

/// What people are told of what is kept of them. Pure, so that tests pin it.
enum PrivacyText {
    static let nothing = "I keep nothing of you."
    static let notYours = "Only the person who asked can do that."
    static let beyond = "Not mine to erase: messages in Discord itself, and the bookkeeping of credits where this bot has any."

    static func kept(_ receipt: PersonalArchive.Receipt) -> String {
        guard !receipt.isEmpty else { return nothing }
        return
            "I keep of you, in all servers and in direct messages: \(list(receipt)).\n`/privacy export` hands it to you, `/privacy erase` removes it."
    }

    static func sure(_ receipt: PersonalArchive.Receipt) -> String {
        guard !receipt.isEmpty else { return nothing }
        return "This erases for good, in all servers and in direct messages: \(list(receipt)). What is under way is stopped.\n\(beyond)"
    }

    static func erased(_ receipt: PersonalArchive.Receipt) -> String {
        guard !receipt.isEmpty else { return nothing }
        let list = list(receipt)
        let ending =
            receipt.stillEnding == 0
            ? ""
            : "\n\(receipt.stillEnding == 1 ? "1 request is" : "\(receipt.stillEnding) requests are") just being ended: `/privacy erase` again in a minute removes what is left of it."
        return "**Receipt.** Erased: \(list.isEmpty ? "nothing yet" : list).\(ending)\n\(beyond)"
    }

    static func list(_ receipt: PersonalArchive.Receipt) -> String {
        let memory = receipt.records.memory
        return [
            ConsentText.count(memory.turns, "message"), ConsentText.count(memory.answers, "answer"),
            ConsentText.count(memory.pictures, "picture"),
            memory.summaries == 0 ? nil : memory.summaries == 1 ? "1 summary" : "\(memory.summaries) summaries",
            ConsentText.count(receipt.records.exchanges, "fresh question"),
            ConsentText.count(receipt.requests, "request").map { "\($0) with what came of \(receipt.requests == 1 ? "it" : "them")" },
            ConsentText.count(receipt.gallery, "painting").map { "\($0) in the gallery" },
            ConsentText.count(receipt.tasks, "task"),
            ConsentText.count(receipt.records.settings, "setting"), ConsentText.count(receipt.records.consents, "consent"),
        ].compactMap(\.self).joined(separator: ", ")
    }

    static func readme(left: Int) -> String {
        """
        All that this bot keeps of you.

        memory.json     your consents and settings, what you wrote and were answered (turns), questions that are fresh (exchanges)
        requests.json   what you asked for, the newest first
        pictures/       pictures that you sent; named by turn
        requests/       pictures that were made for you; named by request
        gallery/        what your gallery finds again; named by request

        Times are milliseconds since 1970 in UTC.
        \(left == 0 ? "" : "\n\(left) pictures did not fit into this file. The operator can hand them out: troupe user export.\n")
        """
    }
}
