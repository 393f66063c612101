import FilesOnDisk
import Foundation
import TensorCore
import Testing

/// Expects `body` to throw an error about a component's files that reads as one sentence with `url` and `words` in it.
func expectSentence(naming url: URL, _ words: String..., body: () throws -> Void) {
    let error = #expect(throws: (any Error).self) { try body() }
    guard let error else { return }
    #expect(error is FileContentError || error is TensorFileError, "\(error)")
    let (text, file) = ("\(error)", url.path(percentEncoded: false))
    let rest = text.replacingOccurrences(of: file, with: "")
    #expect(rest != text, "“\(text)” does not name \(file)")
    #expect(rest.hasSuffix(".") && !rest.contains("\n") && !rest.contains(". "), "“\(text)” is not one sentence")
    for word in words { #expect(rest.contains(word), "“\(text)” says nothing of “\(word)”") }
    #expect(error.localizedDescription == text)
}
