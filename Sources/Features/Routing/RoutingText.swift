/// What is said before any feature has a word.
enum RoutingText {
    static let unknownButton = "This button does not work any more: it was made with another key. Use the command again."
    static let cannotAccept =
        "I cannot take requests at the moment: my storage does not work. Nothing is queued; try again in a few minutes."
    static let unknownCommand = "I do not know this command; it may be from an older version of me."
    static let working = "-# Working…"
    static let needsSlash = "This command opens a form: use it with a slash."
    static let whispered = "-# I answered in a direct message."
    static let cannotWhisper = "I cannot write you a direct message: allow those of this server, or use the command with a slash."
}
