import Support

/// What happens in a conversation of clones. Pure: time, ids and chance are arguments. Every event may come twice.
extension CloneStage {
    enum Step: Sendable, Hashable {
        /// Nothing now.
        case wait
        /// A clone is to speak; its job goes by the order's id.
        case ask(Order)
        case end(Ending)
    }

    /// Time has passed.
    ///
    /// - Parameters:
    ///   - requestID: for a new turn.
    ///   - draw: 0..<1.
    mutating func tick(at now: Timestamp, requestID: RequestID, draw: () -> Double) -> Step {
        guard isRunning else { return .wait }
        if let order {
            guard now >= order.orderedAt + rules.turnPatience else { return .wait }
            return fail(order.requestID, at: now, draw: draw)
        }
        if cast.isEmpty { return end(.cast) }
        if now >= endsAt { return end(.time) }
        if turns >= rules.mostTurns { return end(.turns) }
        if now - humanAt >= rules.patience { return end(.silence) }
        guard now >= nextAt, let speaker = nextSpeaker(draw) else { return .wait }
        let (source, prompt) = nextPrompt(for: speaker, draw)
        let order = Order(requestID: requestID, clone: speaker.clone, source: source, prompt: prompt, orderedAt: now)
        self.order = order
        return .ask(order)
    }

    /// A clone's line is there for everybody to read.
    mutating func said(_ text: String, for requestID: RequestID, at now: Timestamp, draw: () -> Double) {
        guard let done = order, done.requestID == requestID else { return }
        order = nil
        failures = 0
        turns += 1
        if let member = cast.first(where: { $0.clone == done.clone }) { note(Line(clone: member.clone, name: member.name, text: text)) }
        rest(at: now, draw)
    }

    /// A turn came to nothing.
    mutating func fail(_ requestID: RequestID, at now: Timestamp, draw: () -> Double) -> Step {
        guard let lost = order, lost.requestID == requestID else { return .wait }
        order = nil
        failures += 1
        if failures >= rules.mostFailures { return end(.failures) }
        rest(at: now, draw)
        return .wait
    }

    /// A human spoke in the channel.
    mutating func hear(_ name: String, _ text: String, at now: Timestamp) {
        guard status != .ended else { return }
        humanAt = max(humanAt, now)
        guard rules.listens else { return }
        if let last = lines.last, last.clone == nil, last.name == name, last.text == text { return }
        let line = Line(name: name, text: text)
        heard = line
        let words = Set(StyleWords.of(text))
        addressed = cast.first { member in StyleWords.of(member.name).first.map(words.contains) ?? false }?.clone
        note(line)
        // Somebody who joins in is not kept waiting for the whole pause.
        nextAt = min(nextAt, now + rules.shortestPause)
    }

    /// A human did something with the buttons or commands.
    mutating func touched(at now: Timestamp) { humanAt = max(humanAt, now) }

    mutating func pause() { if status == .running { status = .paused } }

    mutating func goOn(at now: Timestamp) {
        guard status == .paused else { return }
        status = .running
        humanAt = now
        nextAt = now
    }

    mutating func stop() { if status != .ended { _ = end(.stopped) } }

    mutating func change(topic: String, at now: Timestamp) {
        guard status != .ended else { return }
        self.topic = topic
        touched(at: now)
        nextAt = min(nextAt, now)
    }

    /// - Returns: false where there is no room.
    mutating func add(_ member: Member) -> Bool {
        if cast.contains(where: { $0.clone == member.clone }) { return true }
        guard cast.count < Self.largestCast else { return false }
        cast.append(member)
        return true
    }

    /// Takes a clone out: by a command, or because its person no longer allows it. Nothing that it said is used again.
    mutating func remove(_ clone: Int64) {
        cast.removeAll { $0.clone == clone }
        lines.removeAll { $0.clone == clone }
        if order?.clone == clone { order = nil }
        if order?.prompt?.clone == clone { order?.prompt = nil }
        if cast.isEmpty, status != .ended { _ = end(.cast) }
    }

    // MARK: Deciding

    /// Never the one who spoke last, unless a human spoke since; whom a human named; whom the last line named rather than others.
    private func nextSpeaker(_ draw: () -> Double) -> Member? {
        if let addressed, heard != nil, let member = cast.first(where: { $0.clone == addressed }) { return member }
        let candidates = cast.filter { lines.last?.clone != $0.clone }
        guard !candidates.isEmpty else { return nil }
        if cast.count == 1, heard == nil, topic == nil { return nil }
        let named = Set(StyleWords.of(lines.last?.text ?? ""))
        let weights = candidates.map { member in
            max(0.01, member.weight) * (StyleWords.of(member.name).first.map(named.contains) == true ? 4 : 1)
        }
        var point = draw() * weights.reduce(0, +)
        for (member, weight) in zip(candidates, weights) {
            point -= weight
            if point < 0 { return member }
        }
        return candidates.last
    }

    /// A human's message once; a topic once; else mostly the clone before; else nothing.
    private mutating func nextPrompt(for speaker: Member, _ draw: () -> Double) -> (Source, Line?) {
        if let heard {
            self.heard = nil
            addressed = nil
            return (.human, heard)
        }
        if let topic {
            self.topic = nil
            return (.topic, Line(name: "topic", text: topic))
        }
        if let last = lines.last(where: { $0.clone != nil && $0.clone != speaker.clone }), draw() < rules.answering {
            return (.clone, Line(clone: last.clone, name: last.name, text: TopicPicker.pick(from: last.text) ?? last.text))
        }
        return (.nothing, nil)
    }

    private mutating func note(_ line: Line) {
        lines.append(line)
        if lines.count > Self.remembered { lines.removeFirst(lines.count - Self.remembered) }
    }

    private mutating func rest(at now: Timestamp, _ draw: () -> Double) {
        let span = (rules.longestPause - rules.shortestPause).inSeconds
        nextAt = now + rules.shortestPause + .milliseconds(Int64(span * 1_000 * draw()))
    }

    private mutating func end(_ ending: Ending) -> Step {
        status = .ended
        self.ending = ending
        // What was said is not kept longer than it is needed.
        lines = []
        heard = nil
        topic = nil
        order = nil
        return .end(ending)
    }
}
