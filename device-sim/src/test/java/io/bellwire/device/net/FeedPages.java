package io.bellwire.device.net;

import io.bellwire.device.FeedChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Parses pages as the HTTP client of a device does, for tests without HTTP. */
public final class FeedPages {
    private FeedPages() {}

    /** The changes of the page {@code body}. */
    public static List<FeedChange> changes(byte[] body) {
        try {
            return FeedJson.changes(body);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}
