import Memory
import Support

/// What people are told about what is kept of them: plainly, and before anything else. Pure, so that tests pin it.
struct ConsentText: Sendable, Hashable {
    /// How long a conversation is kept after its last word.
    var retention: Duration
    /// How long question and answer of somebody without a history are kept.
    var passing: Duration

    func given(isDirect: Bool) -> String {
        """
        From now on I remember our conversations \(place(isDirect)).
        **What:** what you write to me\(isDirect ? "" : ", and what you write in channels where I was told to take part"); my answers; pictures and \
        text files that you send me.
        **Where:** in the database of this bot, which its operator runs, and nowhere else. The model that answers you is given it.
        **How long:** \(days) after the last word of a conversation, or until you forget it: `/forget`, `/optout`, `/privacy`.
        It is used to answer \(isDirect ? "you" : "here") and for nothing else; no model learns from it.
        """
    }

    func withdrawn(_ receipt: ForgetReceipt, had: Bool, isDirect: Bool) -> String {
        guard had || !receipt.isEmpty else { return "I remembered nothing of you \(place(isDirect)). \(passingStatement)" }
        return "I no longer remember our conversations \(place(isDirect)). \(Self.receipt(receipt)) \(passingStatement)"
    }

    /// What becomes of the words of those who did not opt in.
    var passingStatement: String {
        """
        What you say to me is answered by itself: I keep your message and my answer for \(DisplayText.roughSpan(passing)), so that the buttons \
        under it work, and use them for no other answer. What is not said to me I do not read.
        """
    }

    /// As "Forgotten: 3 messages, 3 answers, 1 picture."
    static func receipt(_ receipt: ForgetReceipt) -> String {
        let parts = [
            count(receipt.turns, "message"), count(receipt.answers, "answer"), count(receipt.pictures, "picture"),
            receipt.summaries == 1 ? "1 summary" : receipt.summaries > 1 ? "\(receipt.summaries) summaries" : nil,
        ].compactMap(\.self)
        return parts.isEmpty ? "There was nothing to forget." : "Forgotten: \(parts.joined(separator: ", "))."
    }

    static func count(_ number: Int, _ noun: String) -> String? {
        number == 0 ? nil : number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }

    private var days: String {
        let days = retention.milliseconds / 86_400_000
        return days >= 2 ? "\(days) days" : DisplayText.roughSpan(retention)
    }

    private func place(_ isDirect: Bool) -> String { isDirect ? "in direct messages" : "in this server" }
}
