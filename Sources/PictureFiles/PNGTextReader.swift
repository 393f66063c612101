import CPNGFile

/// The tEXt, zTXt and iTXt chunks of a PNG (PNG specification, third edition, section 11.3.3).
struct PNGTextReader {
    let bytes: [UInt8]
    let file: String
    let limits: PictureLimits

    /// Reads all text chunks.
    ///
    /// - Throws: `PictureFileError` where the file's chunks are not in order, a text chunk breaks the specification, or
    ///   the texts together exceed the limits.
    func texts() throws -> [PNGText] {
        var texts: [PNGText] = []
        var room = limits.textBytes
        for chunk in try PNGChunks(bytes, file: file).all where ["tEXt", "zTXt", "iTXt"].contains(chunk.type) {
            guard texts.count < limits.textChunks else {
                throw failure(.tooLarge("it has more than the \(limits.textChunks) text chunks allowed"))
            }
            let data = bytes[chunk.data]
            let text = try read(chunk.type, data, room: room)
            room -= text.bytes
            guard room >= 0 else { throw tooMuchText }
            texts.append(text.text)
        }
        return texts
    }

    /// Reads one chunk; also returns the number of bytes that it uses up.
    private func read(_ type: String, _ data: ArraySlice<UInt8>, room: Int) throws -> (text: PNGText, bytes: Int) {
        var rest = data
        let keyword = try field(&rest, type)
        var compressed = type == "zTXt"
        if type == "iTXt" {
            guard let flag = rest.popFirst(), flag <= 1 else { throw malformed(type) }
            compressed = flag == 1
        }
        if type != "tEXt" {
            // PNG's only compression method is 0; without compression the method does not matter.
            guard let method = rest.popFirst(), method == 0 || !compressed else { throw malformed(type) }
        }
        if type == "iTXt" {
            _ = try field(&rest, type)  // the language
            _ = try field(&rest, type)  // the keyword in that language
        }
        let body = compressed ? try inflate(rest, type, room: room - keyword.count) : [UInt8](rest)
        let text = type == "iTXt" ? String(validating: body, as: UTF8.self) : latin1(body)
        guard let text, let item = try? PNGText(keyword: latin1(keyword), text: text) else {
            throw malformed(type)
        }
        return (item, keyword.count + body.count)
    }

    /// Returns the bytes before the next zero byte and drops them and the zero.
    private func field(_ data: inout ArraySlice<UInt8>, _ type: String) throws -> ArraySlice<UInt8> {
        guard let end = data.firstIndex(of: 0) else { throw malformed(type) }
        defer { data = data[(end + 1)...] }
        return data[..<end]
    }

    private func inflate(_ data: ArraySlice<UInt8>, _ type: String, room: Int) throws -> [UInt8] {
        guard room >= 0 else { throw tooMuchText }
        var status = CPNG_OK
        // Deflate expands at most 1032 times, so a small chunk never takes much memory.
        let inflated = [UInt8](unsafeUninitializedCapacity: min(room, data.count * 1032) + 1) { buffer, filled in
            status = data.withUnsafeBufferPointer {
                cpng_inflate($0.baseAddress, $0.count, buffer.baseAddress, buffer.count, &filled)
            }
        }
        switch status {
        case CPNG_OK: return inflated
        case CPNG_TOO_LARGE: throw tooMuchText
        case CPNG_NO_MEMORY: throw failure(.outOfMemory)
        default: throw malformed(type)
        }
    }

    private func latin1(_ bytes: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
        return String(scalars)
    }

    private var tooMuchText: PictureFileError {
        failure(.tooLarge("its text chunks hold more than the \(limits.textBytes) bytes allowed"))
    }

    private func malformed(_ type: String) -> PictureFileError {
        failure(.malformed("a \(type) chunk is not what PNG allows"))
    }

    private func failure(_ reason: PictureFileError.Reason) -> PictureFileError {
        PictureFileError(file: file, reason: reason)
    }
}
