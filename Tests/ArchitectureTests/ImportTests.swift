import Foundation
import Testing

/// The arrows of the house: every `import` of one of our modules is compared with the table in ARCHITECTURE.md.
@Suite("The arrows between modules")
struct ImportTests {
    @Test("Every import of ours is allowed by the table in ARCHITECTURE.md")
    func importsFollowTheTable() throws {
        let table = try ModuleTable(readingFrom: Repository.root.appending(path: "ARCHITECTURE.md"))
        let modules = try Repository.modules()
        #expect(modules.count > 10, "the sources were not found")
        for module in modules {
            let allowed = try #require(table.allowed[module.name], "\(module.name) has no row in the table of ARCHITECTURE.md")
            for file in module.swiftFiles {
                for imported in try Imports.of(file) where table.allowed[imported] != nil && imported != module.name {
                    #expect(
                        allowed.contains(imported),
                        "\(file.lastPathComponent) in \(module.name) imports \(imported), which the table does not allow")
                }
            }
        }
    }

    @Test("No type bears the name of its module")
    func noTypeIsNamedLikeItsModule() throws {
        for module in try Repository.modules() {
            let declaration = try Regex(
                "(?m)^\\s*(?:(?:public|package|internal|final|indirect) )*(?:struct|class|enum|actor|protocol|typealias) \(module.name)\\b")
            for file in module.swiftFiles {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.firstMatch(of: declaration) == nil, "\(file.lastPathComponent) declares a type named \(module.name)")
            }
        }
    }

    @Test("No source file is longer than 600 lines")
    func filesStayReadable() throws {
        for module in try Repository.modules() {
            for file in module.swiftFiles {
                let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).count
                #expect(lines <= 600, "\(file.lastPathComponent) in \(module.name) has \(lines) lines: split it by concept")
            }
        }
    }
}
