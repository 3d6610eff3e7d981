package io.bellwire.http;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Writes the contents of answers. Those of middle size, which pages are, are put together in buffers outside the heap
 * that are used again and again: this saves making a large array for each page and copying it once more. There is a
 * bound on how many are in use, since a caller that reads slowly holds one; past it, and for the small and the very
 * large, an array does. Thread-safe.
 */
final class SendBuffers {
    private static final int SMALL_BYTES = 8 << 10;
    private static final int LARGE_BYTES = 256 << 10;
    private static final int IN_USE_MAX = 64;
    private static final int KEPT_BYTES_MAX = 8 << 20;

    private final ArrayByteBufferPool pool =
            new ArrayByteBufferPool.Quadratic(0, LARGE_BYTES, IN_USE_MAX, 0, KEPT_BYTES_MAX);
    private final AtomicInteger inUse = new AtomicInteger();

    /** Writes all of {@code content} and ends the answer. */
    void write(Response response, ResponseContent content, Callback callback) {
        int length = content.length();
        if (length < SMALL_BYTES || length > LARGE_BYTES) {
            response.write(true, ByteBuffer.wrap(content.bytes()), callback);
            return;
        }
        if (inUse.incrementAndGet() > IN_USE_MAX) {
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
