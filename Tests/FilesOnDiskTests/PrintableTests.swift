import FilesOnDisk
import Testing

@Suite struct PrintableTests {
    @Test(
        arguments: [
            ("a\u{1B}[31mb", #"a\u{1B}[31mb"#), ("\u{7F}\u{9B}\0", #"\u{7F}\u{9B}\u{0}"#),
            ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("x\u{202E}gnp.exe", #"x\u{202E}gnp.exe"#),
            ("\u{2066}\u{2069}\u{200F}", #"\u{2066}\u{2069}\u{200F}"#), ("a\r\nb\tc", #"a\u{D}\u{A}b\u{9}c"#),
        ])
    func whatDrivesATerminalIsWrittenOut(text: String, shown: String) {
        #expect(text.printable == shown && text.onOneLine == shown)
    }

    /// Letters of any script, joiners of emoji and combining marks stay.
    @Test(arguments: ["ひつじ 🐑", "👩‍🚀", "e\u{301}", "שלום", "a\\u{1B}"])
    func everythingElseStays(text: String) { #expect(text.printable == text) }

    @Test func linesKeepTheirEnds() {
        #expect("a\u{7}\nb\u{2028}\n".printableLines == "a\\u{7}\nb\\u{2028}\n")
    }
}
