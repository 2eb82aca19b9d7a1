/// Why a model could not answer: a closed code for the program, details for the log, a sentence for the person.
public struct ModelError: Error, Sendable, Hashable {
    public enum Code: String, Sendable, Hashable {
        /// The model or its server cannot be reached or is not loaded; trying again may help.
        case unavailable
        /// Too little memory for what was asked; fewer pictures may work.
        case outOfMemory
        /// The model's owner or its filter refuses this prompt; trying again does not help.
        case refused
        /// The request does not fit the model (too many pictures, an unknown size).
        case invalidRequest
        /// The server wants us to slow down.
        case rateLimited
        /// The answer made no sense: not a picture, cut short, of the wrong shape.
        case invalidResponse
        /// The model failed in another way.
        case failed
    }

    public var code: Code
    /// The model's name as users know it.
    public var model: String
    /// For the log: never contains the prompt.
    public var details: String
    /// Where the server says when to come back.
    public var retryAfter: Duration?

    public init(_ code: Code, model: String, details: String, retryAfter: Duration? = nil) {
        self.code = code
        self.model = model
        self.details = details
        self.retryAfter = retryAfter
    }

    /// Whether the same request may succeed later.
    public var isTransient: Bool {
        switch code {
        case .unavailable, .rateLimited: true
        case .outOfMemory, .refused, .invalidRequest, .invalidResponse, .failed: false
        }
    }

    /// A sentence for the person who asked.
    public var userMessage: String {
        switch code {
        case .unavailable: "\(model) cannot be reached at the moment. Try again in a few minutes."
        case .outOfMemory: "\(model) ran out of memory for this request. Ask for fewer pictures, or try again later."
        case .refused: "\(model) refused this prompt. Try other words."
        case .invalidRequest: "\(model) cannot do that: \(details)."
        case .rateLimited: "\(model) is too busy at the moment. Try again in a minute."
        case .invalidResponse, .failed: "\(model) failed at this request. It is in the log; try again."
        }
    }
}
