import Foundation

enum Fixture {
    static func url(_ name: String) -> URL { Bundle.module.bundleURL.appending(path: "Fixtures/\(name)") }
}
