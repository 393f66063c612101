import Foundation
import PictureFiles

/// Ctrl-C and SIGTERM: what is half-written is removed, and the exit code says which signal it was.
enum Interrupts {
    static func install() {
        TemporaryFiles.removeWhenInterrupted()
        signal(SIGPIPE, SIG_IGN)
    }
}
