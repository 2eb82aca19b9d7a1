// Objects → the value of a key. Of keys that come twice the first counts, as with Foundation.

extension JSONTape {
    /// Objects with more members get a dictionary when they are first asked: a search for each of many keys would take squared time.
    private static let fewMembers: UInt32 = 48

    /// The value of a key, if there is one. The object has been entered (``enter(_:)``).
    @inline(__always)
    func value(of key: String, in object: Int) -> Int? {
        let token = tokens[object]
        guard token.isPlain, token.count <= Self.fewMembers else { return members[object]?[key] }
        var key = key
        return key.withUTF8 { find($0, in: object, before: Int(token.next)) }
    }

    @inline(__always)
    private func find(_ key: UnsafeBufferPointer<UInt8>, in object: Int, before end: Int) -> Int? {
        let count = UInt32(truncatingIfNeeded: key.count)
        let head = Self.head(key)
        let mask: UInt64 = key.count >= 8 ? .max : (UInt64(1) << UInt64(key.count * 8)) &- 1
        var member = object + 1
        while member < end {
            let token = tokens[member]
            if token.count == count {
                let start = UnsafeRawPointer(text + Int(token.start))
                if start.loadUnaligned(as: UInt64.self).littleEndian & mask == head {
                    if key.count <= 8 || Self.areEqual(start, key) { return member + 1 }
                }
            }
            member = Int(token.next)
        }
        return nil
    }

    /// The first eight bytes, the first lowest; zeros where there are less.
    @inline(__always)
    private static func head(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard key.count < 8 else { return UnsafeRawPointer(key.baseAddress!).loadUnaligned(as: UInt64.self).littleEndian }
        var head: UInt64 = 0
        for index in 0..<key.count { head |= UInt64(key[index]) << UInt64(index * 8) }
        return head
    }

    @inline(__always)
    private static func areEqual(_ start: UnsafeRawPointer, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 8..<key.count where start.load(fromByteOffset: index, as: UInt8.self) != key[index] { return false }
        return true
    }

    /// To be called before an object is asked: reads the keys that need it.
    @inline(__always)
    func enter(_ object: Int) throws {
        let token = tokens[object]
        if token.isPlain, token.count <= Self.fewMembers { return }
        if members[object] == nil { members[object] = try dictionary(object) }
    }

    private func dictionary(_ object: Int) throws -> [String: Int] {
        var values: [String: Int] = [:]
        values.reserveCapacity(Int(tokens[object].count))
        var member = object + 1
        while member < Int(tokens[object].next) {
            let key = try string(member)
            if values[key] == nil { values[key] = member + 1 }
            member = Int(tokens[member].next)
        }
        return values
    }

    /// All keys in order, those that come twice twice.
    func keys(of object: Int) -> [String] {
        var keys: [String] = []
        keys.reserveCapacity(Int(tokens[object].count))
        var member = object + 1
        while member < Int(tokens[object].next) {
            if let key = try? string(member) { keys.append(key) }
            member = Int(tokens[member].next)
        }
        return keys
    }
}
