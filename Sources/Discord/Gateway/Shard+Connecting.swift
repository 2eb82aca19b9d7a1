import Logging
import NIOCore
import Support
import Synchronization

// One connection after the other: opening, reading, keeping time, leaving.

extension Shard {
    func connectUntilOver() async -> GatewayError? {
        while true {
            let now = clock.now()
            switch state.withLock({ $0.machine.nextStep(at: now) }) {
            case .wait(let until): await pause(until: until)
            case .connect(let address):
                let code = await serve(address)
                let now = clock.now()
                let jitter = jitter()
                let actions = state.withLock { state in
                    state.connection = nil
                    state.attempt = nil
                    state.unreachableSince = state.unreachableSince ?? now
                    return state.machine.disconnected(code: code, at: now, jitter: jitter)
                }
                logger.info("gateway connection ended", metadata: ["code": code.map { "\($0)" } ?? "none"])
                perform(actions)
            case .stop: return nil
            case .fail(let error): return error
            }
        }
    }

    /// Waits between two connections; ``leave()`` ends it.
    private func pause(until moment: Timestamp) async {
        let (wakes, waker) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let isStopping = state.withLock { state in
            state.waker = waker
            return state.machine.isStopping
        }
        if !isStopping {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await self.clock.sleep(until: moment) }
                group.addTask { for await _ in wakes { break } }
                await group.next()
                group.cancelAll()
            }
        }
        state.withLock { $0.waker = nil }
    }

    /// One connection from its opening to its end; gives back the close code, if one came.
    private func serve(_ address: GatewayAddress) async -> UInt16? {
        let attempt = GatewayConnectionAttempt()
        let isStopping = state.withLock { state in
            state.attempt = attempt
            return state.machine.isStopping
        }
        if isStopping { attempt.cancel() }
        do {
            let connection = try await connector.open(address, compression: configuration.compression, attempt: attempt)
            let now = clock.now()
            let (actions, deadline) = state.withLock { state in
                state.attempt = nil
                state.connection = connection
                state.statistics.connections += 1
                return (state.machine.connected(at: now), state.machine.deadline)
            }
            perform(actions)
            let (hellos, hello) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            return try await withThrowingTaskGroup(of: Void.self) { timers in
                defer { timers.cancelAll() }
                if let deadline { timers.addTask { await self.tick(at: deadline) } }
                timers.addTask { for await _ in hellos { await self.keepTime() } }
                return try await connection.read { text in self.receive(text, hello: hello) }
            }
        } catch {
            logger.info("gateway connection failed", metadata: ["address": "\(address)", "error": "\(error)"])
            return nil
        }
    }

    private func tick(at moment: Timestamp) async {
        do { try await clock.sleep(until: moment) } catch { return }
        let now = clock.now()
        perform(state.withLock { $0.machine.tick(at: now, handled: $0.machine.session == nil ? nil : $0.tracker.handled) })
    }

    /// The heart: ticks at every deadline until the connection is over.
    private func keepTime() async {
        while !Task.isCancelled, let deadline = state.withLock({ $0.machine.deadline }) { await tick(at: deadline) }
    }

    /// Leaves so that the session lives: called at graceful shutdown and on cancellation, from anywhere.
    func leave() {
        let (actions, attempt, waker) = state.withLock { state in (state.machine.shutDown(), state.attempt, state.waker) }
        attempt?.cancel()
        waker?.yield()
        perform(actions)
    }

    func perform(_ actions: [StateMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let payload): send(payload)
            case .close(let code): state.withLock { $0.connection }?.close(code: code)
            case .requestIdentifyPermit: state.withLock { $0.permitRequests }?.yield()
            case .sessionBegan:
                cache?.hears(shard: configuration.shardID, of: configuration.shardCount)
                state.withLock { $0.tracker.begin(at: 0) }
                tellOfChange()
            case .sessionLost:
                cache?.lost(shard: configuration.shardID, of: configuration.shardCount)
                tellOfChange()
            case .deliver: break
            }
        }
    }

    /// Has the session saved. Never under the state's lock, which a cancellation may wait for: to yield reaches another task.
    func tellOfChange() { state.withLock { $0.changes }?.yield() }

    /// Reserves a slot for each identify, until it is told one or the connection that wants it is gone.
    func keepAskingForPermits(_ requests: AsyncStream<Void>) async {
        for await _ in requests {
            while !Task.isCancelled, state.withLock({ $0.machine.awaitsPermit }) {
                do {
                    let moment = try await permits.reserve(shard: configuration.shardID, at: clock.now())
                    let now = clock.now()
                    perform(state.withLock { $0.machine.identifyPermitted(at: moment, now: now) })
                } catch {
                    logger.warning("no slot to identify in yet", metadata: ["error": "\(error)"])
                    do { try await clock.sleep(for: .seconds(1)) } catch { return }
                }
            }
        }
    }

    private func send(_ payload: StateMachine.Outgoing) {
        do {
            let text = try outgoing.encode(payload)
            state.withLock { state in
                switch payload {
                case .identify: state.statistics.identifies += 1
                case .resume: state.statistics.resumes += 1
                case .heartbeat, .command: break
                }
                return state.connection
            }?.send(text)
        } catch {
            // Identify and resume are too small for this but for a token or presence of absurd size.
            logger.error("gateway payload not sent", metadata: ["error": "\(error)"])
        }
    }
}
