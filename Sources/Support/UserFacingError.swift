/// An error that has a sentence for the person who asked: what went wrong, and what they can do.
///
/// The sentence goes to Discord as it is, so it holds no secret, no path and no prompt. Details belong in the log.
public protocol UserFacingError: Error {
    /// One or two plain sentences.
    var userMessage: String { get }
}
