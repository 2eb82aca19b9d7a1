// Writes many texts at once, one pass of the model after another. In each pass every text that is being written gets its next
// token and what room is left goes to prompts, oldest first, so a long prompt holds nobody up. What was read stays for a
// while: a text that begins like an earlier one does not read that beginning again. When memory is short the youngest texts
// are put back; they read themselves again later, and nobody sees a difference.
//
// Belongs to one thread. Knows no time and no threads; `TextWriter` has those.

final class WritingDesk {
    /// How much at once.
    struct Limits: Sendable {
        /// Texts that are written at the same time.
        var texts = 16
        /// Tokens a pass reads at most.
        var rows = 256
        /// Bytes for keys and values; room for one whole text is always given.
        var bytes = 1 << 30
        /// Earlier texts that are kept for their beginnings.
        var kept = 32
    }

    private let model: LanguageModel
    private let limits: Limits
    private let pages: KeyValuePool
    private let workspace: LlamaWorkspace
    private let logits: FloatBuffer
    /// Oldest first.
    private var texts: [WrittenText] = []
    /// Least recently used first.
    private var kept: [KeyValueSequence] = []

    init(_ model: LanguageModel, limits: Limits = Limits()) {
        self.model = model
        self.limits = limits
        let whole = model.contextTokens / KeyValuePool.positions + 2
        let page = model.decoder.makePool(bytes: 0)
        pages = model.decoder.makePool(bytes: max(limits.bytes, whole * page.layers * page.layerCount * MemoryLayout<Float>.size))
        workspace = LlamaWorkspace(rows: max(limits.rows, limits.texts), model.decoder.sizes)
        logits = FloatBuffer(count: limits.texts * model.decoder.sizes.vocabulary)
    }

    var isIdle: Bool { texts.isEmpty }
    /// Pages in use, kept ones included.
    var pagesUsed: Int { pages.used }

    func begin(id: Int, prompt: [Int32], options: WritingOptions, tell: @escaping @Sendable (TextWriter.Event) -> Void) {
        texts.append(WrittenText(id: id, prompt: prompt, options: options, pages: pages, tell: tell))
    }

    /// Nothing more is told of this text.
    func cancel(id: Int) {
        for text in texts where text.id == id { keep(text.sequence) }
        texts.removeAll { $0.id == id }
    }

    /// One pass over what is at hand.
    func step() {
        guard let plan = plan() else { return }
        do {
            // The parts share the sequences' pages, and are gone before anyone writes to those again.
            let parts = plan.map { share in
                LlamaDecoder.Part(
                    sequence: texts[share.text].sequence, count: share.count, logits: texts[share.text].unread.isEmpty ? 1 : 0,
                    length: nil)
            }
            model.decoder.forward(parts, workspace: workspace, logits: logits.start, pool: model.pool)
        }
        var row = 0
        var done: Set<Int> = []
        let width = model.decoder.sizes.vocabulary
        for share in plan where texts[share.text].unread.isEmpty {
            let goesOn = texts[share.text].advance(
                UnsafeMutableBufferPointer(start: logits.start + row * width, count: width), model: model)
            if !goesOn { done.insert(share.text) }
            row += 1
        }
        for index in done { keep(texts[index].sequence) }
        texts = texts.indices.filter { !done.contains($0) }.map { texts[$0] }
    }

    /// How many tokens of which texts are read now; their sequences are extended by them.
    private func plan() -> [(text: Int, count: Int)]? {
        for index in texts.indices where !texts[index].hasBegun { recall(index) }
        var shares: [(text: Int, count: Int)] = []
        var put = Set<Int>()
        var room = workspace.rows
        // Texts that are being written first: one token each.
        let order = texts.indices.filter { texts[$0].unread.count == 1 } + texts.indices.filter { texts[$0].unread.count > 1 }
        for index in order where shares.count < limits.texts && room > 0 && !put.contains(index) {
            let count = min(texts[index].unread.count, room)
            guard makeRoom(pages: texts[index].sequence.pagesNeeded(for: count), for: index, taken: Set(shares.map(\.text)), put: &put)
            else {
                continue
            }
            texts[index].sequence.extend(by: texts[index].unread[..<count])
            texts[index].unread.removeFirst(count)
            shares.append((index, count))
            room -= count
        }
        return shares.isEmpty ? nil : shares.sorted { $0.text < $1.text }
    }

    /// Takes over what an earlier text, or one beside it, has read of the same beginning.
    private func recall(_ index: Int) {
        let wanted = texts[index].unread
        var best: (count: Int, sequence: KeyValueSequence)?
        for sequence in kept + texts.map(\.sequence) {
            let count = min(sequence.commonPrefix(with: wanted), wanted.count - 1)
            if count > best?.count ?? 0 { best = (count, sequence) }
        }
        guard let best else { return }
        texts[index].sequence = best.sequence.prefix(best.count)
        texts[index].unread.removeFirst(best.count)
        if texts[index].cachedTokens == 0 { texts[index].cachedTokens = min(best.count, texts[index].promptTokens) }
    }

    /// Frees pages: first of what is only kept, then of texts younger than this one.
    private func makeRoom(pages needed: Int, for index: Int, taken: Set<Int>, put: inout Set<Int>) -> Bool {
        while pages.free < needed {
            if !kept.isEmpty {
                kept.removeFirst()
            } else if let youngest = texts.indices.last(where: { $0 > index && texts[$0].hasBegun && !taken.contains($0) }) {
                let all = texts[youngest].sequence.tokens + texts[youngest].unread
                texts[youngest].sequence = KeyValueSequence(pages)
                texts[youngest].unread = all
                put.insert(youngest)
            } else {
                return false
            }
        }
        return true
    }

    /// Keeps what was read, in place of what is no more than its beginning.
    private func keep(_ sequence: KeyValueSequence) {
        guard !sequence.tokens.isEmpty, limits.kept > 0 else { return }
        kept.removeAll { sequence.commonPrefix(with: $0.tokens) == $0.tokens.count }
        kept.append(sequence)
        if kept.count > limits.kept { kept.removeFirst() }
    }
}
