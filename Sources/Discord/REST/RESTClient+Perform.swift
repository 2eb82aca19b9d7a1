import DiscordModels
import Logging
import Support

// The way of one call: wait for the limits, send, take in the answer, and again where that does no harm.

extension RESTClient {
    /// Performs a call and reads its answer.
    func fetch<Value: Decodable>(_ call: RESTCall, as type: Value.Type = Value.self) async throws -> Value {
        let response = try await perform(call)
        do {
            return try JSONReader().decode(type, from: response.body)
        } catch {
            throw DiscordAPIError(
                .unreadable, call.route, status: response.status, message: "expected \(type), \(Self.place(of: error))")
        }
    }

    /// Performs a call; returns only an answer of the 200s, and throws ``DiscordAPIError`` or `CancellationError`.
    @discardableResult
    func perform(_ call: RESTCall) async throws -> RESTResponse {
        let request = call.request(of: self)
        var attempt = 1
        while true {
            let failure: DiscordAPIError
            let isHarmless: Bool
            do {
                let response = try await exchange(request, of: call)
                if (200..<300).contains(response.status) { return response }
                failure = refusal(response, of: call.route)
                isHarmless = call.isRepeatable && failure.kind == .serverFault
            } catch let error as RESTTransportError {
                if error.kind == .cancelled { throw CancellationError() }
                let kind: DiscordAPIError.Kind = error.kind == .answerTooLarge ? .unreadable : .unreachable
                failure = DiscordAPIError(kind, call.route, message: error.detail)
                isHarmless = error.kind == .notSent || (call.isRepeatable && error.kind == .noAnswer)
            } catch let error as RefusedCall {
                throw self.failure(of: error.refusal, call.route)
            }
            guard isHarmless, attempt < configuration.attempts else { throw failure }
            logger.debug("Discord call failed, trying again", metadata: ["route": "\(call.route)", "attempt": "\(attempt)"])
            try await clock.sleep(for: configuration.backoff.delay(attempt: attempt, jitter: jitter()))
            attempt += 1
        }
    }

    /// One answer that is no 429: calls refused for rate wait their turn again.
    private func exchange(_ request: RESTRequest, of call: RESTCall) async throws -> RESTResponse {
        let id = try gate.submit(call.route, patience: call.patience ?? configuration.patience)
        while true {
            try await gate.wait(for: id)
            let response: RESTResponse
            do {
                response = try await transport.send(request)
            } catch {
                gate.failed(id)
                throw error
            }
            let limits = Self.limits(of: response)
            let verdict = gate.answered(id, limits)
            CallMetrics.answered(status: response.status, limits: limits)
            if limits.isRateLimited {
                logger.info(
                    "Discord limited a call",
                    metadata: ["route": "\(call.route)", "scope": "\(limits.scope)", "wait": "\(limits.retryAfter?.inSeconds ?? 0)"])
            }
            switch verdict {
            case .take: return response
            case .again: continue
            case .refuse(let refusal): throw RefusedCall(refusal)
            }
        }
    }
}
