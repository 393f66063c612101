import FilesOnDisk
import Foundation
import SoundFrontEnd

extension FileContentError {
    /// Makes a front end; its impossible settings are those of `file`.
    static func naming<FrontEnd>(_ file: URL, _ make: () throws -> FrontEnd) throws -> FrontEnd {
        do { return try make() } catch let error as SignalError {
            throw Self(error, file: file.path(percentEncoded: false))
        }
    }

    private init(_ error: SignalError, file: String) {
        switch error {
        case .setting(let name, let value, let expected):
            self = .unsuitable(file: file, found: "\(value) as the \(name)", expected: expected)
        case .library, .sampleValue:
            self = .unsuitable(file: file, found: "a front end that fails (\(error))", expected: "one that works")
        }
    }
}
