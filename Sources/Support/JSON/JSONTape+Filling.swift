// Text → tokens, in one pass and without recursion: an open container's token keeps its parent in `next` until it closes, and an
// open object's the token of its last key in `start`.

extension JSONTape {
    private static let none = UInt32.max

    func fill() throws {
        var at = 0
        var parent = Self.none
        var depth = 0
        value: while true {
            skipSpace(&at)
            switch text[at] {
            case UInt8(ascii: "\""): try takeString(&at)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < Self.deepest else { throw Self.malformed() }
                depth += 1
                let isObject = text[at] == UInt8(ascii: "{")
                at += 1
                append(Token(start: 0, next: parent, kind: isObject ? .object : .array))
                parent = UInt32(count - 1)
                skipSpace(&at)
                if text[at] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    at += 1
                    depth -= 1
                    close(&parent)
                } else {
                    if isObject { try takeKey(&at, of: parent) }
                    continue value
                }
            case UInt8(ascii: "t"): try takeWord(&at, "true", .yes)
            case UInt8(ascii: "f"): try takeWord(&at, "false", .no)
            case UInt8(ascii: "n"): try takeWord(&at, "null", .null)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): takeNumber(&at)
            default: throw Self.malformed()
            }
            while parent != Self.none {
                let open = tokens + Int(parent)
                open.pointee.count += 1
                let isObject = open.pointee.kind == .object
                let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
                if isObject { tokens[Int(open.pointee.start)].next = UInt32(count) }
                skipSpace(&at)
                if text[at] == UInt8(ascii: ",") {
                    at += 1
                    skipSpace(&at)
                    // Foundation takes a comma before the end.
                    if text[at] != end {
                        if isObject { try takeKey(&at, of: parent) }
                        continue value
                    }
                }
                guard text[at] == end else { throw Self.malformed() }
                at += 1
                depth -= 1
                close(&parent)
            }
            break
        }
        skipSpace(&at)
        guard at == length else { throw Self.malformed() }
    }

    @inline(__always)
    private func skipSpace(_ at: inout Int) {
        while true {
            switch text[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    @inline(__always)
    private func close(_ parent: inout UInt32) {
        let open = tokens + Int(parent)
        parent = open.pointee.next
        open.pointee.next = UInt32(count)
    }

    @inline(__always)
    private func takeKey(_ at: inout Int, of object: UInt32) throws {
        guard text[at] == UInt8(ascii: "\"") else { throw Self.malformed() }
        try takeString(&at)
        let key = count - 1
        tokens[Int(object)].start = UInt32(key)
        if !tokens[key].isPlain { tokens[Int(object)].isPlain = false }
        skipSpace(&at)
        guard text[at] == UInt8(ascii: ":") else { throw Self.malformed() }
        at += 1
    }

    private func takeWord(_ at: inout Int, _ word: StaticString, _ kind: Kind) throws {
        for index in 0..<word.utf8CodeUnitCount where text[at + index] != word.utf8Start[index] { throw Self.malformed() }
        append(Token(start: UInt32(at), next: UInt32(count + 1), kind: kind))
        at += word.utf8CodeUnitCount
    }

    private func takeNumber(_ at: inout Int) {
        let start = at
        while true {
            switch text[at] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
                UInt8(ascii: "E"):
                at += 1
            default:
                append(Token(start: UInt32(start), count: UInt32(at - start), next: UInt32(count + 1), kind: .number))
                return
            }
        }
    }

    @inline(__always)
    private func takeString(_ at: inout Int) throws {
        let start = at + 1
        var place = start
        var isSimple = true
        var seen: UInt64 = 0
        while true {
            let found = JSONWords.step(text, &place, &seen)
            if found == UInt8(ascii: "\"") { break }
            guard place < length else { throw Self.malformed() }
            isSimple = false
            guard found == UInt8(ascii: "\\") else {
                place += 1
                continue
            }
            if text[place + 1] == UInt8(ascii: "u") {
                // Its digits are judged when the text is made; here they only must not end it.
                for digit in place + 2..<place + 6 where text[digit] == UInt8(ascii: "\"") { throw Self.malformed() }
                place += 6
            } else {
                place += 2
            }
            guard place <= length else { throw Self.malformed() }
        }
        let isPlain = isSimple && !JSONWords.hasHighBit(seen)
        append(
            Token(
                start: UInt32(start), count: UInt32(place - start), next: UInt32(count + 1), kind: .string, isPlain: isPlain,
                isSimple: isSimple))
        at = place + 1
    }
}
