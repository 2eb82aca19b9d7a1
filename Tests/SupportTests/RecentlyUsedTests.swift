import Support
import Testing

@Suite struct `A dictionary of what was recently used` {
    @Test func `forgets what was longest not asked for`() {
        var cache = RecentlyUsed<Int, String>(capacity: 3)
        for n in 1...3 { cache[n] = "\(n)" }
        #expect(cache[1] == "1")
        cache[4] = "4"
        #expect(cache[2] == nil)
        #expect([cache[1], cache[3], cache[4]] == ["1", "3", "4"])
        #expect(cache.count == 3)
    }

    @Test func `changing in place is no use of it`() {
        var cache = RecentlyUsed<Int, Int>(capacity: 2)
        cache[1] = 10
        cache[2] = 20
        cache.update(1) { $0 += 1 }
        cache.update(9) { $0 += 1 }
        cache[3] = 30
        #expect(cache[1] == nil)
        #expect(cache[2] == 20)
        #expect(cache.count == 2)
    }

    /// The same by a list that is searched from end to end.
    @Test func `is at every step what a plain list would be`() {
        var seed = UInt64(7)
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        var cache = RecentlyUsed<Int, Int>(capacity: 5)
        var list: [(key: Int, value: Int)] = []
        for step in 0..<20_000 {
            let key = next(9)
            let index = list.firstIndex { $0.key == key }
            switch next(5) {
            case 0, 1:
                cache[key] = step
                if let index { list.remove(at: index) } else if list.count == 5 { list.removeLast() }
                list.insert((key, step), at: 0)
            case 2:
                cache[key] = nil
                if let index { list.remove(at: index) }
            case 3 where step % 50 == 0:
                cache.removeAll { $0 % 2 == 0 }
                list.removeAll { $0.key % 2 == 0 }
            default:
                #expect(cache[key] == index.map { list[$0].value })
                if let index { list.insert(list.remove(at: index), at: 0) }
            }
            #expect(cache.count == list.count)
        }
    }
}
