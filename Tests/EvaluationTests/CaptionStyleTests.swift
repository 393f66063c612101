import Testing

@testable import Evaluation

@Suite struct CaptionStyleTests {
    /// Expected strings are from Python: lower, re.sub(r'([.!"()*#:;~])', ' ', …), re.sub(r'\s{2,}', ' ', …), strip, 50
    /// words.
    @Test func fusemix() {
        let style = CaptionStyle.fusemix
        #expect(style("A Dog, barking (loudly)!") == "a dog, barking loudly")
        #expect(style("  \"Rain\"...on: a   ROOF;~ #1*\n") == "rain on a roof 1")
        #expect(style("don't; it's-fine") == "don't it's-fine")
        #expect(style("...") == "")
        let long = (1...60).map { "w\($0)" }
        #expect(style(long.joined(separator: " ")) == long.prefix(50).joined(separator: " "))
    }

    @Test func raw() {
        #expect(CaptionStyle.raw(" A Dog! ") == " A Dog! ")
    }
}
