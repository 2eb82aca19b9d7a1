import Logging
import Support
import Synchronization

/// Performs what ``RateLimiter`` decides: lets calls wait, and go.
///
/// Owns one timer task, alive only while a call waits for a moment.
final class RateLimitGate: Sendable {
    private struct State {
        var limiter: RateLimiter
        var continuations: [CallID: CheckedContinuation<Void, any Error>] = [:]
        /// What was decided before the call came to wait for it.
        var decided: [CallID: RateLimiter.Refusal?] = [:]
        var timer: (task: Task<Void, Never>, deadline: Timestamp)?
        var todo = Todo()
    }

    /// What a change has for tasks, done once the state is unlocked. Both take the lock of the task they reach, which is held
    /// while that task's cancellation waits for the state: under the state's lock each would wait for the other, for ever.
    private struct Todo: Sendable {
        var resumptions: [(continuation: CheckedContinuation<Void, any Error>, error: (any Error)?)] = []
        var outdatedTimers: [Task<Void, Never>] = []

        func perform() {
            for (continuation, error) in resumptions {
                if let error { continuation.resume(throwing: error) } else { continuation.resume() }
            }
            for timer in outdatedTimers { timer.cancel() }
        }
    }

    private let state: Mutex<State>
    private let clock: any WallClock

    init(configuration: RateLimiter.Configuration, clock: any WallClock) {
        state = Mutex(State(limiter: RateLimiter(configuration: configuration)))
        self.clock = clock
    }

    func share(among processes: Int) { update { $0.limiter.share(among: processes) } }

    /// Asks for a call to leave. ``wait(for:)`` returns when it may.
    func submit(_ route: Route, patience: Duration?) throws -> CallID {
        try update { try $0.limiter.submit(route, patience: patience, at: clock.now()).get() }
    }

    /// Returns when the call may leave; throws ``RefusedCall``, or `CancellationError`.
    func wait(for id: CallID) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                update { state in
                    if let refusal = state.decided.removeValue(forKey: id) {
                        state.todo.resumptions.append((continuation, refusal.map(RefusedCall.init)))
                    } else if Task.isCancelled {
                        state.limiter.withdraw(id, at: clock.now())
                        state.todo.resumptions.append((continuation, CancellationError()))
                    } else {
                        state.continuations[id] = continuation
                    }
                }
            }
        } onCancel: {
            update { state in
                guard let continuation = state.continuations.removeValue(forKey: id) else { return }
                state.limiter.withdraw(id, at: clock.now())
                state.todo.resumptions.append((continuation, CancellationError()))
            }
        }
    }

    /// Hands in the answer of a call that left.
    func answered(_ id: CallID, _ answer: RateLimitAnswer) -> RateLimiter.Verdict {
        update { $0.limiter.answered(id, answer, at: clock.now()) }
    }

    /// A call that left will have no answer.
    func failed(_ id: CallID) { update { $0.limiter.withdraw(id, at: clock.now()) } }

    /// Changes the state, tells those who wait what was decided, and sets the timer.
    private func update<Value: Sendable, Failure: Error>(
        _ change: (inout sending State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let (result, todo) = state.withLock { state in
            let result = Result { () throws(Failure) in try change(&state) }
            settle(&state)
            defer { state.todo = Todo() }
            return (result, state.todo)
        }
        todo.perform()
        return try result.get()
    }

    private func settle(_ state: inout State) {
        let (releases, wakeAfter) = state.limiter.release(at: clock.now())
        for release in releases {
            let (id, refusal): (CallID, RateLimiter.Refusal?) =
                switch release {
                case .send(let id): (id, nil)
                case .refuse(let id, let refusal): (id, refusal)
                }
            guard let continuation = state.continuations.removeValue(forKey: id) else {
                state.decided[id] = .some(refusal)
                continue
            }
            state.todo.resumptions.append((continuation, refusal.map(RefusedCall.init)))
        }
        guard let wakeAfter else {
            if let timer = state.timer { state.todo.outdatedTimers.append(timer.task) }
            state.timer = nil
            return
        }
        let deadline = clock.now() + wakeAfter
        if let timer = state.timer {
            // One that comes early does no harm: it sets the next.
            if timer.deadline <= deadline { return }
            state.todo.outdatedTimers.append(timer.task)
        }
        let task = Task { [weak self, clock] in
            guard (try? await clock.sleep(until: deadline)) != nil else { return }
            // Forgotten first: the clock may say that the moment has not come, and then another timer is needed.
            self?.update { $0.timer = nil }
        }
        state.timer = (task, deadline)
    }

    deinit { state.withLock { $0.timer?.task }?.cancel() }
}
