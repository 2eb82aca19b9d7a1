// What a model remembers of a text: keys and values of all positions, in pages of 64 positions that hold all layers. A
// sequence is a list of pages. Two sequences that begin alike share pages: copying a sequence copies the list, and a page that
// is shared is copied only when somebody writes to it.
import CKernels

/// Sizes and a budget that all sequences of one model share. Not for use from several threads at once.
final class KeyValuePool {
    let layers: Int
    let keyHeads: Int
    let headSize: Int
    /// Floats of one layer in a page.
    let layerCount: Int
    /// Pages that may exist at once.
    let limit: Int
    fileprivate(set) var used = 0
    /// Buffers of pages that nobody needs any more, a few.
    fileprivate var spare: [FloatBuffer] = []

    static let positions = Int(CK_PAGE)

    /// - Parameter bytes: that all pages together may take; at least one page is allowed.
    init(layers: Int, keyHeads: Int, headSize: Int, bytes: Int) {
        self.layers = layers
        self.keyHeads = keyHeads
        self.headSize = headSize
        layerCount = keyHeads * Int(ck_page_head(Int64(headSize)))
        limit = max(bytes / (layers * layerCount * MemoryLayout<Float>.size), 1)
    }

    var free: Int { limit - used }
}

/// 64 positions of one or more sequences, all layers.
final class KeyValuePage {
    let floats: FloatBuffer
    private let pool: KeyValuePool

    fileprivate init(_ pool: KeyValuePool) {
        self.pool = pool
        floats = pool.spare.popLast() ?? FloatBuffer(count: pool.layers * pool.layerCount)
        pool.used += 1
    }

    fileprivate init(copying other: KeyValuePage) {
        pool = other.pool
        floats = pool.spare.popLast() ?? FloatBuffer(count: pool.layers * pool.layerCount)
        floats.start.update(from: other.floats.start, count: floats.count)
        pool.used += 1
    }

    deinit {
        pool.used -= 1
        if pool.spare.count < 8 { pool.spare.append(floats) }
    }
}

/// The positions of one text that a model has read. A value: a copy goes its own way.
struct KeyValueSequence {
    private(set) var tokens: [Int32] = []
    private(set) var pages: [KeyValuePage] = []
    private let pool: KeyValuePool

    init(_ pool: KeyValuePool) { self.pool = pool }

    /// Pages that reading `count` more tokens takes; shared ones that must be copied included.
    func pagesNeeded(for count: Int) -> Int {
        guard count > 0 else { return 0 }
        let after = (tokens.count + count + KeyValuePool.positions - 1) / KeyValuePool.positions
        return after - pages.count + (tokens.count % KeyValuePool.positions == 0 ? 0 : 1)
    }

    /// The first `count` tokens, sharing their pages.
    func prefix(_ count: Int) -> KeyValueSequence {
        var result = KeyValueSequence(pool)
        result.tokens = Array(tokens.prefix(count))
        result.pages = Array(pages.prefix((result.tokens.count + KeyValuePool.positions - 1) / KeyValuePool.positions))
        return result
    }

    /// Tokens that this text and another have in common at their beginning.
    func commonPrefix(with other: [Int32]) -> Int {
        zip(tokens, other).prefix { $0 == $1 }.count
    }

    /// Makes room for more tokens, whose keys and values are then written.
    mutating func extend(by more: ArraySlice<Int32>) {
        if tokens.count % KeyValuePool.positions != 0, let last = pages.indices.last, !isKnownUniquelyReferenced(&pages[last]) {
            pages[last] = KeyValuePage(copying: pages[last])
        }
        tokens += more
        while pages.count * KeyValuePool.positions < tokens.count { pages.append(KeyValuePage(pool)) }
    }

    /// Writes one position of one layer; key and value are [keyHeads * headSize].
    func write(layer: Int, position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        let page = pages[position / KeyValuePool.positions]
        ck_page_write(
            page.floats.start + layer * pool.layerCount, Int64(position % KeyValuePool.positions), key, value, Int64(pool.keyHeads),
            Int64(pool.headSize))
    }
}
