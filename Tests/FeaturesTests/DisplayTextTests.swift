import Testing

@testable import Features

@Suite struct `Text from people` {
    @Test func `a prompt becomes one clean line`() {
        #expect(DisplayText.oneLine("  two\tred \n\r\n circles\u{0}\u{7} ") == "two red circles")
        #expect(DisplayText.oneLine("\u{202E}evil\u{2066} text\u{FEFF}\u{200B}") == "evil text")
        #expect(DisplayText.oneLine("\n\t \u{0}") == "")
    }

    @Test func `emoji and other scripts stay whole`() {
        for text in ["👩‍👩‍👧‍👦 family", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "یک گربه‌ی سیاه", "猫と犬", "naïve café"] {
            #expect(DisplayText.oneLine(text) == text)
        }
    }

    @Test func `nothing that was typed can format, mention or link`() {
        #expect(
            DisplayText.escaped("**bold** _it_ `code` ||spoiler|| # head > quote", limit: 100)
                == "\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\|\\|spoiler\\|\\| \\# head \\> quote")
        let everyone = DisplayText.escaped("@everyone <@123> <@&5> @here", limit: 100)
        #expect(!everyone.contains("@everyone") && !everyone.contains("<@1") && !everyone.contains("<@&") && !everyone.contains("@here"))
        #expect(everyone.hasPrefix("@\u{200B}everyone \\<@\u{200B}123\\>"))
        #expect(!DisplayText.escaped("see https://example.com/x", limit: 100).contains("://"))
    }

    @Test func `text is cut between characters and counted as Discord counts`() {
        #expect(DisplayText.shortened("twelve chars", limit: 12) == "twelve chars")
        #expect(DisplayText.shortened("twelve chars", limit: 8) == "twelve…")
        let family = "👨‍👩‍👧‍👦"
        let cut = DisplayText.shortened(String(repeating: family, count: 50), limit: 100)
        #expect(cut.utf16.count <= 100)
        #expect(cut.hasSuffix("…") && cut.dropLast().allSatisfy { String($0) == family })
        let marks = "a" + String(repeating: "\u{0301}", count: 5_000)
        #expect(DisplayText.shortened(marks, limit: 100) == "…")
    }

    @Test func `an escaped prompt always fits`() {
        let worst = String(repeating: "*", count: 1_000)
        #expect(DisplayText.escaped(worst, limit: 300).utf16.count <= 600)
    }

    @Test func `spans read as people say them`() {
        #expect(DisplayText.span(.milliseconds(0)) == "0 s")
        #expect(DisplayText.span(.milliseconds(2_140)) == "2.1 s")
        #expect(DisplayText.span(.milliseconds(2_960)) == "3 s")
        #expect(DisplayText.span(.milliseconds(12_400)) == "12 s")
        #expect(DisplayText.span(.seconds(200)) == "3 min")
        #expect(DisplayText.roughSpan(.milliseconds(1)) == "1 s")
        #expect(DisplayText.roughSpan(.milliseconds(1_900)) == "2 s")
        #expect(DisplayText.roughSpan(.seconds(34)) == "40 s")
        #expect(DisplayText.roughSpan(.seconds(95)) == "2 min")
    }

    @Test func `the progress bar has ten blocks whatever the number`() {
        #expect(DisplayText.progressBar(0) == "▱▱▱▱▱▱▱▱▱▱ 0 %")
        #expect(DisplayText.progressBar(0.456) == "▰▰▰▰▱▱▱▱▱▱ 45 %")
        #expect(DisplayText.progressBar(1) == "▰▰▰▰▰▰▰▰▰▰ 100 %")
        for odd in [-1, 7, Double.nan, .infinity] { #expect(DisplayText.progressBar(odd).hasSuffix("%")) }
    }
}
