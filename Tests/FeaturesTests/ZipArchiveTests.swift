import Foundation
import Testing

@testable import Features

@Suite struct `A ZIP file of ours` {
    @Test func `is one that other programs open`() throws {
        let bytes = ZipArchive.bytes([
            .init(path: "a.txt", bytes: Array("alpha".utf8)), .init(path: "folder/ü.bin", bytes: (0...255).map(UInt8.init)),
        ])
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).zip")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.namelist(), z.read('a.txt'), len(z.read(z.namelist()[1])))",
            file.path(percentEncoded: false),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.terminationStatus == 0 && said == "['a.txt', 'folder/ü.bin'] b'alpha' 256\n")
    }
}
