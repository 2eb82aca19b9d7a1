#include "CVipsShim.h"

#include <string.h>
#include <vips/vips.h>

static void swallow(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
    (void)domain, (void)level, (void)message, (void)data;
}

int pictures_start(void) {
    if (vips_init("troupe")) return PICTURES_FAILED;
    vips_block_untrusted_set(TRUE);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    g_log_set_handler("VIPS", G_LOG_LEVEL_MASK, swallow, NULL);
    return PICTURES_OK;
}

void pictures_free(void *buffer) { g_free(buffer); }

void pictures_take_error(char *text, size_t capacity) {
    char *copy = vips_error_buffer_copy();
    if (capacity > 0) g_strlcpy(text, copy ? copy : "", capacity);
    g_free(copy);
}

// Replaces *image by next and drops the old one.
static void advance(VipsImage **image, VipsImage *next) {
    g_object_unref(*image);
    *image = next;
}

static int write_out(VipsImage *image, PicturesPixels *out) {
    size_t size = 0;
    void *pixels = vips_image_write_to_memory(image, &size);
    if (!pixels) return PICTURES_DAMAGED;
    if (size != (size_t)image->Xsize * image->Ysize * image->Bands) {
        g_free(pixels);
        return PICTURES_FAILED;
    }
    *out = (PicturesPixels){pixels, image->Xsize, image->Ysize, image->Bands};
    return PICTURES_OK;
}

static int load(const void *bytes, size_t count, int format, VipsImage **image) {
    void *data = (void *)bytes;
    switch (format) {
    case PICTURES_PNG:
        return vips_pngload_buffer(data, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    case PICTURES_JPEG:
        return vips_jpegload_buffer(data, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    case PICTURES_WEBP:
        return vips_webpload_buffer(data, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    case PICTURES_GIF:
        return vips_gifload_buffer(data, count, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
    default: return -1;
    }
}

// To 8 bits sRGB with 3 or 4 channels, turned upright.
static int normalise(VipsImage **image) {
    VipsImage *next = NULL;
    if (vips_image_get_orientation(*image) > 1) {
        next = vips_image_copy_memory(*image);
        if (!next) return -1;
        advance(image, next);
        next = NULL;
        if (vips_autorot(*image, &next, NULL)) return -1;
        advance(image, next);
    }
    // libvips keeps the alpha of 16-bit pictures at 16 bits when it goes to sRGB, so bring all channels down together first.
    if ((*image)->BandFmt == VIPS_FORMAT_USHORT) {
        next = NULL;
        if (vips_cast(*image, &next, VIPS_FORMAT_UCHAR, "shift", TRUE, NULL)) return -1;
        advance(image, next);
        next = NULL;
        VipsInterpretation flat = (*image)->Bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB;
        if (vips_copy(*image, &next, "interpretation", flat, NULL)) return -1;
        advance(image, next);
    }
    if ((*image)->Type != VIPS_INTERPRETATION_sRGB) {
        next = NULL;
        if (vips_colourspace(*image, &next, VIPS_INTERPRETATION_sRGB, NULL)) return -1;
        advance(image, next);
    }
    if ((*image)->BandFmt != VIPS_FORMAT_UCHAR) {
        next = NULL;
        if (vips_cast_uchar(*image, &next, NULL)) return -1;
        advance(image, next);
    }
    if ((*image)->Bands > 4) {
        next = NULL;
        if (vips_extract_band(*image, &next, 0, "n", 3, NULL)) return -1;
        advance(image, next);
    }
    return (*image)->Bands == 3 || (*image)->Bands == 4 ? 0 : -1;
}

int pictures_decode(const void *bytes, size_t count, int format, int maximum_side, int64_t maximum_pixels, PicturesPixels *out) {
    VipsImage *image = NULL;
    if (load(bytes, count, format, &image)) return PICTURES_DAMAGED;
    int rc = PICTURES_OK;
    if (image->Xsize > maximum_side || image->Ysize > maximum_side || (int64_t)image->Xsize * image->Ysize > maximum_pixels)
        rc = PICTURES_TOO_LARGE;
    if (rc == PICTURES_OK && normalise(&image)) rc = PICTURES_DAMAGED;
    if (rc == PICTURES_OK) rc = write_out(image, out);
    g_object_unref(image);
    return rc;
}

static VipsImage *wrap(const PicturesPixels *in) {
    size_t size = (size_t)in->width * in->height * in->channels;
    VipsImage *raw = vips_image_new_from_memory(in->pixels, size, in->width, in->height, in->channels, VIPS_FORMAT_UCHAR);
    if (!raw) return NULL;
    VipsImage *image = NULL;
    int failed = vips_copy(raw, &image, "interpretation", VIPS_INTERPRETATION_sRGB, NULL);
    g_object_unref(raw);
    return failed ? NULL : image;
}

int pictures_resize(const PicturesPixels *in, int width, int height, PicturesPixels *out) {
    VipsImage *image = wrap(in);
    if (!image) return PICTURES_FAILED;
    VipsImage *next = NULL;
    int failed = 0;
    if (in->channels == 4) {
        failed = vips_premultiply(image, &next, NULL);
        if (!failed) advance(&image, next);
    }
    if (!failed) {
        next = NULL;
        double across = (double)width / in->width, down = (double)height / in->height;
        failed = vips_resize(image, &next, across, "vscale", down, "kernel", VIPS_KERNEL_LANCZOS3, NULL);
        if (!failed) advance(&image, next);
    }
    if (!failed && in->channels == 4) {
        next = NULL;
        failed = vips_unpremultiply(image, &next, NULL);
        if (!failed) advance(&image, next);
    }
    if (!failed) {
        next = NULL;
        failed = vips_cast_uchar(image, &next, NULL);
        if (!failed) advance(&image, next);
    }
    int rc = PICTURES_FAILED;
    if (!failed && image->Xsize == width && image->Ysize == height) rc = write_out(image, out);
    g_object_unref(image);
    return rc;
}

int pictures_encode(const PicturesPixels *in, int format, int quality, void **bytes, size_t *count) {
    VipsImage *image = wrap(in);
    if (!image) return PICTURES_FAILED;
    int failed = 0;
    if (format == PICTURES_JPEG && in->channels == 4) {
        VipsImage *next = NULL;
        VipsArrayDouble *white = vips_array_double_newv(3, 255.0, 255.0, 255.0);
        failed = vips_flatten(image, &next, "background", white, NULL);
        vips_area_unref(VIPS_AREA(white));
        if (!failed) advance(&image, next);
    }
    if (!failed) {
        switch (format) {
        case PICTURES_PNG: failed = vips_pngsave_buffer(image, bytes, count, "compression", 6, "strip", TRUE, NULL); break;
        case PICTURES_JPEG: failed = vips_jpegsave_buffer(image, bytes, count, "Q", quality, "strip", TRUE, NULL); break;
        case PICTURES_WEBP: failed = vips_webpsave_buffer(image, bytes, count, "Q", quality, "strip", TRUE, NULL); break;
        default: failed = 1;
        }
    }
    g_object_unref(image);
    return failed ? PICTURES_FAILED : PICTURES_OK;
}
