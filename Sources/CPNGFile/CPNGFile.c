#include "CPNGFile.h"

#include <limits.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/// What an error callback leaves behind before it jumps.
typedef struct {
    cpng_status status;
    char *message;
} failure;

static void fail(png_structp png, cpng_status status, const char *message) {
    failure *f = png_get_error_ptr(png);
    f->status = status;
    strncpy(f->message, message, CPNG_MESSAGE_BYTES - 1);
    f->message[CPNG_MESSAGE_BYTES - 1] = 0;
    png_longjmp(png, 1);
}

static void on_error(png_structp png, png_const_charp message) {
    int starved = strcmp(message, "Out of memory") == 0 || strcmp(message, "out of memory") == 0;
    fail(png, starved ? CPNG_NO_MEMORY : CPNG_MALFORMED, message);
}

/// libpng goes on after a warning, and so do we: nothing that it warns of changes the pixels.
static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

// MARK: Writing

typedef struct {
    uint8_t *bytes;
    size_t length, capacity;
} sink;

static void append(png_structp png, png_bytep data, size_t length) {
    sink *to = png_get_io_ptr(png);
    if (length > to->capacity - to->length) {
        size_t capacity = to->capacity * 2;
        if (capacity < to->length + length) capacity = to->length + length;
        uint8_t *bytes = realloc(to->bytes, capacity);
        if (!bytes) fail(png, CPNG_NO_MEMORY, "out of memory");
        to->bytes = bytes;
        to->capacity = capacity;
    }
    memcpy(to->bytes + to->length, data, length);
    to->length += length;
}

static void flush(png_structp png) { (void)png; }

static void write_texts(png_structp png, png_infop info, const cpng_text *texts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        png_text text = {0};
        text.compression = texts[i].is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
        text.key = (png_charp)texts[i].keyword;
        text.text = (png_charp)texts[i].text;
        text.text_length = strlen(texts[i].text);
        png_set_text(png, info, &text, 1);
    }
}

/// The only frame of the writer that libpng jumps back to; it owns nothing.
static int write_all(png_structp png, png_infop info, const uint8_t *pixels, uint32_t width,
                     uint32_t height, const cpng_text *texts, size_t text_count) {
    if (setjmp(png_jmpbuf(png))) return 0;
    // libpng's default bound is a million a side; the caller's buffer is the bound here.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(png, 6);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    write_texts(png, info, texts, text_count);
    png_write_info(png, info);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * 3);
    png_write_end(png, NULL);
    return 1;
}

cpng_status cpng_encode_rgb8(const uint8_t *pixels, uint32_t width, uint32_t height,
                             const cpng_text *texts, size_t text_count,
                             uint8_t **out, size_t *out_length, char message[CPNG_MESSAGE_BYTES]) {
    failure f = {CPNG_NO_MEMORY, message};
    sink to = {NULL, 0, 4096};
    message[0] = 0;
    *out = NULL;
    *out_length = 0;
    to.bytes = malloc(to.capacity);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &f, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (to.bytes && info) {
        png_set_write_fn(png, &to, append, flush);
        if (write_all(png, info, pixels, width, height, texts, text_count)) f.status = CPNG_OK;
    }
    png_destroy_write_struct(&png, &info);
    if (f.status != CPNG_OK) {
        free(to.bytes);
        return f.status;
    }
    *out = to.bytes;
    *out_length = to.length;
    return CPNG_OK;
}

// MARK: Reading

typedef struct {
    const uint8_t *bytes;
    size_t left;
} source;

static void take(png_structp png, png_bytep data, size_t length) {
    source *from = png_get_io_ptr(png);
    if (length > from->left) fail(png, CPNG_TRUNCATED, "the file ends early");
    memcpy(data, from->bytes, length);
    from->bytes += length;
    from->left -= length;
}

/// Every colour type becomes 8-bit RGB: expanded, composited on white, scaled, in libpng's own order.
static void ask_for_rgb8_on_white(png_structp png) {
    const png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
}

/// The only frame of the reader that libpng jumps back to; it owns nothing.
static int read_all(png_structp png, png_infop info, uint32_t width, uint32_t height, uint8_t *rgb,
                    double *share) {
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_user_limits(png, width, height);
    // A chunk with a wrong CRC is used as far as it makes sense; the caller has checked them and tells.
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    // Of a file that is cut off, every byte that is there is to reach zlib.
    png_set_compression_buffer_size(png, 1);
    // All chunks that do not decide the pixels are skipped unread, so none of them can be a
    // decompression bomb, and a gamma or profile chunk cannot change what is composited.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(png, 0);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
        png_error(png, "the picture's size is not the one expected");
    ask_for_rgb8_on_white(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * 3) png_error(png, "the rows are not RGB");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) {
            png_read_row(png, rgb + (size_t)y * width * 3, NULL);
            *share = (pass * (double)height + y + 1) / (passes * (double)height);
        }
    png_read_end(png, NULL);
    return 1;
}

cpng_status cpng_decode_rgb8(const uint8_t *bytes, size_t length, uint32_t width, uint32_t height,
                             uint8_t *rgb, double *share, char message[CPNG_MESSAGE_BYTES]) {
    failure f = {CPNG_NO_MEMORY, message};
    source from = {bytes, length};
    message[0] = 0;
    *share = 0;
    memset(rgb, 128, (size_t)width * height * 3);
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &f, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info) {
        png_set_read_fn(png, &from, take);
        if (read_all(png, info, width, height, rgb, share)) f.status = CPNG_OK;
    }
    png_destroy_read_struct(&png, &info, NULL);
    return f.status;
}

// MARK: zlib

cpng_status cpng_inflate(const uint8_t *data, size_t length, uint8_t *out, size_t capacity,
                         size_t *out_length) {
    *out_length = 0;
    if (length > UINT_MAX || capacity > UINT_MAX) return CPNG_TOO_LARGE;
    z_stream stream = {0};
    stream.next_in = (Bytef *)data;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)capacity;
    if (inflateInit(&stream) != Z_OK) return CPNG_NO_MEMORY;
    int result = inflate(&stream, Z_FINISH);
    *out_length = capacity - stream.avail_out;
    int full = stream.avail_out == 0, starved = stream.avail_in == 0;
    inflateEnd(&stream);
    if (result == Z_STREAM_END) return CPNG_OK;
    if (result == Z_MEM_ERROR) return CPNG_NO_MEMORY;
    if (result != Z_BUF_ERROR && result != Z_OK) return CPNG_MALFORMED;
    return full ? CPNG_TOO_LARGE : starved ? CPNG_TRUNCATED : CPNG_MALFORMED;
}

uint32_t cpng_crc32(const uint8_t *data, size_t length) {
    return (uint32_t)crc32_z(crc32(0, NULL, 0), data, length);
}
