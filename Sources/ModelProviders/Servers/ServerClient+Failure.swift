import Inference
import Support

extension ServerClient {
    /// What an answer that is no success means, in a picture server's words too.
    func failure(_ answer: ServerAnswer, _ call: ServerCall) -> ModelError {
        var error = error(ServerFailure(answer: answer, at: clock.now()), call)
        if error.code != .refused, MemoryWords.occur(in: answer.body) { error.code = .outOfMemory }
        return error
    }

    /// An answer of the wrong shape.
    func nonsense(_ call: ServerCall, _ what: String) -> ModelError {
        ModelError(.invalidResponse, model: model, details: "\(address) answered \(call) with \(what)")
    }
}
