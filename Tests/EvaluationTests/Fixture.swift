import Foundation
import TestSupport
import Testing

/// Returns a file of `Fixtures`.
func fixture(_ path: String) throws -> URL {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).appending(path: path)
}
