package io.bellwire.http;

import java.nio.ByteBuffer;

/** The bytes of an answer, known by their number before they are put together. Thread-safe. */
interface ResponseContent {
    ResponseContent NONE = of(new byte[0]);

    int length();

    /** Puts {@link #length} bytes into {@code buffer}, which has room for them. */
    void writeTo(ByteBuffer buffer);

    /** All of it in an array, which is not to be changed. */
    default byte[] bytes() {
        byte[] bytes = new byte[length()];
        writeTo(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** {@code bytes} as they are; they are not copied. */
    static ResponseContent of(byte[] bytes) {
        return new ResponseContent() {
            @Override
            public int length() {
                return bytes.length;
            }

            @Override
            public void writeTo(ByteBuffer buffer) {
                buffer.put(bytes);
            }

            @Override
            public byte[] bytes() {
                return bytes;
            }
        };
    }
}
