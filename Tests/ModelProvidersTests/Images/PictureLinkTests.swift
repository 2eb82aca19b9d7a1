import Pictures
import Testing

@testable import ModelProviders

@Suite struct `Links to pictures` {
    private func link(_ text: String, from server: String = "http://10.0.0.5:8080/v1") throws -> PictureLink {
        try PictureLink(text, from: ServerAddress(server), allowedHosts: ["pictures.example.org"])
    }

    @Test func `the server's own pictures are fetched, wherever it is`() throws {
        let own = try link("http://10.0.0.5:8080/generated-images/b642.png?sig=a%2Bb")
        #expect(own.isOwn && own.path == "/generated-images/b642.png?sig=a%2Bb" && own.origin.base == "http://10.0.0.5:8080")
    }

    @Test func `an allowed host is asked over https, without the key`() throws {
        let link = try link("https://Pictures.example.org/a?b=c")
        #expect(!link.isOwn && link.host == "pictures.example.org" && link.origin.base == "https://pictures.example.org")
    }

    @Test(arguments: [
        "http://pictures.example.org/a", "https://pictures.example.org:8443/a", "https://evil.example.org/a",
        "http://169.254.169.254/latest",
        "http://10.0.0.5:8081/a", "http://10.0.0.5/a", "https://10.0.0.5:8080/a", "file:///etc/passwd", "ftp://10.0.0.5:8080/a",
        "http://user@10.0.0.5:8080/a", "//10.0.0.5:8080/a", "/a", "", "http://10.0.0.5:8080@evil.example.org/a",
        "https://pictures.example.org.evil.org/a", "https://evil.org\\@pictures.example.org/",
    ])
    func `everything else is refused`(_ text: String) {
        #expect(throws: PictureLink.Refused.self) { try link(text) }
    }

    @Test(
        arguments: [
            [127, 0, 0, 1], [10, 1, 2, 3], [172, 31, 0, 1], [192, 168, 1, 1], [169, 254, 169, 254], [0, 0, 0, 0], [100, 64, 0, 1],
            [224, 0, 0, 1],
            [192, 0, 0, 8],
        ] as [[UInt8]])
    func `private addresses are known`(_ bytes: [UInt8]) {
        #expect(PrivateAddress.isPrivate(bytes))
        #expect(PrivateAddress.isPrivate([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + bytes), "and inside IPv6")
    }

    @Test func `so are those of IPv6, and public ones are not private`() {
        let zeros = [UInt8](repeating: 0, count: 15)
        #expect(
            PrivateAddress.isPrivate(zeros + [1]) && PrivateAddress.isPrivate([0xFD] + zeros)
                && PrivateAddress.isPrivate([0xFE, 0x80] + zeros.dropLast()))
        #expect(!PrivateAddress.isPrivate([93, 184, 216, 34]) && !PrivateAddress.isPrivate([172, 32, 0, 1]))
        #expect(!PrivateAddress.isPrivate([0x20, 0x01, 0x48, 0x60] + zeros.dropLast(3)))
    }

    @Test func `a name that leads home is behind the wall`() async {
        #expect(await PrivateAddress.isBehind("localhost"))
    }
}

@Suite struct `The outside of a picture` {
    @Test func `whole pictures pass, cut ones do not`() throws {
        let picture = try Picture(width: 64, height: 48, pixels: (0..<64 * 48 * 3).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        for bytes in [try picture.png(), try picture.jpeg(), try picture.webp()] {
            #expect(PictureSeal.problem(of: bytes) == nil)
            #expect(PictureSeal.problem(of: Array(bytes.dropLast(bytes.count / 3))) == "is cut short")
        }
    }

    @Test func `lies about the size and other things are no pictures`() throws {
        var png = try Picture(width: 2, height: 2, pixels: [UInt8](repeating: 1, count: 12)).png()
        png[16] = 0x7F
        #expect(PictureSeal.problem(of: png)?.hasPrefix("claims to be") == true)
        #expect(PictureSeal.problem(of: Array("<svg/>".utf8)) != nil && PictureSeal.problem(of: []) != nil)
    }
}
