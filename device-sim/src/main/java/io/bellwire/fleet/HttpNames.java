package io.bellwire.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names a connection by the path of its last request: between devices that share connections, whose turn it is. */
final class HttpNames implements ConnectionNamer {
    private static final Pattern DEVICE = Pattern.compile("^[A-Z]+ /v1/devices/([A-Za-z0-9_-]{1,64})/");
    /** No request line here is longer. */
    private static final int LINE_BYTES_MAX = 256;

    private final byte[] line = new byte[LINE_BYTES_MAX];
    private int length;
    private HttpHeadScanner end = new HttpHeadScanner();
    private @Nullable String name;

    @Override
    public void look(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        while (in.hasRemaining()) {
            byte next = in.get();
            if (length < LINE_BYTES_MAX) {
                line[length] = next;
                length++;
            }
            end.take(next);
            if (end.isPast()) {
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
