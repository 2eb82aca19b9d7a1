import Support

/// Making things go wrong.
extension EmulatorCore {
    func order(_ orders: [FaultOrder]) {
        step { state in
            for order in orders { carryOut(order, &state) }
        }
    }

    /// Reads `{"faults": […]}`, the form of requests and of scenario files.
    func order(_ document: JSON) throws(World.PlayError) {
        let mistakes = FormReader.Mistakes()
        let forms = FormReader(document, mistakes: mistakes).forms("faults", required: true, 1...100) ?? []
        let now = step { $0.now }
        let orders = forms.compactMap { FaultOrder.read($0, at: now) }
        do { try mistakes.throwIfAny() } catch { throw World.PlayError(error) }
        order(orders)
    }

    /// Does what was ordered for now or earlier.
    func carryOutDue(_ state: inout State) {
        let due = state.faults.takeDue(at: state.now)
        guard !due.isEmpty else { return }
        for order in due { carryOut(order, &state) }
        setAlarms(&state)
    }

    /// The next look at what waits.
    private func setAlarms(_ state: inout State) {
        if let next = state.faults.waiting.map(\.at).min() { setAlarm(at: next, state) }
    }

    private func carryOut(_ order: FaultOrder, _ state: inout State) {
        switch order {
        case .disconnect(let code): state.hub.disconnectAll(code: code)
        case .freeze(let span): state.faults.freeze(until: state.now + span)
        case .reconnect: state.hub.sendAll(["t": .null, "s": .null, "op": 7, "d": .null])
        case .invalidSession(let isResumable):
            state.hub.sendAll(["t": .null, "s": .null, "op": 9, "d": .bool(isResumable)])
            if !isResumable { state.hub.forgetSessions() }
        case .forgetSessions: state.hub.forgetSessions()
        case .down(let span):
            state.faults.goDown(until: state.now + span)
            state.hub.disconnectAll(code: nil)
        case .rest(let fault): state.faults.add(fault)
        case .later(let waiting):
            state.faults.add(waiting)
            setAlarms(&state)
        }
    }

    /// Sets the clock forward and lets what is due happen.
    func advance(by span: Duration) {
        step { state in
            state.offset += span
            state.world.now = state.world.now + span
            state.world.expireInteractions()
            state.world.archiveQuietThreads()
            carryOutDue(&state)
            setAlarms(&state)
            state.hub.expireSessions(at: state.now)
            for id in state.world.openInteractions {
                if let interaction = state.world.interactions[id] { setAlarm(for: interaction, state) }
            }
        }
    }
}
