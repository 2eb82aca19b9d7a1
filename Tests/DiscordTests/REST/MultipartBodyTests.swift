import DiscordModels
import Testing

@testable import Discord

@Suite("Uploads")
struct MultipartBodyTests {
    @Test("an upload has the JSON first, then each file under its number")
    func shape() {
        let body = MultipartBody(
            json: Array("{}".utf8), files: [FileUpload(filename: "a.png", contentType: "image/png", bytes: [1, 2, 255])], randomness: { 35 }
        )
        #expect(body.contentType == "multipart/form-data; boundary=troupe-zz")
        var expected = Array(
            """
            --troupe-zz\r
            Content-Disposition: form-data; name="payload_json"\r
            Content-Type: application/json\r
            \r
            {}\r
            --troupe-zz\r
            Content-Disposition: form-data; name="files[0]"; filename="a.png"\r
            Content-Type: image/png\r
            \r\n
            """.utf8)
        expected += [1, 2, 255] + Array("\r\n--troupe-zz--\r\n".utf8)
        #expect(body.bytes == expected)
    }

    @Test("a file that holds the boundary gets another one")
    func boundary() {
        var numbers: [UInt64] = [36, 35, 35, 35]
        let file = FileUpload(filename: "a", contentType: "text/plain", bytes: Array("..troupe-zz..".utf8))
        let body = MultipartBody(json: [], files: [file]) { numbers.popLast() ?? 1 }
        #expect(body.contentType == "multipart/form-data; boundary=troupe-z10")
    }

    @Test("a file's name cannot add headers or parts")
    func names() {
        let file = FileUpload(filename: "a\"\r\nX: y", contentType: "text/plain\r\nX: y", bytes: [])
        let body = MultipartBody(json: [], files: [file], randomness: { 1 })
        let text = String(decoding: body.bytes, as: UTF8.self)
        #expect(text.contains("filename=\"a%22%0D%0AX: y\""))
        #expect(!text.contains("\r\nX:"))
    }
}
