import Support

/// Making things go wrong.
extension EmulatorCore {
    func order(_ orders: [FaultOrder]) {
        step { state in
            for order in orders { carryOut(order, &state) }
        }
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
        }
    }

    /// Sets the clock forward and lets what is due happen.
    func advance(by span: Duration) {
        step { state in
            state.offset += span
            state.world.now = state.world.now + span
            state.world.expireInteractions()
            state.world.archiveQuietThreads()
            state.hub.expireSessions(at: state.now)
            for id in state.world.openInteractions {
                if let interaction = state.world.interactions[id] { setAlarm(for: interaction, state) }
            }
        }
    }
}
