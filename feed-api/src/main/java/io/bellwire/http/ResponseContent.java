package io.bellwire.http;

import java.nio.ByteBuffer;

/** The body of an answer, whose length is known before its bytes are written into a buffer. Thread-safe. */
interface ResponseContent {
    ResponseContent NONE = of(new byte[0]);

    int length();

    /** Writes exactly {@link #length} bytes into {@code buffer}, which must have space for them. */
    void writeTo(ByteBuffer buffer);

    /** All bytes in an array, which must not be changed. */
    default byte[] bytes() {
        byte[] bytes = new byte[length()];
        writeTo(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** This content followed by a line end. */
    default ResponseContent withLineEnd() {
        ResponseContent content = this;
        return new ResponseContent() {
            @Override
            public int length() {
                return content.length() + 1;
            }

            @Override
            public void writeTo(ByteBuffer buffer) {
                content.writeTo(buffer);
                buffer.put((byte) '\n');
            }
        };
    }

    /** The content of {@code bytes}, which are not copied. */
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
