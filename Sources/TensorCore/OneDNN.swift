import COneDNN

/// Runs a call over the C boundary. It fails only when memory ran out or a shape is impossible,
/// and layers check shapes first: neither can be mended by the caller.
func oneDNN(_ call: (UnsafeMutablePointer<CChar>) -> Bool) {
    _ = madeByOneDNN { call($0) ? true : nil }
}

/// The layer that a call over the C boundary makes; nil of it is a failure, as above.
func madeByOneDNN<Result>(_ call: (UnsafeMutablePointer<CChar>) -> Result?) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(odnn_message_size)) { message in
        message.initialize(repeating: 0)
        if let start = message.baseAddress, let result = call(start) { return result }
        preconditionFailure(String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}

func withOptionalFloats<Result>(_ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Result) -> Result {
    guard let tensor else { return body(nil) }
    return tensor.withFloats { body($0.baseAddress) }
}
