package io.bellwire.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names a connection by the path of its last request: devices share connections, so the name changes with each request.
 */
final class HttpConnectionNamer implements ConnectionNamer {
    private static final Pattern DEVICE = Pattern.compile("^[A-Z]+ /v1/devices/([A-Za-z0-9_-]{1,64})/");
    /** No device's request line is longer. */
    private static final int LINE_BYTES_MAX = 256;

    private final byte[] line = new byte[LINE_BYTES_MAX];
    private int length;
    private HttpHeadScanner end = new HttpHeadScanner();
    private @Nullable String name;

    @Override
    public void inspect(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        while (in.hasRemaining()) {
            byte next = in.get();
            if (length < LINE_BYTES_MAX) {
                line[length] = next;
                length++;
            }
            end.take(next);
            if (end.isComplete()) {
                Matcher path = DEVICE.matcher(new String(line, 0, length, StandardCharsets.ISO_8859_1));
                name = path.find() ? path.group(1) : null;
                length = 0;
                end = new HttpHeadScanner();
            }
        }
    }

    @Override
    public @Nullable String name() {
        return name;
    }
}
