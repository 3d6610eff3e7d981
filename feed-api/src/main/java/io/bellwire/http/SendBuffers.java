package io.bellwire.http;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Writes the bodies of answers. A body of middle size, such as a page of a feed, is written into a pooled buffer
 * outside the heap, which saves a large array and a copy for each page. The number of buffers in use is bounded, since
 * a caller that reads slowly holds one. Beyond it, and for small and very large bodies, an array is used. Thread-safe.
 */
final class SendBuffers {
    private static final int SMALL_BYTES = 8 << 10;
    private static final int LARGE_BYTES = 256 << 10;
    private static final int BUFFERS_IN_USE_MAX = 64;
    private static final int POOLED_BYTES_MAX = 8 << 20;

    private final ArrayByteBufferPool pool =
            new ArrayByteBufferPool.Quadratic(0, LARGE_BYTES, BUFFERS_IN_USE_MAX, 0, POOLED_BYTES_MAX);
    private final AtomicInteger inUse = new AtomicInteger();

    /** Writes all of {@code content} and ends the answer. */
    void write(Response response, ResponseContent content, Callback callback) {
        int length = content.length();
        if (length < SMALL_BYTES || length > LARGE_BYTES) {
            response.write(true, ByteBuffer.wrap(content.bytes()), callback);
            return;
        }
        if (inUse.incrementAndGet() > BUFFERS_IN_USE_MAX) {
            inUse.decrementAndGet();
            response.write(true, ByteBuffer.wrap(content.bytes()), callback);
            return;
        }
        RetainableByteBuffer pooled = pool.acquire(length, true);
        Callback done = Callback.from(
                () -> {
                    pooled.release();
                    inUse.decrementAndGet();
                },
                callback);
        try {
            ByteBuffer buffer = pooled.getByteBuffer();
            buffer.clear();
            content.writeTo(buffer);
            buffer.flip();
            response.write(true, buffer, done);
        } catch (RuntimeException e) {
            done.failed(e);
        }
    }

    /** How many buffers are in use. */
    int inUse() {
        return inUse.get();
    }
}
