#pragma once

/// PNG over libpng and zlib: plain buffers in, a status and one line of text out.
///
/// libpng reports an error by `longjmp`. Every jump starts and lands inside one function of
/// `CPNGFile.c`, so none ever crosses a frame of the caller.

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CPNG_OK = 0,
    /// The bytes end before the picture does.
    CPNG_TRUNCATED,
    /// The bytes are not what the PNG specification allows; the message says how.
    CPNG_MALFORMED,
    /// The result would be larger than the caller allows.
    CPNG_TOO_LARGE,
    CPNG_NO_MEMORY,
} cpng_status;

/// Room for what libpng says, with the closing zero byte.
#define CPNG_MESSAGE_BYTES 200

/// One text chunk. `keyword` is Latin-1, 1 to 79 bytes. `text` is UTF-8 (written as iTXt) where
/// `is_utf8` is not zero, else Latin-1 (written as tEXt). Both end in a zero byte and hold no other.
typedef struct {
    const char *keyword;
    const char *text;
    int is_utf8;
} cpng_text;

/// Encodes 8-bit RGB rows, top row first, `width * height * 3` bytes, without gaps.
///
/// The bytes depend on the arguments and on the version of zlib alone: compression level and filters
/// are fixed and no time is stored. The texts stand before the pixels, in the order given.
/// On success `*out` holds `*out_length` bytes, to be freed with `free`; else `*out` is NULL.
cpng_status cpng_encode_rgb8(const uint8_t *pixels, uint32_t width, uint32_t height,
                             const cpng_text *texts, size_t text_count,
                             uint8_t **out, size_t *out_length, char message[CPNG_MESSAGE_BYTES]);

/// Decodes a PNG of any colour type, depth and interlacing into 8-bit RGB.
///
/// 16-bit samples are scaled (rounded), not cut; transparency is composited on white, in the file's
/// own sample values, without regard to gamma or colour profiles. `rgb` has room for exactly
/// `width * height * 3` bytes, and the file must have that size: anything else is CPNG_MALFORMED.
/// A wrong CRC is no failure. `*share` is the share of the rows, of all passes, that were decoded, 0 to 1;
/// after a failure the others are grey.
cpng_status cpng_decode_rgb8(const uint8_t *png, size_t length, uint32_t width, uint32_t height,
                             uint8_t *rgb, double *share, char message[CPNG_MESSAGE_BYTES]);

/// Inflates one whole zlib stream into `out`, which has room for `capacity` bytes.
///
/// CPNG_TOO_LARGE where the stream holds more than that; it is then not read any further.
cpng_status cpng_inflate(const uint8_t *data, size_t length, uint8_t *out, size_t capacity,
                         size_t *out_length);

/// The CRC-32 of a PNG chunk's type and data.
uint32_t cpng_crc32(const uint8_t *data, size_t length);
