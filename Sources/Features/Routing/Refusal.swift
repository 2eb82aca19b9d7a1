import Support

/// Why something is not done, for the person who asked for it.
struct Refusal: UserFacingError, Hashable {
    let userMessage: String

    init(_ userMessage: String) { self.userMessage = userMessage }
}
