// Where a Flamingo answers, one request at a time. What it has worked out stays for the next: pictures by their pixels, and the keys
// and values of everything before the last picture, so that a request with a task's examples costs one picture and its question.
import Foundation

final class FlamingoDesk {
    enum Way {
        case search(BeamSearch.Settings)
        case sample(TokenSampler, limit: Int, noRepeatNgramSize: Int = 0)
    }

    struct Answer {
        /// With the one that ended it.
        var tokens: [Int32]
        /// Of the prompt, those that were still known.
        var cachedTokens: Int
        var picturesLookedAt: Int
    }

    /// A prompt that has no room, or the wrong number of pictures.
    struct Misfit: Error, CustomStringConvertible {
        let description: String
    }

    private struct Known {
        var text: Flamingo.Text
        var pictures: [[UInt8]]
        var usedAt: Int
    }

    private static let keptPictures = 64
    private static let keptTexts = 16

    let model: Flamingo
    private let pool: ComputePool
    private let pages: KeyValuePool
    private let workspace: LlamaWorkspace
    private var pictures: [[UInt8]: (picture: SeenPicture, usedAt: Int)] = [:]
    private var texts: [Known] = []
    private var clock = 0

    /// - Parameter bytes: for keys and values of texts.
    init(_ model: Flamingo, pool: ComputePool, bytes: Int) {
        self.model = model
        self.pool = pool
        pages = model.language.makePool(bytes: bytes)
        workspace = model.language.makeWorkspace(rows: 128)
    }

    /// - Parameters:
    ///   - pictures: pixels of each, one for each mark in the prompt, in order.
    ///   - goesOn: asked after each token, with all of them; false ends the text.
    func write(
        _ prompt: [Int32], pictures given: [[UInt8]], _ way: Way, goesOn: ([Int32]) -> Bool = { _ in true }
    ) throws -> Answer {
        let marks = prompt.indices.filter { prompt[$0] == model.sizes.mediaToken }
        guard marks.count == given.count, let last = marks.last else {
            throw Misfit(description: "\(given.count) pictures for \(marks.count) marks")
        }
        clock += 1
        var looked = 0
        let seen = given.map { look(at: $0, counting: &looked) }
        let prefix = Array(prompt[..<last])
        var text: Flamingo.Text
        var cached = 0
        if let index = texts.firstIndex(where: { $0.text.tokens == prefix && $0.pictures == Array(given.dropLast()) }) {
            texts[index].usedAt = clock
            text = texts[index].text
            cached = prefix.count
        } else {
            text = model.begin(in: pages)
            if !prefix.isEmpty {
                makeRoom(for: prompt.count + 64)
                var one = [text]
                _ = model.read(&one, [(prefix, Array(seen.dropLast()))], workspace: workspace, pool: pool)
                text = one[0]
                texts.append(Known(text: text, pictures: Array(given.dropLast()), usedAt: clock))
            }
        }
        makeRoom(for: 512)
        var one = [text]
        let logits = model.read(&one, [(Array(prompt[last...]), [seen[seen.count - 1]])], workspace: workspace, pool: pool)
        let tokens =
            switch way {
            case .search(let settings): search(settings, prompt, one[0], logits[0], goesOn)
            case .sample(let sampler, let limit, let size): sample(sampler, limit, size, prompt, one[0], logits[0], goesOn)
            }
        return Answer(tokens: tokens, cachedTokens: cached, picturesLookedAt: looked)
    }

    private func search(
        _ settings: BeamSearch.Settings, _ prompt: [Int32], _ text: Flamingo.Text, _ logits: [Float], _ goesOn: ([Int32]) -> Bool
    ) -> [Int32] {
        var search = BeamSearch(prompt: prompt, settings)
        var (beams, logits) = ([text], [logits])
        while true {
            let next = search.step(logits)
            if search.isOver || !goesOn(search.running.first?.tokens ?? []) { return search.best }
            beams = next.map { beams[$0.parent] }
            logits = model.read(&beams, next.map { ([$0.token], []) }, workspace: workspace, pool: pool)
        }
    }

    private func sample(
        _ sampler: TokenSampler, _ limit: Int, _ noRepeatNgramSize: Int, _ prompt: [Int32], _ text: Flamingo.Text, _ logits: [Float],
        _ goesOn: ([Int32]) -> Bool
    ) -> [Int32] {
        var (sampler, one, logits, tokens) = (sampler, [text], logits, [Int32]())
        while tokens.count < limit {
            TokenRules.apply(to: &logits, after: prompt + tokens, repetitionPenalty: 1, noRepeatNgramSize: noRepeatNgramSize)
            guard let token = logits.withUnsafeMutableBufferPointer({ sampler.next($0, step: tokens.count) }) else { break }
            tokens.append(token)
            if token == model.sizes.endOfChunk || model.sizes.text.ends.contains(token) || !goesOn(tokens) { break }
            logits = model.read(&one, [([token], [])], workspace: workspace, pool: pool)[0]
        }
        return tokens
    }

    private func look(at pixels: [UInt8], counting looked: inout Int) -> SeenPicture {
        if let known = pictures[pixels] {
            pictures[pixels]?.usedAt = clock
            return known.picture
        }
        looked += 1
        let picture = model.look(at: pixels, pool: pool)
        if pictures.count >= Self.keptPictures, let oldest = pictures.min(by: { $0.value.usedAt < $1.value.usedAt })?.key {
            pictures[oldest] = nil
        }
        pictures[pixels] = (picture, clock)
        return picture
    }

    /// Forgets the texts that were not used for longest until there is room for so many tokens.
    private func makeRoom(for tokens: Int) {
        let needed = (tokens + KeyValuePool.positions - 1) / KeyValuePool.positions
        while texts.count >= Self.keptTexts || pages.free < needed,
            let oldest = texts.indices.min(by: { texts[$0].usedAt < texts[$1].usedAt })
        {
            texts.remove(at: oldest)
        }
    }
}
