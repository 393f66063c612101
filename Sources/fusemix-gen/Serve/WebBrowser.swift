import Foundation

/// The desktop's browser.
enum WebBrowser {
    /// Opens an address; says so where that is not possible.
    static func open(_ address: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["xdg-open", address]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        process.terminationHandler = { if $0.terminationStatus != 0 { failed() } }
        do { try process.run() } catch { failed() }
    }

    private static func failed() { Console.warning("No browser can be opened here: xdg-open was expected.") }
}
